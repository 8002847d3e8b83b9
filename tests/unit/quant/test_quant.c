#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "plan/runner.h"
#include "quant/scale.h"

/* conv 3x3 (2 -> 4 channels, ReLU), average pool, fully connected, softmax */
enum { H = 6, W = 5, C = 2, F = 4, M = 3, IN = H * W * C };

static float noise(struct rng *rng)
{
	return 2 * rng_unit(rng) - 1;
}

static void fill(struct rng *rng, float *x, size_t n, float scale)
{
	for (size_t i = 0; i < n; i++)
		x[i] = scale * noise(rng);
}

static void build(struct model *m, uint64_t seed)
{
	float conv[F * 3 * 3 * C], conv_bias[F], fc[M * F], fc_bias[M];
	const struct model_attr relu = { .act = MODEL_ACT_RELU };
	const struct model_attr pool = { .filter_h = H, .filter_w = W,
					 .padding = MODEL_PAD_VALID };
	struct rng rng;
	int x, a, p, r, y, s;

	rng_init(&rng, seed, 0);
	fill(&rng, conv, F * 3 * 3 * C, 0.5f);
	fill(&rng, conv_bias, F, 0.2f);
	fill(&rng, fc, M * F, 1.0f);
	fill(&rng, fc_bias, M, 0.1f);
	model_init(m, "small");
	x = model_add_tensor(m, "x", KERN_F32, MODEL_SHAPE(1, H, W, C));
	a = model_add_tensor(m, "a", KERN_F32, MODEL_SHAPE(1, H, W, F));
	p = model_add_tensor(m, "p", KERN_F32, MODEL_SHAPE(1, 1, 1, F));
	r = model_add_tensor(m, "r", KERN_F32, MODEL_SHAPE(1, F));
	y = model_add_tensor(m, "y", KERN_F32, MODEL_SHAPE(1, M));
	s = model_add_tensor(m, "s", KERN_F32, MODEL_SHAPE(1, M));
	model_add_op(m, KERN_CONV_2D, &relu, (int[]){ x,
		model_add_const(m, "cw", KERN_F32, MODEL_SHAPE(F, 3, 3, C),
				conv),
		model_add_const(m, "cb", KERN_F32, MODEL_SHAPE(F), conv_bias)
		}, 3, a);
	model_add_op(m, KERN_AVERAGE_POOL_2D, &pool, &a, 1, p);
	model_add_op(m, KERN_RESHAPE, NULL, &p, 1, r);
	model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ r,
		model_add_const(m, "fw", KERN_F32, MODEL_SHAPE(M, F), fc),
		model_add_const(m, "fb", KERN_F32, MODEL_SHAPE(M), fc_bias)
		}, 3, y);
	model_add_op(m, KERN_SOFTMAX, NULL, &y, 1, s);
	model_add_input(m, x);
	model_add_output(m, s);
}

enum { SAMPLES = 40 };

static void samples(float *x, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, seed, 1);
	fill(&rng, x, SAMPLES * IN, 3.0f);
}

static int calibrate(const struct model *m, const float *x, size_t count,
		     enum quant_method method, struct quant_range *ranges,
		     struct err *err)
{
	const struct quant_samples from = { x, count, IN };
	const struct quant_calibration how = { method,
					       QUANT_PERCENTILE_USUAL };

	return quant_calibrate(m, &from, &how, NULL, ranges, err);
}

static int quantise(const struct model *m, const float *x,
		    enum quant_method method, struct model *q,
		    struct quant_range *ranges, struct err *err)
{
	int ret = calibrate(m, x, SAMPLES, method, ranges, err);

	return ret ? ret : quant_model(m, ranges, &quant_int8, q, err);
}

Test(quant, int8_answers_are_close_to_float)
{
	static float x[SAMPLES * IN];
	struct quant_range ranges[16];
	struct plan_runner f, i;
	struct model m, q;
	struct err err = { 0 };
	double worst = 0;

	build(&m, 7);
	samples(x, 7);
	cr_assert_eq(quantise(&m, x, QUANT_MINMAX, &q, ranges, &err), 0, "%s",
		     err.text);
	cr_assert_eq(plan_runner_open_model(&f, &m, &err), 0, "%s", err.text);
	cr_assert_eq(plan_runner_open_model(&i, &q, &err), 0, "%s", err.text);
	for (int n = 0; n < SAMPLES; n++) {
		const struct model_quant *in = &q.tensors[q.inputs[0]].quant;
		int8_t qx[IN], qy[M];
		float y[M];

		for (int k = 0; k < IN; k++)
			qx[k] = (int8_t)lrintf(fminf(127, fmaxf(-128,
				x[n * IN + k] / in->scales[0] +
				(float)in->zeros[0])));
		plan_runner_infer(&f, x + n * IN, y);
		plan_runner_infer(&i, qx, qy);
		for (int k = 0; k < M; k++)
			worst = fmax(worst, fabs(y[k] - (qy[k] + 128) / 256.0));
	}
	cr_assert_lt(worst, 0.03);
	plan_runner_close(&f);
	plan_runner_close(&i);
	model_release(&m);
	model_release(&q);
}

