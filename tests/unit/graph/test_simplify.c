#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "graph/graph_priv.h"
#include "plan/runner.h"
#include "sample_model.h"

/* ---- building ------------------------------------------------------------ */

static int act(struct model *m, int h, int w, int c)
{
	int t = model_add_tensor(m, "t", KERN_S8, MODEL_SHAPE(1, h, w, c));

	model_set_quant(m, t, 0.05f, -7);
	return t;
}

static int shape_const(struct model *m, int rank, int columns,
		       const int32_t *numbers)
{
	if (columns == 1)
		return model_add_const(m, "n", KERN_S32, 1, &rank, numbers);
	return model_add_const(m, "n", KERN_S32, MODEL_SHAPE(rank, columns),
			       numbers);
}

static int weights(struct model *m, int o, int h, int w, int i)
{
	int t = model_add_const(m, "w", KERN_S8, MODEL_SHAPE(o, h, w, i),
				NULL);
	int8_t *q = m->tensors[t].data;

	for (size_t k = 0; k < model_elements(&m->tensors[t]); k++)
		q[k] = (int8_t)(k * 37 % 251 - 125);
	model_set_quant(m, t, 0.02f, 0);
	return t;
}

/* Answers of a model to fixed noise; all its inputs and outputs. */
static uint8_t *answers(const struct model *m, size_t *n)
{
	struct plan_runner r;
	struct err err = { 0 };
	struct rng rng;
	uint8_t *in, *out;

	cr_assert_eq(plan_runner_open_model(&r, m, &err), 0, "%s", err.text);
	in = malloc(r.input_bytes);
	out = malloc(r.output_bytes);
	rng_init(&rng, 11, 0);
	for (size_t i = 0; i < r.input_bytes; i++)
		in[i] = (uint8_t)(rng_unit(&rng) * 256);
	plan_runner_infer(&r, in, out);
	*n = r.output_bytes;
	plan_runner_close(&r);
	free(in);
	return out;
}

/* Simplify and compare to the last bit; the counts of changes. */
static struct graph_changes simplified(struct model *m,
				       enum graph_for what_for)
{
	struct graph_changes changes;
	struct err err = { 0 };
	size_t before_n, after_n;
	uint8_t *before, *after;

	cr_assert_eq(model_check(m, &err), 0, "%s", err.text);
	before = answers(m, &before_n);
	cr_assert_eq(graph_simplify(m, what_for, &changes, &err), 0, "%s",
		     err.text);
	cr_assert_eq(model_check(m, &err), 0, "%s", err.text);
	after = answers(m, &after_n);
	cr_assert_eq(before_n, after_n);
	cr_assert_eq(memcmp(before, after, before_n), 0);
	free(before);
	free(after);
	return changes;
}

/* ---- identities ---------------------------------------------------------- */

Test(simplify, a_model_without_waste_stays_as_it_is)
{
	struct graph_changes c;
	struct model m;
	int ops;

	sample_model(&m, KERN_S8);
	ops = m.op_count;
	c = simplified(&m, GRAPH_FOR_PLANS);
	cr_assert_eq(c.constants + c.identities + c.fused + c.dead, 0);
	cr_assert_eq(m.op_count, ops);
	model_release(&m);
}

Test(simplify, operations_that_hand_on_are_gone)
{
	struct model m;
	const int32_t zeros[8] = { 0 }, ends[] = { 1, 6, 4, 3 };
	const int32_t ones[] = { 1, 1, 1, 1 }, order[] = { 0, 1, 2, 3 };
	const struct model_attr pool = { .filter_h = 1, .filter_w = 1,
					 .padding = MODEL_PAD_VALID };
	int t[8];

	model_init(&m, "waste");
	for (int i = 0; i < 8; i++)
		t[i] = act(&m, 6, 4, 3);
	model_add_op(&m, KERN_PAD, NULL, (int[]){ t[0],
		shape_const(&m, 4, 2, zeros) }, 2, t[1]);
	model_add_op(&m, KERN_STRIDED_SLICE, NULL, (int[]){ t[1],
		shape_const(&m, 4, 1, zeros), shape_const(&m, 4, 1, ends),
		shape_const(&m, 4, 1, ones) }, 4, t[2]);
	model_add_op(&m, KERN_TRANSPOSE, NULL, (int[]){ t[2],
		shape_const(&m, 4, 1, order) }, 2, t[3]);
	model_add_op(&m, KERN_MAX_POOL_2D, &pool, &t[3], 1, t[4]);
	model_add_op(&m, KERN_HARD_SWISH, NULL, &t[4], 1, t[5]);
	model_add_op(&m, KERN_CONCATENATION, NULL, &t[5], 1, t[6]);
	model_add_op(&m, KERN_RESHAPE, NULL, &t[6], 1, t[7]);
	model_add_input(&m, t[0]);
	model_add_output(&m, t[7]);
	cr_assert_eq(simplified(&m, GRAPH_FOR_FILES).identities, 6);
	cr_assert_eq(m.op_count, 1);
	cr_assert_eq(m.tensor_count, 2);
	model_release(&m);
}

