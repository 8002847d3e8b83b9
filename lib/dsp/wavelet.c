#include "dsp/wavelet.h"

#include "bits/cursor.h"
#include "dsp/clip.h"
#include "dsp/log.h"
#include "dsp/open.h"

enum { BINS = 100 };

/* ---- opening ------------------------------------------------------------ */

static bool filters_fit(const struct dsp_wavelet *w)
{
	for (int i = 0; i < w->taps; i++)
		if (!dsp_real_fits(w->low[i]) || !dsp_real_fits(w->high[i]))
			return false;
	return true;
}

static int open_wavelet(struct cursor *cur, struct dsp_recipe *r)
{
	struct dsp_wavelet *w = &r->wavelet;
	int ret = dsp_motion_open(cur, r, &w->motion);

	if (ret)
		return ret;
	w->level = cursor_u8(cur);
	w->taps = cursor_u8(cur);
	if (cursor_u16(cur))
		cursor_fail(cur, ERR_FORMAT);
	if (cur->err)
		return cur->err;
	if (!dsp_within(w->level, 1, DSP_WAVELET_LEVEL_MAX) ||
	    !dsp_within(w->taps, 2, DSP_WAVELET_TAPS_MAX) || r->frames != 1 ||
	    r->channels != 1 || r->coefficients != r->axes *
	    (w->level + 1u) * DSP_WAVELET_STATISTICS)
		return ERR_RANGE;
	w->low = (const void *)cursor_take(cur, w->taps * sizeof(*w->low));
	w->high = (const void *)cursor_take(cur, w->taps * sizeof(*w->high));
	w->log2 = (const void *)cursor_take(cur, 4 *
					    (DSP_SOUND_LOG_STEPS + 1));
	if (cur->err)
		return ERR_FORMAT;
	return filters_fit(w) &&
	       dsp_table_rises(w->log2, DSP_SOUND_LOG_STEPS + 1,
			       (uint32_t)1 << DSP_LOG2_Q) ? 0 : ERR_FORMAT;
}

/* Entries of a sub-band at most, whatever the level. */
static size_t band_room(const struct dsp_recipe *r)
{
	return r->length_samples / 2 + DSP_WAVELET_TAPS_MAX;
}

/* The axis, and two sub-bands; the next approximation takes the axis'
 * place. */
static size_t scratch_bytes(const struct dsp_recipe *r)
{
	size_t axis = r->length_samples > band_room(r) ? r->length_samples :
		      band_room(r);

	return (axis + 2 * band_room(r)) * sizeof(struct dsp_real);
}

/* ---- transform ---------------------------------------------------------- */

static uint32_t split(const struct dsp_wavelet *w,
		      const struct dsp_real *taps, const struct dsp_real *x,
		      uint32_t n, struct dsp_real *out)
{
	uint32_t count = (n + w->taps - 1u) / 2;

	for (uint32_t k = 0; k < count; k++) {
		struct dsp_real sum = { 0, 0 };

		for (int32_t j = 0; j < w->taps; j++)
			sum = dsp_real_add(sum, dsp_real_mul(taps[j],
				x[dsp_mirrored((int32_t)(2 * k + 1) - j, n)]));
		out[k] = sum;
	}
	return count;
}

/* ---- statistics --------------------------------------------------------- */

static void sink(struct dsp_real *x, uint32_t at, uint32_t n)
{
	for (uint32_t child; (child = 2 * at + 1) < n; at = child) {
		struct dsp_real held = x[at];

		if (child + 1 < n && dsp_real_less(x[child], x[child + 1]))
			child++;
		if (!dsp_real_less(held, x[child]))
			return;
		x[at] = x[child];
		x[child] = held;
	}
}

/* Heap sort (Williams 1964). */
static void sort(struct dsp_real *x, uint32_t n)
{
	for (uint32_t i = n / 2; i-- > 0; )
		sink(x, i, n);
	for (uint32_t i = n; i-- > 1; ) {
		struct dsp_real top = x[0];

		x[0] = x[i];
		x[i] = top;
		sink(x, 0, i);
	}
}

