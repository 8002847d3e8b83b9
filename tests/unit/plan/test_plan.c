#include <criterion/criterion.h>
#include <string.h>

#include "base/rng.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "sample_model.h"

static void plan_sample(struct model *m, struct plan *plan,
			enum kern_type type)
{
	struct err err = { 0 };

	sample_model(m, type);
	cr_assert_eq(plan_init(plan, m, KERN_SET_HOST, &err), 0, "%s",
		     err.text);
}

static void release(struct model *m, struct plan *plan)
{
	plan_release(plan);
	model_release(m);
}

Test(plan, the_independent_check_agrees)
{
	const enum kern_type types[] = { KERN_S8, KERN_F32 };

	for (int i = 0; i < 2; i++) {
		struct err err = { 0 };
		struct model m;
		struct plan plan;

		plan_sample(&m, &plan, types[i]);
		cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
		cr_assert(plan.is_optimal);
		cr_assert_geq(plan.arena_bytes, plan.bound_bytes);
		release(&m, &plan);
	}
}

/* Move one tensor to every other place: the check must refuse exactly what
 * overwrites something that is still needed, so never less than moving it
 * onto a tensor alive beside it. */
Test(plan, a_misplaced_tensor_is_found)
{
	struct model m;
	struct plan plan;
	int x, a;

	plan_sample(&m, &plan, KERN_S8);
	x = m.inputs[0];
	a = m.ops[0].output;
	plan.tensors[a].offset = plan.tensors[x].offset;
	cr_assert_eq(plan_check(&plan, NULL), ERR_RANGE);
	plan.tensors[a].offset = plan.arena_bytes;
	cr_assert_eq(plan_check(&plan, NULL), ERR_RANGE);
	release(&m, &plan);
}

Test(plan, reshape_and_add_work_in_place)
{
	struct model m;
	struct plan plan;

	plan_sample(&m, &plan, KERN_S8);
	for (int i = 0; i < m.op_count; i++) {
		const struct model_op *op = &m.ops[i];

		if (op->op == KERN_RESHAPE || op->op == KERN_SOFTMAX)
			cr_assert_eq(plan.tensors[op->output].offset,
				     plan.tensors[op->inputs[0]].offset);
	}
	release(&m, &plan);
}

Test(plan, few_steps_give_a_sound_plan_too)
{
	const struct plan_options options = {
		.set = KERN_SET_M4, .steps_max = PLAN_STEPS_FEW,
	};
	struct err err = { 0 };
	struct plan plan, best;
	struct model m;

	sample_model(&m, KERN_S8);
	cr_assert_eq(plan_init_options(&plan, &m, &options, &err), 0, "%s",
		     err.text);
	cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(plan_init(&best, &m, KERN_SET_M4, &err), 0);
	cr_assert_leq(best.arena_bytes, plan.arena_bytes);
	cr_assert_eq(best.bound_bytes, plan.bound_bytes);
	plan_release(&best);
	release(&m, &plan);
}

/* One convolution, 3x3 over 8x8x16, whose output may lie over its input. */
static void one_convolution(struct model *m, struct plan *plan)
{
	static float weights[16 * 9 * 16], bias[16];
	struct err err = { 0 };
	int in[3], y;

	model_init(m, "one");
	in[0] = model_add_tensor(m, "x", KERN_F32, MODEL_SHAPE(1, 8, 8, 16));
	in[1] = model_add_const(m, "w", KERN_F32, MODEL_SHAPE(16, 3, 3, 16),
				weights);
	in[2] = model_add_const(m, "b", KERN_F32, MODEL_SHAPE(16), bias);
	y = model_add_tensor(m, "y", KERN_F32, MODEL_SHAPE(1, 8, 8, 16));
	model_add_op(m, KERN_CONV_2D, NULL, in, 3, y);
	model_add_input(m, in[0]);
	model_add_output(m, y);
	cr_assert_eq(model_check(m, &err), 0, "%s", err.text);
	cr_assert_eq(plan_init(plan, m, KERN_SET_HOST, &err), 0);
}

