/*
 * recipe - how samples become features, as one block of bytes.
 *
 * Made once on the host (features/features.h) and carried unchanged in the
 * model, in the model image and in flash, where it is used in place: the
 * board computes no table.  Host and board run the same integer code over the
 * same tables, so features are equal to the last bit everywhere.
 *
 * The block (version 1; little-endian; its address a multiple of 4; no
 * pointers; nothing behind the last table):
 *
 *    at  bytes
 *     0  4  magic "tmfr"
 *     4  2  version, 1
 *     6  2  kind: 1 MFCC (dsp/mfcc.h)
 *     8  4  bytes of the whole block
 *    12  4  CRC-32 of everything from byte 16 on
 *    16  4  rate_hz: of the samples
 *    20  4  length_samples: one clip
 *    24  2  window_samples
 *    26  2  stride_samples
 *    28  2  frames, 1 + (length - window) / stride
 *    30  1  fft_log2: FFT of 2^fft_log2 >= window points
 *    31  1  mel_bands
 *    32  1  coefficients <= mel_bands
 *    33  1  dct_shift: Q of the DCT table
 *    34  2  bin_first: first FFT bin that a band uses, >= 1
 *    36  2  bin_count
 *    38  2  zero
 *    40  8  log_floor, Q70: added to every band before the logarithm
 *    48  4  low_hz   } edges of the bands, for people; the tables count
 *    52  4  high_hz  }
 *    56     window   i32[window / 2 + 1], Q30: the first half, w[n] = w[N - n]
 *           cosine   i32[fft / 4 + 1], Q31: cos(2 pi k / fft), 1 is 2^31 - 1
 *           mel      u32[bin_count]: band edge below the bin << 24 | Q24 part
 *                    of the way to the next edge (dsp/mfcc.h)
 *           root     u32[97], Q31: sqrt(i / 128) for i = 32 .. 128
 *           log2     u32[65], Q20: log2(1 + i / 64)
 *           dct      i16[coefficients][mel_bands], Q dct_shift, zeros to a
 *                    multiple of 4 bytes
 *
 * The block is untrusted: dsp_open checks the header, that the sizes add up
 * exactly, and every table entry whose value could make the arithmetic
 * overflow or an index leave its table.  After that nothing can fail.
 */
#ifndef TINYML_DSP_RECIPE_H
#define TINYML_DSP_RECIPE_H

#include <stddef.h>
#include <stdint.h>

#include "bits/err.h"

enum {
	DSP_VERSION = 1,
	DSP_KIND_MFCC = 1,
	DSP_HEADER_BYTES = 56,
	DSP_ALIGN = 4,			/* of the block's address */
	DSP_FFT_LOG2_MIN = 5,
	DSP_FFT_LOG2_MAX = 12,
	DSP_BANDS_MAX = 128,
	DSP_FRAMES_MAX = 4096,
	DSP_LENGTH_MAX = 1 << 22,	/* samples of a clip */
	DSP_WINDOW_Q = 30,
	DSP_MEL_Q = 24,
	DSP_ROOT_FIRST = 32, DSP_ROOT_LAST = 128,
	DSP_ROOT_ENTRIES = DSP_ROOT_LAST - DSP_ROOT_FIRST + 1,
	DSP_LOG_Q = 20,
	DSP_LOG_STEPS = 64,
	DSP_LOG_ENTRIES = DSP_LOG_STEPS + 1,
	DSP_FLOOR_Q = 70,
	DSP_DCT_SHIFT_MIN = 8, DSP_DCT_SHIFT_MAX = 24,
};

#define DSP_MAGIC 0x72666d74u		/* "tmfr" */

/* An opened recipe; the pointers point into the block, which must outlive
 * it.  Written by dsp_open only. */
struct dsp_recipe {
	uint32_t rate_hz, length_samples, low_hz, high_hz;
	uint16_t window_samples, stride_samples, frames;
	uint16_t bin_first, bin_count;
	uint8_t fft_log2, mel_bands, coefficients, dct_shift;
	uint64_t log_floor;
	const int32_t *window, *cosine;
	const uint32_t *mel, *root, *log2;
	const int16_t *dct;
};

/* 0; ERR_SHORT (cut off); ERR_FORMAT (magic, CRC, sizes, alignment, a table
 * entry out of its bounds); ERR_UNSUPPORTED (version, kind); ERR_RANGE (a
 * parameter). On failure *recipe is not to be used. */
int dsp_open(const void *block, size_t n, struct dsp_recipe *recipe);

/* Bytes of a block with these parameters (the ones before the pointers). */
size_t dsp_recipe_bytes(const struct dsp_recipe *recipe);

/* Numbers that one clip gives: frames x coefficients. */
static inline size_t dsp_outputs(const struct dsp_recipe *recipe)
{
	return (size_t)recipe->frames * recipe->coefficients;
}

#endif
