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
#include "dsp/mfcc.h"
#include "dsp/quantise.h"
#include "dsp/recipe.h"
#include "project/project.h"

enum { FEATURES_RATE_MIN_HZ = 1000, FEATURES_RATE_MAX_HZ = 96000 };

/*
 * Append the block for these parameters and samples of rate_hz to blob (which
 * must be empty or end on a multiple of 4).  Presets: mlperf-kws.
 * ERR_RANGE says which parameter is wrong and what would fit: windows are
 * rate_hz * window_ms / 1000 samples, rounded down, 16 to 4096 of them; the
 * clip holds at least one window; high_hz is at most half the rate (it is
 * never lowered silently); every mel band covers at least one FFT bin.
 * ERR_UNSUPPORTED (preset), ERR_MEM.
 */
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
	size_t frames, coefficients;	/* one clip's output, row by row */
	size_t length_samples;		/* one clip's input */
	long rate_hz;
};

int features_shape(const void *blob, size_t n, struct features_shape *shape,
		   struct err *err);

/* One clip, by the clip rule of dsp/mfcc.h: offset samples into the
 * recording, zeros outside of it. */
struct features_clip {
	const int16_t *pcm;	/* one channel, at the recipe's rate */
	size_t samples;		/* of the recording */
	int32_t offset;		/* may be negative: leading zeros */
};

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
 * coefficients numbers.  A float is the integer * 2^-16, exactly (features
 * stay below 2^24).  Equal for any number of threads; when clips fail, the
 * error is that of the lowest i and out is incomplete.  ERR_MEM.
 */
int features_compute_all(const struct dsp_recipe *recipe, struct pool *pool,
			 const struct features_clips *clips, float *out,
			 struct err *err);

/* multiplier and shift of dsp_quantise for a model input with this scale.
 * ERR_RANGE unless 2^-40 < scale < 2^16. */
int features_quantiser(double scale, int32_t *multiplier, int *shift,
		       struct err *err);

#endif
