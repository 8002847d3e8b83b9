/* Filter banks and cosine transforms of the flavours of features/sound.h. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "features/sound.h"

/* ---- mel scales --------------------------------------------------------- */

static double htk_of(double hz)
{
	return 1127 * fmath_log(1 + hz / 700);
}

static double hz_of_htk(double mel)
{
	return 700 * (fmath_exp(mel / 1127) - 1);
}

/* Slaney's Auditory Toolbox: linear below 1 kHz, 27 steps to 6.4 kHz. */
static double slaney_of(double hz)
{
	if (hz < 1000)
		return hz * 3 / 200;
	return 15 + fmath_log(hz / 1000) * 27 / fmath_log(6.4);
}

static double hz_of_slaney(double mel)
{
	if (mel < 15)
		return mel * 200 / 3;
	return 1000 * fmath_exp((mel - 15) * fmath_log(6.4) / 27);
}

/* ---- triangles ---------------------------------------------------------- */

/* Where the triangles' corners and the bins lie on the axis in which the
 * triangles are straight. */
struct axis {
	double corner[DSP_BANDS_MAX + 2];
	double bin[SOUND_BINS_MAX];
	int bin_first, bin_end;		/* bins that are used at all */
	bool by_area;			/* 2 / width in Hz as the height */
};

static double triangle(const struct axis *axis, int b, int k)
{
	double left = axis->corner[b], top = axis->corner[b + 1];
	double right = axis->corner[b + 2], x = axis->bin[k], y;

	if (x < left || x > right)
		return 0;
	y = x <= top && top > left ? (x - left) / (top - left) :
	    right > top ? (right - x) / (right - top) : 0;
	return axis->by_area ? y * 2 / (right - left) : y;
}

/* Corners equally spaced on the mel scale, brought to the axis. */
static void place_corners(struct axis *axis, const struct make *make,
			  double (*mel_of)(double), double (*to_axis)(double))
{
	double low = mel_of((double)make->f.low_hz);
	double high = mel_of((double)make->f.high_hz);
	double step = (high - low) / (double)(make->f.mel_bands + 1);

	for (int e = 0; e < make->f.mel_bands + 2; e++)
		axis->corner[e] = to_axis(low + step * e);
}

static double same(double x)
{
	return x;
}

static void place_bins(const struct sound *s, struct axis *axis,
		       double (*to_axis)(double))
{
	double hz = (double)s->rate_hz / (double)(1 << s->fft_log2);

	for (int k = 0; k < sound_bins(s); k++)
		axis->bin[k] = to_axis(k * hz);
	axis->bin_first = 0;
	axis->bin_end = sound_bins(s);
}

/* Corners on whole bins, floor((fft + 1) f / rate), the last one just below
 * high_hz (edge-impulse-v4). */
static void place_whole(const struct sound *s, struct axis *axis,
			const struct make *make)
{
	int last = (int)make->f.mel_bands + 1;

	place_corners(axis, make, htk_of, hz_of_htk);
	axis->corner[last] -= 0.001;
	for (int e = 0; e <= last; e++)
		axis->corner[e] = floor((double)((1 << s->fft_log2) + 1) *
					axis->corner[e] / (double)s->rate_hz);
	place_bins(s, axis, same);
	for (int k = 0; k < axis->bin_end; k++)
		axis->bin[k] = k;
}

static void place(const struct sound *s, struct axis *axis,
		  const struct make *make)
{
	const char *preset = make->f.preset;
	bool slaney = strcmp(make->f.mel_scale, "slaney") == 0;

	memset(axis, 0, sizeof(*axis));
	if (strcmp(preset, "edge-impulse-v4") == 0) {
		place_whole(s, axis, make);
	} else if (strcmp(preset, "librosa") == 0) {
		place_corners(axis, make, slaney ? slaney_of : htk_of,
			      slaney ? hz_of_slaney : hz_of_htk);
		place_bins(s, axis, same);
		axis->by_area = slaney;
	} else {
		place_corners(axis, make, slaney ? slaney_of : htk_of, same);
		place_bins(s, axis, slaney ? slaney_of : htk_of);
		if (strcmp(preset, "mlperf-sww") == 0)
			axis->bin_first = 1;
		else
			axis->bin_end--;
	}
}

static int add_band(struct sound *s, const struct axis *axis, int b)
{
	int first = axis->bin_first, end = axis->bin_end;

	while (first < end && triangle(axis, b, first) <= 0)
		first++;
	while (end > first && triangle(axis, b, end - 1) <= 0)
		end--;
	if (end - first > SOUND_WEIGHTS_MAX - s->weight_count)
		end = first;
	s->band_first[b] = first;
	s->band_count[b] = end - first;
	for (int k = first; k < end; k++)
		s->weights[s->weight_count++] = triangle(axis, b, k);
	return end - first;
}

int sound_bank(struct sound *s, const struct make *make, struct err *err)
{
	struct axis axis;

	place(s, &axis, make);
	s->weight_count = 0;
	for (int b = 0; b < s->bands; b++) {
		if (add_band(s, &axis, b) > 0)
			continue;
		err_set(err, ERR_RANGE, "mel band %d of %d lies between two "
			"bins of the %d-point FFT and would always be silent",
			b + 1, s->bands, 1 << s->fft_log2);
		err_hint(err, "use fewer features.mel_bands or more "
			 "fft_points");
		return ERR_RANGE;
	}
	return 0;
}

/* ---- cosine transform --------------------------------------------------- */

enum { LIFTER = 22 };		/* HTK's CEPLIFTER */

static double cosine(const struct sound *s, int i, int b)
{
	double y = sqrt(2.0 / s->bands) *
		   fmath_cos(PI * i * (b + 0.5) / s->bands);

	return i ? y : y * sqrt(0.5);
}

/* HTK's order: coefficient 0, times sqrt 2, comes last. */
static double htk_cosine(const struct sound *s, int row, int b)
{
	int i = row + 1 == s->coefficients ? 0 : row + 1;
	double lift = 1 + LIFTER / 2.0 * fmath_sin(PI * i / LIFTER);

	return cosine(s, i, b) * lift * (i ? 1 : sqrt(2.0));
}

void sound_dct(struct sound *s, const struct make *make)
{
	bool htk = strcmp(make->f.preset, "htk") == 0;
	double *d = s->dct;

	for (int i = 0; i < s->coefficients; i++)
		for (int b = 0; b < s->bands; b++)
			*d++ = s->factor * (htk ? htk_cosine(s, i, b) :
					    cosine(s, i, b));
}
