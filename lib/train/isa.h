/*
 * isa - the vector arithmetic of the engine, once per instruction set.
 *
 * kernels.inc holds the one source; plain/, avx2/, avx512/ and neon/ include
 * it over a vector type of theirs (vec.h) and export a table.  All tables
 * compute the same bytes: see train.h for why.
 *
 * Axes: P positions (rows), C channels, a multiple of TRAIN_LANES, fastest.
 * Arrays do not overlap unless said; rows follow each other without gaps.
 * Nothing here fails.
 */
#ifndef TINYML_TRAIN_ISA_H
#define TINYML_TRAIN_ISA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "train/train.h"

/*
 * out (rows, C) (+)= left (rows, groups * terms) . right (groups * terms, C),
 * terms ascending.  Row r of left begins at left[left_at[r]] and is `groups`
 * pieces of `terms` floats, group_step apart: the window of a convolution in a
 * bordered plane.  Row r of out begins at out[out_at[r]].  Without tables rows
 * lie left_step and C apart.
 */
struct isa_product {
	float *out;
	const float *left, *right;
	const int32_t *out_at, *left_at;	/* (rows), or NULL */
	size_t left_step;
	size_t rows, groups, group_step, terms, c;
	bool add;		/* continue the chains that out holds */
};

/*
 * out (rows, C) += sum over terms t, ascending, of left_t (rows) right_t (C):
 * the gradient of weights.  Vector t of left begins at left[left_at[t]], of
 * right at right[right_at[t]]; without tables they lie left_step and
 * right_step apart.
 */
struct isa_outer {
	float *out;
	const float *left, *right;
	const int32_t *left_at, *right_at;	/* (terms), or NULL */
	size_t left_step, right_step;
	size_t rows, terms, c;
};

/*
 * out_p (C) (+)= sum over taps t, ascending, of in_p,t (C) taps_t (C), each
 * channel by itself; in_p,t begins at in[in_at[p] + tap_at[t]], out_p at
 * out[out_at[p]].
 */
struct isa_stencil {
	float *out;
	const float *in, *taps;		/* taps (tap_count, C) */
	const int32_t *out_at, *in_at;	/* (P) */
	const int32_t *tap_at;		/* (tap_count) */
	size_t p, tap_count, c;
	bool add;
};

/* Batch norm or bias, and activation: y = scale z + offset cut to [low,
 * high].  y may be z. */
struct isa_norm {
	const float *z;
	const float *scale, *offset;	/* (C) */
	float low, high;
	float *y;
	size_t p, c;
};

/* The way back of isa_norm. */
struct isa_back {
	const float *z, *dy;		/* (P, C) */
	const float *scale, *offset;	/* (C) */
	float low, high;
	const float *mean;		/* (C), for sums */
	const float *by_z, *constant;	/* (C), for dz */
	float *dz;			/* (P, C); may be dy */
	size_t p, c;
};

struct isa_adam {
	float *w, *m, *v;
	const float *g;
	size_t n;			/* a multiple of TRAIN_LANES */
	float rate, keep;		/* keep: 1 - rate * decay */
	float m_scale, v_scale;		/* 1 / (1 - beta^step) */
};

#define ADAM_BETA1 0.9f
#define ADAM_BETA2 0.999f
#define ADAM_EPSILON 1e-8f

struct train_isa {
	const char *name;
	bool (*present)(void);	/* does this processor have it? */

	void (*product)(const struct isa_product *a);

	void (*outer)(const struct isa_outer *a);
	void (*stencil)(const struct isa_stencil *a);
	/* The gradient of the taps: d_taps (tap_count, C) += sum over p,
	 * ascending, of in_p,t times what lies at out_at.  a->taps and add
	 * are not looked at. */
	void (*stencil_taps)(float *d_taps, const struct isa_stencil *a);

	/* out (C) = sum over rows of x (P, C) */
	void (*sums)(float *out, const float *x, size_t p, size_t c);
	/* With e = x - shift: sum (C) += sum of e, square (C) += sum of e^2 */
	void (*moments)(float *sum, float *square, const float *shift,
			const float *x, size_t p, size_t c);

	void (*norm)(const struct isa_norm *a);
	/* With t = dy where low < scale z + offset < high, else 0:
	 * sum (C) = sum of t, dot (C) = sum of t (z - mean) */
	void (*back_sums)(const struct isa_back *a, float *sum, float *dot);
	/* dz = scale t + by_z z + constant */
	void (*back)(const struct isa_back *a);

	/* y (n) = a + b cut to [low, high] */
	void (*join)(float *y, const float *a, const float *b, float low,
		     float high, size_t n);
	/* out (n) = or += dy where low < y < high, else 0 */
	void (*part)(float *out, const float *dy, const float *y, float low,
		     float high, size_t n, bool add);

	void (*adam)(const struct isa_adam *a);
};

/* What was compiled in, best first, ended by NULL. */
extern const struct train_isa *const train_isas[];

/* ERR_UNSUPPORTED when this processor or this build lacks it. */
int train_isa_find(enum train_isa_choice choice, const struct train_isa **out,
		   struct err *err);

#endif
