/*
 * output - from sums to output values, exact under m4.h's two conditions.
 */
#ifndef TINYML_KERN_M4_OUTPUT_H
#define TINYML_KERN_M4_OUTPUT_H

#include "kern/kern.h"
#include "simd.h"

/* What belongs to an output channel. */
struct m4_factor {
	int32_t multiplier;
	int32_t round;		/* a half and the zero point, shifted left */
	int shift;		/* to the right, 1 ... 22 */
};

static inline struct m4_factor m4_factor(const struct kern_requant *rq,
					 int32_t channel, int32_t zero)
{
	int shift = -rq->shift[channel * rq->step];

	return (struct m4_factor){
		rq->multiplier[channel * rq->step],
		(int32_t)((uint32_t)(2 * zero + 1) << (shift - 1)), shift,
	};
}

/* The output value of a sum given doubled.  The product is below 2^30 and
 * round at most 2^29: their sum stays in int32. */
static inline int8_t m4_output(int32_t doubled, struct m4_factor f)
{
	int32_t v = simd_smmulr(doubled, f.multiplier);

	v += v >> 31;		/* halves away from zero */
	return (int8_t)simd_ssat8((v + f.round) >> f.shift);
}

static inline int32_t m4_doubled(int32_t sum)
{
	return (int32_t)((uint32_t)sum << 1);
}

/* Activations that are narrower than int8, afterwards. */
static inline void m4_clamp(int8_t *out, size_t n, int32_t min, int32_t max)
{
	if (min == INT8_MIN && max == INT8_MAX)
		return;
	for (; n; n--, out++)
		*out = (int8_t)(*out < min ? min : *out > max ? max : *out);
}

#endif
