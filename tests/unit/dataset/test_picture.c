#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/picture.h"
#include "picture_make.h"

static uint8_t rgb[16 * 12 * 4], file[PICTURE_FILE_MAX];
static struct picture picture;
static struct err err;

static int read_as(size_t n, uint32_t channels, uint32_t height,
		   uint32_t width)
{
	const struct picture want = { height, width, channels, NULL };

	memset(&err, 0, sizeof(err));
	picture_release(&picture);
	return picture_read(&picture, file, n, &want, &err);
}

Test(picture, png_keeps_every_pixel)
{
	size_t n;

	picture_fill(rgb, 12, 16);
	n = picture_png(file, rgb, 12, 16);
	cr_assert_eq(read_as(n, 3, 0, 0), 0, "%s", err.text);
	cr_assert_eq(picture.height, 12);
	cr_assert_eq(picture.width, 16);
	cr_assert_arr_eq(picture.pixels, rgb, 12 * 16 * 3);
	picture_release(&picture);
}

Test(picture, grey_is_luma)
{
	size_t n;

	memcpy(rgb, "\xff\0\0\0\xff\0\0\0\xff\x50\x50\x50", 12);
	n = picture_png(file, rgb, 1, 4);
	cr_assert_eq(read_as(n, 1, 0, 0), 0, "%s", err.text);
	cr_assert_arr_eq(picture.pixels, ((uint8_t[]){ 76, 150, 29, 80 }), 4);
	picture_release(&picture);
}

Test(picture, jpeg_is_near_in_colour_and_grey)
{
	size_t n;

	picture_fill(rgb, 12, 16);
	n = picture_jpeg(file, rgb, 12, 16, 3);
	cr_assert_eq(read_as(n, 3, 0, 0), 0, "%s", err.text);
	cr_assert_eq(picture.channels, 3);
	cr_assert_eq(read_as(n, 1, 0, 0), 0, "%s", err.text);
	for (int i = 0; i < 12 * 16; i++)
		cr_assert_leq(abs(picture.pixels[i] - (299 * rgb[3 * i] +
			587 * rgb[3 * i + 1] + 114 * rgb[3 * i + 2]) / 1000),
			3);
	n = picture_jpeg(file, rgb, 12, 16, 1);
	cr_assert_eq(read_as(n, 3, 0, 0), 0, "%s", err.text);
	cr_assert_eq(picture.pixels[0], picture.pixels[2]);
	picture_release(&picture);
}

Test(picture, resizing_takes_the_mean_of_what_a_pixel_covers)
{
	static uint8_t in[] = { 10, 20, 30, 40, 50, 60 };
	struct picture source = { 2, 3, 1, in }, out;

	cr_assert_eq(picture_resize(&source, 1, 3, &out, NULL), 0);
	cr_assert_arr_eq(out.pixels, ((uint8_t[]){ 25, 35, 45 }), 3);
	picture_release(&out);
	/* columns of 1.5: (10 + 20 / 2) / 1.5 and (20 / 2 + 30) / 1.5 */
	cr_assert_eq(picture_resize(&source, 2, 2, &out, NULL), 0);
	cr_assert_arr_eq(out.pixels, ((uint8_t[]){ 13, 27, 43, 57 }), 4);
	picture_release(&out);
	cr_assert_eq(picture_resize(&source, 4, 6, &out, NULL), 0);
	cr_assert_arr_eq(out.pixels, ((uint8_t[]){ 10, 10, 20, 20, 30, 30 }),
			 6);
	picture_release(&out);
	cr_assert_eq(picture_resize(&source, 0, 1, &out, NULL), ERR_FORMAT);
}

Test(picture, every_truncation_is_refused)
{
	size_t n, png;

	picture_fill(rgb, 12, 16);
	n = picture_jpeg(file, rgb, 12, 16, 3);
	for (size_t i = 0; i < n; i++)
		cr_assert_neq(read_as(i, 3, 0, 0), 0, "%zu of %zu", i, n);
	png = picture_png(file, rgb, 12, 16);
	/* behind the pixels stands IEND, which says nothing new */
	for (size_t i = 0; i + 16 < png; i++)
		cr_assert_neq(read_as(i, 3, 0, 0), 0, "%zu of %zu", i, png);
	picture_release(&picture);
}

Test(picture, too_many_pixels_are_refused_before_any_is_read)
{
	size_t n;

	picture_fill(rgb, 12, 16);
	n = picture_jpeg(file, rgb, 12, 16, 3);
	for (size_t i = 0; i + 9 < n; i++)
		if (file[i] == 0xff && file[i + 1] == 0xc0)
			memset(file + i + 5, 0x7f, 4);
	cr_assert_eq(read_as(n, 3, 0, 0), ERR_LIMIT, "%s", err.text);
	cr_assert(strstr(err.text, "32639 x 32639"), "%s", err.text);
	n = picture_jpeg(file, rgb, 12, 16, 4);
	cr_assert_eq(read_as(n, 3, 0, 0), ERR_UNSUPPORTED);
	memcpy(file, "GIF89a", 6);
	cr_assert_eq(read_as(6, 3, 0, 0), ERR_FORMAT);
}
