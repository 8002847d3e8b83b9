#include "base/fmath.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles are evaluated as doubles");

/* ln 2 and pi/2 in pieces of 33 bits and fewer, so that a product with an
 * integer of up to 20 bits is exact; the last piece holds what remains. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define PIO2_A 0x1.921fb544p+0
#define PIO2_B 0x1.0b4611a6p-34
#define PIO2_C 0x1.3198a2ep-69
#define PIO2_D 0x1.b839a252049c1p-104

/* Adding and taking away 1.5 * 2^52 rounds to the nearest integer. */
#define ROUND_MAGIC 0x1.8p+52

/* A number as an unevaluated sum, |low| at most half an ulp of high. */
struct pair {
	double high, low;
};

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double of_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double nearest(double x)
{
	return (x + ROUND_MAGIC) - ROUND_MAGIC;
}

/* 2^k for -1022 <= k <= 1023 */
static double power_of_two(int k)
{
	return of_bits((uint64_t)(k + 1023) << 52);
}

/* a + b exactly (Knuth, The Art of Computer Programming, 4.2.2) */
static struct pair two_sum(double a, double b)
{
	double s = a + b, t = s - a;

	return (struct pair){ s, (a - (s - t)) + (b - t) };
}

static struct pair two_product(double a, double b)
{
	double p = a * b;

	return (struct pair){ p, fma(a, b, -p) };
}

static double polynomial(const double *c, int n, double x)
{
	double y = c[n - 1];

	for (int i = n - 2; i >= 0; i--)
		y = c[i] + x * y;
	return y;
}

/* ---- exp ---------------------------------------------------------------- */

/* x = k ln 2 + r.high + r.low, |r| <= ln 2 / 2, for |x| < 800 */
static struct pair exp_reduce(double x, int *k)
{
	double n = nearest(x * 0x1.71547652b82fep+0);
	struct pair r = two_sum(x - n * LN2_HIGH, -n * LN2_LOW);

	*k = (int)n;
	return r;
}

/* exp(r) - 1 - r.high: the Taylor series from r^2/2! to r^14/14! */
static double exp_tail(struct pair r)
{
	static const double c[] = {
		1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040,
		1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800,
		1.0 / 479001600, 1.0 / 6227020800.0, 1.0 / 87178291200.0
	};
	double x = r.high;

	return r.low + x * x * polynomial(c, 13, x);
}

double fmath_exp(double x)
{
	struct pair r;
	int k;

	if (x != x)
		return x;
	if (x > 709.8)
		return INFINITY;
	if (x < -745.2)
		return 0;
	r = exp_reduce(x, &k);
	/* in two steps, as 2^k itself may lie outside the normal range */
	return (1 + (r.high + exp_tail(r))) * power_of_two(k / 2) *
	       power_of_two(k - k / 2);
}

/* exp(x) - 1 = (2^k - 1) + 2^k r + 2^k tail; 0 < x < 700 */
static struct pair expm1_pair(double x)
{
	struct pair r, sum;
	double scale;
	int k;

	r = exp_reduce(x, &k);
	scale = power_of_two(k);
	sum = two_sum(scale - 1, scale * r.high);
	return two_sum(sum.high, sum.low + scale * exp_tail(r));
}

double fmath_tanh(double x)
{
	double a = x < 0 ? -x : x, q;
	struct pair y, den;

	if (x != x || a < 0x1p-28)
		return x;
	if (a > 22)
		return x < 0 ? -1 : 1;
	/* y / (y + 2), one Newton step behind the division */
	y = expm1_pair(2 * a);
	den = two_sum(y.high, 2);
	q = y.high / den.high;
	q += (fma(-q, den.high, y.high) + y.low - q * (den.low + y.low)) /
	     den.high;
	return x < 0 ? -q : q;
}

/* ---- log ---------------------------------------------------------------- */

