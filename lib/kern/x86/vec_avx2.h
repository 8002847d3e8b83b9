/*
 * vec_avx2 - sixteen lanes as two of eight, AVX2.
 *
 * VPMADDUBSW saturates, so quads are widened to 16 bits first: their even and
 * their odd members, each pair for VPMADDWD.
 */
#ifndef TINYML_KERN_X86_VEC_AVX2_H
#define TINYML_KERN_X86_VEC_AVX2_H

#include <immintrin.h>
#include <string.h>

enum { V_PIXELS = 4, V_BLOCKS = 1 };

typedef struct { __m256i half[2]; } V;
typedef struct { __m256i even[2], odd[2]; } X;
typedef struct { __m256i even[2], odd[2]; } W;

#define EACH_HALF for (int h = 0; h < 2; h++)

static inline __m256i half_load(const void *p, int h)
{
	return _mm256_loadu_si256((const __m256i *)p + h);
}

static inline V v_set(int32_t value)
{
	return (V){ { _mm256_set1_epi32(value), _mm256_set1_epi32(value) } };
}

static inline V v_load(const int32_t *p)
{
	return (V){ { half_load(p, 0), half_load(p, 1) } };
}

static inline __m256i even_u8(__m256i x)
{
	return _mm256_and_si256(x, _mm256_set1_epi16(0xff));
}

static inline X x_splat(const uint8_t *p)
{
	int32_t quad;
	__m256i x;
	X v;

	memcpy(&quad, p, 4);
	x = _mm256_set1_epi32(quad);
	v.even[0] = v.even[1] = even_u8(x);
	v.odd[0] = v.odd[1] = _mm256_srli_epi16(x, 8);
	return v;
}

static inline X x_load(const uint8_t *p)
{
	X v;

	EACH_HALF {
		__m256i x = half_load(p, h);

		v.even[h] = even_u8(x);
		v.odd[h] = _mm256_srli_epi16(x, 8);
	}
	return v;
}

static inline W w_load(const int8_t *p)
{
	W w;

	EACH_HALF {
		__m256i x = half_load(p, h);

		w.even[h] = _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8);
		w.odd[h] = _mm256_srai_epi16(x, 8);
	}
	return w;
}

static inline V v_dot(V sum, X x, W w)
{
	EACH_HALF {
		__m256i even = _mm256_madd_epi16(x.even[h], w.even[h]);
		__m256i odd = _mm256_madd_epi16(x.odd[h], w.odd[h]);

		sum.half[h] = _mm256_add_epi32(sum.half[h],
					       _mm256_add_epi32(even, odd));
	}
	return sum;
}

static inline V v_add(V a, V b)
{
	EACH_HALF a.half[h] = _mm256_add_epi32(a.half[h], b.half[h]);
	return a;
}

/* requant_high_mul, multiplier >= 0: the 64-bit products of even and of odd
 * lanes, rounded, and their bits 31 ... 62. */
static inline __m256i high_mul(__m256i x, __m256i multiplier)
{
	const __m256i half = _mm256_set1_epi64x(1 << 30);
	__m256i even = _mm256_mul_epi32(x, multiplier);
	__m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(x, 32),
				       _mm256_srli_epi64(multiplier, 32));

	even = _mm256_srli_epi64(_mm256_add_epi64(even, half), 31);
	odd = _mm256_slli_epi64(_mm256_add_epi64(odd, half), 1);
	return _mm256_blend_epi32(even, odd, 0xaa);
}

static inline __m256i round_shift(__m256i x, __m256i n)
{
	const __m256i one = _mm256_set1_epi32(1);
	__m256i mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, n), one);
	__m256i threshold = _mm256_add_epi32(_mm256_srli_epi32(mask, 1),
					     _mm256_srli_epi32(x, 31));
	__m256i above = _mm256_cmpgt_epi32(_mm256_and_si256(x, mask),
					   threshold);

	return _mm256_sub_epi32(_mm256_srav_epi32(x, n), above);
}

static inline V v_scale(V x, V multiplier, V left, V right)
{
	EACH_HALF {
		__m256i v = _mm256_sllv_epi32(x.half[h], left.half[h]);

		x.half[h] = round_shift(high_mul(v, multiplier.half[h]),
					right.half[h]);
	}
	return x;
}

static inline V v_clamp(V x, V min, V max)
{
	EACH_HALF x.half[h] = _mm256_min_epi32(_mm256_max_epi32(x.half[h],
					       min.half[h]), max.half[h]);
	return x;
}

static inline V v_load_s8(const int8_t *p)
{
	__m128i x = _mm_loadu_si128((const __m128i *)p);

	return (V){ { _mm256_cvtepi8_epi32(x),
		      _mm256_cvtepi8_epi32(_mm_srli_si128(x, 8)) } };
}

/* Lanes are in -128 ... 127. */
static inline void v_store_s8(int8_t *p, V v)
{
	__m256i x = _mm256_packs_epi32(v.half[0], v.half[1]);

	x = _mm256_permute4x64_epi64(x, 0xd8);
	_mm_storeu_si128((__m128i *)p,
			 _mm_packs_epi16(_mm256_castsi256_si128(x),
					 _mm256_extracti128_si256(x, 1)));
}

#endif
