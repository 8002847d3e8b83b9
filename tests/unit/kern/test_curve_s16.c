#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "kern/ref/curve_s16.h"

/* Steps of 1 / 12288; beyond 10.6 all is flat. */
enum { LIMIT = 140000, UNIT = 12288 };

Test(curve_s16, logistic_is_near_the_function)
{
	for (int32_t x = -LIMIT; x <= LIMIT; x++) {
		double y = 32768 / (1 + exp(-(double)x / UNIT));

		cr_assert_lt(fabs(curve_s16_logistic(x) - y), 5, "%d", x);
		cr_assert_geq(curve_s16_logistic(x + 1),
			      curve_s16_logistic(x), "%d", x);
	}
}

Test(curve_s16, tanh_is_near_the_function)
{
	for (int32_t x = -LIMIT; x <= LIMIT; x++) {
		double y = 32768 * tanh((double)x / UNIT);

		cr_assert_lt(fabs(curve_s16_tanh(x) - y), 12, "%d", x);
		cr_assert_geq(curve_s16_tanh(x + 1), curve_s16_tanh(x), "%d",
			      x);
	}
	cr_assert_eq(curve_s16_tanh(0), 0);
}

/* Every bit counts: sums over the values that TensorFlow Lite's definition
 * gives, computed by another program. */
static uint32_t digest(int16_t (*curve)(int32_t))
{
	uint32_t sum = 0;

	for (int32_t x = -LIMIT; x < LIMIT; x += 7)
		sum = sum * 31 + (uint16_t)curve(x);
	return sum;
}

Test(curve_s16, every_value_is_tensorflow_lites)
{
	cr_assert_eq(digest(curve_s16_logistic), 1248146207u);
	cr_assert_eq(digest(curve_s16_tanh), 3856170079u);
}

Test(curve_s16, scaling_rounds_halves_upward)
{
	cr_assert_eq(curve_s16_scaled(5, 3, 0), 15);
	cr_assert_eq(curve_s16_scaled(1, 1, 1), 1);
	cr_assert_eq(curve_s16_scaled(-1, 1, 1), 0);
	cr_assert_eq(curve_s16_scaled(-32768, 49152, 0), -1610612736);
	cr_assert_eq(curve_s16_scaled(32767, 32767, 31), 0);
}
