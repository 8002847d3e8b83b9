#include "base/fmath.h"
#include "train/schedule_priv.h"

static const double pi = 3.14159265358979323846;
static const double rise = 0.3, start_part = 1.0 / 25, end_part = 4e-6;

/* Half a cosine from a to b, t in [0, 1]. */
static double ease(double a, double b, double t)
{
	return b + (a - b) * 0.5 * (1 + fmath_cos(pi * t));
}

double train_schedule_rate(double peak, size_t step, size_t steps)
{
	double t = steps > 1 ? (double)step / (double)(steps - 1) : 1;

	if (t < rise)
		return peak * ease(start_part, 1, t / rise);
	return peak * ease(1, end_part, (t - rise) / (1 - rise));
}
