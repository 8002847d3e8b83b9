#include <criterion/criterion.h>
#include <float.h>
#include <math.h>

#include "base/fmath.h"
#include "fmath_sweep.h"

enum { POINTS = 300000 };

/* Distance of y from the true value in units of the last place. */
static double ulps(double y, long double truth)
{
	double t = (double)truth, step;

	if (t == y)
		return 0;
	step = fabs(t) < DBL_MIN ? 0x1p-1074 : ldexp(1, ilogb(t) - 52);
	return (double)fabsl(((long double)y - truth) / step);
}

static double ulps_float(float y, double truth)
{
	float t = (float)truth;
	double step;

	if (t == y)
		return 0;
	step = fabsf(t) < FLT_MIN ? 0x1p-149 : ldexp(1, ilogbf(t) - 23);
	return fabs(((double)y - truth) / step);
}

/* Evenly spread and random points of [low, high]. */
static double worst(double (*f)(double), long double (*truth)(long double),
		    double low, double high)
{
	double most = 0;
	struct rng rng;

	rng_init(&rng, 7, 0);
	for (int i = 0; i < POINTS; i++) {
		double u = i & 1 ? (double)i / POINTS :
			(double)(rng_u64(&rng) >> 11) * 0x1p-53;
		double x = low + (high - low) * u, e = ulps(f(x), truth(x));

		if (!(e <= most))
			most = e;
	}
	return most;
}

static double worst_float(float (*f)(float), double (*truth)(double),
			  float low, float high)
{
	double most = 0;

	for (int i = 0; i <= POINTS; i++) {
		float x = low + (high - low) * ((float)i / POINTS);
		double e = ulps_float(f(x), truth((double)x));

		if (!(e <= most))
			most = e;
	}
	return most;
}

#define CHECK_WITHIN(limit, ...) do { \
	double e_ = (__VA_ARGS__); \
	cr_assert(e_ <= (limit), "%s: %.3f ulp", #__VA_ARGS__, e_); \
} while (0)

Test(fmath, exp_within_2_ulp)
{
	CHECK_WITHIN(2, worst(fmath_exp, expl, -745, 709.7));
	CHECK_WITHIN(2, worst(fmath_exp, expl, -1, 1));
	CHECK_WITHIN(2, worst(fmath_exp, expl, -1e-9, 1e-9));
}

Test(fmath, log_within_2_ulp)
{
	CHECK_WITHIN(2, worst(fmath_log, logl, 0.5, 2));
	CHECK_WITHIN(2, worst(fmath_log, logl, 0.999999, 1.000001));
	CHECK_WITHIN(2, worst(fmath_log, logl, 0x1p-1060, 0x1p-1020));
	CHECK_WITHIN(2, worst(fmath_log, logl, 1e-12, 1e12));
}

Test(fmath, sin_and_cos_within_2_ulp)
{
	CHECK_WITHIN(2, worst(fmath_sin, sinl, -7, 7));
	CHECK_WITHIN(2, worst(fmath_cos, cosl, -7, 7));
	CHECK_WITHIN(2, worst(fmath_sin, sinl, -0x1p20, 0x1p20));
	CHECK_WITHIN(2, worst(fmath_cos, cosl, -0x1p20, 0x1p20));
}

/* Where the argument cancels almost wholly against n pi/2. */
Test(fmath, sin_and_cos_beside_every_multiple_of_a_quarter_turn)
{
	double quarter_turn = 0x1.921fb54442d18p+0;

	for (int n = 1; n < 600000; n++) {
		double x = n * quarter_turn, s = ulps(fmath_sin(x), sinl(x));
		double c = ulps(fmath_cos(x), cosl(x));

		cr_assert(s <= 2 && c <= 2, "n %d: %.2f %.2f", n, s, c);
	}
}

Test(fmath, tanh_within_2_ulp)
{
	CHECK_WITHIN(2, worst(fmath_tanh, tanhl, -25, 25));
	CHECK_WITHIN(2, worst(fmath_tanh, tanhl, -1, 1));
	CHECK_WITHIN(2, worst(fmath_tanh, tanhl, -1e-6, 1e-6));
}

Test(fmath, pow_within_8_ulp)
{
	double most = 0;
	struct rng rng;

	rng_init(&rng, 9, 0);
	for (int i = 0; i < POINTS; i++) {
		double x = fmath_exp(((double)rng_unit(&rng) - 0.5) * 40);
		double y = ((double)rng_unit(&rng) - 0.5) * 60, e;

		e = ulps(fmath_pow(x, y), powl(x, y));
		if (!(e <= most))
			most = e;
	}
	CHECK_WITHIN(8, most);
	cr_assert_eq(fmath_pow(0.9, 0), 1);
	cr_assert_eq(fmath_pow(2, 10), 1024);
}

Test(fmath, floats_within_1_ulp)
{
	CHECK_WITHIN(1, worst_float(fmath_expf, exp, -104, 88.7f));
	CHECK_WITHIN(1, worst_float(fmath_logf, log, 1e-30f, 2));
	CHECK_WITHIN(1, worst_float(fmath_logf, log, 0.5f, 2));
	CHECK_WITHIN(1, worst_float(fmath_tanhf, tanh, -10, 10));
}

Test(fmath, edges_are_defined)
{
	cr_assert_eq(fmath_exp(0), 1);
	cr_assert_eq(fmath_exp(1000), INFINITY);
	cr_assert_eq(fmath_exp(INFINITY), INFINITY);
	cr_assert_eq(fmath_exp(-1000), 0);
	cr_assert_eq(fmath_exp(-INFINITY), 0);
	cr_assert(isnan(fmath_exp(NAN)));
	cr_assert_eq(fmath_log(1), 0);
	cr_assert_eq(fmath_log(0), -INFINITY);
	cr_assert_eq(fmath_log(INFINITY), INFINITY);
	cr_assert(isnan(fmath_log(-1)));
	cr_assert_eq(fmath_sin(0), 0);
	cr_assert_eq(fmath_cos(0), 1);
	cr_assert(isnan(fmath_sin(0x1p21)));
	cr_assert(isnan(fmath_cos(NAN)));
	cr_assert_eq(fmath_tanh(INFINITY), 1);
	cr_assert_eq(fmath_tanh(-100), -1);
	cr_assert_eq(fmath_tanh(-0x1p-1000), -0x1p-1000);
	cr_assert_eq(fmath_expf(200), (float)INFINITY);
	cr_assert_eq(fmath_logf(0), -(float)INFINITY);
}

Test(fmath, gauss_has_mean_0_and_variance_1)
{
	double sum = 0, squares = 0;
	struct rng rng;

	rng_init(&rng, 3, 0);
	for (int i = 0; i < POINTS; i++) {
		double x = (double)fmath_gauss(&rng);

		cr_assert(fabs(x) < 6);
		sum += x;
		squares += x * x;
	}
	cr_assert_float_eq(sum / POINTS, 0, 0.01);
	cr_assert_float_eq(squares / POINTS, 1, 0.01);
}

/* The promise: same bits at every level of optimisation, on every machine.
 * When this number changes, every artifact ever made changes with it. */
Test(fmath, bits_are_pinned)
{
	cr_assert_eq(fmath_sweep_usual(), 0xf668a0dbu, "%08x",
		     fmath_sweep_usual());
	cr_assert_eq(fmath_sweep_plain(), fmath_sweep_usual());
	cr_assert_eq(fmath_sweep_native(), fmath_sweep_usual());
}
