#include "dsp/flatten.h"

#include "bits/cursor.h"
#include "dsp/recipe.h"

static int open_flatten(struct cursor *cur, struct dsp_recipe *r)
{
	uint32_t count = 0;
	int ret = dsp_motion_open(cur, r, &r->flatten.motion);

	if (ret)
		return ret;
	r->flatten.kept = cursor_u32(cur);
	if (cur->err)
		return cur->err;
	for (int i = 0; i < DSP_FLATTEN_STATISTICS; i++)
		count += r->flatten.kept >> i & 1;
	if (r->flatten.kept >> DSP_FLATTEN_STATISTICS || r->frames != 1 ||
	    r->channels != 1 || r->coefficients != r->axes * count)
		return ERR_RANGE;
	return 0;
}

static size_t scratch_bytes(const struct dsp_recipe *r)
{
	return r->length_samples * sizeof(struct dsp_real);
}

static int32_t *put_axis(uint32_t kept, const struct dsp_real *x, uint32_t n,
			 int32_t *out)
{
	struct dsp_moments m = dsp_moments(x, n);
	struct dsp_real least = x[0], most = x[0];
	struct dsp_real all[DSP_FLATTEN_STATISTICS];

	for (uint32_t i = 1; i < n; i++) {
		if (dsp_real_less(x[i], least))
			least = x[i];
		if (dsp_real_less(most, x[i]))
			most = x[i];
	}
	all[0] = m.mean;
	all[1] = least;
	all[2] = most;
	all[3] = dsp_real_root(m.square);
	all[4] = dsp_real_root(m.variance);
	all[5] = m.skewness;
	all[6] = m.kurtosis;
	for (int i = 0; i < DSP_FLATTEN_STATISTICS; i++)
		if (kept >> i & 1)
			*out++ = dsp_real_q16(all[i]);
	return out;
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	for (uint32_t a = 0; a < r->axes; a++) {
		uint32_t n = dsp_motion_axis(r, &r->flatten.motion, clip, a,
					     scratch);

		out = put_axis(r->flatten.kept, scratch, n, out);
	}
}

const struct dsp_kind dsp_flatten_kind = {
	DSP_KIND_FLATTEN, "flatten", open_flatten, scratch_bytes, run
};
