#include "kern/m0/output.h"

static inline int8_t value(int32_t sum, struct m0_multiplier by, int32_t round,
			   int32_t shift, const struct m0_layer *layer)
{
	int32_t v = m0_high_mul(sum, by);

	/* halves away from zero; what is too large wraps */
	v = (int32_t)((uint32_t)v + (uint32_t)(v >> 31) + (uint32_t)round);
	v >>= shift;
	if (v < layer->min)
		v = layer->min;
	if (v > layer->max)
		v = layer->max;
	return (int8_t)v;
}

/* A half and the zero point, shifted left. */
static inline int32_t round_of(const struct m0_layer *layer, int32_t shift)
{
	return (int32_t)((uint32_t)(2 * layer->out_zero + 1) << (shift - 1));
}

void m0_put(const struct m0_layer *layer, int32_t channel, const int32_t *sums,
	    int32_t n, int8_t *out, size_t pitch)
{
	int32_t entry = channel * layer->step, shift = -layer->shift[entry];
	struct m0_multiplier by = m0_multiplier(layer->multiplier[entry]);
	int32_t round = round_of(layer, shift);

	for (const int32_t *end = sums + n; sums != end; out += pitch)
		*out = value(*sums++, by, round, shift, layer);
}

void m0_put_channels(const struct m0_layer *layer, int32_t channel,
		     const int32_t *sums, int32_t n, int8_t *out)
{
	const int32_t *multiplier = layer->multiplier + channel * layer->step;
	const int8_t *shifts = layer->shift + channel * layer->step;

	for (const int32_t *end = sums + n; sums != end; sums++) {
		int32_t shift = -*shifts;

		*out++ = value(*sums, m0_multiplier(*multiplier),
			       round_of(layer, shift), shift, layer);
		multiplier += layer->step;
		shifts += layer->step;
	}
}
