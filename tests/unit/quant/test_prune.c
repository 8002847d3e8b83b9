#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "chain.h"
#include "quant/prune.h"

static float x[CHAIN_SAMPLES * CHAIN_IN];

/* Channel c of the first layer: no weights, and a bias. */
static void silence(struct model *m, int c, float bias)
{
	float *w = m->tensors[m->ops[0].inputs[1]].data;

	memset(w + c * 9 * CHAIN_C, 0, 9 * CHAIN_C * sizeof(*w));
	((float *)m->tensors[m->ops[0].inputs[2]].data)[c] = bias;
}

Test(prune, silent_channels_go_and_no_answer_changes)
{
	const struct quant_samples samples = chain_samples(x, 21);
	float before[CHAIN_SAMPLES * CHAIN_M], after[CHAIN_SAMPLES * CHAIN_M];
	float *dw_bias;
	struct model m;

	chain_build(&m, 21, MODEL_ACT_RELU);
	silence(&m, 1, -1);
	silence(&m, 4, 0);
	dw_bias = m.tensors[m.ops[1].inputs[2]].data;
	dw_bias[1] = dw_bias[4] = 0;
	chain_answers(&m, x, before);
	cr_assert_eq(quant_prune(&m, 34, &samples, NULL, NULL), 0);
	cr_assert_eq(m.tensors[m.ops[0].output].dims[3], 4);
	cr_assert_eq(m.tensors[m.ops[1].output].dims[3], 4);
	cr_assert_eq(m.tensors[m.ops[1].inputs[1]].dims[3], 4);
	cr_assert_eq(m.tensors[m.ops[2].inputs[1]].dims[3], 4);
	chain_answers(&m, x, after);
	cr_assert_eq(memcmp(before, after, sizeof(after)), 0);
	model_release(&m);
}

/* What is the same for every input is made up for by the next bias. */
Test(prune, a_constant_channel_moves_into_the_bias)
{
	const struct quant_samples samples = chain_samples(x, 22);
	float before[CHAIN_SAMPLES * CHAIN_M], after[CHAIN_SAMPLES * CHAIN_M];
	float *dw;
	struct model m;

	chain_build(&m, 22, MODEL_ACT_NONE);
	silence(&m, 0, 0.5f);
	silence(&m, 3, -0.25f);
	/* only the middle tap: no border in sight */
	dw = m.tensors[m.ops[1].inputs[1]].data;
	for (int i = 0; i < 9; i++)
		if (i != 4)
			dw[i * CHAIN_F] = dw[i * CHAIN_F + 3] = 0;
	chain_answers(&m, x, before);
	cr_assert_eq(quant_prune(&m, 40, &samples, NULL, NULL), 0);
	chain_answers(&m, x, after);
	for (int i = 0; i < CHAIN_SAMPLES * CHAIN_M; i++)
		cr_assert_float_eq(before[i], after[i], 1e-5f);
	model_release(&m);
}

Test(prune, dense_layers_lose_inputs_with_the_layer_before)
{
	const struct quant_samples samples = chain_samples(x, 23);
	struct model m;

	chain_build(&m, 23, MODEL_ACT_RELU6);
	/* 4 pointwise channels: a multiple of 4 is kept, so none goes */
	cr_assert_eq(quant_prune(&m, 50, &samples, NULL, NULL), 0);
	cr_assert_eq(m.tensors[m.ops[2].output].dims[3], 4);
	cr_assert_eq(m.tensors[m.ops[0].output].dims[3], 4);
	model_release(&m);
}

Test(prune, what_is_read_twice_or_given_out_stays)
{
	const struct quant_samples samples = chain_samples(x, 24);
	struct model m;

	chain_build(&m, 24, MODEL_ACT_RELU);
	model_add_output(&m, m.ops[1].output);
	cr_assert_eq(quant_prune(&m, 50, &samples, NULL, NULL), 0);
	cr_assert_eq(m.tensors[m.ops[0].output].dims[3], CHAIN_F);
	model_release(&m);
}
