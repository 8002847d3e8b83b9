/*
 * output - from sums to output values, exact under kern/pack.h's conditions.
 */
#ifndef TINYML_KERN_M4_OUTPUT_H
#define TINYML_KERN_M4_OUTPUT_H

#include "kern/channels.h"
#include "simd.h"

/* What belongs to an output channel, its bias apart. */
struct m4_factor {
	int32_t factor;
	int32_t round;		/* a half and the zero point, shifted left */
	unsigned shift;		/* to the right, 1 ... 22 */
};

static inline struct m4_factor m4_factor(struct kern_channel c, int32_t zero)
{
	return (struct m4_factor){
		c.factor, (int32_t)((uint32_t)(2 * zero + 1) << (c.shift - 1)),
		c.shift,
	};
}

static inline bool m4_is_narrow(const uint32_t *channels)
{
	return (channels[0] & 0xff) == KERN_CHANNELS_NARROW;
}

/* The output value of a sum.  The product is below 2^30 and round at most
 * 2^29: their sum stays in int32. */
static inline int8_t m4_output(int32_t sum, struct m4_factor f)
{
	int32_t v = simd_smmlar(sum, f.factor, sum);

	v += v >> 31;		/* halves away from zero */
	return (int8_t)simd_ssat8(simd_add(v, f.round) >> f.shift);
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
