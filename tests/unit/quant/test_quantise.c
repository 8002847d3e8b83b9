#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "chain.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "quant/recipe.h"

static float x[CHAIN_SAMPLES * CHAIN_IN];

static int count_ops(const struct model *m, enum kern_op op)
{
	int n = 0;

	for (int i = 0; i < m->op_count; i++)
		n += m->ops[i].op == op;
	return n;
}

/* Adds a SOFTMAX, which has no int16 kernel, to the chain. */
static void with_softmax(struct model *m)
{
	int y = m->outputs[0];
	int s = model_add_tensor(m, "s", KERN_F32, MODEL_SHAPE(1, CHAIN_M));

	model_add_op(m, KERN_SOFTMAX, NULL, &y, 1, s);
	m->outputs[0] = s;
}

static void put(const struct model_tensor *t, float v, void *to, int i)
{
	float q = roundf(v / t->quant.scales[0]) + (float)t->quant.zeros[0];

	if (t->type == KERN_S16)
		((int16_t *)to)[i] = (int16_t)fmaxf(-32767, fminf(32767, q));
	else
		((int8_t *)to)[i] = (int8_t)fmaxf(-128, fminf(127, q));
}

static double got(const struct model_tensor *t, const void *from, int i)
{
	int q = t->type == KERN_S16 ? ((const int16_t *)from)[i] :
		((const int8_t *)from)[i];

	return (double)t->quant.scales[0] * (q - t->quant.zeros[0]);
}

/* Largest difference of the answers. */
static double difference(const struct model *m, const struct model *q)
{
	const struct model_tensor *in = &q->tensors[q->inputs[0]];
	const struct model_tensor *out = &q->tensors[q->outputs[0]];
	struct plan_runner f, i;
	struct err err = { 0 };
	double worst = 0;

	cr_assert_eq(plan_runner_open_model(&f, m, &err), 0, "%s", err.text);
	cr_assert_eq(plan_runner_open_model(&i, q, &err), 0, "%s", err.text);
	for (int n = 0; n < CHAIN_SAMPLES; n++) {
		int16_t qx[CHAIN_IN], qy[CHAIN_M];
		float y[CHAIN_M];

		for (int k = 0; k < CHAIN_IN; k++)
			put(in, x[n * CHAIN_IN + k], qx, k);
		plan_runner_infer(&f, x + n * CHAIN_IN, y);
		plan_runner_infer(&i, qx, qy);
		for (int k = 0; k < CHAIN_M; k++)
			worst = fmax(worst, fabs((double)y[k] -
						 got(out, qy, k)));
	}
	plan_runner_close(&f);
	plan_runner_close(&i);
	return worst;
}

static void make(const struct model *m, const struct quant_format *format,
		 struct model *q)
{
	const struct quant_samples samples = chain_samples(x, 14);
	struct quant_recipe recipe = quant_recipe_usual();
	struct err err = { 0 };

	recipe.format = *format;
	cr_assert_eq(quant_make(m, &recipe, &samples, NULL, q, &err), 0,
		     "%s", err.text);
}

Test(quantise, int16_is_nearer_than_int8_by_far)
{
	struct model m, narrow, wide;
	double d8, d16;

	chain_build(&m, 14, MODEL_ACT_RELU);
	make(&m, &quant_int8, &narrow);
	make(&m, &quant_int16x8, &wide);
	d8 = difference(&m, &narrow);
	d16 = difference(&m, &wide);
	cr_assert_lt(d16, 0.7 * d8);
	cr_assert_eq(wide.tensors[wide.inputs[0]].type, KERN_S16);
	cr_assert_eq(wide.tensors[wide.ops[0].inputs[1]].type, KERN_S8);
	cr_assert_eq(wide.tensors[wide.ops[0].inputs[2]].type, KERN_S64);
	model_release(&m);
	model_release(&narrow);
	model_release(&wide);
}

Test(quantise, softmax_runs_in_int8_inside_int16)
{
	struct model m, q;

	chain_build(&m, 15, MODEL_ACT_RELU6);
	with_softmax(&m);
	make(&m, &quant_int16x8, &q);
	cr_assert_eq(count_ops(&q, KERN_QUANTIZE), 1);
	cr_assert_eq(q.tensors[q.outputs[0]].type, KERN_S8);
	cr_assert_lt(difference(&m, &q), 0.01);
	model_release(&m);
	model_release(&q);
}

Test(quantise, int8_ports_stay_where_boards_need_them)
{
	const struct quant_format format = { .has_s16 = true,
					     .has_s8_ports = true };
	struct model m, q;

	chain_build(&m, 16, MODEL_ACT_RELU);
	make(&m, &format, &q);
	cr_assert_eq(q.tensors[q.inputs[0]].type, KERN_S8);
	cr_assert_eq(q.tensors[q.outputs[0]].type, KERN_S8);
	cr_assert_eq(count_ops(&q, KERN_QUANTIZE), 2);
	cr_assert_lt(difference(&m, &q), 0.2);
	model_release(&m);
	model_release(&q);
}

