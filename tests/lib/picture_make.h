/*
 * picture_make - small JPEG and PNG files for tests and seeds.
 */
#ifndef TINYML_TESTS_PICTURE_MAKE_H
#define TINYML_TESTS_PICTURE_MAKE_H

#include <stdint.h>
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>

enum { PICTURE_FILE_MAX = 1 << 16 };

/* A slope over a 3-channel picture. */
static inline void picture_fill(uint8_t *rgb, int height, int width)
{
	for (int i = 0; i < height * width; i++) {
		rgb[3 * i] = (uint8_t)(16 * (i % width));
		rgb[3 * i + 1] = (uint8_t)(16 * (i / width));
		rgb[3 * i + 2] = 128;
	}
}

/* Bytes of a PNG of 8-bit RGB. */
static inline size_t picture_png(uint8_t *out, const uint8_t *rgb, int height,
				 int width)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = (png_uint_32)width,
			    .height = (png_uint_32)height,
			    .format = PNG_FORMAT_RGB };
	png_alloc_size_t n = PICTURE_FILE_MAX;

	return png_image_write_to_memory(&image, out, &n, 0, rgb, 0, NULL) ?
	       n : 0;
}

/* Bytes of a JPEG of the best quality; colours: 3, or 1 for the first
 * width x height bytes as grey; 4 for CMYK. */
static inline size_t picture_jpeg(uint8_t *out, const uint8_t *pixels,
				  int height, int width, int colours)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = out;
	unsigned long n = PICTURE_FILE_MAX;

	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &n);
	jpeg.image_width = (JDIMENSION)width;
	jpeg.image_height = (JDIMENSION)height;
	jpeg.input_components = colours;
	jpeg.in_color_space = colours == 3 ? JCS_RGB : colours == 1 ?
			      JCS_GRAYSCALE : JCS_CMYK;
	jpeg_set_defaults(&jpeg);
	jpeg_set_quality(&jpeg, 100, TRUE);
	jpeg_start_compress(&jpeg, TRUE);
	for (int y = 0; y < height; y++) {
		JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels +
			       (size_t)(y * width * colours));

		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	return n;
}

#endif
