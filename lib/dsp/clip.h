/*
 * clip - samples by the clip rule of dsp/recipe.h, and small arithmetic that
 * the kinds share.
 */
#ifndef TINYML_DSP_CLIP_H
#define TINYML_DSP_CLIP_H

#include "dsp/recipe.h"

static inline int32_t dsp_clamp32(int64_t x)
{
	return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN :
	       (int32_t)x;
}

/* Entry t of n that are mirrored at both ends, for ever. */
static inline uint32_t dsp_mirrored(int32_t t, uint32_t n)
{
	uint32_t at = (uint32_t)(t < 0 ? -1 - t : t) % (2 * n);

	return at < n ? at : 2 * n - 1 - at;
}

/* int16 sample `axis` of row `at` of the clip; 0 outside the recording. */
static inline int32_t dsp_sample(const struct dsp_recipe *recipe,
				 const struct dsp_clip *clip, int64_t at,
				 uint32_t axis)
{
	const int16_t *samples = clip->samples;
	int64_t row = at + clip->offset;

	if (row < 0 || (uint64_t)row >= clip->rows)
		return 0;
	return samples[(uint64_t)row * recipe->axes + axis];
}

#endif
