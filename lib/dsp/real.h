/*
 * real - numbers with a mantissa of 31 bits, in integers.
 *
 * For features of sensors, whose range is not known when the code is written:
 * statistics, filters and short transforms of a few hundred values.  Finer
 * than float's 24 bits, the same on every machine, and slow: some 50
 * instructions an operation.
 *
 *   value = m 2^e, 2^30 <= |m| < 2^31, or m = 0 = e
 *
 * Rounded to nearest, halves up.  Exponents beyond DSP_REAL_MOST become the
 * largest number, or 0; nothing is ever infinite or not a number.
 */
#ifndef TINYML_DSP_REAL_H
#define TINYML_DSP_REAL_H

#include <stdbool.h>
#include <stdint.h>

enum { DSP_REAL_MOST = 1 << 20 };

struct dsp_real {
	int32_t m, e;
};

struct dsp_real dsp_real_int(int64_t value);
/* The bits of an IEEE float; NaN is 0, infinities are the largest float. */
struct dsp_real dsp_real_float(uint32_t bits);

struct dsp_real dsp_real_add(struct dsp_real a, struct dsp_real b);
struct dsp_real dsp_real_sub(struct dsp_real a, struct dsp_real b);
struct dsp_real dsp_real_mul(struct dsp_real a, struct dsp_real b);
/* 0 when b is 0. */
struct dsp_real dsp_real_div(struct dsp_real a, struct dsp_real b);
struct dsp_real dsp_real_root(struct dsp_real a);	/* a < 0: 0 */
bool dsp_real_less(struct dsp_real a, struct dsp_real b);

/* log2(a) in Q20 by the table of dsp/log.h with 2^bits steps; a > 0; exponents
 * beyond 1024 count as that. */
int64_t dsp_real_log2(struct dsp_real a, const uint32_t *table, int bits);

/* In Q16, clamped. */
int32_t dsp_real_q16(struct dsp_real a);

/* One read from a recipe is as its definition says. */
bool dsp_real_fits(struct dsp_real a);

#endif
