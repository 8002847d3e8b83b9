#include "train/schedule_priv.h"

#include "base/fmath.h"

static const double pi = 3.14159265358979323846;
static const double start_part = 1.0 / 25, end_part = 4e-6;
static const double cycle_rise = 0.3, fall = 0.2;

/* Half a cosine from a to b, t in [0, 1]. */
static double ease(double a, double b, double t)
{
	return b + (a - b) * 0.5 * (1 + fmath_cos(pi * t));
}

/* After the warm-up, t in [0, 1]. */
static double main_part(enum train_schedule schedule, double t)
{
	switch (schedule) {
	case TRAIN_CONSTANT:
		return 1;
	case TRAIN_STEP:
		return t < 1.0 / 3 ? 1 : t < 2.0 / 3 ? fall : fall * fall;
	default:
		return ease(1, end_part, t);
	}
}

double train_schedule_rate(const struct train_options *options, size_t step,
			   size_t steps)
{
	bool is_cycle = options->schedule == TRAIN_ONE_CYCLE;
	double t = steps > 1 ? (double)step / (double)(steps - 1) : 1;
	double rise = options->warm_up;

	if (is_cycle && !(rise > 0))
		rise = cycle_rise;
	if (t < rise && is_cycle)
		return options->rate * ease(start_part, 1, t / rise);
	if (t < rise)
		return options->rate *
			(start_part + (1 - start_part) * (t / rise));
	return options->rate * main_part(options->schedule,
					 (t - rise) / (1 - rise));
}
