/*
 * vec_avx512 - sixteen lanes at once, AVX-512 with VNNI.
 */
#ifndef TINYML_KERN_X86_VEC_AVX512_H
#define TINYML_KERN_X86_VEC_AVX512_H

#include <immintrin.h>
#include <string.h>

enum { V_PIXELS = 6, V_BLOCKS = 4 };

typedef __m512i V;
typedef __m512i X;
typedef __m512i W;

static inline V v_set(int32_t value)
{
	return _mm512_set1_epi32(value);
}

static inline V v_load(const int32_t *p)
{
	return _mm512_loadu_si512(p);
}

static inline X x_splat(const uint8_t *p)
{
	int32_t quad;

	memcpy(&quad, p, 4);
	return _mm512_set1_epi32(quad);
}

static inline X x_load(const uint8_t *p)
{
	return _mm512_loadu_si512(p);
}

static inline W w_load(const int8_t *p)
{
	return _mm512_loadu_si512(p);
}

/* VPDPBUSD wraps; its sibling VPDPBUSDS saturates. */
static inline V v_dot(V sum, X x, W w)
{
	return _mm512_dpbusd_epi32(sum, x, w);
}

static inline V v_add(V a, V b)
{
	return _mm512_add_epi32(a, b);
}

/* requant_high_mul, multiplier >= 0: the 64-bit products of even and of odd
 * lanes, rounded, and their bits 31 ... 62. */
static inline V high_mul(V x, V multiplier)
{
	const V half = _mm512_set1_epi64(1 << 30);
	V even = _mm512_mul_epi32(x, multiplier);
	V odd = _mm512_mul_epi32(_mm512_srli_epi64(x, 32),
				 _mm512_srli_epi64(multiplier, 32));

	even = _mm512_srli_epi64(_mm512_add_epi64(even, half), 31);
	odd = _mm512_slli_epi64(_mm512_add_epi64(odd, half), 1);
	return _mm512_mask_mov_epi32(even, 0xaaaa, odd);
}

static inline V round_shift(V x, V n)
{
	const V one = _mm512_set1_epi32(1);
	V mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, n), one);
	V threshold = _mm512_add_epi32(_mm512_srli_epi32(mask, 1),
				       _mm512_srli_epi32(x, 31));
	__mmask16 above = _mm512_cmpgt_epi32_mask(_mm512_and_si512(x, mask),
						  threshold);

	x = _mm512_srav_epi32(x, n);
	return _mm512_mask_add_epi32(x, above, x, one);
}

static inline V v_scale(V x, V multiplier, V left, V right)
{
	return round_shift(high_mul(_mm512_sllv_epi32(x, left), multiplier),
			   right);
}

static inline V v_clamp(V x, V min, V max)
{
	return _mm512_min_epi32(_mm512_max_epi32(x, min), max);
}

static inline V v_load_s8(const int8_t *p)
{
	return _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p));
}

/* Lanes are in -128 ... 127. */
static inline void v_store_s8(int8_t *p, V v)
{
	_mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(v));
}

#endif
