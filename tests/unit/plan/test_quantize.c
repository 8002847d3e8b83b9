#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "model/text.h"
#include "plan/plan.h"

static void expect(double real, int32_t multiplier, int32_t shift)
{
	struct plan_multiplier m = plan_quantize(real);

	cr_assert_eq(m.multiplier, multiplier, "%a: %d", real, m.multiplier);
	cr_assert_eq(m.shift, shift, "%a: %d", real, m.shift);
}

Test(quantize, corners)
{
	expect(0, 0, 0);
	expect(1, 1 << 30, 1);
	expect(0.5, 1 << 30, 0);
	expect(0.25, 1 << 30, -1);
	/* rounds up to 2^31, which becomes the next power of two */
	expect(1 - 0x1p-40, 1 << 30, 1);
	expect(0x1p-32, 1 << 30, -31);
	expect(0x1p-33, 0, 0);
	expect(0x1p29, 1 << 30, 30);
	expect(0x1p40, INT32_MAX, 30);
	/* scales whose ratio a float cannot hold */
	expect((double)INFINITY, INT32_MAX, 30);
	expect((double)NAN, 0, 0);
	/* halves away from zero: 0.5 + 2^-32 is 2^30 + 1/2 */
	expect(0.5 + 0x1p-32, (1 << 30) + 1, 0);
}

Test(quantize, the_relative_error_is_below_half_a_step)
{
	struct rng rng;

	rng_init(&rng, 45, 0);
	for (int i = 0; i < 100000; i++) {
		double real = ldexp(1 + (double)rng_u64(&rng) * 0x1p-64,
				    (int)rng_below(&rng, 40) - 25);
		struct plan_multiplier m = plan_quantize(real);
		double back = ldexp(m.multiplier, m.shift - 31);

		cr_assert_leq(fabs(back - real), real * 0x1p-31);
	}
}

/* 0.1f * 0.3f is not a float: its rounding is seen in 31 bits. */
static void first_multiplier(const char *filter, int32_t want)
{
	struct err err = { 0 };
	char text[500];
	struct model m;
	struct plan plan;

	snprintf(text, sizeof(text), "model \"dense\"\n"
		 "tensor 0 \"x\" int8[1x1] scale 0x1.99999ap-4 zero 0\n"
		 "const 1 \"w\" int8[2x1] %s zero 0\ndata 0102\n"
		 "tensor 2 \"y\" int8[1x2] scale 0x1p-4 zero 0\n"
		 "op FULLY_CONNECTED 0 1 -> 2\ninput 0\noutput 2\n", filter);
	cr_assert_eq(model_parse(&m, text, strlen(text), &err), 0, "%s",
		     err.text);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, &err), 0);
	cr_assert_eq(plan.ops[0].multipliers[0], want, "%d",
		     plan.ops[0].multipliers[0]);
	plan_release(&plan);
	model_release(&m);
}

Test(quantize, a_dense_layer_of_one_scale_multiplies_in_single_precision)
{
	const double x = (double)0.1f, w = (double)0.3f;

	first_multiplier("scale 0x1.333334p-2",
			 (int32_t)round((double)(0.1f * 0.3f) * 0x1p36));
	first_multiplier("axis 0 scale 0x1.333334p-2 0x1.333334p-2",
			 (int32_t)round(x * w * 0x1p36));
	cr_assert_neq(round((double)(0.1f * 0.3f) * 0x1p36),
		      round(x * w * 0x1p36));
}
