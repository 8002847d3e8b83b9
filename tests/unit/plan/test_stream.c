/*
 * Streams: chains run stripe by stripe give the bytes of the chain run one
 * operation after the other, in an arena that the independent check believes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/rng.h"
#include "plan/plan_priv.h"
#include "plan/runner.h"
#include "sample_model.h"

enum { LAYERS_MAX = 5, CASES = 120 };

struct chain {
	struct rng rng;
	struct sample s;
	int h, w, c;		/* of the last tensor */
};

static int pick(struct chain *ch, int min, int max)
{
	return min + (int)rng_below(&ch->rng, (uint32_t)(max - min) + 1);
}

static int out_size(int in, int kernel, int stride, int dilation, bool same)
{
	int effective = (kernel - 1) * dilation + 1;

	return same ? (in + stride - 1) / stride :
		      (in - effective) / stride + 1;
}

/* One layer behind tensor x; -1 when the window does not fit. */
static int add_layer(struct chain *ch, int x)
{
	static const enum kern_op ops[] = {
		KERN_CONV_2D, KERN_DEPTHWISE_CONV_2D, KERN_MAX_POOL_2D,
		KERN_AVERAGE_POOL_2D, KERN_CONV_2D, KERN_DEPTHWISE_CONV_2D,
	};
	enum kern_op op = ops[pick(ch, 0, 5)];
	bool is_pool = op == KERN_MAX_POOL_2D || op == KERN_AVERAGE_POOL_2D;
	bool same = pick(ch, 0, 2);
	int kh = pick(ch, 1, 4), kw = pick(ch, 1, 3), stride = pick(ch, 1, 3);
	int dilation = is_pool || stride > 1 ? 1 : pick(ch, 1, 2);
	int c = op == KERN_CONV_2D ? 4 * pick(ch, 1, 3) : ch->c;
	struct model_attr attr = {
		.padding = same ? MODEL_PAD_SAME : MODEL_PAD_VALID,
		.stride_h = stride, .stride_w = stride,
		.dilation_h = dilation, .dilation_w = dilation,
		.filter_h = kh, .filter_w = kw,
		.act = pick(ch, 0, 1) ? MODEL_ACT_RELU : MODEL_ACT_NONE,
	};
	int h = out_size(ch->h, kh, stride, dilation, same);
	int w = out_size(ch->w, kw, stride, dilation, same);
	int in[3] = { x, -1, -1 }, y;

	if ((!same && ((kh - 1) * dilation >= ch->h ||
		       (kw - 1) * dilation >= ch->w)) || h < 1 || w < 1)
		return -1;
	/* pools keep the scale */
	y = sample_act(&ch->s, "y", MODEL_SHAPE(1, h, w, c), 0.05f);
	if (op == KERN_CONV_2D)
		in[1] = sample_const(&ch->s, "w",
				     MODEL_SHAPE(c, kh, kw, ch->c), 0);
	else if (!is_pool)
		in[1] = sample_const(&ch->s, "w", MODEL_SHAPE(1, kh, kw, c),
				     3);
	if (!is_pool)
		in[2] = sample_const(&ch->s, "b", MODEL_SHAPE(c), 0);
	model_add_op(ch->s.m, op, &attr, in, is_pool ? 1 : 3, y);
	ch->h = h;
	ch->w = w;
	ch->c = c;
	return y;
}

static void make_chain(struct model *m, unsigned number, enum kern_type type)
{
	struct chain ch = { .s = { m, type, number } };
	int x, layers;

	rng_init(&ch.rng, 5, number);
	model_init(m, "chain");
	ch.h = pick(&ch, 6, 24);
	ch.w = pick(&ch, 4, 10);
	ch.c = 4 * pick(&ch, 1, 3);
	x = sample_act(&ch.s, "x", MODEL_SHAPE(1, ch.h, ch.w, ch.c), 0.05f);
	model_add_input(m, x);
	layers = pick(&ch, 2, LAYERS_MAX);
	for (int i = 0; i < layers; i++) {
		int y = add_layer(&ch, x);

		x = y < 0 ? x : y;
	}
	if (!m->op_count)	/* nothing fitted */
		x = model_add_op(m, KERN_RESHAPE, NULL, &x, 1,
			sample_act(&ch.s, "y", MODEL_SHAPE(1, ch.h * ch.w *
							   ch.c), 0.05f)) < 0 ?
			-1 : m->ops[0].output;
	model_add_output(m, x);
}

