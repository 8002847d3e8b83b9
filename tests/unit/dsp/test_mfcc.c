/*
 * The bounds held here against double precision (tests/unit/dsp/oracle.c):
 *   speech-like sound from 32767 down to an amplitude of 3, noise, impulses,
 *   digital silence       worst 0.002, mean 0.0002
 *   a pure tone or a constant at full scale, where all other bands hold
 *   nothing but rounding  worst 0.02
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "bits/crc.h"
#include "oracle.h"

enum { SAMPLES = 16000 };

static int16_t pcm[SAMPLES];

static int16_t sample(double x)
{
	return (int16_t)lrint(fmax(-32768, fmin(32767, x)));
}

/* Harmonics of a gliding pitch, swelling, with noise of a hundredth. */
static void speak(double level, long rate)
{
	double phase = 0;
	struct rng rng;

	rng_init(&rng, 5, 0);
	for (int i = 0; i < SAMPLES; i++) {
		double t = (double)i / (double)rate, y = 0;
		double pitch = 120 + 40 * sin(19 * t);

		phase += 2 * M_PI * pitch / (double)rate;
		for (int h = 1; h < 25; h++)
			y += sin(h * phase) / h * (1 + cos(0.7 * h + t));
		y *= (0.5 + 0.5 * sin(12 * t)) / 3;
		y += ((double)rng_unit(&rng) - 0.5) / 50;
		pcm[i] = sample(level * y);
	}
}

static void check(long rate, double worst, double mean, const char *what)
{
	struct oracle_error e =
		oracle_compare(&oracle_kws, rate, pcm, SAMPLES, 0);

	cr_assert(e.worst < worst && e.mean < mean, "%s: worst %.5f mean %.6f",
		  what, e.worst, e.mean);
}

Test(mfcc, speech_of_any_level_is_within_2_thousandths)
{
	static const double levels[] = { 32000, 3000, 300, 30, 3 };

	for (long rate = 8000; rate <= 16000; rate *= 2)
		for (int i = 0; i < 5; i++) {
			speak(levels[i], rate);
			check(rate, 0.002, 0.0002, "speech");
		}
}

Test(mfcc, noise_silence_and_impulses_are_within_2_thousandths)
{
	struct rng rng;

	rng_init(&rng, 1, 0);
	for (int i = 0; i < SAMPLES; i++)
		pcm[i] = (int16_t)rng_u64(&rng);
	check(16000, 0.002, 0.0002, "loud noise");
	for (int i = 0; i < SAMPLES; i++)
		pcm[i] = (int16_t)(rng_below(&rng, 3) - 1);
	check(16000, 0.002, 0.0002, "faintest noise");
	memset(pcm, 0, sizeof(pcm));
	check(16000, 0.002, 0.0002, "silence");
	for (int i = 0; i < SAMPLES; i++)
		pcm[i] = i % 500 ? 0 : 32767;
	check(16000, 0.002, 0.0002, "impulses");
	memset(pcm, 0xff, sizeof(pcm));
	check(16000, 0.002, 0.0002, "minus one");
}

Test(mfcc, a_pure_tone_or_constant_at_full_scale_is_within_2_hundredths)
{
	for (int i = 0; i < SAMPLES; i++)
		pcm[i] = sample(32767 * sin(2 * M_PI * 1000 * i / 16000));
	check(16000, 0.02, 0.02, "tone");
	for (int i = 0; i < SAMPLES; i++)
		pcm[i] = INT16_MIN;
	check(16000, 0.02, 0.02, "constant");
	check(8000, 0.02, 0.02, "constant");
}

