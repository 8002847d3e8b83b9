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

/* How a row's exponentials become its outputs. */
struct norm {
	int32_t max, scale;
	int shift;
};

static struct norm norm_of(const struct kern_softmax_s8 *k, const int8_t *in,
			   int out_bits)
{
	int32_t max = row_max(in, k->depth);
	uint32_t sum = row_sum(k, in, max);
	int headroom = __builtin_clz(sum | 1);
	int32_t fraction = (int32_t)((sum << headroom) - (UINT32_C(1) << 31));

	return (struct norm){ max, exp_s8_reciprocal(fraction),
			      ACCUM_BITS - headroom + 31 - out_bits };
}

/* The output of one input, from 0 on. */
static int32_t share(const struct kern_softmax_s8 *k, const struct norm *n,
		     int32_t x)
{
	int32_t diff = x - n->max;

	/* a shift of 32 and more leaves less than a half */
	if (diff < k->diff_min || n->shift >= 32)
		return 0;
	return requant_round_shift(requant_high_mul(n->scale,
						    exponential(k, diff)),
				   n->shift);
}

void kern_softmax_s8(const struct kern_softmax_s8 *k, const int8_t *in,
		     int8_t *out)
{
	for (int32_t r = 0; r < k->rows; r++, in += k->depth) {
		struct norm n = norm_of(k, in, 8);

		for (int32_t c = 0; c < k->depth; c++)
			*out++ = (int8_t)requant_clamp(
				requant_sub(share(k, &n, in[c]), 128),
				INT8_MIN, INT8_MAX);
	}
}

void kern_softmax_s16(const struct kern_softmax_s8 *k, const int8_t *in,
		      int16_t *out)
{
	for (int32_t r = 0; r < k->rows; r++, in += k->depth) {
		struct norm n = norm_of(k, in, 16);

		for (int32_t c = 0; c < k->depth; c++)
			*out++ = (int16_t)requant_clamp(
				requant_sub(share(k, &n, in[c]), 32768),
				INT16_MIN, INT16_MAX);
	}
}
