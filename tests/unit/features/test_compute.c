#include <criterion/criterion.h>
#include <stdlib.h>

#include "features/features.h"

enum { CLIPS = 37, SAMPLES = 9000 };

struct source {
	int16_t pcm[CLIPS][SAMPLES];
	bool bad[CLIPS];
};

static struct source *source_make(void)
{
	struct source *s = calloc(1, sizeof(*s));
	uint32_t seed = 3;

	for (int i = 0; i < CLIPS; i++)
		for (int k = 0; k < SAMPLES; k++) {
			seed = seed * 1664525 + 1013904223;
			s->pcm[i][k] = (int16_t)((int32_t)seed >> 16 >> i % 9);
		}
	return s;
}

static int fetch(void *ctx, size_t i, int worker, struct features_clip *clip,
		 struct err *err)
{
	struct source *s = ctx;

	(void)worker;
	if (s->bad[i]) {
		err_set(err, ERR_SHORT, "clip %zu is broken", i);
		err_at(err, "sample 7");
		return ERR_SHORT;
	}
	clip->pcm = s->pcm[i];
	clip->samples = SAMPLES - 10 * i;
	clip->offset = (int32_t)i * 100 - 1000;
	return 0;
}

static void open_kws(struct buf *blob, struct dsp_recipe *r)
{
	struct project_features f = {
		.preset = "mlperf-kws", .window_ms = 30, .stride_ms = 20,
		.length_ms = 1000, .mel_bands = 40, .coefficients = 10,
		.low_hz = 20, .high_hz = 4000,
	};

	cr_assert_eq(features_make(&f, 8000, blob, NULL), 0);
	cr_assert_eq(features_open(blob->data, blob->len, r, NULL), 0);
}

static int compute(struct source *s, const struct dsp_recipe *r, int threads,
		   float *out, struct err *err)
{
	const struct features_clips clips = { fetch, s, CLIPS };
	struct pool *pool;
	int ret;

	cr_assert_eq(pool_open(&pool, threads, NULL), 0);
	ret = features_compute_all(r, pool, &clips, out, err);
	pool_close(pool);
	return ret;
}

Test(compute, any_number_of_threads_gives_the_same_floats)
{
	struct source *s = source_make();
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	static float one[CLIPS * 490], many[CLIPS * 490];
	static uint64_t scratch[DSP_MFCC_SCRATCH_MAX / 8];
	int32_t fixed[490];

	open_kws(&blob, &r);
	cr_assert_eq(compute(s, &r, 1, one, NULL), 0);
	cr_assert_eq(compute(s, &r, 5, many, NULL), 0);
	cr_assert_arr_eq(one, many, sizeof(one));
	for (size_t i = 0; i < CLIPS; i++) {
		dsp_compute(&r, s->pcm[i], SAMPLES - 10 * i,
			    (int32_t)i * 100 - 1000, fixed, scratch);
		for (int k = 0; k < 490; k++) {
			float back = one[490 * i + (size_t)k] * 65536;

			cr_assert_eq((int32_t)back, fixed[k]);
		}
	}
	buf_release(&blob);
	free(s);
}

Test(compute, the_error_of_the_lowest_clip_is_told)
{
	struct source *s = source_make();
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	static float out[CLIPS * 490];

	open_kws(&blob, &r);
	s->bad[30] = s->bad[4] = s->bad[36] = true;
	for (int threads = 1; threads < 6; threads++) {
		struct err err = { 0 };

		cr_assert_eq(compute(s, &r, threads, out, &err), ERR_SHORT);
		cr_assert_str_eq(err.text, "clip 4 is broken");
		cr_assert_str_eq(err.place, "sample 7");
	}
	buf_release(&blob);
	free(s);
}

Test(compute, damaged_recipes_are_refused_with_a_sentence)
{
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	struct err err = { 0 };
	struct features_shape shape;

	open_kws(&blob, &r);
	blob.data[100] ^= 1;
	cr_assert_eq(features_shape(blob.data, blob.len, &shape, &err),
		     ERR_FORMAT);
	cr_assert_str_eq(err.text, "the feature recipe cannot be used: "
			 "malformed input");
	buf_release(&blob);
}

Test(compute, the_quantiser_covers_its_range)
{
	int32_t m;
	int shift;

	for (double scale = 0x1.8p-40; scale < 0x1p16; scale *= 1.7) {
		cr_assert_eq(features_quantiser(scale, &m, &shift, NULL), 0);
		cr_assert(m >= 1 << 30 && shift >= 1 &&
			  shift <= DSP_QUANTISE_SHIFT_MAX, "%g", scale);
	}
	cr_assert_eq(features_quantiser(0x1.fffffffffffffp-3, &m, &shift,
					NULL), 0);
	cr_assert_eq(m, 1 << 30);
	cr_assert_eq(features_quantiser(1, &m, &shift, NULL), 0);
	cr_assert_eq(m, 1 << 30);
	cr_assert_eq(shift, 46);
	cr_assert_eq(features_quantiser(0, &m, &shift, NULL), ERR_RANGE);
	cr_assert_eq(features_quantiser(-1, &m, &shift, NULL), ERR_RANGE);
	cr_assert_eq(features_quantiser(0x1p16, &m, &shift, NULL), ERR_RANGE);
	cr_assert_eq(features_quantiser(__builtin_nan(""), &m, &shift, NULL),
		     ERR_RANGE);
}
