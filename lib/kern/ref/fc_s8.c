#include "kern/kern.h"
#include "kern/requant.h"

static int32_t row_sum(const struct kern_fc_s8 *k, const int8_t *in, int32_t o)
{
	const int8_t *weights = k->weights + (size_t)o * k->in_depth;
	int32_t sum = k->bias ? k->bias[o] : 0;

	for (int32_t d = 0; d < k->in_depth; d++)
		sum = requant_add(sum, weights[d] * (in[d] - k->in_zero));
	return sum;
}

static int8_t output_value(const struct kern_fc_s8 *k, int32_t sum, int32_t o)
{
	const struct kern_requant *rq = &k->requant;
	int32_t v = requant_mul(sum, rq->multiplier[o * rq->step],
				rq->shift[o * rq->step]);

	v = requant_add(v, k->out_zero);
	return (int8_t)requant_clamp(v, k->act_min, k->act_max);
}

void kern_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		void *scratch)
{
	(void)scratch;
	for (int32_t b = 0; b < k->batches; b++, in += k->in_depth)
		for (int32_t o = 0; o < k->out_depth; o++)
			*out++ = output_value(k, row_sum(k, in, o), o);
}

size_t kern_fc_s8_scratch_bytes(const struct kern_fc_s8 *k)
{
	(void)k;
	return 0;
}
