/*
 * picture - JPEG and PNG files as pixels of 8 bits, by libjpeg-turbo and
 * libpng.
 *
 * The same file gives the same pixels on every machine: the accurate integer
 * DCT, no scaling inside the decoder, and integer arithmetic for what follows.
 *
 *     grey     (19595 R + 38470 G + 7471 B + 32768) / 65536  (BT.601 luma; a
 *              JPEG's own Y is the same)
 *     resize   each pixel is the mean of the area of the source that it
 *              covers, rounded; the picture is stretched, never cut
 *
 * Transparent pixels lie over black.  Orientation notes (EXIF) and colour
 * profiles are not followed.  The bytes are untrusted: sides, pixels and the
 * scans of a progressive JPEG have limits, and a file that its decoder had to
 * mend is refused.
 */
#ifndef TINYML_DATASET_PICTURE_H
#define TINYML_DATASET_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { PICTURE_SIDE_MAX = 8192, PICTURE_PIXELS_MAX = 1 << 25,
       PICTURE_SCANS_MAX = 64 };

struct picture {
	uint32_t height, width, channels;
	uint8_t *pixels;	/* [height][width][channels] */
};

/*
 * Decode.  want->channels is 1 (grey) or 3 (RGB); want->height and width are
 * both 0 (as the file has it) or both given.  picture_release in every case.
 * ERR_FORMAT (neither kind, damaged), ERR_LIMIT, ERR_UNSUPPORTED (CMYK),
 * ERR_MEM.
 */
int picture_read(struct picture *picture, const void *bytes, size_t n,
		 const struct picture *want, struct err *err);
void picture_release(struct picture *picture);

/* The decoders: RGB or grey, size as in the file. */
int picture_read_jpeg(struct picture *picture, const void *bytes, size_t n,
		      uint32_t channels, struct err *err);
int picture_read_png(struct picture *picture, const void *bytes, size_t n,
		     uint32_t channels, struct err *err);

/* Room for pixels, after the limits. ERR_LIMIT, ERR_MEM. */
int picture_reserve(struct picture *picture, uint32_t height, uint32_t width,
		    uint32_t channels, struct err *err);

/* out, empty, becomes picture in height x width. ERR_LIMIT, ERR_MEM. */
int picture_resize(const struct picture *picture, uint32_t height,
		   uint32_t width, struct picture *out, struct err *err);

#endif
