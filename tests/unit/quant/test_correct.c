#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "chain.h"
#include "quant/correct.h"
#include "quant/recipe.h"

static float x[CHAIN_SAMPLES * CHAIN_IN];

static void quantise(const struct model *m,
		     const struct quant_samples *samples, struct model *q)
{
	const struct quant_calibration how = { .method = QUANT_MINMAX };
	struct quant_range ranges[32];

	cr_assert_eq(quant_calibrate(m, samples, &how, NULL, ranges, NULL), 0);
	cr_assert_eq(quant_model(m, ranges, &quant_int8, q, NULL), 0);
}

/* What correction takes off the first layer's biases, computed the long way:
 * sums of sample and position, in other order and without a kernel. */
static double mean_shift(const struct model *m, const struct model *q, int o)
{
	const float *w = m->tensors[m->ops[0].inputs[1]].data;
	const struct model_tensor *qw = &q->tensors[q->ops[0].inputs[1]];
	const struct model_quant *in = &q->tensors[q->inputs[0]].quant;
	double sum = 0;

	for (int s = 0; s < CHAIN_SAMPLES * CHAIN_H * CHAIN_W; s++) {
		int sample = s / (CHAIN_H * CHAIN_W);
		int row = s / CHAIN_W % CHAIN_H, col = s % CHAIN_W;

		for (int i = 0; i < 9 * CHAIN_C; i++) {
			int y = row - 1 + i / CHAIN_C / 3, at, k;
			int z = col - 1 + i / CHAIN_C % 3;
			double v, r;

			if (y < 0 || y >= CHAIN_H || z < 0 || z >= CHAIN_W)
				continue;
			at = (y * CHAIN_W + z) * CHAIN_C + i % CHAIN_C;
			v = x[sample * CHAIN_IN + at];
			r = round(v / in->scales[0]) + in->zeros[0];
			r = fmax(-128, fmin(127, r)) - in->zeros[0];
			k = o * 9 * CHAIN_C + i;
			sum += r * in->scales[0] * ((int8_t *)qw->data)[k] *
			       qw->quant.scales[o] - v * w[k];
		}
	}
	return sum / (CHAIN_SAMPLES * CHAIN_H * CHAIN_W);
}

Test(correct, the_first_layer_loses_its_mean_shift)
{
	const struct quant_samples samples = chain_samples(x, 8);
	struct model m, q, fixed;

	chain_build(&m, 8, MODEL_ACT_RELU);
	/* inputs with a mean, so that wrong weights shift the sums */
	for (int i = 0; i < CHAIN_SAMPLES * CHAIN_IN; i++)
		x[i] += 2;
	quantise(&m, &samples, &q);
	quantise(&m, &samples, &fixed);
	cr_assert_eq(quant_correct(&m, &samples, NULL, &fixed, NULL), 0);
	for (int o = 0; o < CHAIN_F; o++) {
		const struct model_tensor *b =
			&q.tensors[q.ops[0].inputs[2]];
		const int32_t *now =
			fixed.tensors[fixed.ops[0].inputs[2]].data;
		double want = mean_shift(&m, &q, o) / b->quant.scales[o];

		cr_assert_lt(fabs(((int32_t *)b->data)[o] - want - now[o]), 2);
	}
	model_release(&m);
	model_release(&q);
	model_release(&fixed);
}

Test(correct, only_biases_change)
{
	const struct quant_samples samples = chain_samples(x, 9);
	struct model m, q, fixed;

	chain_build(&m, 9, MODEL_ACT_RELU6);
	quantise(&m, &samples, &q);
	quantise(&m, &samples, &fixed);
	cr_assert_eq(quant_correct(&m, &samples, NULL, &fixed, NULL), 0);
	for (int t = 0; t < q.tensor_count; t++)
		if (q.tensors[t].data && q.tensors[t].type != KERN_S32)
			cr_assert_eq(memcmp(q.tensors[t].data,
				fixed.tensors[t].data,
				model_bytes(&q.tensors[t])), 0);
	model_release(&m);
	model_release(&q);
	model_release(&fixed);
}

Test(recipe, the_float_model_stays_as_it_was)
{
	const struct quant_samples samples = chain_samples(x, 10);
	struct quant_recipe recipe = quant_recipe_usual();
	struct model m, copy, q;

	chain_build(&m, 10, MODEL_ACT_RELU);
	chain_build(&copy, 10, MODEL_ACT_RELU);
	recipe.equalise = true;
	cr_assert_eq(quant_make(&m, &recipe, &samples, NULL, &q, NULL), 0);
	for (int t = 0; t < m.tensor_count; t++)
		if (m.tensors[t].data)
			cr_assert_eq(memcmp(m.tensors[t].data,
				copy.tensors[t].data,
				model_bytes(&m.tensors[t])), 0);
	model_release(&m);
	model_release(&copy);
	model_release(&q);
}
