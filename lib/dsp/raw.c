#include "dsp/raw.h"

#include "bits/cursor.h"
#include "dsp/clip.h"

static int open_raw(struct cursor *cur, struct dsp_recipe *r)
{
	r->raw.multiplier = (int32_t)cursor_u32(cur);
	r->raw.shift = cursor_u32(cur);
	if (cur->err)
		return cur->err;
	if (r->frames != r->length_samples || r->coefficients != r->axes ||
	    r->channels != 1 || r->raw.shift < 1 || r->raw.shift > 62)
		return ERR_RANGE;
	return 0;
}

static size_t scratch_bytes(const struct dsp_recipe *r)
{
	(void)r;
	return 0;
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	int64_t half = (int64_t)1 << (r->raw.shift - 1);

	(void)scratch;
	for (uint32_t t = 0; t < r->length_samples; t++)
		for (uint32_t a = 0; a < r->axes; a++) {
			int64_t y = (int64_t)dsp_sample(r, clip, t, a) *
				    r->raw.multiplier;

			*out++ = dsp_clamp32((y + half) >> r->raw.shift);
		}
}

const struct dsp_kind dsp_raw_kind = {
	DSP_KIND_RAW, "raw", open_raw, scratch_bytes, run
};
