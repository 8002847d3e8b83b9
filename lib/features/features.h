/*
 * features - recipes: made, read aloud, and run over whole data sets.
 *
 * A recipe block (dsp/recipe.h) is made here once, with base/fmath.h's
 * arithmetic and rounding to nearest, so its bytes are the same on every
 * machine; afterwards only lib/dsp interprets it.  Blocks handed in are
 * untrusted and checked; their address must be a multiple of 4, as memory
 * from malloc and members of an opened artifact are.
 */
#ifndef TINYML_FEATURES_FEATURES_H
#define TINYML_FEATURES_FEATURES_H

#include "base/buf.h"
#include "base/error.h"
#include "base/pool.h"
#include "dsp/quantise.h"
#include "dsp/recipe.h"
#include "project/project.h"

enum { FEATURES_RATE_MIN_HZ = 1000, FEATURES_RATE_MAX_HZ = 96000 };

/* What recordings are, as far as a recipe must know. */
struct features_input {
	long rate_hz;		/* rows a second; 0 for images */
	long channels;		/* samples in a row: 1 for sound, axes of a
				   sensor, channels of a pixel */
	long height, width;	/* of images; 0 otherwise */
	long rows;		/* of one clip; 0: features.length_ms */
	bool is_float;		/* recordings of floats: blocks for sensors
				   read them as they are, raw as counts */
	double peak;		/* largest magnitude in recordings of floats:
				   what features.full_scale 0 is chosen from;
				   0: whole numbers that stay as they are */
};

/*
 * Append the block for these parameters and recordings to blob (which must be
 * empty or end on a multiple of 4).  Gaps are filled by the preset
 * (features/preset.h).
 * ERR_RANGE says which parameter is wrong and what would fit: windows are
 * rate_hz * window_ms / 1000 samples, rounded down, 16 to 4096 of them; the
 * clip holds at least one window; high_hz is at most half the rate (it is
 * never lowered silently); every mel band covers at least one FFT bin.
 * ERR_UNSUPPORTED (preset, block, recordings of another kind), ERR_MEM.
 */
int features_make_for(const struct project_features *features,
		      const struct features_input *from, struct buf *blob,
		      struct err *err);

/* The same for one channel of sound. */
int features_make(const struct project_features *features, long rate_hz,
		  struct buf *blob, struct err *err);

/* dsp_open with a sentence. */
int features_open(const void *blob, size_t n, struct dsp_recipe *recipe,
		  struct err *err);

/* Append the recipe as YAML that people read (features.yaml); nothing reads
 * it back. */
int features_yaml(const void *blob, size_t n, struct buf *out,
		  struct err *err);

struct features_shape {
	/* one clip's output: height, width and depth, row by row */
	size_t frames, coefficients, channels;
	size_t length_samples;	/* one clip's input: rows of */
	size_t axes;		/* so many samples, */
	size_t sample_bytes;	/* 2 (int16), 4 (float) or 1 (uint8) each */
	long rate_hz;
};

int features_shape(const void *blob, size_t n, struct features_shape *shape,
		   struct err *err);

/*
 * One clip, by the clip rule of dsp/recipe.h: offset rows into the recording,
 * zeros outside of it.  Samples are interleaved; exactly one of the pointers
 * is set.  Where the recipe takes int16, floats become counts of its full
 * scale, rounded to nearest, clamped (NaN: 0), before anything else is done:
 * what a board would be given.
 */
struct features_clip {
	const int16_t *pcm;
	const float *values;
	const uint8_t *pixels;	/* images: rows are pixels, offset 0 */
	size_t samples;		/* rows of the recording */
	int32_t offset;		/* may be negative: leading zeros */
};

/* What a board is given for this clip: dsp_clip_bytes of the recipe's samples,
 * zeros where the recording has none. */
void features_clip_samples(const struct dsp_recipe *recipe,
			   const struct features_clip *clip, void *out);

/* Fills clip i. Called from several threads at once, for every i once; pcm
 * must stay valid until features_compute_all returns, or until the same
 * worker (0 .. threads - 1) asks for its next clip. 0 or ERR_*. */
typedef int features_fetch(void *ctx, size_t i, int worker,
			   struct features_clip *clip, struct err *err);

struct features_clips {
	features_fetch *fetch;
	void *ctx;
	size_t count;
};

/*
 * Features of all clips, as floats, clip by clip: out has count x frames x
 * coefficients x channels numbers.  A float is the integer * 2^-16, exactly
 * while that is below 2^24, else rounded to nearest.  Equal for any number of
 * threads; when clips fail, the error is that of the lowest i and out is
 * incomplete.  ERR_MEM; ERR_UNSUPPORTED: samples of another type.
 */
int features_compute_all(const struct dsp_recipe *recipe, struct pool *pool,
			 const struct features_clips *clips, float *out,
			 struct err *err);

/* multiplier and shift of dsp_quantise for a model input with this scale.
 * ERR_RANGE unless 2^-40 < scale < 2^16. */
int features_quantiser(double scale, int32_t *multiplier, int *shift,
		       struct err *err);

#endif
