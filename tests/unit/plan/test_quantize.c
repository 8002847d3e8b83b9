#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
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
