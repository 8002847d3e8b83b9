#include "dataset/picture.h"

#include <stdlib.h>
#include <string.h>

int picture_reserve(struct picture *picture, uint32_t height, uint32_t width,
		    uint32_t channels, struct err *err)
{
	if (height == 0 || width == 0)
		return err_set(err, ERR_FORMAT, "picture without pixels");
	if (height > PICTURE_SIDE_MAX || width > PICTURE_SIDE_MAX ||
	    (uint64_t)height * width > PICTURE_PIXELS_MAX)
		return err_set(err, ERR_LIMIT, "picture of %u x %u pixels; "
			       "sides of %d and %d pixels in all are read",
			       width, height, PICTURE_SIDE_MAX,
			       PICTURE_PIXELS_MAX);
	*picture = (struct picture){
		height, width, channels,
		malloc((size_t)height * width * channels) };
	return picture->pixels ? 0 : err_nomem(err);
}

void picture_release(struct picture *picture)
{
	free(picture->pixels);
	memset(picture, 0, sizeof(*picture));
}

/* Row or column i of n covers [i * m, (i + 1) * m) of the m source cells, each
 * n wide: first cell met, and how much of a cell lies inside. */
struct span {
	uint64_t begin, end;
};

static struct span span_of(uint32_t i, uint32_t m)
{
	return (struct span){ (uint64_t)i * m, (uint64_t)(i + 1) * m };
}

static uint64_t inside(struct span s, uint64_t cell, uint32_t n)
{
	uint64_t from = cell * n > s.begin ? cell * n : s.begin;
	uint64_t to = (cell + 1) * n < s.end ? (cell + 1) * n : s.end;

	return to - from;
}

/* One pixel of out: the mean over its area, channel by channel. */
static void shrink_pixel(const struct picture *in, struct picture *out,
			 uint32_t y, uint32_t x)
{
	struct span sy = span_of(y, in->height), sx = span_of(x, in->width);
	uint64_t area = (uint64_t)in->height * in->width;
	uint8_t *pixel = out->pixels + ((size_t)y * out->width + x) *
			 out->channels;

	for (uint32_t c = 0; c < in->channels; c++) {
		uint64_t sum = area / 2;

		for (uint64_t r = sy.begin / out->height;
		     r * out->height < sy.end; r++) {
			const uint8_t *row = in->pixels +
				r * in->width * in->channels;
			uint64_t line = 0;

			for (uint64_t k = sx.begin / out->width;
			     k * out->width < sx.end; k++)
				line += inside(sx, k, out->width) *
					row[k * in->channels + c];
			sum += inside(sy, r, out->height) * line;
		}
		pixel[c] = (uint8_t)(sum / area);
	}
}

int picture_resize(const struct picture *picture, uint32_t height,
		   uint32_t width, struct picture *out, struct err *err)
{
	int ret = picture_reserve(out, height, width, picture->channels, err);

	if (ret)
		return ret;
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			shrink_pixel(picture, out, y, x);
	return 0;
}

static int decode(struct picture *picture, const void *bytes, size_t n,
		  uint32_t channels, struct err *err)
{
	static const uint8_t png[4] = { 0x89, 'P', 'N', 'G' };

	if (n >= 4 && memcmp(bytes, png, 4) == 0)
		return picture_read_png(picture, bytes, n, channels, err);
	if (n >= 2 && memcmp(bytes, "\xff\xd8", 2) == 0)
		return picture_read_jpeg(picture, bytes, n, channels, err);
	return err_set(err, ERR_FORMAT, "neither JPEG nor PNG");
}

int picture_read(struct picture *picture, const void *bytes, size_t n,
		 const struct picture *want, struct err *err)
{
	struct picture sized = { 0 };
	int ret;

	memset(picture, 0, sizeof(*picture));
	ret = decode(picture, bytes, n, want->channels, err);
	if (ret || !want->height || (want->height == picture->height &&
				     want->width == picture->width))
		return ret;
	ret = picture_resize(picture, want->height, want->width, &sized, err);
	picture_release(picture);
	*picture = sized;
	return ret;
}
