#include "dsp/quantise.h"

static int64_t round_shift(int64_t v, int shift)
{
	int64_t half = (int64_t)1 << (shift - 1);

	return v < 0 ? -((half - v) >> shift) : (v + half) >> shift;
}

void dsp_quantise(const int32_t *features, size_t n, int32_t multiplier,
		  int shift, int32_t zero_point, int8_t *out)
{
	for (size_t i = 0; i < n; i++) {
		int64_t q = zero_point +
			round_shift((int64_t)features[i] * multiplier, shift);

		out[i] = (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);
	}
}