/* What the checker finds and what lib/run finds: one place closer. */
Test(plan, an_output_closer_than_its_kernel_allows_is_refused)
{
	struct buf image = BUF_INIT;
	struct plan_runner r;
	struct model m;
	struct plan plan;

	one_convolution(&m, &plan);
	cr_assert_lt(plan.arena_bytes, 2 * 4 * 8 * 8 * 16);
	cr_assert_eq(plan.arena_bytes, plan.bound_bytes);
	cr_assert_eq(plan_check(&plan, NULL), 0);
	cr_assert_eq(plan_emit_image(&plan, NULL, &image, NULL), 0);
	cr_assert_eq(plan_runner_open(&r, image.data, image.len, NULL), 0);
	plan_runner_close(&r);
	plan.tensors[m.inputs[0]].offset -= PLAN_ALIGN;
	cr_assert_eq(plan_check(&plan, NULL), ERR_RANGE);
	image.len = 0;
	cr_assert_eq(plan_emit_image(&plan, NULL, &image, NULL), 0);
	cr_assert_eq(plan_runner_open(&r, image.data, image.len, NULL),
		     ERR_FORMAT);
	buf_release(&image);
	release(&m, &plan);
}

Test(plan, an_output_that_is_read_again_keeps_its_bytes)
{
	struct model m;
	struct plan plan;
	struct err err = { 0 };
	int x, y, z;

	model_init(&m, "twice");
	x = model_add_tensor(&m, "x", KERN_F32, MODEL_SHAPE(1, 8));
	y = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(8));
	z = model_add_tensor(&m, "z", KERN_F32, MODEL_SHAPE(8));
	model_add_op(&m, KERN_RESHAPE, NULL, &x, 1, y);
	model_add_op(&m, KERN_SOFTMAX, NULL, &y, 1, z);
	model_add_input(&m, x);
	model_add_output(&m, y);
	model_add_output(&m, z);
	cr_assert_eq(model_check(&m, &err), 0, "%s", err.text);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_HOST, &err), 0);
	cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
	cr_assert_neq(plan.tensors[y].offset, plan.tensors[z].offset);
	release(&m, &plan);
}

Test(plan, boards_refuse_floats_with_a_hint)
{
	struct err err = { 0 };
	struct model m;
	struct plan plan;

	sample_model(&m, KERN_F32);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, &err),
		     ERR_UNSUPPORTED);
	cr_assert(strstr(err.hint, "squeeze"));
	cr_assert_null(plan.tensors);
	model_release(&m);
}

Test(plan, costs_add_up)
{
	struct model m;
	struct plan plan;
	uint64_t macs = 0;
	uint32_t constants = 0;

	plan_sample(&m, &plan, KERN_S8);
	for (int i = 0; i < m.op_count; i++) {
		macs += plan.ops[i].macs;
		constants += plan.ops[i].const_bytes;
	}
	cr_assert_eq(plan.macs, macs);
	cr_assert_eq(plan.const_bytes, constants);
	/* 6x5x3 outputs of 3x3x2, 3x3x6 of 3x3, 3x3x4 of 6, 3 of 4 */
	cr_assert_eq(macs, 90 * 18 + 54 * 9 + 36 * 6 + 12);
	release(&m, &plan);
}

/* Random chains with side branches: planner and check must agree. */
Test(plan, random_graphs_pass_the_independent_check)
{
	struct rng rng;

	rng_init(&rng, 44, 0);
	for (int round = 0; round < 200; round++) {
		struct err err = { 0 };
		struct model m;
		struct plan plan;
		int tensors[10], n = 1;

		model_init(&m, "random");
		tensors[0] = model_add_tensor(&m, "x", KERN_F32,
					      MODEL_SHAPE(4, 8));
		model_add_input(&m, tensors[0]);
		for (; n < 10; n++) {
			int in[2] = { tensors[n - 1],
				tensors[rng_below(&rng, (uint32_t)n)] };
			bool is_add = rng_below(&rng, 3) > 0;

			tensors[n] = model_add_tensor(&m, "t", KERN_F32,
						      MODEL_SHAPE(4, 8));
			model_add_op(&m, is_add ? KERN_ADD : KERN_SOFTMAX,
				     NULL, in, is_add ? 2 : 1, tensors[n]);
		}
		model_add_output(&m, tensors[9]);
		cr_assert_eq(model_check(&m, &err), 0, "%s", err.text);
		cr_assert_eq(plan_init(&plan, &m, KERN_SET_HOST, &err), 0);
		cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
		cr_assert(plan.is_optimal);
		release(&m, &plan);
	}
}
