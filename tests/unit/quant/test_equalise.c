#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "chain.h"
#include "plan/runner.h"
#include "quant/equalise.h"

static float x[CHAIN_SAMPLES * CHAIN_IN];

/* Channel c of the first layer is by 4^c too small, the second makes up for
 * it: what equalisation is for. */
static void spoil(struct model *m)
{
	float *w = m->tensors[m->ops[0].inputs[1]].data;
	float *b = m->tensors[m->ops[0].inputs[2]].data;
	float *next = m->tensors[m->ops[1].inputs[1]].data;

	for (int c = 0; c < CHAIN_F; c++) {
		for (int i = 0; i < 9 * CHAIN_C; i++)
			w[c * 9 * CHAIN_C + i] *= powf(4, (float)-c);
		b[c] *= powf(4, (float)-c);
		for (int i = 0; i < 9; i++)
			next[i * CHAIN_F + c] *= powf(4, (float)c);
	}
}

static double int8_error(const struct model *m,
			 const struct quant_samples *samples, const float *y)
{
	const struct quant_calibration how = { .method = QUANT_MINMAX };
	struct quant_range ranges[32];
	struct plan_runner r;
	struct model q;
	double sum = 0;

	cr_assert_eq(quant_calibrate(m, samples, &how, NULL, ranges, NULL), 0);
	cr_assert_eq(quant_model(m, ranges, &quant_int8, &q, NULL), 0);
	cr_assert_eq(plan_runner_open_model(&r, &q, NULL), 0);
	for (int i = 0; i < CHAIN_SAMPLES; i++) {
		const struct model_quant *in = &q.tensors[q.inputs[0]].quant;
		const struct model_quant *out = &q.tensors[q.outputs[0]].quant;
		int8_t qx[CHAIN_IN], qy[CHAIN_M];

		for (int k = 0; k < CHAIN_IN; k++)
			qx[k] = (int8_t)lrintf(fmaxf(-128, fminf(127,
				x[i * CHAIN_IN + k] / in->scales[0] +
				(float)in->zeros[0])));
		plan_runner_infer(&r, qx, qy);
		for (int k = 0; k < CHAIN_M; k++)
			sum += pow((double)out->scales[0] *
				   (qy[k] - out->zeros[0]) -
				   (double)y[i * CHAIN_M + k], 2);
	}
	plan_runner_close(&r);
	model_release(&q);
	return sum;
}

Test(equalise, float_answers_stay_the_same_to_the_last_bit)
{
	const struct quant_samples samples = chain_samples(x, 3);
	float before[CHAIN_SAMPLES * CHAIN_M], after[CHAIN_SAMPLES * CHAIN_M];
	struct model m;
	int pairs = 0;

	chain_build(&m, 3, MODEL_ACT_RELU);
	spoil(&m);
	chain_answers(&m, x, before);
	cr_assert_eq(quant_equalise(&m, &samples, NULL, &pairs, NULL), 0);
	cr_assert_geq(pairs, 2);
	chain_answers(&m, x, after);
	cr_assert_eq(memcmp(before, after, sizeof(after)), 0);
	model_release(&m);
}

Test(equalise, int8_of_uneven_channels_comes_much_nearer)
{
	const struct quant_samples samples = chain_samples(x, 4);
	float y[CHAIN_SAMPLES * CHAIN_M];
	double before, after;
	struct model m;

	chain_build(&m, 4, MODEL_ACT_RELU);
	spoil(&m);
	chain_answers(&m, x, y);
	before = int8_error(&m, &samples, y);
	cr_assert_eq(quant_equalise(&m, &samples, NULL, NULL, NULL), 0);
	after = int8_error(&m, &samples, y);
	cr_assert_lt(10 * after, before);
	model_release(&m);
}

static int pairs_of(struct model *m)
{
	const struct quant_samples samples = chain_samples(x, 5);
	int pairs = 0;

	cr_assert_eq(quant_equalise(m, &samples, NULL, &pairs, NULL), 0);
	model_release(m);
	return pairs;
}

Test(equalise, relu6_is_left_alone)
{
	struct model m;

	chain_build(&m, 5, MODEL_ACT_RELU6);
	spoil(&m);
	cr_assert_eq(pairs_of(&m), 0);
}

Test(equalise, what_two_read_or_the_model_gives_is_left_alone)
{
	struct model m;

	chain_build(&m, 6, MODEL_ACT_RELU);
	spoil(&m);
	for (int i = 0; i < 3; i++)
		model_add_output(&m, m.ops[i].output);
	cr_assert_eq(pairs_of(&m), 0);
}

/* A channel nobody uses has no size to equalise. */
Test(equalise, dead_channels_change_nothing)
{
	struct model m;

	chain_build(&m, 7, MODEL_ACT_RELU);
	for (int i = 0; i < 3; i++)
		memset(m.tensors[m.ops[i].inputs[1]].data, 0,
		       model_bytes(&m.tensors[m.ops[i].inputs[1]]));
	memset(m.tensors[m.ops[5].inputs[1]].data, 0, CHAIN_M * CHAIN_P * 4);
	cr_assert_eq(pairs_of(&m), 0);
}
