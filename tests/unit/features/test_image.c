#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/features.h"
#include "vectors.h"

static void open_image(const char *keys, long height, long width,
		       long channels, struct buf *blob, struct dsp_recipe *r)
{
	struct features_input from = { .channels = channels, .height = height,
				       .width = width };
	struct project project;
	struct err err = { 0 };

	vectors_project(keys, &project);
	cr_assert_eq(features_make_for(&project.features, &from, blob, &err),
		     0, "%s", err.text);
	cr_assert_eq(features_open(blob->data, blob->len, r, &err), 0);
	project_release(&project);
}

static double compare(const char *keys, const struct vector *v)
{
	const float *want = v->want;
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	double worst = 0;
	int32_t *out;

	open_image(keys, v->height, v->width, 3, &blob, &r);
	cr_assert_eq(dsp_outputs(&r), (size_t)v->count);
	out = calloc(dsp_outputs(&r), sizeof(*out));
	dsp_compute(&r, v->input, r.length_samples, 0, out, NULL);
	for (long i = 0; i < v->count; i++)
		worst = fmax(worst, fabs(out[i] / 65536.0 - (double)want[i]));
	free(out);
	buf_release(&blob);
	return worst;
}

Test(image, colours_and_grey_are_the_originals)
{
	static const char *const keys[2][2] = {
		{ "rgb", "preset=image colours=rgb" },
		{ "grayscale", "preset=image colours=grey" } };
	static const char *const params[2] = { "RGB", "Grayscale" };

	for (int i = 0; i < 2; i++) {
		struct vectors vectors;
		struct vector v;
		int inputs = 0;

		if (!vectors_open(&vectors, "image"))
			cr_skip_test("no " VECTORS);
		for (; vectors_next(&vectors, params[i], &v); inputs++) {
			double worst = compare(keys[i][1], &v);

			cr_expect(worst <= 7.7e-6, "%s: %g", v.id, worst);
		}
		cr_assert_eq(inputs, 12);
		vectors_close(&vectors);
	}
}

/* Sizes that divide each other, by hand: 4 x 4 to 2 x 2 and back. */
Test(image, halves_are_means_and_doubles_lie_between)
{
	static const uint8_t four[16] = { 0, 10, 20, 30, 40, 50, 60, 70,
					  80, 90, 100, 110, 120, 130, 140,
					  255 };
	static const double half[4] = { 25, 45, 105, 151.25 };
	static const uint8_t two[4] = { 0, 100, 200, 60 };
	static const double twice[16] = {
		0, 25, 75, 100, 50, 60, 80, 90,
		150, 130, 90, 70, 200, 165, 95, 60 };
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	int32_t out[16];

	open_image("preset=image height=2 width=2", 4, 4, 1, &blob, &r);
	dsp_compute(&r, four, 16, 0, out, NULL);
	for (int i = 0; i < 4; i++)
		cr_assert(fabs(out[i] / 65536.0 - half[i] / 255) < 1.6e-5);
	buf_clear(&blob);
	open_image("preset=image height=4 width=4", 2, 2, 1, &blob, &r);
	dsp_compute(&r, two, 4, 0, out, NULL);
	for (int i = 0; i < 16; i++)
		cr_assert(fabs(out[i] / 65536.0 - twice[i] / 255) < 1.6e-5,
			  "%d: %g", i, out[i] / 65536.0 * 255);
	buf_release(&blob);
}

/* Whatever the sizes: one colour stays that colour. */
Test(image, a_plain_image_stays_plain)
{
	uint8_t pixels[37 * 53];

	memset(pixels, 200, sizeof(pixels));
	for (int h = 1; h < 90; h += 11)
		for (int w = 1; w < 90; w += 7) {
			struct buf blob = BUF_INIT;
			struct dsp_recipe r;
			char keys[64];
			int32_t *out = calloc((size_t)h * (size_t)w, 4);

			sprintf(keys, "preset=image height=%d width=%d", h, w);
			open_image(keys, 37, 53, 1, &blob, &r);
			dsp_compute(&r, pixels, 37 * 53, 0, out, NULL);
			for (int i = 0; i < h * w; i++)
				cr_assert(abs(out[i] - 51401) <= 1, "%d", i);
			free(out);
			buf_release(&blob);
		}
}

Test(image, other_recordings_are_refused)
{
	struct features_input sound = { .rate_hz = 16000, .channels = 1 };
	struct features_input four = { .channels = 4, .height = 8,
				       .width = 8 };
	struct features_input huge = { .channels = 3, .height = 2000,
				       .width = 8 };
	struct project_features f = { .preset = "image" };
	struct buf blob = BUF_INIT;

	cr_assert_eq(features_make_for(&f, &sound, &blob, NULL),
		     ERR_UNSUPPORTED);
	cr_assert_eq(features_make_for(&f, &four, &blob, NULL),
		     ERR_UNSUPPORTED);
	cr_assert_eq(features_make_for(&f, &huge, &blob, NULL), ERR_RANGE);
	buf_release(&blob);
}
