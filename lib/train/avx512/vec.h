/*
 * vec - sixteen lanes at once, AVX-512F.
 */
#ifndef TINYML_TRAIN_AVX512_VEC_H
#define TINYML_TRAIN_AVX512_VEC_H

#include <immintrin.h>

enum { V_LANES = 16, V_COLS = 4, V_ROWS = 6, V_NARROW_ROWS = 8,
       V_TALL_ROWS = 16 };

typedef __m512 V;

static inline V v_zero(void)
{
	return _mm512_setzero_ps();
}

static inline V v_set(float x)
{
	return _mm512_set1_ps(x);
}

static inline V v_load(const float *p)
{
	return _mm512_loadu_ps(p);
}

static inline void v_store(float *p, V a)
{
	_mm512_storeu_ps(p, a);
}

static inline V v_add(V a, V b)
{
	return _mm512_add_ps(a, b);
}

static inline V v_sub(V a, V b)
{
	return _mm512_sub_ps(a, b);
}

static inline V v_mul(V a, V b)
{
	return _mm512_mul_ps(a, b);
}

static inline V v_div(V a, V b)
{
	return _mm512_div_ps(a, b);
}

static inline V v_sqrt(V a)
{
	return _mm512_sqrt_ps(a);
}

static inline V v_fma(V a, V b, V c)
{
	return _mm512_fmadd_ps(a, b, c);
}

/* MAXPS and MINPS give their second operand when either is NaN or both are
 * zeros. */
static inline V v_low(V a, V low)
{
	return _mm512_max_ps(low, a);
}

static inline V v_high(V a, V high)
{
	return _mm512_min_ps(high, a);
}

static inline V v_keep(V a, V low, V high, V b)
{
	__mmask16 above = _mm512_cmp_ps_mask(a, low, _CMP_GT_OQ);

	return _mm512_maskz_mov_ps(_mm512_mask_cmp_ps_mask(above, a, high,
							   _CMP_LT_OQ), b);
}

#endif
