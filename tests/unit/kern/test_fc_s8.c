#include "cases.h"

static int8_t expected(const struct kern_fc_s8 *k, const int8_t *in, int32_t o)
{
	int32_t entry = k->requant.step ? o : 0;
	__int128 sum = k->bias ? k->bias[o] : 0;
	int8_t v;

	for (int32_t d = 0; d < k->in_depth; d++)
		sum += (in[d] - k->in_zero) * k->weights[o * k->in_depth + d];
	v = oracle_output(sum, k->requant.multiplier[entry],
			  k->requant.shift[entry], k->out_zero);
	return (int8_t)oracle_clamp(v, k->act_min, k->act_max);
}

static void one_case(struct cases *cases)
{
	int32_t bias[CHANNELS_MAX], multiplier[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX];
	struct kern_fc_s8 k = {
		.batches = pick(cases, 1, 3), .in_depth = pick(cases, 1, 200),
		.out_depth = pick(cases, 1, CHANNELS_MAX),
		.bias = pick(cases, 0, 3) ? bias : NULL,
		.requant = { multiplier, shift, pick(cases, 0, 1) },
		.in_zero = pick(cases, -128, 127),
		.out_zero = pick(cases, -128, 127),
	};
	struct guarded in, weights, out;

	pick_clamp(cases, &k.act_min, &k.act_max);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		bias[i] = (int32_t)rng_u64(&cases->rng) >> pick(cases, 0, 31);
		pick_factor(cases, &multiplier[i], &shift[i]);
	}
	in = pick_bytes(cases, (size_t)k.batches * k.in_depth);
	weights = pick_bytes(cases, (size_t)k.out_depth * k.in_depth);
	out = guarded_init((size_t)k.batches * k.out_depth);
	k.weights = (int8_t *)weights.data;
	kern_fc_s8(&k, (int8_t *)in.data, (int8_t *)out.data, NULL);
	for (int32_t b = 0; b < k.batches; b++)
		for (int32_t o = 0; o < k.out_depth; o++)
			case_assert(cases,
				(int8_t)out.data[b * k.out_depth + o] ==
				expected(&k, (int8_t *)in.data + b * k.in_depth,
					 o));
	case_assert(cases, guarded_intact(&out));
	guarded_release(&in);
	guarded_release(&weights);
	guarded_release(&out);
}

Test(fc_s8, random_shapes_equal_the_formula)
{
	struct cases cases = cases_init(3);

	for (; cases.number < CASES; cases.number++)
		one_case(&cases);
}

/* Sums leave int32: the kernel wraps, as the formula modulo 2^32 does. */
Test(fc_s8, extreme_sums_wrap_and_stay_defined)
{
	enum { DEPTH = 70000 };
	struct guarded in = guarded_init(DEPTH), weights = guarded_init(DEPTH);
	int32_t bias = INT32_MAX, multiplier = INT32_MAX;
	int8_t shift = 0, out;
	struct kern_fc_s8 k = {
		1, DEPTH, 1, (int8_t *)weights.data, &bias,
		{ &multiplier, &shift, 0 }, NULL, 127, 0, -128, 127,
	};

	memset(in.data, 0x80, DEPTH);
	memset(weights.data, 0x80, DEPTH);
	kern_fc_s8(&k, (int8_t *)in.data, &out, NULL);
	cr_assert_eq(out, expected(&k, (int8_t *)in.data, 0));
	guarded_release(&in);
	guarded_release(&weights);
}
