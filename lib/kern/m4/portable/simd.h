/*
 * simd - instructions of the DSP extension and the two inner loops made of
 * them, in plain C.  m4/dsp/simd.h has the same functions for the core.
 *
 * A word is four int8 lanes or two int16 lanes, lowest first.  Sums wrap.
 */
#ifndef TINYML_KERN_M4_SIMD_H
#define TINYML_KERN_M4_SIMD_H

#include <stdint.h>

/* The word at any address. */
static inline uint32_t simd_load(const void *p)
{
	uint32_t word;

	__builtin_memcpy(&word, p, sizeof(word));
	return word;
}

static inline int32_t simd_low(uint32_t a)
{
	return (int16_t)(a & 0xffff);
}

static inline int32_t simd_high(uint32_t a)
{
	return (int16_t)(a >> 16);
}

/* Bottom half of low under the bottom half of high. */
static inline uint32_t simd_pkhbt(uint32_t low, uint32_t high)
{
	return (low & 0xffff) | high << 16;
}

/* Top half of low under the top half of high. */
static inline uint32_t simd_pkhtb(uint32_t high, uint32_t low)
{
	return (high & 0xffff0000) | low >> 16;
}

/* Bytes 0 and 2, sign-extended; with _ror8 bytes 1 and 3. */
static inline uint32_t simd_sxtb16(uint32_t a)
{
	return simd_pkhbt((uint32_t)(int8_t)(a & 0xff),
			  (uint32_t)(int8_t)(a >> 16 & 0xff));
}

static inline uint32_t simd_sxtb16_ror8(uint32_t a)
{
	return simd_sxtb16(a >> 8);
}

static inline int32_t simd_add(int32_t a, int32_t b)
{
	return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* Both products of halves, plus sum. */
static inline int32_t simd_smlad(uint32_t a, uint32_t b, int32_t sum)
{
	sum = simd_add(sum, simd_low(a) * simd_low(b));
	return simd_add(sum, simd_high(a) * simd_high(b));
}

/* The bottom (b) or top (t) half of a times that of b, plus sum. */
static inline int32_t simd_smlabt(uint32_t a, uint32_t b, int32_t sum)
{
	return simd_add(sum, simd_low(a) * simd_high(b));
}

static inline int32_t simd_smlatb(uint32_t a, uint32_t b, int32_t sum)
{
	return simd_add(sum, simd_high(a) * simd_low(b));
}

/* a * b / 2^32 to the nearest, halves upward. */
static inline int32_t simd_smmulr(int32_t a, int32_t b)
{
	return (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
}

/* The same plus sum. */
static inline int32_t simd_smmlar(int32_t a, int32_t b, int32_t sum)
{
	return simd_add(simd_smmulr(a, b), sum);
}

static inline int32_t simd_ssat8(int32_t a)
{
	return a < -128 ? -128 : a > 127 ? 127 : a;
}

/*
 * Two rows of weights (m4.h) times four pixels, quads >= 1 times four.
 * x: for each half of a quad four words, one a pixel.  sum[0 ... 3] become
 * the first row's sums, which start at bias_a, sum[4 ... 7] the second's.
 * Returns where the weights end.
 */
static inline const int8_t *simd_dot_2x4(int32_t sum[8], int32_t bias_a,
					 int32_t bias_b, const int8_t *weights,
					 const uint32_t *x, uint32_t quads)
{
	for (int j = 0; j < 8; j++)
		sum[j] = j < 4 ? bias_a : bias_b;
	for (uint32_t i = 0; i < quads * 2; i++, weights += 4, x += 4) {
		uint32_t word = simd_load(weights);
		uint32_t a = simd_sxtb16(word), b = simd_sxtb16_ror8(word);

		for (int j = 0; j < 4; j++) {
			sum[j] = simd_smlad(a, x[j], sum[j]);
			sum[4 + j] = simd_smlad(b, x[j], sum[4 + j]);
		}
	}
	return weights;
}

/*
 * Four rows of weights, in two pairs, times quads >= 1 quads of one input.
 * sum: two of the first pair, two of the second; they are added to.
 */
static inline void simd_dot_4x1(int32_t sum[4], const int8_t *first,
				const int8_t *second, const int8_t *in,
				uint32_t quads)
{
	for (uint32_t i = 0; i < quads; i++, in += 4) {
		uint32_t quad = simd_load(in);
		uint32_t x[2] = { simd_sxtb16(quad), simd_sxtb16_ror8(quad) };

		for (int j = 0; j < 2; j++, first += 4, second += 4) {
			uint32_t a = simd_load(first), b = simd_load(second);

			sum[0] = simd_smlad(simd_sxtb16(a), x[j], sum[0]);
			sum[1] = simd_smlad(simd_sxtb16_ror8(a), x[j], sum[1]);
			sum[2] = simd_smlad(simd_sxtb16(b), x[j], sum[2]);
			sum[3] = simd_smlad(simd_sxtb16_ror8(b), x[j], sum[3]);
		}
	}
}

/*
 * A line of depthwise sums, two at a time, pairs >= 1 pairs of them.
 * x: for each pair of columns three words, one a row; pairs + 1 are read.
 * w: (w0, w1) and (w1, w2) of each of the three rows.
 */
static inline void simd_dw3_line(int32_t *sums, const uint32_t *x,
				 const uint32_t w[6], uint32_t pairs)
{
	for (; pairs; pairs--, x += 3, sums += 2) {
		sums[0] = sums[1] = 0;
		for (int i = 0; i < 3; i++) {
			uint32_t left = w[2 * i], right = w[2 * i + 1];

			sums[0] = simd_smlad(x[i], left, sums[0]);
			sums[0] = simd_smlabt(x[3 + i], right, sums[0]);
			sums[1] = simd_smlatb(x[i], left, sums[1]);
			sums[1] = simd_smlad(x[3 + i], right, sums[1]);
		}
	}
}

#endif
