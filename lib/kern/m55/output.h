/*
 * output - from sums to output values, exact under m55.h's conditions.
 */
#ifndef TINYML_KERN_M55_OUTPUT_H
#define TINYML_KERN_M55_OUTPUT_H

#include <stdbool.h>

#include "kern/kern.h"
#include "simd.h"

/* What belongs to four output channels. */
struct m55_factor {
	simd_v4 multiplier, shift;
};

/* Channels from first on; of the four only n may be there. */
static inline struct m55_factor m55_factor(const struct kern_requant *rq,
					   int32_t first, int32_t n)
{
	if (!rq->step)
		return (struct m55_factor){ simd_dup(rq->multiplier[0]),
					    simd_dup(rq->shift[0]) };
	return (struct m55_factor){
		simd_load_first(rq->multiplier + first, n),
		simd_load_s8_first(rq->shift + first, n),
	};
}

/* Do outputs of negative sums differ?  With a ReLU they do not, and need no
 * care about their halves. */
static inline bool m55_is_signed(int32_t out_zero, int32_t act_min)
{
	return act_min < out_zero;
}

static inline __attribute__((always_inline))
simd_v4 m55_scaled(simd_v4 sums, struct m55_factor f, bool is_signed)
{
	simd_v4 v = simd_high_mul(sums, f.multiplier);

	if (is_signed)
		v = simd_less_if_negative(v);
	return simd_round_shift(v, f.shift);
}

/* Activations that are narrower than int8, afterwards. */
static inline void m55_clamp(int8_t *out, size_t n, int32_t min, int32_t max)
{
	if (min == INT8_MIN && max == INT8_MAX)
		return;
	simd_clamp(out, (int32_t)n, (int8_t)min, (int8_t)max);
}

#endif
