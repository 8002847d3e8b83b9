#include <png.h>
#include <stdlib.h>

#include "dataset/picture.h"

static int fail(png_image *image, struct err *err)
{
	int ret = err_set(err, ERR_FORMAT, "PNG cannot be read: %.60s",
			  image->message);

	png_image_free(image);
	return ret;
}

static void to_grey(const uint8_t *rgb, struct picture *grey)
{
	size_t n = (size_t)grey->height * grey->width;

	for (size_t i = 0; i < n; i++, rgb += 3)
		grey->pixels[i] = (uint8_t)((19595u * rgb[0] +
			38470u * rgb[1] + 7471u * rgb[2] + 32768) >> 16);
}

int picture_read_png(struct picture *picture, const void *bytes, size_t n,
		     uint32_t channels, struct err *err)
{
	static const png_color black = { 0, 0, 0 };
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct picture rgb = { 0 };
	int ret;

	if (!png_image_begin_read_from_memory(&image, bytes, n))
		return fail(&image, err);
	ret = picture_reserve(&rgb, image.height, image.width, 3, err);
	if (ret) {
		png_image_free(&image);
		return ret;
	}
	image.format = PNG_FORMAT_RGB;
	if (!png_image_finish_read(&image, &black, rgb.pixels, 0, NULL) ||
	    PNG_IMAGE_FAILED(image)) {
		picture_release(&rgb);
		return fail(&image, err);
	}
	if (channels == 3) {
		*picture = rgb;
		return 0;
	}
	ret = picture_reserve(picture, rgb.height, rgb.width, 1, err);
	if (!ret)
		to_grey(rgb.pixels, picture);
	picture_release(&rgb);
	return ret;
}
