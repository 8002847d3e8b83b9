#include "kern/kern.h"
#include "kern/ref/exp_s8.h"
#include "kern/requant.h"

enum { ACCUM_BITS = 12 };	/* the sum of exponentials is in Q12 */

/* exp(beta * scale * diff) in Q0; diff is at or above k->diff_min. */
static int32_t exponential(const struct kern_softmax_s8 *k, int32_t diff)
{
	return exp_s8(requant_high_mul(requant_shl(diff, k->left_shift),
				       k->multiplier));
}

static int32_t row_max(const int8_t *in, int32_t depth)
{
	int32_t max = INT8_MIN;

	for (int32_t c = 0; c < depth; c++)
		max = in[c] > max ? in[c] : max;
	return max;
}

static uint32_t row_sum(const struct kern_softmax_s8 *k, const int8_t *in,
			int32_t max)
{
	uint32_t sum = 0;

	for (int32_t c = 0; c < k->depth; c++)
		if (in[c] - max >= k->diff_min)
			sum += (uint32_t)requant_round_shift(
				exponential(k, in[c] - max), ACCUM_BITS);
	return sum;
}

static void softmax_row(const struct kern_softmax_s8 *k, const int8_t *in,
			int8_t *out)
{
	int32_t max = row_max(in, k->depth);
	uint32_t sum = row_sum(k, in, max);
	int headroom = __builtin_clz(sum | 1);
	int32_t fraction = (int32_t)((sum << headroom) - (UINT32_C(1) << 31));
	int32_t scale = exp_s8_reciprocal(fraction);
	int shift = ACCUM_BITS - headroom + 31 - 8;

	for (int32_t c = 0; c < k->depth; c++) {
		int32_t diff = in[c] - max, v = 0;

		/* a shift of 32 and more leaves less than a half */
		if (diff >= k->diff_min && shift < 32)
			v = requant_round_shift(requant_high_mul(scale,
					exponential(k, diff)), shift);
		out[c] = (int8_t)requant_clamp(requant_sub(v, 128),
					       INT8_MIN, INT8_MAX);
	}
}

void kern_softmax_s8(const struct kern_softmax_s8 *k, const int8_t *in,
		     int8_t *out)
{
	for (int32_t r = 0; r < k->rows; r++)
		softmax_row(k, in + (size_t)r * k->depth,
			    out + (size_t)r * k->depth);
}