static struct dsp_real crossings(const struct dsp_real *x, uint32_t n,
				 struct dsp_real level)
{
	bool is_above = dsp_real_less(level, x[0]);
	uint32_t count = 0;

	for (uint32_t i = 1; i < n; i++) {
		bool above = dsp_real_less(level, x[i]);

		count += above != is_above;
		is_above = above;
	}
	return dsp_real_div(dsp_real_int(count), dsp_real_int(n));
}

/* ln 2 in Q31 */
enum { LN2 = 1488522236 };

/* ln n - sum c ln c / n over a histogram's counts c, in Q16; x is sorted. */
static int32_t entropy(const struct dsp_wavelet *w, const struct dsp_real *x,
		       uint32_t n)
{
	struct dsp_real width = dsp_real_sub(x[n - 1], x[0]);
	uint32_t counts[BINS] = { 0 };
	int64_t sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct dsp_real part = dsp_real_div(dsp_real_mul(
			dsp_real_sub(x[i], x[0]), dsp_real_int(BINS)), width);
		int32_t bin = dsp_real_q16(part) >> 16;

		counts[bin < BINS ? bin : BINS - 1]++;
	}
	for (int b = 0; b < BINS; b++)
		if (counts[b])
			sum += (int64_t)counts[b] *
			       dsp_log2(w->log2, DSP_SOUND_LOG_BITS,
					counts[b]);
	sum = dsp_log2(w->log2, DSP_SOUND_LOG_BITS, n) - sum / n;
	return (int32_t)(sum * LN2 >> (31 + DSP_LOG2_Q - DSP_FEATURE_Q));
}

static int32_t percentile(const struct dsp_real *x, uint32_t n, uint32_t p)
{
	return dsp_real_q16(x[((n - 1) * p + 50) / 100]);
}

static void put_band(const struct dsp_wavelet *w, struct dsp_real *x,
		     uint32_t n, int32_t *out)
{
	struct dsp_moments m = dsp_moments(x, n);
	struct dsp_real zero = { 0, 0 };

	out[1] = dsp_real_q16(crossings(x, n, zero));
	out[2] = dsp_real_q16(crossings(x, n, m.mean));
	sort(x, n);
	out[0] = entropy(w, x, n);
	out[3] = percentile(x, n, 5);
	out[4] = percentile(x, n, 25);
	out[5] = percentile(x, n, 75);
	out[6] = percentile(x, n, 95);
	out[7] = percentile(x, n, 50);
	out[8] = dsp_real_q16(m.mean);
	out[9] = dsp_real_q16(dsp_real_root(m.variance));
	out[10] = dsp_real_q16(dsp_real_div(dsp_real_mul(m.variance,
		dsp_real_int(n)), dsp_real_int((int64_t)n - 1)));
	out[11] = dsp_real_q16(dsp_real_root(m.square));
	out[12] = dsp_real_q16(m.skewness);
	out[13] = dsp_real_q16(m.kurtosis);
}

static void run_axis(const struct dsp_recipe *r, const struct dsp_clip *clip,
		     uint32_t axis, struct dsp_real *x, int32_t *out)
{
	const struct dsp_wavelet *w = &r->wavelet;
	struct dsp_real *detail = x + scratch_bytes(r) / sizeof(*x) -
				  band_room(r);
	struct dsp_real *rough = detail - band_room(r);
	uint32_t n = dsp_motion_axis(r, &w->motion, clip, axis, x);

	dsp_less(x, n, dsp_moments(x, n).mean);
	for (uint32_t level = w->level; level > 0; level--) {
		uint32_t count = split(w, w->low, x, n, rough);

		split(w, w->high, x, n, detail);
		put_band(w, detail, count,
			 out + level * DSP_WAVELET_STATISTICS);
		for (n = 0; n < count; n++)
			x[n] = rough[n];
	}
	put_band(w, x, n, out);
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	uint32_t numbers = r->coefficients / r->axes;

	for (uint32_t a = 0; a < r->axes; a++)
		run_axis(r, clip, a, scratch, out + a * numbers);
}

const struct dsp_kind dsp_wavelet_kind = {
	DSP_KIND_WAVELET, "wavelet", open_wavelet, scratch_bytes, run
};
