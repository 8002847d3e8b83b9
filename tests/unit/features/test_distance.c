/*
 * Without any file: the integers against the exact form on made-up sound, the
 * exact form and the sensors' blocks against direct sums, and bits that must
 * be the same wherever this runs.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "bits/crc.h"
#include "features/exact.h"
#include "vectors.h"

enum { SAMPLES = 8000, ROWS = 150, AXES = 2 };

static int16_t pcm[SAMPLES];
static float rows[ROWS][AXES];

/* Harmonics of a gliding pitch, swelling, with noise. */
static void speak(void)
{
	double phase = 0;
	struct rng rng;

	rng_init(&rng, 5, 0);
	for (int i = 0; i < SAMPLES; i++) {
		double t = i / 8000.0, y = 0;

		phase += 2 * M_PI * (120 + 40 * sin(19 * t)) / 8000;
		for (int h = 1; h < 25; h++)
			y += sin(h * phase) / h * (1 + cos(0.7 * h + t));
		y *= (0.5 + 0.5 * sin(12 * t)) / 3;
		y += ((double)rng_unit(&rng) - 0.5) / 50;
		pcm[i] = (int16_t)lrint(8000 * y);
	}
}

static void shake(void)
{
	for (int t = 0; t < ROWS; t++) {
		rows[t][0] = (float)(9.8 + 2 * sin(0.6 * t) +
				     cos(1.7 * t * t / ROWS));
		rows[t][1] = (float)(0.02 * (t % 13) - 0.1 * sin(0.3 * t));
	}
}

/* Open the recipe of these keys. */
static struct dsp_recipe recipe(const char *keys,
				const struct features_input *from,
				struct buf *blob, struct project *project)
{
	struct dsp_recipe r;
	struct err err = { 0 };

	vectors_project(keys, project);
	cr_assert_eq(features_make_for(&project->features, from, blob, &err),
		     0, "%s: %s", keys, err.text);
	cr_assert_eq(features_open(blob->data, blob->len, &r, &err), 0);
	return r;
}

static void check_sound(const char *keys, double worst)
{
	struct features_input from = { .rate_hz = 8000, .channels = 1 };
	struct features_clip clip = { .pcm = pcm, .samples = 7000,
				      .offset = -300 };
	struct buf blob = BUF_INIT;
	struct project project;
	struct dsp_recipe r = recipe(keys, &from, &blob, &project);
	size_t n = dsp_outputs(&r);
	double *exact = calloc(n, sizeof(*exact)), most = 0;
	int32_t *fixed = calloc(n, sizeof(*fixed));
	void *scratch = malloc(dsp_scratch_bytes(&r));

	cr_assert_eq(features_exact(&project.features, &from, &clip, exact,
				    NULL), 0);
	dsp_compute(&r, pcm, clip.samples, clip.offset, fixed, scratch);
	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(fixed[i] / 65536.0 - exact[i]));
	cr_expect(most <= worst, "%s: %g", keys, most);
	free(scratch);
	free(fixed);
	free(exact);
	buf_release(&blob);
	project_release(&project);
}

Test(distance, integers_of_sound_are_near_the_exact_form)
{
	speak();
	check_sound("preset=edge-impulse-v4 block=mfcc", 0.005);
	check_sound("preset=edge-impulse-v4 block=mfe", 1 / 256.0);
	check_sound("preset=edge-impulse-v4 block=spectrogram", 0.0003);
	check_sound("preset=mlperf-sww", 0.0001);
	check_sound("preset=htk", 0.02);
	check_sound("preset=htk energy=yes", 0.02);
	check_sound("preset=htk block=mfe", 0.02);
	check_sound("preset=librosa mel_bands=64", 0.002);
	check_sound("preset=librosa block=mfe mel_bands=64 pad=reflect "
		    "mel_scale=htk", 0.002);
}

/* Bin k of frame t of Edge Impulse's spectrogram by its definition. */
static double spectrogram(int t, int k)
{
	double re = 0, im = 0, db;

	for (int i = 0; i < 128; i++) {
		double a = 2 * M_PI * k * i / 128;

		re += pcm[80 * t + i] * cos(a);
		im += pcm[80 * t + i] * sin(a);
	}
	db = 10 * log10(fmax((re * re + im * im) / 128, 1e-30));
	return fmax((db + 52) / 64, 0);
}

Test(distance, the_exact_form_is_the_definition)
{
	struct features_input from = { .rate_hz = 8000, .channels = 1 };
	struct features_clip clip = { .pcm = pcm, .samples = SAMPLES };
	struct project project;
	double *exact = calloc(99 * 65, sizeof(*exact));

	speak();
	vectors_project("preset=edge-impulse-v4 block=spectrogram", &project);
	cr_assert_eq(features_exact(&project.features, &from, &clip, exact,
				    NULL), 0);
	for (int t = 0; t < 99; t += 7)
		for (int k = 0; k < 65; k++)
			cr_assert(fabs(exact[65 * t + k] -
				       spectrogram(t, k)) < 1e-7);
	free(exact);
	project_release(&project);
}

/* ---- sensors, by direct sums ------------------------------------------- */

static double moment(const double *x, int n, double mean, int power)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += pow(x[i] - mean, power) / n;
	return sum;
}

static double power_at(const double *x, int at, int k)
{
	double re = 0, im = 0;

	for (int i = 0; i < 16 && at + i < ROWS; i++) {
		re += x[at + i] * cos(2 * M_PI * k * i / 16);
		im += x[at + i] * sin(2 * M_PI * k * i / 16);
	}
	return (re * re + im * im) / 16;
}

