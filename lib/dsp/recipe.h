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
 *     6  2  kind, below
 *     8  4  bytes of the whole block
 *    12  4  CRC-32 of everything from byte 16 on
 *
 * and, of every kind but MFCC (which is older; dsp/mfcc.h has its layout):
 *
 *    16  4  rate_hz: rows a second; 0 for images
 *    20  4  length_samples: rows of one clip; pixels of one image
 *    24  2  axes: samples in a row (interleaved), channels of a pixel
 *    26  2  frames       }
 *    28  2  coefficients } what one clip gives: height, width and depth
 *    30  2  channels     }
 *    32  8  unit: bits of the double that one count of the samples stands
 *           for; who has floats makes counts with it, nobody else needs it
 *    40     parameters and tables of the kind, as its header says
 *
 * A kind is one row of the table in recipe.c: what opens the rest of the
 * block, how much memory it works in, what runs it.
 *
 * The block is untrusted: dsp_open checks the header, that the sizes add up
 * exactly, and every table entry whose value could make the arithmetic
 * overflow or an index leave its table.  After that nothing can fail.
 *
 * The clip rule, for host and board: a clip is length_samples rows long and
 * begins `offset` rows into the recording; rows that lie before or behind the
 * recording are zeros.  Nothing is trimmed, centred or made louder.  Offset
 * 0: the first length_ms of the recording, padded with silence at the end.
 * Training moves the offset for its time shifts.
 *
 * Features are int32 in Q16 (DSP_FEATURE_Q): value = integer / 65536.
 */
#ifndef TINYML_DSP_RECIPE_H
#define TINYML_DSP_RECIPE_H

#include <stddef.h>
#include <stdint.h>

#include "bits/err.h"
#include "dsp/flatten.h"
#include "dsp/image.h"
#include "dsp/mfcc.h"
#include "dsp/micro.h"
#include "dsp/raw.h"
#include "dsp/sound.h"
#include "dsp/spectral.h"
#include "dsp/wavelet.h"

enum {
	DSP_VERSION = 1,
	DSP_ALIGN = 4,			/* of the block's address */
	DSP_FRAMES_MAX = 4096,
	DSP_LENGTH_MAX = 1 << 22,	/* samples of a clip, all axes */
	DSP_AXES_MAX = 64,
	DSP_OUTPUTS_MAX = 1 << 22,
	DSP_FEATURE_Q = 16,
	DSP_SCRATCH_ALIGN = 8,
};

#define DSP_MAGIC 0x72666d74u		/* "tmfr" */

enum dsp_kind_id {
	DSP_KIND_MFCC = 1,		/* mlperf-kws: dsp/mfcc.h */
	DSP_KIND_RAW = 2,		/* samples times a factor: dsp/raw.h */
	DSP_KIND_SOUND = 3,		/* spectra, mel bands: dsp/sound.h */
	DSP_KIND_MICRO = 4,		/* micro_speech: dsp/micro.h */
	DSP_KIND_SPECTRAL = 5,		/* of axes: dsp/spectral.h */
	DSP_KIND_FLATTEN = 6,		/* of axes: dsp/flatten.h */
	DSP_KIND_WAVELET = 7,		/* of axes: dsp/wavelet.h */
	DSP_KIND_IMAGE = 8,		/* pixels: dsp/image.h */
};

/* An opened recipe; the pointers in it point into the block, which must
 * outlive it.  Written by dsp_open only. */
struct dsp_recipe {
	const struct dsp_kind *kind;
	uint32_t rate_hz, length_samples;
	uint16_t axes;
	uint8_t sample_bytes;		/* 2: int16; 4: float; 1: uint8 */
	uint16_t frames, coefficients, channels;
	uint64_t unit_bits;		/* 0: unknown (MFCC) */
	union {
		struct dsp_mfcc mfcc;
		struct dsp_raw raw;
		struct dsp_sound sound;
		struct dsp_micro micro;
		struct dsp_spectral spectral;
		struct dsp_flatten flatten;
		struct dsp_wavelet wavelet;
		struct dsp_image image;
	};
};

/* Rows of a recording, and where in it the clip begins. */
struct dsp_clip {
	const void *samples;	/* int16_t or uint8_t [rows][axes] */
	size_t rows;		/* may be 0 */
	int32_t offset;
};

struct cursor;

struct dsp_kind {
	uint16_t id;
	const char *name;	/* "mfcc" */
	/* Read what lies behind the common header and check all of it; the
	 * cursor ends at the end of the block. */
	int (*open)(struct cursor *cur, struct dsp_recipe *recipe);
	size_t (*scratch_bytes)(const struct dsp_recipe *recipe);
	void (*run)(const struct dsp_recipe *recipe,
		    const struct dsp_clip *clip, int32_t *out, void *scratch);
};

/* 0; ERR_SHORT (cut off); ERR_FORMAT (magic, CRC, sizes, alignment, a table
 * entry out of its bounds); ERR_UNSUPPORTED (version, kind); ERR_RANGE (a
 * parameter). On failure *recipe is not to be used. */
int dsp_open(const void *block, size_t n, struct dsp_recipe *recipe);

/* Numbers that one clip gives: frames x coefficients x channels. */
static inline size_t dsp_outputs(const struct dsp_recipe *recipe)
{
	return (size_t)recipe->frames * recipe->coefficients *
	       recipe->channels;
}

/* Bytes of one row of samples, and of a whole clip. */
static inline size_t dsp_row_bytes(const struct dsp_recipe *recipe)
{
	return (size_t)recipe->axes * recipe->sample_bytes;
}

static inline size_t dsp_clip_bytes(const struct dsp_recipe *recipe)
{
	return recipe->length_samples * dsp_row_bytes(recipe);
}

/* Working memory of dsp_compute, aligned to 8: 2,384 bytes for mlperf-kws. */
size_t dsp_scratch_bytes(const struct dsp_recipe *recipe);

/* A whole clip: samples holds rows of a recording of any length, by the clip
 * rule; out gets dsp_outputs numbers, row by row. */
void dsp_compute(const struct dsp_recipe *recipe, const void *samples,
		 size_t rows, int32_t offset, int32_t *out, void *scratch);

#endif