Test(quantise, an_int16_model_is_written_and_read_back)
{
	struct buf file = BUF_INIT;
	struct model m, q, back;
	struct err err = { 0 };

	chain_build(&m, 17, MODEL_ACT_RELU);
	with_softmax(&m);
	make(&m, &quant_int16x8, &q);
	cr_assert_eq(model_write_tflite(&q, &file, &err), 0, "%s", err.text);
	cr_assert_eq(model_read_tflite(&back, file.data, file.len, &err), 0,
		     "%s", err.text);
	cr_assert_eq(difference(&m, &q), difference(&m, &back));
	buf_release(&file);
	model_release(&m);
	model_release(&q);
	model_release(&back);
}

/* y = x + a constant */
Test(quantise, constants_that_flow_are_quantised_too)
{
	const struct quant_range ranges[] = { { -3, 3 }, { 0, 0 }, { -4, 5 } };
	const float c[] = { 1, 2, -1 };
	struct model m, q;
	struct err err = { 0 };
	int t[3];

	for (int wide = 0; wide < 2; wide++) {
		model_init(&m, "sum");
		t[0] = model_add_tensor(&m, "x", KERN_F32, MODEL_SHAPE(1, 3));
		t[1] = model_add_const(&m, "c", KERN_F32, MODEL_SHAPE(3), c);
		t[2] = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(1, 3));
		model_add_op(&m, KERN_ADD, NULL, t, 2, t[2]);
		model_add_input(&m, t[0]);
		model_add_output(&m, t[2]);
		cr_assert_eq(quant_model(&m, ranges, wide ? &quant_int16x8 :
					 &quant_int8, &q, &err), 0, "%s",
			     err.text);
		for (int i = 0; i < 3; i++)
			cr_assert_float_eq(got(&q.tensors[t[1]],
					       q.tensors[t[1]].data, i), c[i],
					   0.01);
		model_release(&m);
		model_release(&q);
	}
}

/* What CONCATENATION joins has one scale: that of the widest. */
Test(quantise, inputs_that_are_joined_share_their_scale)
{
	const struct quant_range ranges[] = { { -1, 1 }, { -5, 2 }, { -5, 2 } };
	const struct model_attr last = { .axis = -1 };
	struct model m, q;
	struct err err = { 0 };
	int t[3];

	model_init(&m, "join");
	t[0] = model_add_tensor(&m, "a", KERN_F32, MODEL_SHAPE(1, 3));
	t[1] = model_add_tensor(&m, "b", KERN_F32, MODEL_SHAPE(1, 3));
	t[2] = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(1, 6));
	model_add_op(&m, KERN_CONCATENATION, &last, t, 2, t[2]);
	model_add_input(&m, t[0]);
	model_add_input(&m, t[1]);
	model_add_output(&m, t[2]);
	cr_assert_eq(quant_model(&m, ranges, &quant_int8, &q, &err), 0, "%s",
		     err.text);
	for (int i = 0; i < 3; i++)
		cr_assert_float_eq(q.tensors[t[i]].quant.scales[0], 7.0f / 255,
				   1e-6f);
	cr_assert_eq(q.op_count, 1);
	model_release(&m);
	model_release(&q);
}

/* A sigmoid's scale is given: the other side of the join gets a QUANTIZE. */
Test(quantise, a_fixed_scale_is_requantised_where_it_is_joined)
{
	const struct quant_range ranges[] = {
		{ -1, 1 }, { 0, 1 }, { -5, 2 }, { -5, 2 } };
	const struct model_attr last = { .axis = -1 };
	struct model m, q;
	struct err err = { 0 };
	int t[4];

	model_init(&m, "join");
	for (int i = 0; i < 3; i++)
		t[i] = model_add_tensor(&m, "t", KERN_F32, MODEL_SHAPE(1, 3));
	t[3] = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(1, 6));
	model_add_op(&m, KERN_LOGISTIC, NULL, &t[0], 1, t[1]);
	model_add_op(&m, KERN_CONCATENATION, &last, &t[1], 2, t[3]);
	model_add_input(&m, t[0]);
	model_add_input(&m, t[2]);
	model_add_output(&m, t[3]);
	cr_assert_eq(quant_model(&m, ranges, &quant_int8, &q, &err), 0, "%s",
		     err.text);
	cr_assert_eq(q.tensors[t[1]].quant.scales[0], 1.0f / 256);
	cr_assert_eq(count_ops(&q, KERN_QUANTIZE), 1);
	model_release(&m);
	model_release(&q);
}

Test(quantise, four_bits_take_fifteen_values_with_scales_per_channel)
{
	const struct quant_format format = { .has_s4_weights = true };
	const struct model_tensor *w;
	struct model m, q;

	chain_build(&m, 18, MODEL_ACT_RELU);
	make(&m, &format, &q);
	for (int i = 0; i < q.op_count; i++) {
		if (q.ops[i].op != KERN_CONV_2D &&
		    q.ops[i].op != KERN_FULLY_CONNECTED)
			continue;
		w = &q.tensors[q.ops[i].inputs[1]];
		cr_assert_eq(w->quant.n, (uint32_t)w->dims[0]);
		for (size_t k = 0; k < model_elements(w); k++)
			cr_assert(((int8_t *)w->data)[k] >= -7 &&
				  ((int8_t *)w->data)[k] <= 7);
	}
	cr_assert_lt(difference(&m, &q), 1);
	model_release(&m);
	model_release(&q);
}
