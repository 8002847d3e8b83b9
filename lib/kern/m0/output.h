/*
 * output - from sums to output values, exact under the conditions of
 * kern/pack.h.
 */
#ifndef TINYML_KERN_M0_OUTPUT_H
#define TINYML_KERN_M0_OUTPUT_H

#include "kern/kern.h"

/* Sums of two pixels at once (m0.h): A, B, and SUM x in two fields. */
struct m0_pair {
	uint32_t low, high, inputs;
};

/* A multiplier in halves: high * 2^16 + low. */
struct m0_multiplier {
	int32_t high, low;	/* 0 ... 2^15 - 1, 0 ... 2^16 - 1 */
};

static inline struct m0_multiplier m0_multiplier(int32_t multiplier)
{
	return (struct m0_multiplier){ multiplier >> 16,
				       multiplier & 0xffff };
}

/*
 * requant_high_mul(x, multiplier) for |x| <= 2^30, from 16-bit parts: with
 * x = h * 2^16 + l, |l| <= 2^15, and floor for >>,
 *     2 h high + (h low + l high + (l low >> 16) + 2^14 >> 15)
 * whose inner sum stays in int32.  Larger x, which only a damaged image has,
 * wrap.
 */
static inline int32_t m0_high_mul(int32_t x, struct m0_multiplier by)
{
	int32_t l = (int16_t)(x & 0xffff);
	int32_t h = (int32_t)((uint32_t)x - (uint32_t)l) >> 16;
	uint32_t middle = (uint32_t)(h * by.low) + (uint32_t)(l * by.high) +
			  (uint32_t)(l * by.low >> 16) + (1 << 14);

	return (int32_t)(2 * (uint32_t)(h * by.high) +
			 (uint32_t)((int32_t)middle >> 15));
}

/*
 * What requantises the sums of a layer: the tables and step of kern_requant,
 * the output's zero point, and the bounds of its activation.
 */
struct m0_layer {
	const int32_t *multiplier;
	const int8_t *shift;
	int32_t step, out_zero, min, max;
};

static inline struct m0_layer m0_layer(const struct kern_requant *rq,
				       int32_t out_zero, int32_t min,
				       int32_t max)
{
	return (struct m0_layer){ rq->multiplier, rq->shift, rq->step,
				  out_zero, min, max };
}

/*
 * The output values of n sums.  m0_put: all of one channel, pitch bytes apart
 * in out (pixels).  m0_put_channels: of channels from this one on, side by
 * side.  The formula is that of kern/kern.h's CONV_2D: round the product, then
 * the shift, add the zero point, clamp.
 */
void m0_put(const struct m0_layer *layer, int32_t channel, const int32_t *sums,
	    int32_t n, int8_t *out, size_t pitch);
void m0_put_channels(const struct m0_layer *layer, int32_t channel,
		     const int32_t *sums, int32_t n, int8_t *out);

#endif
