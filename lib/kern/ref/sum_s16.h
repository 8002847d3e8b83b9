/*
 * sum_s16 - how the sums of int16 layers end: bias and requantisation, narrow
 * or wide (kern/kern.h, struct kern_conv_s16).
 *
 * A sum is at most 2^28 products below 2^22 and so fits in 64 bits; only the
 * bias may make it wrap.
 */
#ifndef TINYML_KERN_REF_SUM_S16_H
#define TINYML_KERN_REF_SUM_S16_H

#include "kern/kern.h"
#include "kern/requant.h"

/* The output value of channel o, without bounds. */
static inline int32_t sum_s16_finish(int64_t sum, int32_t is_wide,
				     const void *bias,
				     const struct kern_requant *rq, int32_t o)
{
	int32_t multiplier = rq->multiplier[o * rq->step];
	int shift = rq->shift[o * rq->step];
	uint64_t total = (uint64_t)sum;

	if (is_wide) {
		if (bias)
			total += (uint64_t)((const int64_t *)bias)[o];
		return requant_mul_wide((int64_t)total, multiplier, shift);
	}
	if (bias)
		total += (uint64_t)((const int32_t *)bias)[o];
	return requant_mul((int32_t)total, multiplier, shift);
}

#endif
