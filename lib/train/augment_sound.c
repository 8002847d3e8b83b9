#include <math.h>

#include "base/fmath.h"
#include "train/augment.h"

#define LN10_20 0.11512925464970229	/* ln(10) / 20 */

/* What was drawn for one copy. */
struct change {
	double step, start;	/* rows of the recording a row of the copy */
	double high, gain;	/* factors */
	double noise;		/* RMS of noise over that of the sound */
	double brown;		/* 0 white to 0.9 */
};

static double from_db(double db)
{
	return fmath_exp(db * LN10_20);
}

static struct change draw(const struct project_augment *a, double shift,
			  struct rng *rng)
{
	struct change c = {
		.step = 1 + augment_between(rng, a->speed / 100),
		.start = augment_between(rng, shift),
		.high = from_db(augment_between(rng, a->tilt_db)),
		.gain = from_db(augment_between(rng, a->gain_db)),
	};
	double snr = a->noise_db + 20 * (double)rng_unit(rng);
	bool noisy = rng_below(rng, 5) != 0;

	c.brown = 0.9 * (double)rng_unit(rng);
	if (a->noise_db > 0 && noisy)
		c.noise = from_db(-snr);
	return c;
}

static double at(const struct augment_sound *s, int64_t i)
{
	return i < 0 || (uint64_t)i >= s->rows ? 0 : s->pcm[i];
}

/* Cubic through four neighbours (Catmull and Rom, 1974). */
static double between(const struct augment_sound *s, double x)
{
	int64_t i = (int64_t)(x + 1e6) - 1000000;	/* floor */
	double t = x - (double)i;
	double p = at(s, i - 1), q = at(s, i), r = at(s, i + 1),
	       u = at(s, i + 2);

	return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - u +
					   t * (3 * (q - r) + u - p)));
}

static double rms_of(const struct augment_sound *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->rows; i++)
		sum += (double)s->pcm[i] * s->pcm[i];
	return s->rows ? sqrt(sum / (double)s->rows) : 0;
}

static int16_t to_s16(double x)
{
	if (x >= 32767)
		return 32767;
	if (x <= -32768)
		return -32768;
	return (int16_t)(x < 0 ? x - 0.5 : x + 0.5);
}

void augment_sound(const struct project_augment *a,
		   const struct augment_sound *s, struct rng *rng,
		   int16_t *out)
{
	struct change c = draw(a, s->shift, rng);
	double level = rms_of(s) * c.noise, low = 0, brown = 0;
	/* brown noise of the same power as white */
	double fresh = sqrt(1 - c.brown * c.brown);

	for (size_t i = 0; i < s->length; i++) {
		double y = between(s, c.start + (double)i * c.step);

		low += 0.65 * (y - low);
		y = low + c.high * (y - low);
		if (c.noise > 0) {
			brown = c.brown * brown + fresh * augment_normal(rng);
			y += level * brown;
		}
		out[i] = to_s16(c.gain * y);
	}
}
