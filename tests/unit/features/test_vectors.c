/*
 * Features against the numbers of the original implementations.  Of every
 * block: the exact form within the tolerance that the vectors state, and the
 * integers within the bounds that tinyml.yaml(5), Presets, promises.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "features/exact.h"
#include "vectors.h"

struct block {
	const char *folder, *params;
	const char *keys;		/* of features: "key=value key=value" */
	bool transposed;		/* the vectors are [bands, frames] */
	double exact, relative;		/* bounds of the exact form */
	double integer;			/* bound of the integers */
	long rate_hz;			/* only these inputs; 0: all */
};

struct distance {
	double exact, integer, mean;	/* worst, worst, mean of integers */
	size_t n;
};

static double wanted(const struct block *b, const struct vector *v, long i)
{
	const float *want = v->want;
	long frames = v->shape[1], bands = v->shape[0];

	return b->transposed ? want[i % bands * frames + i / bands] : want[i];
}

static bool is_wrapped(const struct vector *v, long i)
{
	const char *p = v->wrapped;
	char *end;

	for (; p && *p != ']'; p = end)
		if (strtol(p + 1, &end, 10) == i)
			return true;
	return false;
}

static void measure(const struct block *b, const struct vector *v,
		    const double *exact, const int32_t *fixed,
		    struct distance *d)
{
	for (long i = 0; i < v->count; i++) {
		double want = wanted(b, v, i), e;

		if (is_wrapped(v, i))
			continue;
		e = fabs(exact[i] - want) - b->relative * fabs(want);
		d->exact = fmax(d->exact, e);
		e = fabs(fixed[i] / 65536.0 - want);
		d->integer = fmax(d->integer, e);
		d->mean += e;
		d->n++;
	}
}

static void compare(const struct block *b, const struct project_features *f,
		    const struct vector *v, struct distance *d)
{
	struct features_input from = { .rate_hz = v->rate_hz, .channels = 1,
				       .rows = v->rows };
	struct features_clip clip = { .pcm = v->input,
				      .samples = (size_t)v->rows };
	struct buf blob = BUF_INIT;
	struct err err = { 0 };
	struct dsp_recipe r;
	double *exact;
	int32_t *fixed;
	void *scratch;

	cr_assert_eq(features_make_for(f, &from, &blob, &err), 0,
		     "%s %s %s: %s", b->folder, b->params, v->id, err.text);
	cr_assert_eq(features_open(blob.data, blob.len, &r, &err), 0);
	cr_assert_eq(dsp_outputs(&r), (size_t)v->count, "%s %s %s: %zu %ld",
		     b->folder, b->params, v->id, dsp_outputs(&r), v->count);
	exact = calloc(dsp_outputs(&r), sizeof(*exact));
	fixed = calloc(dsp_outputs(&r), sizeof(*fixed));
	scratch = malloc(dsp_scratch_bytes(&r));
	cr_assert_eq(features_exact(f, &from, &clip, exact, &err), 0);
	dsp_compute(&r, v->input, (size_t)v->rows, 0, fixed, scratch);
	if (!v->ill_conditioned)
		measure(b, v, exact, fixed, d);
	free(scratch);
	free(fixed);
	free(exact);
	buf_release(&blob);
}

static void check(const struct block *blocks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct block *b = &blocks[i];
		struct distance d = { 0 };
		struct project project;
		struct vectors vectors;
		struct vector v;

		if (!vectors_open(&vectors, b->folder))
			cr_skip_test("no " VECTORS);
		vectors_project(b->keys, &project);
		while (vectors_next(&vectors, b->params, &v))
			if (!b->rate_hz || v.rate_hz == b->rate_hz)
				compare(b, &project.features, &v, &d);
		vectors_close(&vectors);
		project_release(&project);
		cr_log_info("%s %s: exact %.2g, integer %.2g, mean %.2g of "
			    "%zu", b->folder, b->params, d.exact, d.integer,
			    d.mean / (double)d.n, d.n);
		cr_expect(d.n && d.exact <= b->exact, "%s %s: exact %g",
			  b->folder, b->params, d.exact);
		cr_expect(d.integer <= b->integer, "%s %s: integer %g",
			  b->folder, b->params, d.integer);
	}
}

#define CHECK(blocks) check(blocks, sizeof(blocks) / sizeof((blocks)[0]))

