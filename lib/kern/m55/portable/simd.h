/*
 * simd - the vector operations that the m55 kernels are made of, in plain C.
 * m55/mve/simd.h has the same functions for cores with Helium.
 *
 * simd_v4 is four int32 lanes.  Sums wrap.
 */
#ifndef TINYML_KERN_M55_SIMD_H
#define TINYML_KERN_M55_SIMD_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	int32_t lane[4];
} simd_v4;

/* Where eight or four bytes are put from a common place on. */
typedef struct {
	uint32_t at[8];
} simd_places8;

typedef struct {
	uint32_t at[4];
} simd_places4;

static inline simd_v4 simd_set(int32_t a, int32_t b, int32_t c, int32_t d)
{
	return (simd_v4){ { a, b, c, d } };
}

static inline simd_v4 simd_dup(int32_t a)
{
	return simd_set(a, a, a, a);
}

static inline simd_v4 simd_load(const int32_t *p)
{
	return simd_set(p[0], p[1], p[2], p[3]);
}

/* The first n of four, then zeros; nothing behind the n is read. */
static inline simd_v4 simd_load_first(const int32_t *p, int32_t n)
{
	simd_v4 v = { { 0 } };

	for (int32_t i = 0; i < n && i < 4; i++)
		v.lane[i] = p[i];
	return v;
}

/* Four bytes, sign-extended. */
static inline simd_v4 simd_load_s8(const int8_t *p)
{
	return simd_set(p[0], p[1], p[2], p[3]);
}

static inline simd_v4 simd_load_s8_first(const int8_t *p, int32_t n)
{
	simd_v4 v = { { 0 } };

	for (int32_t i = 0; i < n && i < 4; i++)
		v.lane[i] = p[i];
	return v;
}

static inline int32_t simd_add_lane(int32_t a, int32_t b)
{
	return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline simd_v4 simd_add(simd_v4 a, simd_v4 b)
{
	for (int i = 0; i < 4; i++)
		a.lane[i] = simd_add_lane(a.lane[i], b.lane[i]);
	return a;
}

/* a * 2^n modulo 2^32. */
static inline simd_v4 simd_shl(simd_v4 a, int32_t n)
{
	for (int i = 0; i < 4; i++)
		a.lane[i] = (int32_t)((uint32_t)a.lane[i] << n);
	return a;
}

/* a * b / 2^31 to the nearest, halves upward; b >= 0. */
static inline simd_v4 simd_high_mul(simd_v4 a, simd_v4 b)
{
	for (int i = 0; i < 4; i++) {
		int64_t ab = (int64_t)a.lane[i] * b.lane[i];

		a.lane[i] = (int32_t)((ab + (INT64_C(1) << 30)) >> 31);
	}
	return a;
}

/* a * 2^shift to the nearest, halves upward; shift -31 ... 0. */
static inline simd_v4 simd_round_shift(simd_v4 a, simd_v4 shift)
{
	for (int i = 0; i < 4; i++) {
		int n = -shift.lane[i];
		int64_t half = INT64_C(1) << n >> 1;

		a.lane[i] = (int32_t)((a.lane[i] + half) >> n);
	}
	return a;
}

/* One less where a is negative: then simd_round_shift rounds halves away from
 * zero. */
static inline simd_v4 simd_less_if_negative(simd_v4 a)
{
	for (int i = 0; i < 4; i++)
		a.lane[i] -= a.lane[i] < 0;
	return a;
}

static inline int8_t simd_narrow(int32_t a, int32_t zero)
{
	int64_t v = (int64_t)a + zero;

	return (int8_t)(v < INT8_MIN ? INT8_MIN : v > INT8_MAX ? INT8_MAX : v);
}

/* a + zero, saturated, in four bytes, or in the first n of four. */
static inline void simd_store(int8_t *p, simd_v4 a, int32_t zero)
{
	for (int i = 0; i < 4; i++)
		p[i] = simd_narrow(a.lane[i], zero);
}

static inline void simd_store_first(int8_t *p, simd_v4 a, int32_t zero,
				    int32_t n)
{
	for (int32_t i = 0; i < n && i < 4; i++)
		p[i] = simd_narrow(a.lane[i], zero);
}

/*
 * Four packed rows of weights (m55.h) times an input of depth elements, plus
 * bias: a lane for each row.  The next four rows' weights are returned.  Up to
 * 15 bytes behind a short row are read.
 */
static inline const int8_t *simd_dot_4x1(simd_v4 *sums, const int32_t *bias,
					 const int8_t *w, const int8_t *x,
					 int32_t depth)
{
	simd_v4 v = simd_load(bias);

	for (int32_t n; depth; depth -= n, x += n) {
		n = depth < 16 ? depth : 16;
		for (int row = 0; row < 4; row++, w += n)
			for (int32_t i = 0; i < n; i++)
				v.lane[row] = simd_add_lane(v.lane[row],
							    w[i] * x[i]);
	}
	*sums = v;
	return w;
}

/* Add to each of 16-bit sums the bytes of count pixels, a pixel being step
 * bytes from the next, of which only the first n of eight are there. */
static inline void simd_sum8(int16_t sums[8], const int8_t *p, size_t step,
			     int32_t count, int32_t n)
{
	for (; count; count--, p += step)
		for (int32_t i = 0; i < n; i++)
			sums[i] = (int16_t)(sums[i] + p[i]);
}

/* n bytes that do not overlap. */
static inline void simd_copy(int8_t *to, const int8_t *from, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = from[i];
}

/* Rows of n bytes that are pitch bytes apart, one after another. */
static inline void simd_copy_rows(int8_t *to, const int8_t *from, int32_t n,
				  size_t pitch, int32_t rows)
{
	for (; rows; rows--, to += n, from += pitch)
		simd_copy(to, from, n);
}

static inline void simd_fill(int8_t *to, int8_t value, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = value;
}

/* n bytes, each made no lower than min and no higher than max. */
static inline void simd_clamp(int8_t *p, int32_t n, int8_t min, int8_t max)
{
	for (int32_t i = 0; i < n; i++)
		p[i] = p[i] < min ? min : p[i] > max ? max : p[i];
}

/* 0, step, 2 * step, ...; 7 * step is below 2^16. */
static inline simd_places8 simd_places8_init(uint32_t step)
{
	simd_places8 p;

	for (uint32_t i = 0; i < 8; i++)
		p.at[i] = i * step;
	return p;
}

static inline simd_places4 simd_places4_init(uint32_t step)
{
	return (simd_places4){ { 0, step, 2 * step, 3 * step } };
}

/* Bytes from `from` on go to these places. */
static inline void simd_scatter8(int8_t *to, simd_places8 places,
				 const int8_t *from)
{
	for (int i = 0; i < 8; i++)
		to[places.at[i]] = from[i];
}

static inline void simd_scatter4(int8_t *to, simd_places4 places,
				 const int8_t *from)
{
	for (int i = 0; i < 4; i++)
		to[places.at[i]] = from[i];
}

#endif
