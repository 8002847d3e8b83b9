/*
 * requant - the fixed-point arithmetic that turns int32 sums into int8.
 *
 * Source of every definition: gemmlowp's fixedpoint/fixedpoint.h, and
 * TensorFlow Lite's kernels/internal/common.h with double rounding (two
 * roundings, first of the product, then of the shift).  B. Jacob et al.,
 * "Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference", 2018, section 2.2 and appendix B.
 *
 * A real factor m is kept as multiplier q and shift s, m = q * 2^(s - 31),
 * with q in [2^30, 2^31) or 0.
 *
 * Nothing here is undefined for any argument in the stated range: additions
 * and left shifts wrap, right shifts of negative numbers copy the sign (as
 * every compiler we build with does).
 */
#ifndef TINYML_KERN_REQUANT_H
#define TINYML_KERN_REQUANT_H

#include <stdint.h>

static inline int32_t requant_add(int32_t a, int32_t b)
{
	return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t requant_sub(int32_t a, int32_t b)
{
	return (int32_t)((uint32_t)a - (uint32_t)b);
}

/* x * 2^shift modulo 2^32; shift 0 ... 31. */
static inline int32_t requant_shl(int32_t x, int shift)
{
	return (int32_t)((uint32_t)x << shift);
}

static inline int32_t requant_clamp(int32_t x, int32_t min, int32_t max)
{
	return x < min ? min : x > max ? max : x;
}

/*
 * SaturatingRoundingDoublingHighMul: a * b / 2^31 to the nearest, halves
 * upward.  (gemmlowp nudges by 2^30 or 1 - 2^30 and truncates: the same.)
 * Only INT32_MIN * INT32_MIN does not fit; it gives INT32_MAX.
 */
static inline int32_t requant_high_mul(int32_t a, int32_t b)
{
	int64_t ab = (int64_t)a * b;

	if (a == INT32_MIN && b == INT32_MIN)
		return INT32_MAX;
	return (int32_t)((ab + (INT64_C(1) << 30)) >> 31);
}

/* RoundingDivideByPOT: round(x / 2^n), halves away from zero; n 0 ... 31. */
static inline int32_t requant_round_shift(int32_t x, int n)
{
	int32_t mask = (int32_t)((UINT32_C(1) << n) - 1);
	int32_t threshold = (mask >> 1) + (x < 0);

	return (x >> n) + ((x & mask) > threshold);
}

/* MultiplyByQuantizedMultiplier: x * q * 2^(shift - 31), shift -31 ... 30. */
static inline int32_t requant_mul(int32_t x, int32_t q, int shift)
{
	int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;

	return requant_round_shift(requant_high_mul(requant_shl(x, left), q),
				   right);
}

/*
 * MultiplyByQuantizedMultiplier of a 64-bit sum, which TFLite gives to int16
 * layers with an int64 bias: the multiplier is cut to 15 bits and there is one
 * rounding, halves upward.  shift -31 ... 7; x wraps modulo 2^64 and the
 * result modulo 2^32.
 */
static inline int32_t requant_mul_wide(int64_t x, int32_t q, int shift)
{
	int32_t upper = q < 0x7fff0000 ? (q + (1 << 15)) >> 16 : 0x7fff;
	uint64_t product = (uint64_t)x * (uint64_t)upper +
			   (UINT64_C(1) << (14 - shift));

	return (int32_t)((int64_t)product >> (15 - shift));
}

/* SaturatingRoundingMultiplyByPOT for n > 0: x * 2^n, saturated. */
static inline int32_t requant_shl_sat(int32_t x, int n)
{
	int64_t wide = (int64_t)x * (INT64_C(1) << n);

	return wide > INT32_MAX ? INT32_MAX :
	       wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* RoundingHalfSum: (a + b) / 2, halves away from zero. */
static inline int32_t requant_half_sum(int32_t a, int32_t b)
{
	int64_t sum = (int64_t)a + b;

	return (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
}

#endif
