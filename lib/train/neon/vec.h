/*
 * vec - four lanes at a time, Advanced SIMD of 64-bit Arm.
 */
#ifndef TINYML_TRAIN_NEON_VEC_H
#define TINYML_TRAIN_NEON_VEC_H

#include <arm_neon.h>

enum { V_LANES = 4, V_COLS = 4, V_ROWS = 5, V_NARROW_ROWS = 8,
       V_TALL_ROWS = 16 };

typedef float32x4_t V;

static inline V v_zero(void)
{
	return vdupq_n_f32(0);
}

static inline V v_set(float x)
{
	return vdupq_n_f32(x);
}

static inline V v_load(const float *p)
{
	return vld1q_f32(p);
}

static inline void v_store(float *p, V a)
{
	vst1q_f32(p, a);
}

static inline V v_add(V a, V b)
{
	return vaddq_f32(a, b);
}

static inline V v_sub(V a, V b)
{
	return vsubq_f32(a, b);
}

static inline V v_mul(V a, V b)
{
	return vmulq_f32(a, b);
}

static inline V v_div(V a, V b)
{
	return vdivq_f32(a, b);
}

static inline V v_sqrt(V a)
{
	return vsqrtq_f32(a);
}

static inline V v_fma(V a, V b, V c)
{
	return vfmaq_f32(c, a, b);
}

/* FMAX and FMIN choose otherwise among NaN and zeros: compare and select. */
static inline V v_low(V a, V low)
{
	return vbslq_f32(vcgtq_f32(low, a), low, a);
}

static inline V v_high(V a, V high)
{
	return vbslq_f32(vcgtq_f32(a, high), high, a);
}

static inline V v_keep(V a, V low, V high, V b)
{
	uint32x4_t inside = vandq_u32(vcgtq_f32(a, low), vcgtq_f32(high, a));

	return vreinterpretq_f32_u32(
		vandq_u32(vreinterpretq_u32_f32(b), inside));
}

#endif
