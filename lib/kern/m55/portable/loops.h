/*
 * loops - the two loops in which the m55 kernels spend their time, in plain C.
 * m55/mve/loops.h has the same functions for cores with Helium.
 */
#ifndef TINYML_KERN_M55_LOOPS_H
#define TINYML_KERN_M55_LOOPS_H

#include "kern/m55/output.h"

static inline struct m55_factor loops_factor(const int32_t *multiplier,
					     const int8_t *shift)
{
	return (struct m55_factor){ simd_load(multiplier),
				    simd_load_s8(shift) };
}

/* Rows of packed weights, in fours, over two inputs; two outputs a row.  Each
 * row has its own factor. */
struct simd_rows {
	const int32_t *bias;
	const int8_t *weights;
	const int32_t *multiplier;
	const int8_t *shift;
	const int8_t *x, *y;
	int8_t *out, *out_y;
	int32_t chunks, rest;	/* of sixteen elements, and what is left */
	const int8_t *end;	/* of out: a positive multiple of four on */
	int32_t zero;
};

/* The struct's content afterwards is anybody's. */
static inline void simd_rows_2(struct simd_rows *r, bool is_signed)
{
	for (; r->out != r->end; r->out += 4, r->out_y += 4) {
		struct m55_factor f = loops_factor(r->multiplier, r->shift);
		int32_t depth = 16 * r->chunks + r->rest;
		simd_v4 x, y;

		simd_dot_4x1(&x, r->bias, r->weights, r->x, depth);
		r->weights = simd_dot_4x1(&y, r->bias, r->weights, r->y,
					  depth);
		simd_store(r->out, m55_scaled(x, f, is_signed), r->zero);
		simd_store(r->out_y, m55_scaled(y, f, is_signed), r->zero);
		r->bias += 4;
		r->multiplier += 4;
		r->shift += 4;
	}
}

/* Four channels of a line of depthwise outputs: windows of so many bytes, a
 * multiple of sixteen, one after another in each channel's plane. */
struct simd_line {
	const int8_t *x[4];		/* the first windows */
	const int8_t *weights;		/* four times a window */
	const int32_t *bias, *multiplier;
	const int8_t *shift;
	int8_t *out;
	size_t out_step;
	int32_t n, zero;		/* n: of outputs, above 0 */
	size_t step;			/* from window to window */
	size_t window;
};

static inline int32_t loops_window(const int8_t *x, const int8_t *w, size_t n)
{
	int32_t sum = 0;

	while (n--)
		sum += *x++ * *w++;
	return sum;
}

static inline void simd_line(const struct simd_line *l, bool is_signed)
{
	struct m55_factor f = loops_factor(l->multiplier, l->shift);
	int8_t *out = l->out;

	for (int32_t i = 0; i < l->n; i++, out += l->out_step) {
		size_t at = (size_t)i * l->step;
		simd_v4 sums = simd_load(l->bias);

		for (int c = 0; c < 4; c++)
			sums.lane[c] = simd_add_lane(sums.lane[c],
				loops_window(l->x[c] + at, l->weights +
					     l->window * c, l->window));
		simd_store(out, m55_scaled(sums, f, is_signed), l->zero);
	}
}

#endif
