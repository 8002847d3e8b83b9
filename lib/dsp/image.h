/*
 * image - pixels resized, as grey or three colours, 0 to 1.
 *
 * A clip is one image: length_samples = source height x width pixels of
 * `axes` bytes (1 grey, 3 R G B).  Out: frames = height, coefficients = width,
 * channels = 1 or 3:
 *
 *   colours  v / 255 (Edge Impulse's image block, RGB); a grey source gives
 *            the same value three times
 *   grey     0.299 R + 0.587 G + 0.114 B, / 255; a grey source as it is
 *
 * Resizing: the mean of what a pixel of the result covers, pixels cut at its
 * edges counting by their parts (areas); enlarging, where less than a pixel is
 * covered, linear between the centres of the four nearest.  Each axis decides
 * for itself.  Equal sizes: pixels as they are.
 *
 * Error against real arithmetic: 1.5e-5, two units of 2^-17; measured on the
 * conformance vectors 7.7e-6 (tests/unit/features/test_image.c).
 *
 * Behind the common header of dsp/recipe.h: u16 source height, u16 source
 * width.
 */
#ifndef TINYML_DSP_IMAGE_H
#define TINYML_DSP_IMAGE_H

#include <stdint.h>

struct dsp_kind;

enum { DSP_IMAGE_SIDE_MAX = 1024 };

struct dsp_image {
	uint16_t height, width;		/* of the source */
};

extern const struct dsp_kind dsp_image_kind;

#endif
