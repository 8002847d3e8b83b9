#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
#include "dsp/quantise.h"
#include "features/features.h"

Test(quantise, halves_go_away_from_zero)
{
	/* multiplier / 2^shift = 1/4 */
	const int32_t x[] = { 0, 1, 2, 3, 4, 5, 6, -1, -2, -3, -5, -6 };
	const int8_t want[] = { 0, 0, 1, 1, 1, 1, 2, 0, -1, -1, -1, -2 };
	int8_t out[12];

	dsp_quantise(x, 12, 1 << 20, 22, 0, out);
	cr_assert_arr_eq(out, want, 12);
}

Test(quantise, results_are_clamped)
{
	const int32_t x[] = { INT32_MIN, INT32_MAX, -1000, 1000 };
	const int8_t want[] = { -128, 127, -128, 127 };
	int8_t out[4];

	dsp_quantise(x, 4, INT32_MAX, 31, 5, out);
	cr_assert_arr_eq(out, want, 4);
	dsp_quantise(x, 4, INT32_MAX, 1, 127, out);
	cr_assert_arr_eq(out, want, 4);
	dsp_quantise(x, 4, INT32_MAX, DSP_QUANTISE_SHIFT_MAX, -3, out);
	cr_assert_eq(out[0], -4);
	cr_assert_eq(out[1], -2);
	cr_assert_eq(out[2], -3);
}

/* Away from ties the result is round(value / scale) + zero point. */
Test(quantise, agrees_with_real_division)
{
	struct rng rng;
	int32_t multiplier;
	int shift;

	rng_init(&rng, 4, 0);
	for (int i = 0; i < 100000; i++) {
		double scale = 0.05 + (double)rng_unit(&rng) * 2;
		int32_t x = (int32_t)rng_below(&rng, 1 << 24) - (1 << 23);
		double exact = x / 65536.0 / scale, want;
		int8_t out;

		cr_assert_eq(features_quantiser(scale, &multiplier, &shift,
						NULL), 0);
		dsp_quantise(&x, 1, multiplier, shift, -20, &out);
		if (fabs(exact - floor(exact) - 0.5) < 1e-6)
			continue;
		want = fmax(-128, fmin(127, round(exact) - 20));
		cr_assert_eq(out, (int)want, "%d / %g", x, scale);
	}
}