Test(mfcc, other_rates_windows_and_bands)
{
	static const struct { long rate, window, bands, high; } cases[] = {
		{ 11025, 25, 26, 5000 }, { 22050, 23, 64, 8000 },
		{ 44100, 40, 128, 20000 }, { 48000, 10, 20, 24000 },
		{ 96000, 42, 40, 4000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct project_features f = oracle_kws;
		struct oracle_error e;

		f.window_ms = cases[i].window;
		f.mel_bands = cases[i].bands;
		f.high_hz = cases[i].high;
		f.coefficients = 13;
		f.length_ms = 100;
		f.low_hz = 100;
		speak(8000, cases[i].rate);
		e = oracle_compare(&f, cases[i].rate, pcm, SAMPLES, 0);
		cr_assert(e.worst < 0.01, "%ld Hz: worst %.5f", cases[i].rate,
			  e.worst);
	}
}

/* Offsets before, inside and behind the recording, against the oracle. */
Test(mfcc, what_lies_outside_the_recording_is_silence)
{
	static const long offsets[] = { -20000, -16000, -15999, -1000, -1, 0,
					1, 999, 2999, 3000, 3001, 50000 };

	speak(8000, 16000);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct oracle_error e = oracle_compare(&oracle_kws, 16000, pcm,
						       3000, offsets[i]);

		cr_assert(e.worst < 0.002, "offset %ld: %.5f", offsets[i],
			  e.worst);
	}
	cr_assert(oracle_compare(&oracle_kws, 16000, pcm, 0, 0).worst < 0.002);
}

Test(mfcc, frames_of_a_stream_are_rows_of_the_clip)
{
	static uint64_t scratch[DSP_MFCC_SCRATCH_MAX / 8];
	int32_t clip[490], row[10];
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;

	speak(8000, 16000);
	oracle_blob(&oracle_kws, 16000, &blob);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	dsp_compute(&r, pcm, SAMPLES, 0, clip, scratch);
	for (int t = 0; t < 49; t++) {
		memset(scratch, 0xa5, sizeof(scratch));
		dsp_frame(&r, pcm + 320 * t, row, scratch);
		cr_assert_arr_eq(row, clip + 10 * t, sizeof(row));
	}
	dsp_compute(&r, pcm + 100, SAMPLES - 100, -100, clip, scratch);
	dsp_frame(&r, pcm + 320 * 5, row, scratch);
	cr_assert_arr_eq(row, clip + 10 * 5, sizeof(row));
	buf_release(&blob);
}

/* Integer samples made without libm, so that this number must be the same
 * wherever the test runs; tests/golden/dsp-cortex-m4.sh compares a board. */
Test(mfcc, bits_are_pinned)
{
	static uint64_t scratch[DSP_MFCC_SCRATCH_MAX / 8];
	int32_t clip[490];
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	uint32_t seed = 1, crc = 0;

	oracle_blob(&oracle_kws, 16000, &blob);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	for (int level = 0; level < 16; level += 5) {
		for (int i = 0; i < SAMPLES; i++) {
			seed = seed * 1664525 + 1013904223;
			pcm[i] = (int16_t)((int32_t)seed >> 16 >> level);
		}
		dsp_compute(&r, pcm, SAMPLES, 0, clip, scratch);
		crc = crc32(crc, clip, sizeof(clip));
	}
	cr_assert_eq(crc, 0x8f04d6beu, "%08x", crc);
	buf_release(&blob);
}

/* Real recordings, when they are there: 8 kHz, 16 bit, 44-byte headers. */
Test(mfcc, spoken_digits_are_within_2_thousandths)
{
	static const char *const names[] = { "0_jackson_0", "3_theo_7",
					     "7_yweweler_12", "9_lucas_3" };
	const char *folder = "../shared/data/fsdd/recordings";

	if (!file_is_dir(folder))
		cr_skip_test("no ../shared/data/fsdd");
	for (int i = 0; i < 4; i++) {
		char path[128];
		struct buf wav = BUF_INIT;
		struct oracle_error e;
		size_t n;

		snprintf(path, sizeof(path), "%s/%s.wav", folder, names[i]);
		cr_assert_eq(file_read(path, 1 << 20, &wav, NULL), 0);
		n = (wav.len - 44) / 2;
		n = n < SAMPLES ? n : SAMPLES;
		memcpy(pcm, wav.data + 44, 2 * n);
		e = oracle_compare(&oracle_kws, 8000, pcm, n, 0);
		cr_assert(e.worst < 0.002 && e.mean < 0.0002,
			  "%s: worst %.5f mean %.6f", names[i], e.worst,
			  e.mean);
		buf_release(&wav);
	}
}
