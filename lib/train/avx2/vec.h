/*
 * vec - eight lanes at a time, AVX2 with FMA3.
 */
#ifndef TINYML_TRAIN_AVX2_VEC_H
#define TINYML_TRAIN_AVX2_VEC_H

#include <immintrin.h>

enum { V_LANES = 8, V_COLS = 2, V_ROWS = 6, V_NARROW_ROWS = 6,
       V_TALL_ROWS = 6 };

typedef __m256 V;

static inline V v_zero(void)
{
	return _mm256_setzero_ps();
}

static inline V v_set(float x)
{
	return _mm256_set1_ps(x);
}

static inline V v_load(const float *p)
{
	return _mm256_loadu_ps(p);
}

static inline void v_store(float *p, V a)
{
	_mm256_storeu_ps(p, a);
}

static inline V v_add(V a, V b)
{
	return _mm256_add_ps(a, b);
}

static inline V v_sub(V a, V b)
{
	return _mm256_sub_ps(a, b);
}

static inline V v_mul(V a, V b)
{
	return _mm256_mul_ps(a, b);
}

static inline V v_div(V a, V b)
{
	return _mm256_div_ps(a, b);
}

static inline V v_sqrt(V a)
{
	return _mm256_sqrt_ps(a);
}

static inline V v_fma(V a, V b, V c)
{
	return _mm256_fmadd_ps(a, b, c);
}

/* MAXPS and MINPS give their second operand when either is NaN or both are
 * zeros. */
static inline V v_low(V a, V low)
{
	return _mm256_max_ps(low, a);
}

static inline V v_high(V a, V high)
{
	return _mm256_min_ps(high, a);
}

static inline V v_keep(V a, V low, V high, V b)
{
	__m256 above = _mm256_cmp_ps(a, low, _CMP_GT_OQ);
	__m256 below = _mm256_cmp_ps(a, high, _CMP_LT_OQ);

	return _mm256_and_ps(_mm256_and_ps(above, below), b);
}

#endif
