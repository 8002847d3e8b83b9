#include "oracle.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

const struct project_features oracle_kws = {
	.preset = "mlperf-kws", .window_ms = 30, .stride_ms = 20,
	.length_ms = 1000, .mel_bands = 40, .coefficients = 10,
	.low_hz = 20, .high_hz = 4000,
};

void oracle_blob(const struct project_features *f, long rate_hz,
		 struct buf *blob)
{
	struct err err = { 0 };

	cr_assert_eq(features_make(f, rate_hz, blob, &err), 0, "%s", err.text);
}

static double mel(double hz)
{
	return 1127 * log(1 + hz / 700);
}

static double triangle(double x, double left, double top, double right)
{
	double up = (x - left) / (top - left);
	double down = (right - x) / (right - top);

	return fmax(0, fmin(up, down));
}

/* |DFT| of one windowed frame, bins 0 .. fft / 2 */
static void spectrum(const double *x, int window, int fft, double *out)
{
	for (int k = 0; k <= fft / 2; k++) {
		double re = 0, im = 0;

		for (int n = 0; n < window; n++) {
			double a = 2 * M_PI * (double)((long)k * n % fft) / fft;

			re += x[n] * cos(a);
			im -= x[n] * sin(a);
		}
		out[k] = hypot(re, im);
	}
}

static void log_mel(const struct project_features *f, long rate_hz,
		    const double *mags, int fft, double *out)
{
	double low = mel((double)f->low_hz), high = mel((double)f->high_hz);
	double step = (high - low) / (double)(f->mel_bands + 1);

	for (int b = 0; b < f->mel_bands; b++) {
		double left = low + step * b, sum = 0;

		for (int k = 1; k <= fft / 2; k++)
			sum += mags[k] *
			       triangle(mel((double)k * (double)rate_hz / fft),
					left, left + step, left + 2 * step);
		out[b] = log(sum + 1e-6);
	}
}

static void dct(const struct project_features *f, const double *x, double *out)
{
	double bands = (double)f->mel_bands;

	for (int i = 0; i < f->coefficients; i++) {
		out[i] = 0;
		for (int b = 0; b < f->mel_bands; b++)
			out[i] += x[b] * cos(M_PI * i * (b + 0.5) / bands);
		out[i] *= sqrt(2 / bands);
	}
}

void oracle_mfcc(const struct project_features *f, long rate_hz,
		 const int16_t *pcm, size_t samples, long offset, double *out)
{
	int window = (int)(rate_hz * f->window_ms / 1000), fft = 32;
	long stride = rate_hz * f->stride_ms / 1000;
	long length = rate_hz * f->length_ms / 1000;
	double *x = calloc((size_t)window, sizeof(*x)), *mags, logs[256];

	while (fft < window)
		fft *= 2;
	mags = calloc((size_t)fft, sizeof(*mags));
	for (long at = 0; at + window <= length; at += stride) {
		for (int n = 0; n < window; n++) {
			long i = offset + at + n;
			double w = 0.5 - 0.5 * cos(2 * M_PI * n / window);

			x[n] = i < 0 || i >= (long)samples ? 0 :
				w * pcm[i] / 32768;
		}
		spectrum(x, window, fft, mags);
		log_mel(f, rate_hz, mags, fft, logs);
		dct(f, logs, out);
		out += f->coefficients;
	}
	free(mags);
	free(x);
}

struct oracle_error oracle_compare(const struct project_features *f,
				   long rate_hz, const int16_t *pcm,
				   size_t samples, long offset)
{
	struct oracle_error e = { 0 };
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	double *want;
	int32_t *got;
	void *scratch;
	size_t n;

	oracle_blob(f, rate_hz, &blob);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	n = dsp_outputs(&r);
	want = calloc(n, sizeof(*want));
	got = calloc(n, sizeof(*got));
	scratch = malloc(dsp_scratch_bytes(&r));
	oracle_mfcc(f, rate_hz, pcm, samples, offset, want);
	dsp_compute(&r, pcm, samples, (int32_t)offset, got, scratch);
	for (size_t i = 0; i < n; i++) {
		double d = fabs(got[i] / 65536.0 - want[i]);

		e.mean += d / (double)n;
		if (!(d <= e.worst))
			e.worst = d;
	}
	free(scratch);
	free(got);
	free(want);
	buf_release(&blob);
	return e;
}
