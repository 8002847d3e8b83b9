/*
 * isa - the vector arithmetic of the engine, once per instruction set.
 *
 * kernels.h holds the one source; plain/, avx2/ and avx512/ include it over a
 * vector type of theirs (vec.h) and export a table.  All tables compute the
 * same bytes: see train.h for why.
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
 * out (rows, C) (+)= left (rows, terms) . right (terms, C), terms ascending.
 * left[r][t] lies at left[r * row_step + t * term_step], so that the same
 * code does x . w (row_step K, term_step 1) and x' . dy (1, K).
 */
struct isa_product {
	float *out;
	const float *left, *right;
	size_t row_step, term_step;
	size_t rows, terms, c;
	bool add;		/* continue the chains that out holds */
};

/* A 3x3 stencil over one sample: in (H + 2, W + 2, C) with a border of zeros,
 * plane (H, W, C), taps (9, C) with the row of the kernel slowest. */
struct isa_stencil {
	float *plane;
	const float *taps, *in;
	size_t h, w, c;
};

/* Batch norm and ReLU over z (P, C): y = relu(scale z + offset). */
struct isa_norm {
	const float *z, *mean;		/* (P, C), (C) */
	const float *scale, *offset;	/* (C) */
	float *y;			/* (P, C): y, or dy and then dz */
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

	/* plane = taps over in */
	void (*stencil)(const struct isa_stencil *a);
	/* The gradient of the taps (9, C): d_taps += in shifted times plane.
	 * a->taps is not looked at. */
	void (*stencil_taps)(float *d_taps, const struct isa_stencil *a);

	/* out (C) = sum over rows of x (P, C) */
	void (*sums)(float *out, const float *x, size_t p, size_t c);
	/* out (C) = sum over rows of (x - mean)^2 */
	void (*squares)(float *out, const float *x, const float *mean,
			size_t p, size_t c);

	void (*norm)(const struct isa_norm *a);
	/* With t = dy where scale z + offset > 0, else 0:
	 * sum (C) = sum of t, dot (C) = sum of t (z - mean) */
	void (*norm_sums)(const struct isa_norm *a, float *sum, float *dot);
	/* dy becomes dz = scale t + by_z z + constant */
	void (*norm_back)(const struct isa_norm *a, const float *by_z,
			  const float *constant);

	void (*adam)(const struct isa_adam *a);
};

/* What was compiled in, best first, ended by NULL. */
extern const struct train_isa *const train_isas[];

/* ERR_UNSUPPORTED when this processor or this build lacks it. */
int train_isa_find(enum train_isa_choice choice, const struct train_isa **out,
		   struct err *err);

#endif
