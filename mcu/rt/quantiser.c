#include "rt/quantiser.h"

#include "bits/err.h"

enum {
	MANTISSA_BITS = 23,
	EXPONENT_MIN = 127 - 40,
	EXPONENT_MAX = 127 + 15,
	QUOTIENT = 76,		/* 2^76 / mantissa has 53 or 54 bits */
};

int quantiser_from_scale(uint32_t scale, int32_t *multiplier, int *shift)
{
	uint32_t mantissa = (scale & ((1u << MANTISSA_BITS) - 1)) |
			    1u << MANTISSA_BITS;
	int exponent = (int)(scale >> MANTISSA_BITS);	/* sign would exceed */
	uint64_t q = 0, r = 1;

	if (exponent < EXPONENT_MIN || exponent > EXPONENT_MAX)
		return ERR_RANGE;
	*shift = exponent - 80;
	if (mantissa == 1u << MANTISSA_BITS) {	/* a power of two */
		*multiplier = 1 << 30;
		*shift -= 1;
		return 0;
	}
	for (int i = 0; i < QUOTIENT; i++) {
		r <<= 1;
		q <<= 1;
		if (r >= mantissa) {
			r -= mantissa;
			q |= 1;
		}
	}
	q += 2 * r > mantissa;		/* 53 bits; equality cannot be */
	q = (q + (1u << 21)) >> 22;	/* 31 bits */
	if (q > INT32_MAX) {
		q /= 2;
		*shift -= 1;
	}
	*multiplier = (int32_t)q;
	return 0;
}
