#include "dnnl.h"

#include <stdio.h>
#include <stdlib.h>

void dnnl_must(dnnl_status_t status, const char *what)
{
	if (status == dnnl_success)
		return;
	fprintf(stderr, "oneDNN: %s: status %d\n", what, (int)status);
	exit(2);
}

void dnnl_open(struct dnnl *d)
{
	dnnl_must(dnnl_engine_create(&d->engine, dnnl_cpu, 0), "engine");
	dnnl_must(dnnl_stream_create(&d->stream, d->engine,
				     dnnl_stream_default_flags), "stream");
}

void dnnl_close(struct dnnl *d)
{
	dnnl_stream_destroy(d->stream);
	dnnl_engine_destroy(d->engine);
}

dnnl_memory_desc_t dnnl_shape(int axes, const dnnl_dim_t *dims,
			      dnnl_format_tag_t tag)
{
	dnnl_memory_desc_t shape;

	dnnl_must(dnnl_memory_desc_init_by_tag(&shape, axes, dims, dnnl_f32,
					       tag), "a tensor");
	return shape;
}

dnnl_primitive_desc_t dnnl_describe(const struct dnnl *d, const void *op,
				    const_dnnl_primitive_desc_t forward)
{
	dnnl_primitive_desc_t what;

	dnnl_must(dnnl_primitive_desc_create(&what, op, NULL, d->engine,
					     forward), "a primitive");
	return what;
}

void dnnl_run(const struct dnnl *d, const_dnnl_primitive_desc_t what,
	      const struct operand *operands, size_t n)
{
	dnnl_exec_arg_t args[OPERANDS_MAX];
	dnnl_primitive_t primitive;
	int count = 0;

	for (size_t i = 0; i < n; i++) {
		if (!operands[i].data)
			continue;
		args[count].arg = operands[i].which;
		dnnl_must(dnnl_memory_create(&args[count++].memory,
					     operands[i].shape, d->engine,
					     operands[i].data), "memory");
	}
	dnnl_must(dnnl_primitive_create(&primitive, what), "to create it");
	dnnl_must(dnnl_primitive_execute(primitive, d->stream, count, args),
		  "to run it");
	dnnl_must(dnnl_stream_wait(d->stream), "to wait for it");
	dnnl_primitive_destroy(primitive);
	while (count > 0)
		dnnl_memory_destroy(args[--count].memory);
}
