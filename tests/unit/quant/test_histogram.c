#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
#include "quant/histogram.h"
#include "quant/scale.h"

enum { N = 20000 };

static void counted(uint64_t *bins, struct quant_range *whole, float *x)
{
	*whole = (struct quant_range){ 0, 0 };
	for (int i = 0; i < N; i++) {
		whole->min = fminf(whole->min, x[i]);
		whole->max = fmaxf(whole->max, x[i]);
	}
	histogram_add(bins, *whole, x, N);
}

static double error_of(const float *x, struct quant_range r)
{
	struct quant_scale s = quant_scale_s8(r);
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += pow(quant_nearest(s, x[i]) - (double)x[i], 2);
	return sum;
}

Test(histogram, every_value_is_counted_once_the_ends_included)
{
	uint64_t bins[HISTOGRAM_BINS] = { 0 }, sum = 0;
	const float x[] = { -1, 1, 0, 0.5f, -1 };

	histogram_add(bins, (struct quant_range){ -1, 1 }, x, 5);
	for (int i = 0; i < HISTOGRAM_BINS; i++)
		sum += bins[i];
	cr_assert_eq(sum, 5);
	cr_assert_eq(bins[0], 2);
	cr_assert_eq(bins[HISTOGRAM_BINS - 1], 1);
	cr_assert_eq(bins[HISTOGRAM_BINS / 2], 1);
}

Test(histogram, a_percentile_cuts_what_it_says_from_each_end)
{
	static uint64_t bins[HISTOGRAM_BINS];
	static float x[N];
	struct quant_range whole, cut;
	int below = 0, above = 0;

	for (int i = 0; i < N; i++)
		x[i] = (float)(i - N / 2);
	counted(bins, &whole, x);
	cut = histogram_percentile(bins, whole, 99);
	for (int i = 0; i < N; i++) {
		below += x[i] < cut.min;
		above += x[i] > cut.max;
	}
	cr_assert(below <= N / 200 && below > N / 200 - N / 1000);
	cr_assert(above <= N / 200 && above > N / 200 - N / 1000);
	cut = histogram_percentile(bins, whole, 100);
	cr_assert_eq(cut.min, whole.min);
	cr_assert_eq(cut.max, whole.max);
}

/* Rectified values pile up at 0: that end must stay. */
Test(histogram, a_pile_at_zero_is_not_cut)
{
	static uint64_t bins[HISTOGRAM_BINS];
	static float x[N];
	struct quant_range whole, cut;

	for (int i = 0; i < N; i++)
		x[i] = i < N / 2 ? 0 : (float)i;
	counted(bins, &whole, x);
	cut = histogram_percentile(bins, whole, 98);
	cr_assert_eq(cut.min, 0);
	cr_assert_lt(cut.max, whole.max);
}

Test(histogram, least_squares_cuts_a_lonely_outlier_and_nothing_else)
{
	static uint64_t bins[HISTOGRAM_BINS], even[HISTOGRAM_BINS];
	static float x[N];
	struct quant_range whole, cut;
	struct rng rng;

	rng_init(&rng, 5, 0);
	for (int i = 0; i < N; i++)
		x[i] = 2 * rng_unit(&rng) - 1;
	counted(even, &whole, x);
	cut = histogram_least_squares(even, whole);
	cr_assert_gt(cut.max, 0.95f * whole.max);
	cr_assert_lt(cut.min, 0.95f * whole.min);
	/* once 4 among two million: cutting it costs less than it saves */
	whole.max = 4;
	for (int i = 0; i < 100; i++)
		histogram_add(bins, whole, x, N);
	bins[HISTOGRAM_BINS - 1]++;
	cut = histogram_least_squares(bins, whole);
	cr_assert_lt(cut.max, 2);
	cr_assert_lt(100 * error_of(x, cut) + pow(4 - (double)cut.max, 2),
		     100 * error_of(x, whole));
}

Test(histogram, a_constant_tensor_keeps_its_range)
{
	static uint64_t bins[HISTOGRAM_BINS];
	struct quant_range none = { 0, 0 }, cut;
	const float x[4] = { 0 };

	histogram_add(bins, none, x, 4);
	cut = histogram_least_squares(bins, none);
	cr_assert_eq(cut.min, 0);
	cr_assert_eq(cut.max, 0);
}