/* RMS, skewness, kurtosis, those of the spectrum, log10 of bins 1 .. 8 */
static void spectral(int axis, double *out)
{
	double x[ROWS], most[9] = { 0 }, mean = 0, m2, mean_power;

	for (int t = 0; t < ROWS; t++)
		mean += (double)rows[t][axis] / ROWS;
	for (int t = 0; t < ROWS; t++)
		x[t] = (double)rows[t][axis] - mean;
	for (int at = 0; at <= ROWS; at += 8)
		for (int k = 0; k < 9; k++)
			most[k] = fmax(most[k], power_at(x, at, k));
	m2 = moment(x, ROWS, 0, 2);
	out[0] = sqrt(m2);
	out[1] = moment(x, ROWS, 0, 3) / pow(m2, 1.5);
	out[2] = moment(x, ROWS, 0, 4) / (m2 * m2) - 3;
	mean_power = moment(most, 9, 0, 1);
	m2 = moment(most, 9, mean_power, 2);
	out[3] = moment(most, 9, mean_power, 3) / pow(m2, 1.5);
	out[4] = moment(most, 9, mean_power, 4) / (m2 * m2) - 3;
	for (int k = 1; k < 9; k++)
		out[4 + k] = log10(most[k]);
}

static const struct features_input motion = {
	.rate_hz = 100, .channels = AXES, .rows = ROWS, .is_float = true };

Test(distance, spectral_analysis_is_its_definition)
{
	struct buf blob = BUF_INIT;
	struct project project;
	struct dsp_recipe r = recipe("preset=edge-impulse-v4 block=spectral",
				     &motion, &blob, &project);
	void *scratch = malloc(dsp_scratch_bytes(&r));
	int32_t out[26];
	double want[13];

	shake();
	cr_assert_eq(dsp_outputs(&r), 26);
	dsp_compute(&r, rows, ROWS, 0, out, scratch);
	for (int a = 0; a < AXES; a++) {
		spectral(a, want);
		for (int i = 0; i < 13; i++)
			cr_expect(fabs(out[13 * a + i] / 65536.0 - want[i]) <
				  3e-5, "%d %d: %g %g", a, i,
				  out[13 * a + i] / 65536.0, want[i]);
	}
	free(scratch);
	buf_release(&blob);
	project_release(&project);
}

/* ---- bits --------------------------------------------------------------- */

static uint32_t bits_of(const char *keys, const struct features_input *from,
			const void *samples, size_t n)
{
	struct buf blob = BUF_INIT;
	struct project project;
	struct dsp_recipe r = recipe(keys, from, &blob, &project);
	int32_t *out = calloc(dsp_outputs(&r), sizeof(*out));
	void *scratch = malloc(dsp_scratch_bytes(&r) + 1);
	uint32_t crc;

	dsp_compute(&r, samples, n, 0, out, scratch);
	crc = crc32(crc32(0, blob.data, blob.len), out,
		    dsp_outputs(&r) * sizeof(*out));
	free(scratch);
	free(out);
	buf_release(&blob);
	project_release(&project);
	return crc;
}

/* Recipes and what they give: made without libm, so the same everywhere. */
Test(distance, bits_are_pinned)
{
	static const struct { const char *keys; int kind; uint32_t crc; }
	cases[] = {
		{ "preset=mlperf-sww", 0,
		  0xeb457ed9 },
		{ "preset=micro-speech", 0,
		  0x417b39a5 },
		{ "preset=micro-speech block=microfrontend", 0,
		  0xef72dd1d },
		{ "preset=edge-impulse-v4 block=mfcc", 0,
		  0x7cc27810 },
		{ "preset=edge-impulse-v4 block=mfe", 0,
		  0x4320ebd1 },
		{ "preset=edge-impulse-v4 block=spectrogram", 0,
		  0xb17bc00f },
		{ "preset=htk energy=yes", 0,
		  0x4701b01a },
		{ "preset=librosa mel_bands=64", 0,
		  0xf3429f65 },
		{ "preset=edge-impulse-v4 block=spectral filter=low", 1,
		  0xb566d105 },
		{ "preset=edge-impulse-v4 block=spectral decimate=3", 1,
		  0x1db3eeb9 },
		{ "preset=edge-impulse-v4 block=wavelet", 1,
		  0x36ad193a },
		{ "preset=edge-impulse-v4 block=flatten", 1,
		  0x3b732c2c },
		{ "preset=raw", 1,
		  0x1a64b2a1 },
		{ "preset=image height=8 width=40 colours=grey", 2,
		  0x02f213ac },
	};
	static const struct features_input inputs[] = {
		{ .rate_hz = 16000, .channels = 1, .rows = SAMPLES },
		{ .rate_hz = 100, .channels = 3, .rows = 256 },
		{ .channels = 3, .height = 20, .width = 30 },
	};
	uint32_t seed = 1;

	for (int i = 0; i < SAMPLES; i++) {
		seed = seed * 1664525 + 1013904223;
		pcm[i] = (int16_t)((int32_t)seed >> 16 >> i / 600);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int kind = cases[i].kind;
		uint32_t crc = bits_of(cases[i].keys, &inputs[kind], pcm,
				       kind == 0 ? SAMPLES :
				       kind == 1 ? 256 : 600);

		cr_expect_eq(crc, cases[i].crc, "%s: 0x%08x", cases[i].keys,
			     crc);
	}
}