Test(quant, scales_follow_the_int8_specification)
{
	static float x[SAMPLES * IN];
	struct quant_range ranges[16];
	struct model m, q;
	struct err err = { 0 };
	const struct model_quant *w, *b, *in;

	build(&m, 8);
	samples(x, 8);
	cr_assert_eq(quantise(&m, x, QUANT_MINMAX, &q, ranges, &err), 0);
	w = &q.tensors[q.ops[0].inputs[1]].quant;
	b = &q.tensors[q.ops[0].inputs[2]].quant;
	in = &q.tensors[q.inputs[0]].quant;
	cr_assert_eq(w->n, F);
	cr_assert_eq(b->n, F);
	for (int c = 0; c < F; c++) {
		cr_assert_eq(w->zeros[c], 0);
		cr_assert_eq(b->scales[c],
			     (float)((double)in->scales[0] * w->scales[c]));
	}
	/* pools and reshapes keep their input's scale; softmax is 1/256 */
	cr_assert_eq(q.tensors[q.ops[1].output].quant.scales[0],
		     q.tensors[q.ops[0].output].quant.scales[0]);
	cr_assert_eq(q.tensors[q.outputs[0]].quant.scales[0], 1.0f / 256);
	cr_assert_eq(q.tensors[q.outputs[0]].quant.zeros[0], -128);
	/* ReLU's range begins at zero */
	cr_assert_eq(q.tensors[q.ops[0].output].quant.zeros[0], -128);
	model_release(&m);
	model_release(&q);
}

Test(quant, percentile_forgets_an_outlier)
{
	static float x[SAMPLES * IN];
	struct quant_range wide[16], narrow[16];
	struct model m;
	struct err err = { 0 };
	int in;

	build(&m, 9);
	samples(x, 9);
	for (int i = 0; i < SAMPLES * IN; i++)
		x[i] *= 0.1f;
	in = m.inputs[0];
	cr_assert_eq(calibrate(&m, x, SAMPLES, QUANT_MINMAX, wide, &err), 0);
	cr_assert_eq(calibrate(&m, x, SAMPLES, QUANT_PERCENTILE, narrow,
			       &err), 0);
	cr_assert_leq(narrow[in].max, wide[in].max);
	cr_assert_gt(narrow[in].max, 0.9f * wide[in].max);
	model_release(&m);
}

/* Squared error of tensor t's int8 over the inputs, which are tensor x. */
static double input_error(const float *x, struct quant_range r)
{
	struct quant_scale s = quant_scale_s8(r);
	double sum = 0;

	for (int i = 0; i < SAMPLES * IN; i++) {
		double off = quant_nearest(s, x[i]) - x[i];

		sum += off * off;
	}
	return sum;
}

Test(quant, auto_is_never_worse_than_the_three_it_chooses_from)
{
	static float x[SAMPLES * IN];
	struct quant_range r[4][16];
	struct model m;
	struct err err = { 0 };

	for (uint64_t seed = 20; seed < 24; seed++) {
		double e[4];
		int in;

		build(&m, seed);
		samples(x, seed);
		if (seed & 1)	/* long tails, or none */
			for (int i = 0; i < SAMPLES * IN; i++)
				x[i] = x[i] * x[i] * x[i] * x[i] * x[i];
		in = m.inputs[0];
		for (int k = QUANT_MINMAX; k <= QUANT_AUTO; k++) {
			cr_assert_eq(calibrate(&m, x, SAMPLES,
				(enum quant_method)k, r[k], &err), 0);
			e[k] = input_error(x, r[k][in]);
		}
		for (int k = QUANT_MINMAX; k < QUANT_AUTO; k++)
			cr_assert_leq(e[QUANT_AUTO], e[k]);
		model_release(&m);
	}
}

