#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "features/features.h"

static const struct project_features raw = {
	.preset = "raw", .length_ms = 50, .scale = 1,
};

static struct dsp_recipe open_raw(const struct project_features *f,
				  const struct features_input *from,
				  struct buf *blob)
{
	struct dsp_recipe r;
	struct err err = { 0 };

	cr_assert_eq(features_make_for(f, from, blob, &err), 0, "%s",
		     err.text);
	cr_assert_eq(features_open(blob->data, blob->len, &r, &err), 0);
	return r;
}

Test(make_raw, whole_numbers_stay_as_they_are)
{
	static const int16_t rows[4][3] = { { 1, -2, 3 }, { 0, 5, 32767 },
					    { -32768, 7, 8 }, { 9, 9, 9 } };
	struct features_input from = { .rate_hz = 100, .channels = 3 };
	struct buf blob = BUF_INIT;
	struct dsp_recipe r = open_raw(&raw, &from, &blob);
	int32_t out[15];

	cr_assert_eq(r.frames, 5);
	cr_assert_eq(r.coefficients, 3);
	cr_assert_eq(dsp_clip_bytes(&r), 30);
	dsp_compute(&r, rows, 4, 1, out, NULL);
	for (int t = 0; t < 5; t++)
		for (int a = 0; a < 3; a++)
			cr_assert_eq(out[3 * t + a], t > 2 ? 0 :
				     rows[t + 1][a] * 65536);
	buf_release(&blob);
}

static int fetch(void *ctx, size_t i, int worker, struct features_clip *clip,
		 struct err *err)
{
	(void)i;
	(void)worker;
	(void)err;
	*clip = *(const struct features_clip *)ctx;
	return 0;
}

Test(make_raw, floats_become_counts_of_the_full_scale)
{
	static const float values[10] = { 0.5f, -1.25f, 19.61f, NAN, 100,
					  -100, 1e30f, -1e30f, 1e-6f, 31 };
	struct features_input from = { .rate_hz = 100, .channels = 2,
				       .peak = 19.61 };
	struct project_features f = raw;
	struct features_clip clip = { .values = values, .samples = 5 };
	struct pool *pool;
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	float out[10];

	cr_assert_eq(pool_open(&pool, 1, NULL), 0);
	f.scale = 0.5;
	r = open_raw(&f, &from, &blob);
	cr_assert_eq(features_compute_all(&r, pool, &(struct features_clips){
		fetch, &clip, 1 }, out, NULL), 0);
	for (int i = 0; i < 10; i++) {
		float want = values[i] != values[i] ? 0 : values[i];

		want = fminf(fmaxf(want, -32), 32 - 32.0f / 32768) / 2;
		cr_assert(fabsf(out[i] - want) <= 16.0f / 32768,
			  "%d: %g %g", i, (double)out[i], (double)want);
	}
	clip = (struct features_clip){ .pixels = (const uint8_t *)values,
				       .samples = 5 };
	cr_assert_eq(features_compute_all(&r, pool, &(struct features_clips){
		fetch, &clip, 1 }, out, NULL), ERR_UNSUPPORTED);
	pool_close(pool);
	buf_release(&blob);
}

Test(make_raw, images_and_too_many_rows_are_refused)
{
	struct features_input from = { .channels = 3, .height = 9,
				       .width = 9 };
	struct project_features f = raw;
	struct buf blob = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(features_make_for(&f, &from, &blob, &err),
		     ERR_UNSUPPORTED);
	from = (struct features_input){ .rate_hz = 1000, .channels = 1 };
	f.length_ms = 5000;
	err = (struct err){ 0 };
	cr_assert_eq(features_make_for(&f, &from, &blob, &err), ERR_RANGE);
	cr_assert(strstr(err.text, "5000 rows"), "%s", err.text);
	buf_release(&blob);
}

/* Floats as they are, or as counts: what a board would be given leads to the
 * same features. */
Test(make_raw, a_boards_samples_give_the_same_features)
{
	static const char *const presets[2] = { "raw", "edge-impulse-v4" };
	static const float values[12] = { 1, -2, 3.25f, 0.1f, 5, -6.5f, 0, 8,
					  -9, 10, 11.5f, 0.3f };
	struct features_input from = { .rate_hz = 100, .channels = 2,
				       .is_float = true, .peak = 11.5 };
	struct features_clip clip = { .values = values, .samples = 6,
				      .offset = -1 };
	struct pool *pool;

	cr_assert_eq(pool_open(&pool, 1, NULL), 0);
	for (int i = 0; i < 2; i++) {
		struct project_features f = raw;
		struct buf blob = BUF_INIT;
		struct dsp_recipe r;
		uint8_t given[64];
		int32_t out[16];
		float want[16];
		uint64_t scratch[16];

		f.preset = presets[i];
		f.block = i ? "flatten" : "auto";
		r = open_raw(&f, &from, &blob);
		cr_assert_eq(r.sample_bytes, i ? 4 : 2);
		cr_assert_eq(features_compute_all(&r, pool,
			&(struct features_clips){ fetch, &clip, 1 }, want,
			NULL), 0);
		features_clip_samples(&r, &clip, given);
		dsp_compute(&r, given, r.length_samples, 0, out, scratch);
		for (size_t k = 0; k < dsp_outputs(&r); k++)
			cr_assert_eq((float)out[k] * 0x1p-16f, want[k]);
		buf_release(&blob);
	}
	pool_close(pool);
}
