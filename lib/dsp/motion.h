/*
 * motion - what the blocks for sensors of several axes share: reading an
 * axis, decimating, filtering, taking the mean off, and statistics, all in
 * the integers of dsp/real.h.
 *
 * An axis' values are samples (int16, or the bits of a float) times scale.
 * Each decimator is an 8th-order filter in four second-order sections that
 * begins in the steady state of the first value, after which one value in
 * `ratio` is kept; then one filter that begins at zero (direct form II,
 * transposed: y = b0 x + s1; s1 = b1 x - a1 y + s2; s2 = b2 x - a2 y).
 *
 * Behind the common header of dsp/recipe.h:
 *
 *    40  1  bytes of a sample: 2 (int16) or 4 (float)
 *    41  1  decimators, at most 3
 *    42  1  sections of the filter, at most 4
 *    43  1  zero
 *    44  4  ratios of the decimators, 2 .. 10 each
 *    48  8  scale, a dsp_real: m, e
 *    56     dsp_real[sections][5]: b0 b1 b2 a1 a2; decimators' first
 *
 * then what the kind adds.
 */
#ifndef TINYML_DSP_MOTION_H
#define TINYML_DSP_MOTION_H

#include "dsp/real.h"

enum {
	DSP_MOTION_DECIMATORS_MAX = 3,
	DSP_MOTION_SECTIONS_MAX = 4,	/* of one filter */
	DSP_MOTION_ROWS_MAX = 1 << 16,
};

struct dsp_section {
	struct dsp_real b0, b1, b2, a1, a2;
};

struct dsp_motion {
	uint8_t decimators, filter;
	uint8_t ratios[4];
	struct dsp_real scale;
	const struct dsp_section *sections;
};

struct cursor;
struct dsp_clip;
struct dsp_recipe;

/* Read and check the part above. */
int dsp_motion_open(struct cursor *cur, struct dsp_recipe *recipe,
		    struct dsp_motion *motion);

/* A clip's rows after decimation. */
uint32_t dsp_motion_rows(const struct dsp_recipe *recipe,
			 const struct dsp_motion *motion);

/* Fill x (length_samples entries) with an axis, decimated and filtered;
 * how many rows there are. */
uint32_t dsp_motion_axis(const struct dsp_recipe *recipe,
			 const struct dsp_motion *motion,
			 const struct dsp_clip *clip, uint32_t axis,
			 struct dsp_real *x);

/* Of n values: variance divides by n; skewness and excess kurtosis are the
 * biased ones, 0 when the variance is. */
struct dsp_moments {
	struct dsp_real mean, variance, square;	/* square: mean of squares */
	struct dsp_real skewness, kurtosis;
};

struct dsp_moments dsp_moments(const struct dsp_real *x, uint32_t n);
void dsp_less(struct dsp_real *x, uint32_t n, struct dsp_real mean);

#endif