Test(vectors, edge_impulse_mfcc)
{
	static const struct block blocks[] = {
		{ "mfcc", "default", "preset=edge-impulse-v4 block=mfcc",
		  false, 1e-5, 0, 0.004, 0 },
		{ "mfcc", "p1", "preset=edge-impulse-v4 block=mfcc "
		  "coefficients=20 window_ms=25 stride_ms=10 mel_bands=40 "
		  "fft_points=512 normalise=0 low_hz=80 preemphasis=0.97",
		  false, 1e-5, 0, 0.004, 0 },
		{ "mfcc", "p2", "preset=edge-impulse-v4 block=mfcc "
		  "coefficients=10 window_ms=40 stride_ms=20 mel_bands=26 "
		  "fft_points=1024 normalise=51 low_hz=20 high_hz=3900 "
		  "preemphasis=0", false, 1e-5, 0, 0.004, 0 },
	};

	CHECK(blocks);
}

Test(vectors, edge_impulse_mfe)
{
	static const struct block blocks[] = {
		{ "mfe", "default", "preset=edge-impulse-v4 block=mfe",
		  false, 1 / 256.0, 0, 1 / 256.0, 0 },
		{ "mfe", "p1", "preset=edge-impulse-v4 block=mfe "
		  "window_ms=32 stride_ms=16 mel_bands=32 fft_points=512 "
		  "low_hz=80 noise_floor_db=-72", false, 1 / 256.0, 0,
		  1 / 256.0, 0 },
		{ "mfe", "p2", "preset=edge-impulse-v4 block=mfe window_ms=25 "
		  "stride_samples=200 mel_bands=20 fft_points=512 low_hz=300 "
		  "high_hz=3800 noise_floor_db=-40", false, 1 / 256.0, 0,
		  1 / 256.0, 16000 },
		{ "mfe", "p2", "preset=edge-impulse-v4 block=mfe window_ms=25 "
		  "stride_samples=100 mel_bands=20 fft_points=512 low_hz=300 "
		  "high_hz=3800 noise_floor_db=-40", false, 1 / 256.0, 0,
		  1 / 256.0, 8000 },
	};

	CHECK(blocks);
}

Test(vectors, edge_impulse_spectrogram)
{
	static const struct block blocks[] = {
		{ "spectrogram", "default",
		  "preset=edge-impulse-v4 block=spectrogram",
		  false, 1e-6, 0, 0.0003, 0 },
		{ "spectrogram", "p1", "preset=edge-impulse-v4 "
		  "block=spectrogram window_ms=32 stride_ms=16 "
		  "fft_points=512 noise_floor_db=-72", false, 1e-6, 0, 0.0003,
		  0 },
		{ "spectrogram", "p2", "preset=edge-impulse-v4 "
		  "block=spectrogram window_ms=25 stride_samples=200 "
		  "fft_points=256 noise_floor_db=-20", false, 1e-6, 0, 0.0003,
		  16000 },
		{ "spectrogram", "p2", "preset=edge-impulse-v4 "
		  "block=spectrogram window_ms=25 stride_samples=100 "
		  "fft_points=256 noise_floor_db=-20", false, 1e-6, 0, 0.0003,
		  8000 },
	};

	CHECK(blocks);
}

Test(vectors, streaming_wake_word)
{
	static const struct block blocks[] = {
		{ "mlperf-sww", "default", "preset=mlperf-sww",
		  false, 1e-5, 0, 0.00002, 0 },
	};

	CHECK(blocks);
}

Test(vectors, htk)
{
	static const struct block blocks[] = {
		{ "htk-kaldi", "mfcc13_e0", "preset=htk", false, 1e-3, 0,
		  0.1, 0 },
		{ "htk-kaldi", "fbank26", "preset=htk block=mfe", false, 1e-3,
		  0, 0.02, 0 },
		{ "htk-kaldi", "mfcc12_energy", "preset=htk mel_bands=23 "
		  "coefficients=12 low_hz=20 high_hz=3800 taper=hann "
		  "energy=yes", false, 1e-3, 0, 0.12, 0 },
	};

	CHECK(blocks);
}

Test(vectors, librosa)
{
	static const struct block blocks[] = {
		{ "librosa", "mel_db", "preset=librosa block=mfe "
		  "window_samples=512 fft_points=512 stride_samples=160 "
		  "mel_bands=40", true, 1e-3, 0, 0.001, 0 },
		{ "librosa", "librosa_defaults_mfcc20", "preset=librosa",
		  true, 1e-3, 0, 0.001, 0 },
		{ "librosa", "mfcc13_htk", "preset=librosa "
		  "window_samples=400 fft_points=512 stride_samples=160 "
		  "mel_bands=40 coefficients=13 low_hz=20 high_hz=3800 "
		  "mel_scale=htk", true, 1e-3, 0, 0.001, 0 },
		{ "librosa", "mel_reflect", "preset=librosa block=mfe "
		  "window_samples=256 fft_points=256 stride_samples=128 "
		  "mel_bands=26 pad=reflect log=no", true, 1e-7, 1e-5, 1e-5,
		  0 },
	};

	CHECK(blocks);
}
