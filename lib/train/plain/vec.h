/*
 * vec - four lanes at a time in GCC's own vectors: any machine.
 *
 * Only the fused multiply-add is called lane by lane; the C library's fmaf is
 * rounded correctly everywhere, with or without an instruction for it.
 */
#ifndef TINYML_TRAIN_PLAIN_VEC_H
#define TINYML_TRAIN_PLAIN_VEC_H

#include <string.h>

enum { V_LANES = 4, V_COLS = 4, V_ROWS = 1, V_NARROW_ROWS = 1,
       V_TALL_ROWS = 1 };

typedef float V __attribute__((vector_size(16)));
typedef int v_bits __attribute__((vector_size(16)));	/* of a comparison */

static inline V v_zero(void)
{
	return (V){ 0 };
}

static inline V v_set(float x)
{
	return (V){ x, x, x, x };
}

static inline V v_load(const float *p)
{
	V a;

	memcpy(&a, p, sizeof(a));
	return a;
}

static inline void v_store(float *p, V a)
{
	memcpy(p, &a, sizeof(a));
}

static inline V v_add(V a, V b)
{
	return a + b;
}

static inline V v_sub(V a, V b)
{
	return a - b;
}

static inline V v_mul(V a, V b)
{
	return a * b;
}

static inline V v_div(V a, V b)
{
	return a / b;
}

static inline V v_sqrt(V a)
{
	return (V){ __builtin_sqrtf(a[0]), __builtin_sqrtf(a[1]),
		    __builtin_sqrtf(a[2]), __builtin_sqrtf(a[3]) };
}

static inline V v_fma(V a, V b, V c)
{
	return (V){ __builtin_fmaf(a[0], b[0], c[0]),
		    __builtin_fmaf(a[1], b[1], c[1]),
		    __builtin_fmaf(a[2], b[2], c[2]),
		    __builtin_fmaf(a[3], b[3], c[3]) };
}

static inline V v_choose(v_bits which, V a, V b)
{
	return (V)((which & (v_bits)a) | (~which & (v_bits)b));
}

static inline V v_low(V a, V low)
{
	return v_choose(low > a, low, a);
}

static inline V v_high(V a, V high)
{
	return v_choose(a > high, high, a);
}

static inline V v_keep(V a, V low, V high, V b)
{
	return (V)((v_bits)b & (a > low) & (a < high));
}

#endif