Test(quant, samples_of_another_shape_are_refused_in_words)
{
	static float x[SAMPLES * IN];
	const struct quant_samples short_one = { x, SAMPLES, IN - 1 };
	const struct quant_calibration how = { .method = QUANT_MINMAX };
	struct quant_range ranges[16];
	struct err err = { 0 };
	struct model m;

	build(&m, 13);
	cr_assert_eq(quant_calibrate(&m, &short_one, &how, NULL, ranges,
				     &err), ERR_RANGE);
	cr_assert_str_eq(err.text, "a calibration sample has 59 numbers, the "
			 "model takes 60");
	cr_assert_neq(err.hint[0], 0);
	model_release(&m);
}

Test(quant, a_method_has_one_name)
{
	enum quant_method method;
	struct err err = { 0 };

	cr_assert_eq(quant_method_parse("mse", &method, &err), 0);
	cr_assert_eq(method, QUANT_MSE);
	cr_assert_eq(quant_method_parse("best", &method, &err), ERR_USAGE);
	cr_assert_str_eq(err.text, "'best' is not a calibration method: "
			 "minmax, percentile, mse, auto");
}

Test(quant, silent_inputs_and_dead_channels_still_quantise)
{
	static float x[SAMPLES * IN];
	struct quant_range ranges[16];
	struct model m, q;
	struct err err = { 0 };

	build(&m, 10);
	memset(m.tensors[m.ops[0].inputs[1]].data, 0, 3 * 3 * C * 4);
	cr_assert_eq(quantise(&m, x, QUANT_MINMAX, &q, ranges, &err), 0, "%s",
		     err.text);
	model_release(&m);
	model_release(&q);
}

Test(quant, no_samples_nan_and_infinity_are_refused_in_words)
{
	static float x[SAMPLES * IN];
	struct quant_range ranges[16];
	struct model m, q;
	struct err err = { 0 };

	build(&m, 11);
	cr_assert_eq(calibrate(&m, x, 0, QUANT_MINMAX, ranges, &err),
		     ERR_RANGE);
	cr_assert(strstr(err.text, "no samples"));
	cr_assert(strstr(err.hint, "label.train"));
	x[IN + 3] = NAN;
	err = (struct err){ 0 };
	cr_assert_eq(calibrate(&m, x, SAMPLES, QUANT_MINMAX, ranges, &err),
		     ERR_RANGE);
	cr_assert_str_eq(err.text, "tensor 'x' is not finite");
	cr_assert_str_eq(err.place, "calibration sample 1");
	x[IN + 3] = 0;
	((float *)m.tensors[m.ops[0].inputs[1]].data)[2] = INFINITY;
	err = (struct err){ 0 };
	memset(ranges, 0, sizeof(ranges));
	cr_assert_eq(quant_model(&m, ranges, &quant_int8, &q, &err), ERR_RANGE);
	cr_assert(strstr(err.text, "'cw'"));
	model_release(&m);
}

/* As trained models have it where a ReLU never opens. */
Test(quant, a_channel_of_bias_alone_fits_int32)
{
	static float x[SAMPLES * IN];
	struct quant_range ranges[16];
	const struct model_tensor *b;
	struct err err = { 0 };
	struct model m, q;
	float *w;

	build(&m, 14);
	samples(x, 14);
	w = m.tensors[m.ops[0].inputs[1]].data;
	for (int i = 0; i < 3 * 3 * C; i++)
		w[i] *= 1e-12f;
	((float *)m.tensors[m.ops[0].inputs[2]].data)[0] = -0.7f;
	cr_assert_eq(quantise(&m, x, QUANT_MINMAX, &q, ranges, &err), 0, "%s",
		     err.text);
	b = &q.tensors[q.ops[0].inputs[2]];
	cr_assert_float_eq((double)((int32_t *)b->data)[0] *
			   (double)b->quant.scales[0], -0.7, 1e-6);
	model_release(&m);
	model_release(&q);
}

Test(quant, a_bias_that_is_not_finite_is_refused)
{
	struct quant_range ranges[16] = { { 0 } };
	struct model m, q;
	struct err err = { 0 };

	build(&m, 12);
	((float *)m.tensors[m.ops[0].inputs[2]].data)[1] = INFINITY;
	cr_assert_eq(quant_model(&m, ranges, &quant_int8, &q, &err), ERR_RANGE);
	cr_assert(strstr(err.text, "'cb'"));
	model_release(&m);
}