/* Run the plan's image on the input 11, 48, 85 ... */
static void run_plan(const struct plan *plan, const struct model *m,
		     uint8_t *out)
{
	struct buf image = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	uint8_t in[24 * 10 * 12 * 4];

	cr_assert_eq(plan_check(plan, &err), 0, "%s", err.text);
	cr_assert_eq(plan_emit_image(plan, NULL, &image, &err), 0);
	cr_assert_eq(plan_runner_open(&r, image.data, image.len, &err), 0,
		     "%s", err.text);
	cr_assert_leq(r.input_bytes, sizeof(in));
	for (size_t i = 0; i < r.input_bytes; i++)
		in[i] = (uint8_t)(11 + 37 * i);
	if (m->tensors[m->inputs[0]].type == KERN_F32)
		for (size_t i = 0; i < r.input_bytes / 4; i++)
			((float *)(void *)in)[i] = (float)(i % 17) - 8;
	plan_runner_infer(&r, in, out);
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
	buf_release(&image);
}

static int run_streamed(const struct plan *base, const struct model *m,
			const struct plan_stream *stream, const uint8_t *want,
			size_t n)
{
	struct plan plan = { 0 };
	struct err err = { 0 };
	static uint8_t got[24 * 10 * 12 * 4];

	if (!plan_can_stream(base, stream->first, stream->last))
		return 0;
	cr_assert_eq(plan_with_streams(base, stream, 1, &plan, &err), 0, "%s",
		     err.text);
	cr_assert_eq(plan_place(&plan, 1000, &err), 0, "%s", err.text);
	run_plan(&plan, m, got);
	cr_assert_arr_eq(got, want, n, "%d to %d in %d rows", stream->first,
			 stream->last, stream->rows);
	arena_release(&plan.memory);
	return 1;
}

static void every_chain(enum kern_type type, enum kern_set set)
{
	static uint8_t want[24 * 10 * 12 * 4];
	int streamed = 0;

	for (unsigned number = 0; number < CASES; number++) {
		struct err err = { 0 };
		struct plan base;
		struct model m;
		size_t n;

		make_chain(&m, number, type);
		cr_assert_eq(model_check(&m, &err), 0, "%s", err.text);
		cr_assert_eq(plan_init(&base, &m, set, &err), 0);
		n = model_bytes(&m.tensors[m.outputs[0]]);
		run_plan(&base, &m, want);
		for (int first = 0; first < m.op_count; first++)
			for (int last = first + 1; last < m.op_count; last++)
				for (int rows = 1; rows < 6; rows += 2) {
					struct plan_stream s = {
						.first = first, .last = last,
						.rows = rows };

					streamed += run_streamed(&base, &m, &s,
								 want, n);
				}
		plan_release(&base);
		model_release(&m);
	}
	cr_assert_geq(streamed, 200, "%d", streamed);
}

Test(stream, int8_chains_give_the_same_bytes)
{
	every_chain(KERN_S8, KERN_SET_REF);
}

Test(stream, packed_chains_give_the_same_bytes)
{
	every_chain(KERN_S8, KERN_SET_M4);
}

Test(stream, chains_for_other_cores_give_the_same_bytes)
{
	every_chain(KERN_S8, KERN_SET_M55);
	every_chain(KERN_S8, KERN_SET_M0);
}

Test(stream, float_chains_give_the_same_bytes)
{
	every_chain(KERN_F32, KERN_SET_HOST);
}

