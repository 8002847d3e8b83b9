/*
 * vec - sixteen lanes as an array: any machine with a correct fmaf.
 */
#ifndef TINYML_TRAIN_PLAIN_VEC_H
#define TINYML_TRAIN_PLAIN_VEC_H

#include <stddef.h>

enum { V_LANES = 16, V_ROWS = 1, V_COLS = 1 };

typedef struct {
	float f[V_LANES];
} V;

#define V_EACH(expression) \
	({ \
		V result; \
		for (int l = 0; l < V_LANES; l++) \
			result.f[l] = (expression); \
		result; \
	})

static inline V v_zero(void)
{
	return V_EACH(0.0f);
}

static inline V v_set(float x)
{
	return V_EACH(x);
}

static inline V v_load(const float *p)
{
	return V_EACH(p[l]);
}

static inline void v_store(float *p, V a)
{
	for (int l = 0; l < V_LANES; l++)
		p[l] = a.f[l];
}

static inline V v_add(V a, V b)
{
	return V_EACH(a.f[l] + b.f[l]);
}

static inline V v_sub(V a, V b)
{
	return V_EACH(a.f[l] - b.f[l]);
}

static inline V v_mul(V a, V b)
{
	return V_EACH(a.f[l] * b.f[l]);
}

static inline V v_div(V a, V b)
{
	return V_EACH(a.f[l] / b.f[l]);
}

static inline V v_sqrt(V a)
{
	return V_EACH(__builtin_sqrtf(a.f[l]));
}

static inline V v_fma(V a, V b, V c)
{
	return V_EACH(__builtin_fmaf(a.f[l], b.f[l], c.f[l]));
}

static inline V v_relu(V a)
{
	return V_EACH(0.0f > a.f[l] ? 0.0f : a.f[l]);
}

static inline V v_keep(V a, V b)
{
	return V_EACH(a.f[l] > 0.0f ? b.f[l] : 0.0f);
}

#endif
