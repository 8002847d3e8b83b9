/*
 * fmath - float functions that are specified, not compiled.
 *
 * Every function is a fixed sequence of IEEE 754 additions, multiplications,
 * divisions, square roots and explicit fused multiply-adds, so it gives the
 * same bits on every machine, at every optimisation level (the project is
 * built with -ffp-contract=off, rounding to nearest, no flush-to-zero).  The
 * C library's own functions change their bytes with the processor.
 *
 * Accuracy: double functions within 2 ulp of the true value over the stated
 * range, float functions within 1 ulp.
 */
#ifndef TINYML_BASE_FMATH_H
#define TINYML_BASE_FMATH_H

#include "base/rng.h"

double fmath_exp(double x);	/* overflow: infinity; underflow: 0 */
double fmath_log(double x);	/* x > 0; 0: -infinity; below: NaN */
double fmath_sin(double x);	/* |x| <= 2^20 */
double fmath_cos(double x);	/* |x| <= 2^20 */
double fmath_tanh(double x);
double fmath_pow(double x, double y);	/* x > 0: exp(y log x), 8 ulp */

float fmath_expf(float x);
float fmath_logf(float x);
float fmath_tanhf(float x);

/* One draw of the standard normal distribution (Box-Muller, one of the two
 * values), from two draws of rng_unit. */
float fmath_gauss(struct rng *rng);

#endif
