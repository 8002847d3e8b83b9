/*
 * dnnl - oneDNN's C interface in fewer words.
 */
#ifndef TESTS_GOLDEN_GRADIENTS_DNNL_H
#define TESTS_GOLDEN_GRADIENTS_DNNL_H

#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>

struct dnnl {
	dnnl_engine_t engine;
	dnnl_stream_t stream;
};

/* One argument of a primitive; data NULL: the primitive has it not. */
struct operand {
	int which;		/* DNNL_ARG_* */
	const dnnl_memory_desc_t *shape;
	float *data;
};

enum { OPERANDS_MAX = 24 };

/* Exit with what was asked for unless it succeeded. */
void dnnl_must(dnnl_status_t status, const char *what);

void dnnl_open(struct dnnl *d);
void dnnl_close(struct dnnl *d);

/* Float tensors of 1 to 5 axes, in the order of oneDNN. */
dnnl_memory_desc_t dnnl_shape(int axes, const dnnl_dim_t *dims,
			      dnnl_format_tag_t tag);

/* The caller destroys it by dnnl_primitive_desc_destroy. */
dnnl_primitive_desc_t dnnl_describe(const struct dnnl *d, const void *op,
				    const_dnnl_primitive_desc_t forward);

void dnnl_run(const struct dnnl *d, const_dnnl_primitive_desc_t what,
	      const struct operand *operands, size_t n);

#endif
