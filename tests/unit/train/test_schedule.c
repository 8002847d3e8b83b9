#include <criterion/criterion.h>
#include <math.h>

#include "train/schedule_priv.h"

static double rate(const struct train_options *options, size_t step)
{
	return train_schedule_rate(options, step, 101);
}

Test(train_schedule, one_cycle_rises_to_the_peak_and_falls_to_almost_nothing)
{
	const struct train_options o = { .rate = 2 };
	double last = 0;

	cr_assert(fabs(rate(&o, 0) - 0.08) < 1e-9);
	for (size_t i = 0; i <= 30; i++) {
		cr_assert(rate(&o, i) > last);
		last = rate(&o, i);
	}
	cr_assert(fabs(last - 2) < 1e-9);
	for (size_t i = 31; i <= 100; i++) {
		cr_assert(rate(&o, i) < last);
		last = rate(&o, i);
	}
	cr_assert(fabs(last - 8e-6) < 1e-9);
}

Test(train_schedule, the_others_are_what_their_names_say)
{
	struct train_options o = { .rate = 2, .schedule = TRAIN_CONSTANT };

	for (size_t i = 0; i <= 100; i++)
		cr_assert_eq(rate(&o, i), 2);
	o.schedule = TRAIN_STEP;
	cr_expect(fabs(rate(&o, 33) - 2) < 1e-9);
	cr_expect(fabs(rate(&o, 34) - 0.4) < 1e-9);
	cr_expect(fabs(rate(&o, 66) - 0.4) < 1e-9);
	cr_expect(fabs(rate(&o, 67) - 0.08) < 1e-9);
	o.schedule = TRAIN_COSINE;
	cr_expect(fabs(rate(&o, 0) - 2) < 1e-9);
	cr_expect(fabs(rate(&o, 50) - 1) < 1e-4);
	cr_expect(fabs(rate(&o, 100) - 8e-6) < 1e-9);
}

Test(train_schedule, a_warm_up_rises_in_a_straight_line)
{
	struct train_options o = { .rate = 2, .schedule = TRAIN_COSINE,
				   .warm_up = 0.1 };

	cr_expect(fabs(rate(&o, 0) - 0.08) < 1e-9);
	cr_expect(fabs(rate(&o, 5) - 1.04) < 1e-9);
	cr_expect(fabs(rate(&o, 10) - 2) < 1e-9);
	cr_expect(fabs(rate(&o, 55) - 1) < 1e-4);
	o.schedule = TRAIN_ONE_CYCLE;
	cr_expect(fabs(rate(&o, 10) - 2) < 1e-9);
}

Test(train_schedule, a_single_step_has_a_rate)
{
	const struct train_options o = { .rate = 1 };

	cr_assert(train_schedule_rate(&o, 0, 1) > 0);
}