Test(stream, a_tensor_that_is_read_again_stays_whole)
{
	struct plan plan;
	struct model m;

	sample_wide(&m, 24, 10);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, NULL), 0);
	cr_assert(plan_can_stream(&plan, 0, 1));
	cr_assert_not(plan_can_stream(&plan, 0, 2), "there is no third");
	cr_assert_not(plan_can_stream(&plan, 1, 1), "one is no chain");
	plan_release(&plan);
	model_add_output(&m, m.ops[0].output);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, NULL), 0);
	cr_assert_not(plan_can_stream(&plan, 0, 1));
	plan_release(&plan);
	model_release(&m);
}

static uint32_t arena_with(const struct model *m, enum plan_streaming how,
			   uint32_t most, int *stripes)
{
	const struct plan_options options = {
		.set = KERN_SET_M4, .streaming = how, .arena_max = most,
	};
	struct err err = { 0 };
	struct plan plan;
	uint32_t bytes;

	cr_assert_eq(plan_init_options(&plan, m, &options, &err), 0, "%s",
		     err.text);
	cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(plan.macs, 24 * 10 * 16 * 4 + 12 * 5 * 16 * 9,
		     "nothing is computed twice");
	*stripes = plan.stream_count ? plan.streams[0].stripes : 0;
	bytes = plan.arena_bytes;
	plan_release(&plan);
	return bytes;
}

Test(stream, it_is_done_only_when_memory_is_short_or_on_demand)
{
	uint32_t plain, least;
	struct model m;
	int stripes;

	sample_wide(&m, 24, 10);
	plain = arena_with(&m, PLAN_STREAM_NEVER, 100, &stripes);
	cr_assert(plain > 3840 && stripes == 0);
	least = arena_with(&m, PLAN_STREAM_ALWAYS, 0, &stripes);
	cr_assert(least < 2700 && stripes == 12, "%u, %d", least, stripes);
	cr_assert_eq(arena_with(&m, PLAN_STREAM_SHORT, plain, &stripes),
		     plain);
	cr_assert_eq(stripes, 0, "it fits");
	cr_assert_leq(arena_with(&m, PLAN_STREAM_SHORT, 3800, &stripes),
		      3800);
	cr_assert(stripes > 0 && stripes < 12, "%d", stripes);
	cr_assert_eq(arena_with(&m, PLAN_STREAM_SHORT, 100, &stripes), least,
		     "what cannot fit is as small as can be");
	model_release(&m);
}

/* What lib/run and the check say when stripes lie elsewhere than the tensor
 * that they make up. */
Test(stream, a_tensor_that_nothing_fills_is_refused)
{
	const struct plan_options options = {
		.set = KERN_SET_M4, .streaming = PLAN_STREAM_ALWAYS,
	};
	struct buf image = BUF_INIT;
	struct plan_runner r;
	struct model m;
	struct plan plan;
	int last, y;

	sample_wide(&m, 24, 10);
	cr_assert_eq(plan_init_options(&plan, &m, &options, NULL), 0);
	last = plan.model->ops[plan.model->op_count - 1].output;
	cr_assert_neq(plan.tensors[last].parent, last);
	plan.tensors[last].offset -= PLAN_ALIGN;
	cr_assert_eq(plan_check(&plan, NULL), ERR_RANGE);
	plan.tensors[last].offset += PLAN_ALIGN;
	cr_assert_eq(plan_emit_image(&plan, NULL, &image, NULL), 0);
	cr_assert_eq(plan_runner_open(&r, image.data, image.len, NULL), 0);
	plan_runner_close(&r);
	y = plan.model->outputs[0];
	plan.tensors[y].offset = plan.arena_bytes;
	plan.arena_bytes += plan.tensors[y].bytes;
	image.len = 0;
	cr_assert_eq(plan_emit_image(&plan, NULL, &image, NULL), 0);
	cr_assert_eq(plan_runner_open(&r, image.data, image.len, NULL),
		     ERR_FORMAT);
	buf_release(&image);
	plan_release(&plan);
	model_release(&m);
}