/* A slice that runs backwards has the same shape and is none. */
Test(simplify, reversing_is_kept)
{
	struct model m;
	const int32_t begin[] = { 0, -1, 0, 0 }, end[] = { 1, -7, 4, 3 };
	const int32_t step[] = { 1, -1, 1, 1 };
	const struct model_attr attr = { .end_mask = 2 };
	int x, y;

	model_init(&m, "reverse");
	x = act(&m, 6, 4, 3);
	y = act(&m, 6, 4, 3);
	model_add_op(&m, KERN_STRIDED_SLICE, &attr, (int[]){ x,
		shape_const(&m, 4, 1, begin), shape_const(&m, 4, 1, end),
		shape_const(&m, 4, 1, step) }, 4, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	cr_assert_eq(simplified(&m, GRAPH_FOR_FILES).identities, 0);
	cr_assert_eq(m.op_count, 1);
	model_release(&m);
}

/* From an input straight to an output something has to stay. */
Test(simplify, an_input_that_is_the_output_keeps_one_operation)
{
	struct model m;
	int t[3];

	model_init(&m, "nothing");
	for (int i = 0; i < 3; i++)
		t[i] = act(&m, 2, 2, 2);
	model_add_op(&m, KERN_RESHAPE, NULL, &t[0], 1, t[1]);
	model_add_op(&m, KERN_RESHAPE, NULL, &t[1], 1, t[2]);
	model_add_input(&m, t[0]);
	model_add_output(&m, t[2]);
	simplified(&m, GRAPH_FOR_FILES);
	cr_assert_eq(m.op_count, 1);
	model_release(&m);
}

Test(simplify, of_three_reshapes_the_last_does_it_all)
{
	struct model m;
	int t[5];

	model_init(&m, "reshape");
	t[0] = act(&m, 6, 4, 3);
	t[1] = act(&m, 4, 6, 3);
	t[2] = act(&m, 1, 24, 3);
	t[3] = act(&m, 1, 1, 72);
	t[4] = act(&m, 1, 1, 72);
	for (int i = 0; i < 3; i++)
		model_add_op(&m, KERN_RESHAPE, NULL, &t[i], 1, t[i + 1]);
	model_add_op(&m, KERN_HARD_SWISH, NULL, &t[3], 1, t[4]);
	model_add_input(&m, t[0]);
	model_add_output(&m, t[4]);
	simplified(&m, GRAPH_FOR_FILES);
	cr_assert_eq(m.op_count, 2);
	model_release(&m);
}

Test(simplify, a_transpose_that_moves_only_ones_is_a_reshape)
{
	const int32_t order[] = { 0, 2, 1, 3 };
	struct model m;
	int x, y, z;

	model_init(&m, "transpose");
	x = act(&m, 6, 1, 3);
	y = act(&m, 1, 6, 3);
	z = act(&m, 1, 6, 3);
	model_add_op(&m, KERN_TRANSPOSE, NULL, (int[]){ x,
		shape_const(&m, 4, 1, order) }, 2, y);
	model_add_op(&m, KERN_HARD_SWISH, NULL, &y, 1, z);
	model_add_input(&m, x);
	model_add_output(&m, z);
	simplified(&m, GRAPH_FOR_FILES);
	cr_assert_eq(m.ops[0].op, KERN_RESHAPE);
	model_release(&m);
}

/* ---- constants ----------------------------------------------------------- */

Test(simplify, what_depends_on_constants_alone_is_computed)
{
	struct model m;
	int x, c, d, y;

	model_init(&m, "constant");
	x = act(&m, 2, 2, 3);
	c = model_add_const(&m, "c", KERN_S8, MODEL_SHAPE(1, 2, 2, 3),
			    "abcdefABCDEF");
	model_set_quant(&m, c, 0.05f, -7);
	d = act(&m, 2, 2, 3);
	y = act(&m, 2, 2, 3);
	model_add_op(&m, KERN_LEAKY_RELU, NULL, &c, 1, d);
	model_add_op(&m, KERN_ADD, NULL, (int[]){ x, d }, 2, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	cr_assert_eq(simplified(&m, GRAPH_FOR_FILES).constants, 1);
	cr_assert_eq(m.op_count, 1);
	model_release(&m);
}

Test(simplify, what_nobody_reads_is_dead)
{
	struct model m;
	int x, y, z;

	model_init(&m, "dead");
	x = act(&m, 2, 2, 3);
	y = act(&m, 2, 2, 3);
	z = act(&m, 2, 2, 3);
	model_add_op(&m, KERN_HARD_SWISH, NULL, &x, 1, y);
	model_add_op(&m, KERN_HARD_SWISH, NULL, &x, 1, z);
	model_add_input(&m, x);
	model_add_output(&m, z);
	cr_assert(graph_dead(&m, 0));
	cr_assert_not(graph_dead(&m, 0));
	cr_assert_eq(m.op_count, 1);
	model_release(&m);
}

/* ---- fusion -------------------------------------------------------------- */

enum { PAD_TOP, PAD_BOTTOM, PAD_LEFT, PAD_RIGHT };

/* PAD, CONV_2D 3x3 VALID, RELU6 */
static void padded_conv(struct model *m, const int32_t around[4], int stride)
{
	const int32_t pads[] = { 0, 0, around[PAD_TOP], around[PAD_BOTTOM],
				 around[PAD_LEFT], around[PAD_RIGHT], 0, 0 };
	const struct model_attr conv = { .padding = MODEL_PAD_VALID,
		.stride_h = stride, .stride_w = stride };
	int h = 7 + pads[2] + pads[3], w = 8 + pads[4] + pads[5];
	int out_h = (h - 3) / stride + 1, out_w = (w - 3) / stride + 1;
	int x, p, c, y;

	model_init(m, "padded");
	x = act(m, 7, 8, 2);
	p = act(m, h, w, 2);
	c = act(m, out_h, out_w, 4);
	y = act(m, out_h, out_w, 4);
	model_add_op(m, KERN_PAD, NULL, (int[]){ x,
		shape_const(m, 4, 2, pads) }, 2, p);
	model_add_op(m, KERN_CONV_2D, &conv, (int[]){ p,
		weights(m, 4, 3, 3, 2) }, 2, c);
	model_add_op(m, KERN_RELU6, NULL, &c, 1, y);
	model_add_input(m, x);
	model_add_output(m, y);
}

static enum model_pad padding_after(const int32_t around[4], int stride,
				    enum graph_for what_for, int ops)
{
	enum model_pad padding;
	struct model m;

	padded_conv(&m, around, stride);
	simplified(&m, what_for);
	cr_assert_eq(m.op_count, ops);
	cr_assert_eq(m.ops[ops - 1].attr.act, MODEL_ACT_RELU6);
	padding = m.ops[ops - 1].attr.padding;
	model_release(&m);
	return padding;
}

Test(simplify, a_pad_becomes_the_padding_and_relu6_the_activation)
{
	const int32_t same[] = { 1, 1, 1, 1 }, odd[] = { 0, 1, 2, 1 };
	const int32_t wide[] = { 3, 0, 0, 0 };

	cr_assert_eq(padding_after(same, 1, GRAPH_FOR_FILES, 1),
		     MODEL_PAD_SAME);
	/* a .tflite cannot say it */
	cr_assert_eq(padding_after(odd, 1, GRAPH_FOR_FILES, 2),
		     MODEL_PAD_VALID);
	cr_assert_eq(padding_after(odd, 1, GRAPH_FOR_PLANS, 1),
		     MODEL_PAD_EXPLICIT);
	/* stride 2 on 8 columns: SAME pads behind only, PyTorch both sides */
	cr_assert_eq(padding_after(same, 2, GRAPH_FOR_PLANS, 1),
		     MODEL_PAD_EXPLICIT);
	/* a whole filter of padding is no padding any more */
	cr_assert_eq(padding_after(wide, 1, GRAPH_FOR_PLANS, 2),
		     MODEL_PAD_VALID);
}

Test(simplify, a_pad_that_two_read_stays)
{
	const int32_t same[] = { 1, 1, 1, 1 };
	struct model m;

	padded_conv(&m, same, 1);
	model_add_output(&m, m.ops[0].output);
	simplified(&m, GRAPH_FOR_PLANS);
	cr_assert_eq(m.op_count, 2);
	model_release(&m);
}

Test(simplify, relu_in_another_scale_stays)
{
	struct model m;
	int x, c, y;

	model_init(&m, "relu");
	x = act(&m, 5, 5, 2);
	c = act(&m, 5, 5, 4);
	y = act(&m, 5, 5, 4);
	model_set_quant(&m, y, 0.03f, -128);
	model_add_op(&m, KERN_CONV_2D, NULL, (int[]){ x,
		weights(&m, 4, 3, 3, 2) }, 2, c);
	model_add_op(&m, KERN_RELU, NULL, &c, 1, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	simplified(&m, GRAPH_FOR_PLANS);
	cr_assert_eq(m.op_count, 2);
	model_release(&m);
}

/* ---- batch norm in float ------------------------------------------------- */

enum { CHANNELS = 3 };

/* layer(x) * factor + offset, with a RELU on the sum; kernels for all of it
 * are not needed to fold. */
static void batch_norm(struct model *m, enum kern_op layer, bool has_bias)
{
	const float factor[] = { 2, -0.5f, 0.25f }, offset[] = { 1, 2, -3 };
	const struct model_attr relu = { .act = MODEL_ACT_RELU };
	const int32_t conv[] = { 3, 3, 3, 3 }, depthwise[] = { 1, 3, 3, 3 };
	int x, w, b = -1, c, s, y;

	model_init(m, "bn");
	x = model_add_tensor(m, "x", KERN_F32, MODEL_SHAPE(1, 4, 4, 3));
	w = model_add_const(m, "w", KERN_F32, 4,
			    layer == KERN_CONV_2D ? conv : depthwise, NULL);
	for (size_t i = 0; i < model_elements(&m->tensors[w]); i++)
		((float *)m->tensors[w].data)[i] = (float)(i + 1);
	if (has_bias)
		b = model_add_const(m, "b", KERN_F32, MODEL_SHAPE(CHANNELS),
				    (float[]){ 10, 20, 30 });
	c = model_add_tensor(m, "c", KERN_F32, MODEL_SHAPE(1, 4, 4, 3));
	s = model_add_tensor(m, "s", KERN_F32, MODEL_SHAPE(1, 4, 4, 3));
	y = model_add_tensor(m, "y", KERN_F32, MODEL_SHAPE(1, 4, 4, 3));
	model_add_op(m, layer, NULL, (int[]){ x, w, b }, has_bias ? 3 : 2, c);
	model_add_op(m, KERN_MUL, NULL, (int[]){ c,
		model_add_const(m, "f", KERN_F32, MODEL_SHAPE(CHANNELS),
				factor) }, 2, s);
	model_add_op(m, KERN_ADD, &relu, (int[]){ model_add_const(m, "o",
		KERN_F32, MODEL_SHAPE(1, 1, 1, CHANNELS), offset), s }, 2, y);
	model_add_input(m, x);
	model_add_output(m, y);
}

static void check_batch_norm(enum kern_op layer, bool has_bias)
{
	const float factor[] = { 2, -0.5f, 0.25f }, offset[] = { 1, 2, -3 };
	const float *w, *b;
	struct model m;
	size_t n;

	batch_norm(&m, layer, has_bias);
	cr_assert(graph_fold(&m, 1));
	cr_assert(graph_fold(&m, 1));
	cr_assert_eq(m.op_count, 1);
	cr_assert_eq(m.ops[0].attr.act, MODEL_ACT_RELU);
	cr_assert_eq(m.ops[0].output, m.outputs[0]);
	w = m.tensors[m.ops[0].inputs[1]].data;
	b = m.tensors[m.ops[0].inputs[2]].data;
	n = model_elements(&m.tensors[m.ops[0].inputs[1]]);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(w[i], (float)(i + 1) *
			     factor[layer == KERN_CONV_2D ? i / 27 : i % 3]);
	for (int c = 0; c < CHANNELS; c++)
		cr_assert_eq(b[c], (has_bias ? (float)(10 + 10 * c) *
				    factor[c] : 0) + offset[c]);
	model_release(&m);
}

Test(fold, batch_norm_goes_into_weights_and_bias)
{
	check_batch_norm(KERN_CONV_2D, true);
	check_batch_norm(KERN_CONV_2D, false);
	check_batch_norm(KERN_DEPTHWISE_CONV_2D, true);
	check_batch_norm(KERN_DEPTHWISE_CONV_2D, false);
}

Test(fold, not_behind_an_activation_nor_into_shared_weights)
{
	struct model m;

	batch_norm(&m, KERN_CONV_2D, true);
	m.ops[0].attr.act = MODEL_ACT_RELU;
	cr_assert_not(graph_fold(&m, 1));
	m.ops[0].attr.act = MODEL_ACT_NONE;
	model_add_op(&m, KERN_CONV_2D, NULL, m.ops[0].inputs, 3,
		     model_add_tensor(&m, "z", KERN_F32,
				      MODEL_SHAPE(1, 4, 4, 3)));
	cr_assert_not(graph_fold(&m, 1));
	model_release(&m);
}

/* Down a column of the image, not per channel. */
Test(fold, a_sum_along_another_axis_stays)
{
	struct model m;
	struct model_tensor *o;

	batch_norm(&m, KERN_CONV_2D, true);
	cr_assert(graph_fold(&m, 1));
	o = &m.tensors[m.ops[1].inputs[0]];
	o->dims[2] = o->dims[3];
	o->dims[3] = 1;
	cr_assert_not(graph_fold(&m, 1));
	model_release(&m);
}

/* ---- pools --------------------------------------------------------------- */

static void check_mean(int rank)
{
	const int32_t four[] = { 1, 1, 1, 3 }, two[] = { 1, 3 };
	const int32_t axes[] = { 1, 2 };
	struct graph_changes changes;
	struct plan_runner r;
	float in[5 * 4 * 3], before[3], after[3];
	struct model m;
	int x, y, a;

	model_init(&m, "mean");
	x = model_add_tensor(&m, "x", KERN_F32, MODEL_SHAPE(1, 5, 4, 3));
	a = model_add_const(&m, "axes", KERN_S32, MODEL_SHAPE(2), axes);
	y = model_add_tensor(&m, "y", KERN_F32, rank, rank == 4 ? four : two);
	model_add_op(&m, KERN_MEAN, NULL, (int[]){ x, a }, 2, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	cr_assert_eq(model_check(&m, NULL), 0);
	for (int i = 0; i < 60; i++)
		in[i] = (float)(i * i % 17) - 8;
	cr_assert_eq(plan_runner_open_model(&r, &m, NULL), 0);
	plan_runner_infer(&r, in, before);
	plan_runner_close(&r);
	cr_assert_eq(graph_simplify(&m, GRAPH_FOR_FILES, &changes, NULL), 0);
	cr_assert_eq(m.ops[0].op, KERN_AVERAGE_POOL_2D);
	cr_assert_eq(m.op_count, rank == 4 ? 1 : 2);
	cr_assert_eq(plan_runner_open_model(&r, &m, NULL), 0);
	plan_runner_infer(&r, in, after);
	plan_runner_close(&r);
	for (int c = 0; c < 3; c++)
		cr_assert_float_eq(before[c], after[c], 1e-6f);
	model_release(&m);
}

Test(pool, a_mean_over_the_image_is_an_average_pool)
{
	check_mean(4);
	check_mean(2);
}
