/*
 * emit MODEL SET OUT [stripes] - plan a model for a kernel set (ref, m4, host
 * ...), in stripes wherever that saves memory when asked for, write OUT.img,
 * its model image, and OUT.c, its emitted C with the table that vectors.c wants
 * (model.h).  Prints what a test decides by:
 *
 *     INPUT_BYTES OUTPUT_BYTES ARENA_BYTES CONST_BYTES MACS
 *
 * Exit status 0; 3 for a model of floats, which boards do not run; 1 with the
 * reason for any other that is refused.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "board/board.h"
#include "plan/runner.h"

enum { SETS_MAX = 16, FLOATS = 3 };

static int fail(const struct err *err)
{
	fprintf(stderr, "%s\n", err->text);
	return 1;
}

static int set_of(const char *name)
{
	for (int set = 0; set < SETS_MAX; set++)
		if (strcmp(board_kernels((enum kern_set)set), name) == 0)
			return set;
	return 0;
}

static bool has_floats(const struct model *m)
{
	for (int i = 0; i < m->tensor_count; i++)
		if (m->tensors[i].type == KERN_F32)
			return true;
	return false;
}

static void put_ports(struct buf *out, const struct model *m, const int *ports,
		      int n, const char *what)
{
	buf_addf(out, "\t.%s = { %d, {", what, n);
	for (int i = 0; i < n; i++)
		buf_addf(out, " %zu,", model_bytes(&m->tensors[ports[i]]));
	buf_addf(out, " }, model_%sput },\n", what);
}

static void put_table(struct buf *out, const struct plan *plan)
{
	const struct model *m = plan->model;

	buf_adds(out, "\n#include \"model.h\"\n\n"
		 "const struct board_model *board_model(void)\n{\n"
		 "\tstatic const struct board_model table = {\n");
	put_ports(out, m, m->inputs, m->input_count, "in");
	put_ports(out, m, m->outputs, m->output_count, "out");
	buf_addf(out, "\t.arena_bytes = %u, .invoke = model_invoke,\n"
		 "\t.reset = model_reset,\n\t};\n\n"
		 "\treturn &table;\n}\n", plan->arena_bytes);
}

static int write_as(const char *out, const char *suffix,
		    const struct buf *bytes, struct err *err)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s.%s", out, suffix);
	return file_write(path, bytes->data, bytes->len, 0644, err);
}

static int emit(const struct plan *plan, const char *out, struct err *err)
{
	struct buf image = BUF_INIT, source = BUF_INIT;
	int ret = plan_emit_image(plan, NULL, &image, err);

	if (!ret)
		ret = plan_emit_c(plan, "model", "a test", &source, err);
	if (!ret) {
		put_table(&source, plan);
		ret = write_as(out, "img", &image, err);
	}
	if (!ret)
		ret = write_as(out, "c", &source, err);
	buf_release(&image);
	buf_release(&source);
	return ret;
}

/* Exit status. */
static int plan_and_emit(const struct plan_runner *r,
			 const struct plan_options *options, const char *out)
{
	struct err err = { 0 };
	struct plan plan;
	int ret;

	if (has_floats(&r->model) && options->set != KERN_SET_HOST)
		return FLOATS;
	if (plan_init_options(&plan, &r->model, options, &err))
		return fail(&err);
	ret = emit(&plan, out, &err) ? fail(&err) : 0;
	if (!ret)
		printf("%zu %zu %u %u %llu\n", r->input_bytes,
		       r->output_bytes, plan.arena_bytes, plan.const_bytes,
		       (unsigned long long)plan.macs);
	plan_release(&plan);
	return ret;
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT;
	struct plan_runner r;
	struct err err = { 0 };
	struct plan_options options = { 0 };
	int ret;

	if (argc < 4 || argc > 5 || !set_of(argv[2]))
		return 2;
	options.set = (enum kern_set)set_of(argv[2]);
	options.streaming = argc == 5 ? PLAN_STREAM_ALWAYS :
					PLAN_STREAM_NEVER;
	ret = file_read(argv[1], MODEL_BYTES_MAX, &file, &err);
	if (!ret)
		ret = plan_runner_open(&r, file.data, file.len, &err);
	buf_release(&file);
	if (ret)
		return fail(&err);
	ret = plan_and_emit(&r, &options, argv[3]);
	plan_runner_close(&r);
	return ret;
}
