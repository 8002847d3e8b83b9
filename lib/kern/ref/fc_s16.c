#include "kern/kern.h"
#include "kern/ref/sum_s16.h"

static int64_t row_sum(const struct kern_fc_s16 *k, const int16_t *in,
		       int32_t o)
{
	const int8_t *weights = k->weights + (size_t)o * k->in_depth;
	int64_t sum = 0;

	for (int32_t d = 0; d < k->in_depth; d++)
		sum += weights[d] * in[d];
	return sum;
}

void kern_fc_s16(const struct kern_fc_s16 *k, const int16_t *in, int16_t *out)
{
	for (int32_t b = 0; b < k->batches; b++, in += k->in_depth)
		for (int32_t o = 0; o < k->out_depth; o++) {
			int32_t v = sum_s16_finish(row_sum(k, in, o),
						   k->is_wide, k->bias,
						   &k->requant, o);

			*out++ = (int16_t)requant_clamp(v, k->act_min,
							k->act_max);
		}
}
