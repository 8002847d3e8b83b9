#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "model/tflite.h"
#include "plan/plan.h"
#include "plan/runner.h"

enum { ROWS = 12, DEPTH = 40, IN = 3 * 3 * DEPTH };

/* A pointwise convolution, then a dense layer; weights take `values`
 * values. */
static void build(struct model *m, int values)
{
	int x, c, f, y, w, v;

	model_init(m, "nibbles");
	x = model_add_tensor(m, "x", KERN_S8, MODEL_SHAPE(1, 3, 3, DEPTH));
	c = model_add_tensor(m, "c", KERN_S8, MODEL_SHAPE(1, 3, 3, ROWS));
	f = model_add_tensor(m, "f", KERN_S8, MODEL_SHAPE(1, 9 * ROWS));
	y = model_add_tensor(m, "y", KERN_S8, MODEL_SHAPE(1, ROWS));
	w = model_add_const(m, "w", KERN_S8, MODEL_SHAPE(ROWS, 1, 1, DEPTH),
			    NULL);
	v = model_add_const(m, "v", KERN_S8, MODEL_SHAPE(ROWS, 9 * ROWS),
			    NULL);
	for (int i = 0; i < ROWS * DEPTH; i++)
		((int8_t *)m->tensors[w].data)[i] =
			(int8_t)(i * 7 % values - values / 2);
	for (int i = 0; i < ROWS * 9 * ROWS; i++)
		((int8_t *)m->tensors[v].data)[i] =
			(int8_t)(i * 5 % values - values / 2);
	model_set_quant(m, x, 0.05f, 3);
	model_set_quant(m, c, 0.3f, -4);
	model_set_quant(m, f, 0.3f, -4);
	model_set_quant(m, y, 2.0f, 5);
	model_set_quant(m, w, 0.1f, 0);
	model_set_quant(m, v, 0.1f, 0);
	model_add_op(m, KERN_CONV_2D, NULL, (int[]){ x, w }, 2, c);
	model_add_op(m, KERN_RESHAPE, NULL, &c, 1, f);
	model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ f, v }, 2, y);
	model_add_input(m, x);
	model_add_output(m, y);
	cr_assert_eq(model_check(m, NULL), 0);
}

static uint32_t constants(const struct model *m, enum kern_set set,
			  enum kern_packing *packing)
{
	struct plan plan;
	uint32_t bytes;

	cr_assert_eq(plan_init(&plan, m, set, NULL), 0);
	cr_assert_eq(plan_check(&plan, NULL), 0);
	bytes = plan.const_bytes;
	*packing = plan.ops[0].packing;
	plan_release(&plan);
	return bytes;
}

/* Answers of the model's image for a set. */
static void answers(const struct model *m, enum kern_set set, int8_t *out)
{
	struct buf image = BUF_INIT;
	struct plan_runner r;
	struct err err = { 0 };
	struct plan plan;
	int8_t in[IN];

	for (int i = 0; i < IN; i++)
		in[i] = (int8_t)(i * 31 % 251 - 125);
	cr_assert_eq(plan_init(&plan, m, set, &err), 0, "%s", err.text);
	cr_assert_eq(plan_emit_image(&plan, NULL, &image, &err), 0);
	cr_assert_eq(plan_runner_open(&r, image.data, image.len, &err), 0,
		     "%s", err.text);
	plan_runner_infer(&r, in, out);
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
	plan_release(&plan);
	buf_release(&image);
}

Test(s4, sixteen_values_take_half_the_flash_on_boards_alone)
{
	enum kern_packing packing;
	struct model few, many;
	uint32_t small, large;

	build(&few, 16);
	build(&many, 17);
	small = constants(&few, KERN_SET_REF, &packing);
	cr_assert_eq(packing, KERN_PACK_S4);
	large = constants(&many, KERN_SET_REF, &packing);
	cr_assert_eq(packing, KERN_PACK_REF);
	cr_assert_lt(small, large * 6 / 10);
	constants(&few, KERN_SET_M4, &packing);
	cr_assert_eq(packing, KERN_PACK_S4);
	constants(&few, KERN_SET_HOST, &packing);
	cr_assert_eq(packing, KERN_PACK_REF);
	model_release(&few);
	model_release(&many);
}

Test(s4, every_set_gives_the_same_bytes)
{
	int8_t host[ROWS], ref[ROWS], m4[ROWS];
	struct model m;

	build(&m, 16);
	answers(&m, KERN_SET_HOST, host);
	answers(&m, KERN_SET_REF, ref);
	answers(&m, KERN_SET_M4, m4);
	cr_assert_arr_eq(host, ref, sizeof(ref));
	cr_assert_arr_eq(host, m4, sizeof(m4));
	model_release(&m);
}

Test(s4, c_source_calls_the_kernels_by_name)
{
	struct buf c = BUF_INIT;
	struct plan plan;
	struct model m;

	build(&m, 16);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_M4, NULL), 0);
	cr_assert_eq(plan_emit_c(&plan, "net", "x", &c, NULL), 0);
	buf_addc(&c, 0);
	cr_assert_not_null(strstr((char *)c.data, "#include \"kern/s4.h\"\n"));
	cr_assert_not_null(strstr((char *)c.data, "kern_conv_s4(&op0,"));
	cr_assert_not_null(strstr((char *)c.data, "kern_fc_s4(&op2,"));
	buf_release(&c);
	plan_release(&plan);
	model_release(&m);
}

Test(s4, a_tflite_has_small_weights_as_int4)
{
	struct buf narrow = BUF_INIT, wide = BUF_INIT;
	struct model m, w, back;
	struct err err = { 0 };

	build(&m, 16);
	build(&w, 17);
	cr_assert_eq(model_write_tflite(&m, &narrow, &err), 0);
	cr_assert_eq(model_write_tflite(&w, &wide, &err), 0);
	cr_assert_lt(narrow.len + 600, wide.len);
	cr_assert_eq(model_read_tflite(&back, narrow.data, narrow.len, &err),
		     0, "%s", err.text);
	for (int t = 0; t < m.tensor_count; t++)
		if (m.tensors[t].data)
			cr_assert_eq(memcmp(m.tensors[t].data,
				back.tensors[t].data,
				model_bytes(&m.tensors[t])), 0);
	model_release(&back);
	model_release(&m);
	model_release(&w);
	buf_release(&narrow);
	buf_release(&wide);
}
