/* Blocks for sensors against the originals' numbers. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "features/features.h"
#include "vectors.h"

struct block {
	const char *folder, *params, *keys;
	double bound, relative;
};

/* Entropies and crossings of wavelets count values that rounding moves. */
static double spare(const struct block *b, long i)
{
	if (strcmp(b->folder, "spectral-wavelet") != 0)
		return 0;
	i %= DSP_WAVELET_STATISTICS;
	return i == 0 ? 0.05 : i <= 2 ? 0.03 : 0;
}

/* The largest difference beyond the relative part. */
static double compare(const struct block *b, const struct project_features *f,
		      const struct vector *v)
{
	struct features_input from = { .rate_hz = v->rate_hz,
				       .channels = v->columns,
				       .rows = v->rows, .is_float = true };
	const float *want = v->want;
	struct buf blob = BUF_INIT;
	struct err err = { 0 };
	struct dsp_recipe r;
	double worst = 0;
	int32_t *out;
	void *scratch;

	cr_assert_eq(features_make_for(f, &from, &blob, &err), 0, "%s",
		     err.text);
	cr_assert_eq(features_open(blob.data, blob.len, &r, &err), 0, "%s",
		     err.text);
	cr_assert_eq(dsp_outputs(&r), (size_t)v->count, "%s %s: %zu %ld",
		     b->folder, b->params, dsp_outputs(&r), v->count);
	out = calloc(dsp_outputs(&r), sizeof(*out));
	scratch = malloc(dsp_scratch_bytes(&r));
	dsp_compute(&r, v->input, (size_t)v->rows, 0, out, scratch);
	for (long i = 0; i < v->count; i++) {
		double e = fabs(out[i] / 65536.0 - (double)want[i]);

		e -= b->relative * fabs((double)want[i]) + spare(b, i);
		worst = fmax(worst, e);
	}
	free(scratch);
	free(out);
	buf_release(&blob);
	return worst;
}

static void check(const struct block *blocks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct block *b = &blocks[i];
		struct project project;
		struct vectors vectors;
		struct vector v;
		double worst = 0;
		int inputs = 0;

		if (!vectors_open(&vectors, b->folder))
			cr_skip_test("no " VECTORS);
		vectors_project(b->keys, &project);
		for (; vectors_next(&vectors, b->params, &v); inputs++)
			worst = fmax(worst, compare(b, &project.features,
						    &v));
		cr_log_info("%s %s: %.2g", b->folder, b->params, worst);
		cr_expect(inputs && worst <= b->bound, "%s %s: %g", b->folder,
			  b->params, worst);
		vectors_close(&vectors);
		project_release(&project);
	}
}

#define CHECK(blocks) check(blocks, sizeof(blocks) / sizeof((blocks)[0]))

Test(sensor, flatten)
{
	static const struct block blocks[] = {
		{ "flatten", "default", "preset=edge-impulse-v4 "
		  "block=flatten", 1e-5, 1e-6 },
		{ "flatten", "p1", "preset=edge-impulse-v4 block=flatten "
		  "scale=0.5 statistics=[average,maximum,stdev]", 1e-5, 1e-6 },
		{ "flatten", "p2", "preset=edge-impulse-v4 block=flatten "
		  "scale=9.81 statistics=[minimum,rms,stdev,skewness,"
		  "kurtosis]", 1e-5, 1e-6 },
	};

	CHECK(blocks);
}

Test(sensor, spectral)
{
	static const struct block blocks[] = {
		{ "spectral-fft", "default", "preset=edge-impulse-v4 "
		  "block=spectral", 1e-4, 0 },
		{ "spectral-fft", "p1", "preset=edge-impulse-v4 "
		  "block=spectral filter=low cutoff_hz=8 order=6 "
		  "fft_points=64", 1e-4, 0 },
		{ "spectral-fft", "p2", "preset=edge-impulse-v4 "
		  "block=spectral scale=0.1 filter=high cutoff_hz=2 order=4 "
		  "fft_points=32 log=no overlap=no", 1e-4, 0 },
		{ "spectral-fft", "p3", "preset=edge-impulse-v4 "
		  "block=spectral decimate=3 filter=low cutoff_hz=5 order=2 "
		  "fft_points=32", 1e-4, 0 },
	};

	CHECK(blocks);
}

Test(sensor, wavelet)
{
	static const struct block blocks[] = {
		{ "spectral-wavelet", "default", "preset=edge-impulse-v4 "
		  "block=wavelet", 1e-4, 1e-4 },
		{ "spectral-wavelet", "p1", "preset=edge-impulse-v4 "
		  "block=wavelet level=2 wavelet=haar", 1e-4, 1e-4 },
		{ "spectral-wavelet", "p2", "preset=edge-impulse-v4 "
		  "block=wavelet filter=low cutoff_hz=15 order=4 level=2 "
		  "wavelet=bior2.4", 1e-4, 1e-4 },
	};

	CHECK(blocks);
}
