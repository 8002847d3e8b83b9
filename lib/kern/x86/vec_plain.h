/*
 * vec_plain - sixteen lanes in plain C.
 */
#ifndef TINYML_KERN_X86_VEC_PLAIN_H
#define TINYML_KERN_X86_VEC_PLAIN_H

#include <string.h>

#include "kern/requant.h"

enum { V_PIXELS = 2, V_BLOCKS = 1 };

#define EACH_LANE for (int l = 0; l < 16; l++)

typedef struct { int32_t lane[16]; } V;
typedef struct { uint8_t quad[16][4]; } X;
typedef struct { int8_t quad[16][4]; } W;

static inline V v_set(int32_t value)
{
	V v;

	EACH_LANE v.lane[l] = value;
	return v;
}

static inline V v_load(const int32_t *p)
{
	V v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline X x_splat(const uint8_t *p)
{
	X x;

	EACH_LANE memcpy(x.quad[l], p, 4);
	return x;
}

static inline X x_load(const uint8_t *p)
{
	X x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static inline W w_load(const int8_t *p)
{
	W w;

	memcpy(&w, p, sizeof(w));
	return w;
}

static inline V v_dot(V sum, X x, W w)
{
	EACH_LANE sum.lane[l] = requant_add(sum.lane[l],
		x.quad[l][0] * w.quad[l][0] + x.quad[l][1] * w.quad[l][1] +
		x.quad[l][2] * w.quad[l][2] + x.quad[l][3] * w.quad[l][3]);
	return sum;
}

static inline V v_add(V a, V b)
{
	EACH_LANE a.lane[l] = requant_add(a.lane[l], b.lane[l]);
	return a;
}

static inline V v_scale(V x, V multiplier, V left, V right)
{
	EACH_LANE x.lane[l] = requant_round_shift(
		requant_high_mul(requant_shl(x.lane[l], left.lane[l]),
				 multiplier.lane[l]), right.lane[l]);
	return x;
}

static inline V v_clamp(V x, V min, V max)
{
	EACH_LANE x.lane[l] = requant_clamp(x.lane[l], min.lane[l],
					    max.lane[l]);
	return x;
}

static inline V v_load_s8(const int8_t *p)
{
	V v;

	EACH_LANE v.lane[l] = p[l];
	return v;
}

static inline void v_store_s8(int8_t *p, V v)
{
	EACH_LANE p[l] = (int8_t)v.lane[l];
}

#endif
