#include <criterion/criterion.h>
#include <math.h>

#include "train/schedule_priv.h"

Test(train_schedule, rises_to_the_peak_and_falls_to_almost_nothing)
{
	double last = 0;

	cr_assert(fabs(train_schedule_rate(2, 0, 101) - 0.08) < 1e-9);
	for (size_t i = 0; i <= 30; i++) {
		cr_assert(train_schedule_rate(2, i, 101) > last);
		last = train_schedule_rate(2, i, 101);
	}
	cr_assert(fabs(last - 2) < 1e-9);
	for (size_t i = 31; i <= 100; i++) {
		cr_assert(train_schedule_rate(2, i, 101) < last);
		last = train_schedule_rate(2, i, 101);
	}
	cr_assert(fabs(last - 8e-6) < 1e-9);
}

Test(train_schedule, a_single_step_has_a_rate)
{
	cr_assert(train_schedule_rate(1, 0, 1) > 0);
}
