#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "dsp/log.h"
#include "dsp/real.h"

static double value(struct dsp_real a)
{
	return ldexp(a.m, a.e);
}

/* A number of any size and sign, exactly a dsp_real. */
static struct dsp_real draw(struct rng *rng)
{
	struct dsp_real a = { (int32_t)(rng_u64(rng) >> 34 | 1 << 30),
			      (int32_t)rng_below(rng, 60) - 60 };

	if (rng_below(rng, 2))
		a.m = -a.m;
	return rng_below(rng, 20) ? a : (struct dsp_real){ 0, 0 };
}

static void near(struct dsp_real got, double want, double size)
{
	cr_assert(dsp_real_fits(got) &&
		  fabs(value(got) - want) <= size * 0x1p-30,
		  "%.12g not %.12g", value(got), want);
}

Test(real, arithmetic_is_that_of_numbers)
{
	struct rng rng;

	rng_init(&rng, 3, 0);
	for (int i = 0; i < 20000; i++) {
		struct dsp_real a = draw(&rng), b = draw(&rng);
		double x = value(a), y = value(b);

		near(dsp_real_add(a, b), x + y, fabs(x) + fabs(y));
		near(dsp_real_sub(a, b), x - y, fabs(x) + fabs(y));
		near(dsp_real_mul(a, b), x * y, fabs(x * y));
		near(dsp_real_div(a, b), y != 0 ? x / y : 0,
		     y != 0 ? fabs(x / y) : 0);
		near(dsp_real_root(a), x > 0 ? sqrt(x) : 0,
		     2 * sqrt(fabs(x)));
		cr_assert_eq(dsp_real_less(a, b), x < y);
	}
}

Test(real, integers_and_floats_come_in_exactly)
{
	static const float floats[] = { 0, 1, -1.5f, 0x1p-149f, 0x1.8p-130f,
					3.4028234e38f, -1e-20f };

	for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++) {
		uint32_t bits;

		memcpy(&bits, &floats[i], 4);
		cr_assert_eq(value(dsp_real_float(bits)), (double)floats[i]);
	}
	cr_assert_eq(dsp_real_float(0x7fc00000).m, 0, "not a number");
	cr_assert_eq(value(dsp_real_float(0xff800000)), -0xffffffp104);
	for (int64_t i = -70000; i < 70000; i += 77)
		cr_assert_eq(value(dsp_real_int(i)), (double)i);
	near(dsp_real_int(INT64_MAX), 0x1p63, 0x1p63);
}

Test(real, what_leaves_the_range_stays_a_number)
{
	struct dsp_real a = dsp_real_int(1 << 30), small = { 1 << 30, -256 };

	for (int i = 0; i < 40; i++) {
		a = dsp_real_mul(a, a);
		small = dsp_real_mul(small, small);
	}
	cr_assert_eq(a.e, DSP_REAL_MOST);
	cr_assert_eq(small.m, 0);
	cr_assert_eq(dsp_real_q16(a), INT32_MAX);
	a.m = -a.m;
	cr_assert_eq(dsp_real_q16(a), INT32_MIN);
}

Test(real, q16_is_rounded)
{
	struct rng rng;

	rng_init(&rng, 4, 0);
	for (int i = 0; i < 20000; i++) {
		struct dsp_real a = draw(&rng);
		double want = floor(value(a) * 65536 + 0.5);

		want = fmax(INT32_MIN, fmin(INT32_MAX, want));
		cr_assert_eq(dsp_real_q16(a), (int32_t)want);
	}
}
