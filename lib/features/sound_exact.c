/* features/sound.h in double precision, step by step. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "features/fourier.h"
#include "features/sound.h"

struct work {
	const struct sound *s;
	const struct features_clip *clip;
	struct fourier fourier;
	double *frame, *power, *values;	/* one frame's */
	double energy;
};

static double sample(const struct work *w, long p)
{
	long length = w->s->length, at;

	if (w->s->reflect && p < 0)
		p = -p;
	if (w->s->reflect && p >= length)
		p = 2 * (length - 1) - p;
	at = p + w->clip->offset;
	if (p < 0 || p >= length || at < 0 || at >= (long)w->clip->samples)
		return 0;
	return w->clip->pcm[at];
}

static double before(const struct work *w, long p, int i)
{
	if (i == 0 && w->s->before == DSP_SOUND_BEFORE_SAME)
		return sample(w, p);
	if (p == 0 && w->s->before == DSP_SOUND_BEFORE_WRAP)
		return sample(w, w->s->length - 1);
	return sample(w, p - 1);
}

static void load(struct work *w, long t)
{
	const struct sound *s = w->s;
	long start = s->first + t * s->stride;
	double mean = 0, squares = 0;

	for (int i = 0; s->remove_mean && i < s->window; i++)
		mean += sample(w, start + i) / s->window;
	memset(w->frame, 0, sizeof(*w->frame) << s->fft_log2);
	for (int i = 0; i < s->window; i++) {
		double x = sample(w, start + i) - mean;
		double b = before(w, start + i, i) - mean;

		squares += x * x;
		w->frame[i] = s->taper[i] * (x - s->preemphasis * b);
	}
	w->energy = squares * s->energy_scale;
}

static void take_values(struct work *w)
{
	const struct sound *s = w->s;
	const double *weight = s->weights;
	double sum = 0;

	for (int k = 0; k < sound_bins(s); k++) {
		w->power[k] *= s->scale;
		sum += w->power[k];
	}
	if (s->energy == DSP_SOUND_ENERGY_SPECTRUM)
		w->energy = sum;
	for (int b = 0; b < sound_values(s); b++) {
		double m = s->bands ? 0 : w->power[b];

		for (int k = 0; s->bands && k < s->band_count[b]; k++)
			m += w->power[s->band_first[b] + k] * *weight++;
		w->values[b] = s->linear ? m :
			       fmath_log(m > s->floor ? m : s->floor);
	}
}

static void take_frame(struct work *w, long t)
{
	load(w, t);
	fourier_power(&w->fourier, w->frame, w->power);
	take_values(w);
}

static double largest(struct work *w)
{
	double top = -INFINITY;

	for (long t = 0; t < w->s->frames; t++) {
		take_frame(w, t);
		for (int b = 0; b < sound_values(w->s); b++)
			if (w->values[b] > top)
				top = w->values[b];
	}
	return top;
}

static double level(const struct sound *s, double value)
{
	double y = s->linear ? s->factor * value : s->bias + s->factor * value;

	y = y < s->low ? s->low : y > s->high ? s->high : y;
	if (s->eight) {
		y = floor(y * 256 + 0.5);
		y = (y > 255 ? 255 : y) / 256;
	}
	return y;
}

static double cepstrum(const struct work *w, int row)
{
	const struct sound *s = w->s;
	const double *d = s->dct + (size_t)row * (size_t)s->bands;
	double sum = 0;

	if (row == s->energy_row)
		return fmath_log(w->energy > s->energy_floor ? w->energy :
				 s->energy_floor);
	for (int b = 0; b < s->bands; b++)
		sum += d[b] * w->values[b];
	return sum;
}

static void put_frame(const struct work *w, double *out)
{
	for (int i = 0; i < sound_outputs(w->s); i++)
		out[i] = w->s->has_dct ? cepstrum(w, i) :
			 level(w->s, w->values[i]);
}

/* The entry at t of n that are mirrored at both ends, for ever. */
static long mirrored(long t, long n)
{
	t %= 2 * n;
	if (t < 0)
		t += 2 * n;
	return t < n ? t : 2 * n - 1 - t;
}

static double mean_around(const double *x, long t, long n, int width,
			  double *deviation)
{
	double sum = 0, squares = 0;

	for (long i = t - width / 2; i <= t + width / 2; i++)
		sum += x[mirrored(i, n)] / width;
	for (long i = t - width / 2; i <= t + width / 2; i++) {
		double d = x[mirrored(i, n)] - sum;

		squares += d * d / width;
	}
	*deviation = sqrt(squares);
	return sum;
}

static void normalise(const struct sound *s, double *column, double *out)
{
	double deviation;
	int n = sound_outputs(s);

	for (long t = 0; t < s->frames; t++)
		column[t] = out[t * n] - mean_around(column + s->frames, t,
						     s->frames, s->normalise,
						     &deviation);
	for (long t = 0; t < s->frames; t++) {
		mean_around(column, t, s->frames, s->normalise, &deviation);
		out[t * n] = column[t] / (deviation + 1e-10);
	}
}

static int normalise_all(const struct sound *s, double *out, struct err *err)
{
	size_t frames = (size_t)s->frames;
	double *column = calloc(2 * frames, sizeof(*column));
	int n = sound_outputs(s);

	if (!column)
		return err_nomem(err);
	for (int i = 0; i < n; i++) {
		for (long t = 0; t < s->frames; t++)
			column[s->frames + t] = out[t * n + i];
		normalise(s, column, out + i);
	}
	free(column);
	return 0;
}

static void run(struct work *w, double *out)
{
	const struct sound *s = w->s;
	double least = s->top < 0 ? -INFINITY : largest(w) - s->top;

	for (long t = 0; t < s->frames; t++) {
		take_frame(w, t);
		for (int b = 0; !s->linear && b < sound_values(s); b++)
			if (w->values[b] < least)
				w->values[b] = least;
		put_frame(w, out + t * sound_outputs(s));
	}
}

int sound_exact(const struct sound *s, const struct features_clip *clip,
		double *out, struct err *err)
{
	struct work w = { .s = s, .clip = clip };
	size_t points = (size_t)1 << s->fft_log2;
	int ret = fourier_open(&w.fourier, 1 << s->fft_log2, err);

	if (ret)
		return ret;
	w.frame = calloc(3 * points, sizeof(*w.frame));
	if (w.frame) {
		w.power = w.frame + points;
		w.values = w.power + points;
		run(&w, out);
	}
	ret = !w.frame ? err_nomem(err) :
	      s->normalise ? normalise_all(s, out, err) : 0;
	free(w.frame);
	fourier_close(&w.fourier);
	return ret;
}