/* x = 2^k m with sqrt(1/2) <= m < sqrt(2); x > 0 and finite */
static double log_reduce(double x, int *k)
{
	uint64_t bits;
	double m;

	*k = 0;
	if (x < DBL_MIN) {
		x *= 0x1p54;
		*k = -54;
	}
	bits = bits_of(x);
	*k += (int)(bits >> 52) - 1023;
	m = of_bits((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);
	if (m > 0x1.6a09e667f3bcdp+0) {
		m *= 0.5;
		*k += 1;
	}
	return m;
}

/* 2 (s^(2n+1)/(2n+1) + ...) / s^(2n-1) for the first n left out, z = s^2:
 * atanh's series, of which log(m) = 2 atanh((m-1)/(m+1)) is made. */
static const double atanh_c[] = {
	2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15,
	2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23
};

static bool log_special(double x, double *y)
{
	if (x != x || x < 0)
		*y = NAN;
	else if (x == 0)
		*y = -INFINITY;
	else if (x > DBL_MAX)
		*y = x;
	else
		return false;
	return true;
}

double fmath_log(double x)
{
	double f, s, z, half, y;
	int k;

	if (log_special(x, &y))
		return y;
	f = log_reduce(x, &k) - 1;
	s = f / (2 + f);
	z = s * s;
	/* 2s = f - s f and s f = f^2/2 - s f^2/2 keep f, which is exact, in
	 * front */
	half = 0.5 * f * f;
	y = s * (half + z * polynomial(atanh_c, 11, z));
	return k * LN2_HIGH + (f - (half - (y + k * LN2_LOW)));
}

/* log(x) with an error below 2^-60 of it; x > 0 and finite */
static struct pair log_pair(double x)
{
	double m, f, t, s, tail;
	struct pair den, z, cube, sum, third;
	int k;

	m = log_reduce(x, &k);
	f = m - 1;
	den = two_sum(m, 1);
	s = f / den.high;
	t = (fma(-s, den.high, f) - s * den.low) / den.high;
	z = two_product(s, s);
	cube = two_product(z.high, s);
	cube.low += z.low * s + 3 * z.high * t;
	third = two_product(cube.high, 2.0 / 3);
	third.low += cube.low * (2.0 / 3) + cube.high * 0x1.5555555555555p-55;
	tail = cube.high * z.high * polynomial(atanh_c + 1, 10, z.high);
	sum = two_sum(k * LN2_HIGH, 2 * s);
	tail += sum.low + third.low + 2 * t + k * LN2_LOW;
	sum = two_sum(sum.high, third.high);
	return two_sum(sum.high, sum.low + tail);
}

double fmath_pow(double x, double y)
{
	struct pair l, p;
	double e;

	if (log_special(x, &e))
		return fmath_exp(y * e);
	l = log_pair(x);
	p = two_product(l.high, y);
	p.low += l.low * y;
	e = fmath_exp(p.high);
	return e > 0 && e <= DBL_MAX ? e + e * p.low : e;
}

/* ---- sin, cos ----------------------------------------------------------- */

/* x = n pi/2 + r, |r| <= pi/4 */
static struct pair quarter_reduce(double x, unsigned *n)
{
	double q = nearest(x * 0x1.45f306dc9c883p-1), low;
	struct pair r = two_sum(x, -q * PIO2_A);

	low = r.low;
	r = two_sum(r.high, -q * PIO2_B);
	low += r.low;
	r = two_sum(r.high, -q * PIO2_C);
	low += r.low - q * PIO2_D;
	*n = (unsigned)(int)q & 3;
	return two_sum(r.high, low);
}

/* r - r^3/3! + ... - r^19/19! */
static double sin_series(struct pair r)
{
	static const double c[] = {
		-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880,
		-1.0 / 39916800, 1.0 / 6227020800.0, -1.0 / 1307674368000.0,
		1.0 / 355687428096000.0, -1.0 / 121645100408832000.0
	};
	double x = r.high, z = x * x;

	return x + (r.low * (1 - 0.5 * z) + x * z * polynomial(c, 9, z));
}

/* 1 - r^2/2! + ... + r^18/18! */
static double cos_series(struct pair r)
{
	static const double c[] = {
		1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
		1.0 / 479001600, -1.0 / 87178291200.0,
		1.0 / 20922789888000.0, -1.0 / 6402373705728000.0
	};
	double x = r.high, z = x * x, half = 0.5 * z, y = 1 - half;

	return y + (((1 - y) - half) +
		    (z * z * polynomial(c, 8, z) - x * r.low));
}

static double quarter(struct pair r, unsigned n)
{
	double y = n & 1 ? cos_series(r) : sin_series(r);

	return n & 2 ? -y : y;
}

double fmath_sin(double x)
{
	unsigned n;
	struct pair r;

	if (!(x >= -0x1p20 && x <= 0x1p20))
		return NAN;
	if (x > -0x1p-27 && x < 0x1p-27)
		return x;
	r = quarter_reduce(x, &n);
	return quarter(r, n);
}

double fmath_cos(double x)
{
	unsigned n;
	struct pair r;

	if (!(x >= -0x1p20 && x <= 0x1p20))
		return NAN;
	r = quarter_reduce(x, &n);
	return quarter(r, n + 1);
}

/* ---- float -------------------------------------------------------------- */

/* A double result within 2 ulp rounds to a float within 0.5000001 ulp. */

float fmath_expf(float x)
{
	return (float)fmath_exp(x);
}

float fmath_logf(float x)
{
	return (float)fmath_log(x);
}

float fmath_tanhf(float x)
{
	return (float)fmath_tanh(x);
}

float fmath_gauss(struct rng *rng)
{
	double u = 1 - (double)rng_unit(rng);	/* in (0, 1] */
	double angle = 0x1.921fb54442d18p+2 * (double)rng_unit(rng);

	return (float)(sqrt(-2 * fmath_log(u)) * fmath_cos(angle));
}
