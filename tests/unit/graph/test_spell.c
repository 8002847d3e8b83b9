#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "graph/graph.h"
#include "model/tflite.h"
#include "plan/runner.h"

enum { H = 7, W = 6, C = 3 };

/* One window with odd paddings on every side. */
static void window(struct model *m, enum kern_op op)
{
	const struct model_attr attr = {
		.padding = MODEL_PAD_EXPLICIT, .pad_top = 1, .pad_bottom = 2,
		.pad_left = 2, .pad_right = 0, .stride_h = 2, .stride_w = 2,
		.filter_h = 3, .filter_w = 3 };
	int inputs[3], count = 1, y;

	model_init(m, "window");
	inputs[0] = model_add_tensor(m, "x", KERN_F32,
				     MODEL_SHAPE(1, H, W, C));
	if (op != KERN_MAX_POOL_2D) {
		float w[C * 9 * C], b[C] = { 1, -1, 2 };
		int o = op == KERN_CONV_2D ? C : 1;

		for (int i = 0; i < o * 9 * C; i++)
			w[i] = (float)(i * 37 % 19 - 9) / 8;
		inputs[1] = model_add_const(m, "w", KERN_F32,
					    MODEL_SHAPE(o, 3, 3, C), w);
		inputs[2] = model_add_const(m, "b", KERN_F32, MODEL_SHAPE(C),
					    b);
		count = 3;
	}
	y = model_add_tensor(m, "y", KERN_F32, MODEL_SHAPE(1, 4, 3, C));
	model_add_op(m, op, &attr, inputs, count, y);
	model_add_input(m, inputs[0]);
	model_add_output(m, y);
}

static void answer(const struct model *m, float out[4 * 3 * C])
{
	struct plan_runner r;
	struct err err = { 0 };
	float in[H * W * C];

	for (int i = 0; i < H * W * C; i++)
		in[i] = (float)(i * 53 % 41 - 60) / 16;	/* mostly below 0 */
	cr_assert_eq(plan_runner_open_model(&r, m, &err), 0, "%s", err.text);
	cr_assert_eq(r.output_bytes, 4 * 3 * C * sizeof(float));
	plan_runner_infer(&r, in, out);
	plan_runner_close(&r);
}

Test(spell, paddings_become_operations_that_say_the_same)
{
	static const enum kern_op ops[] = { KERN_CONV_2D,
		KERN_DEPTHWISE_CONV_2D, KERN_MAX_POOL_2D };

	for (size_t i = 0; i < 3; i++) {
		float before[4 * 3 * C], after[4 * 3 * C];
		struct buf file = BUF_INIT;
		struct err err = { 0 };
		struct model m;

		window(&m, ops[i]);
		cr_assert_eq(model_check(&m, &err), 0, "%s", err.text);
		cr_assert_lt(model_write_tflite(&m, &file, NULL), 0);
		answer(&m, before);
		cr_assert_eq(graph_simplify(&m, GRAPH_FOR_FILES, NULL, &err),
			     0, "%s", err.text);
		cr_assert_eq(m.op_count, 2);
		answer(&m, after);
		cr_assert_eq(memcmp(before, after, sizeof(before)), 0,
			     "%s", model_op_name(ops[i]));
		buf_clear(&file);
		cr_assert_eq(model_write_tflite(&m, &file, &err), 0, "%s",
			     err.text);
		buf_release(&file);
		model_release(&m);
	}
}
