#include "dsp/spectral.h"

#include <string.h>

#include "bits/cursor.h"
#include "dsp/clip.h"
#include "dsp/fft.h"
#include "dsp/log.h"
#include "dsp/open.h"

/* ---- opening ------------------------------------------------------------ */

static bool numbers_fit(const struct dsp_recipe *r)
{
	const struct dsp_spectral *s = &r->spectral;
	uint32_t bins;

	if (!dsp_within(s->fft_log2, DSP_SPECTRAL_FFT_LOG2_MIN,
			DSP_SPECTRAL_FFT_LOG2_MAX) || s->flags > 3)
		return false;
	bins = ((uint32_t)1 << s->fft_log2) / 2 + 1;
	return s->bin_first < bins && s->bin_count <= bins - s->bin_first &&
	       r->frames == 1 && r->channels == 1 &&
	       r->coefficients == r->axes * (DSP_SPECTRAL_STATISTICS +
					     (uint32_t)s->bin_count);
}

static int open_spectral(struct cursor *cur, struct dsp_recipe *r)
{
	struct dsp_spectral *s = &r->spectral;
	int ret = dsp_motion_open(cur, r, &s->motion);
	size_t quarter;

	if (ret)
		return ret;
	s->fft_log2 = cursor_u8(cur);
	s->flags = cursor_u8(cur);
	s->bin_first = cursor_u16(cur);
	s->bin_count = cursor_u16(cur);
	if (cursor_u16(cur))
		cursor_fail(cur, ERR_FORMAT);
	if (cur->err)
		return cur->err;
	if (!numbers_fit(r))
		return ERR_RANGE;
	quarter = ((size_t)1 << s->fft_log2) / 4;
	s->cosine = (const void *)cursor_take(cur, 4 * (quarter + 1));
	s->log2 = (const void *)cursor_take(cur, 4 *
					    (DSP_SOUND_LOG_STEPS + 1));
	if (cur->err)
		return ERR_FORMAT;
	return dsp_cosine_fits(s->cosine, quarter) &&
	       dsp_table_rises(s->log2, DSP_SOUND_LOG_STEPS + 1,
			       (uint32_t)1 << DSP_LOG2_Q) ? 0 : ERR_FORMAT;
}

/* ---- transform ---------------------------------------------------------- */

struct point {
	struct dsp_real re, im;
};

/* scratch: the axis, a window's points, the largest powers */
static size_t scratch_bytes(const struct dsp_recipe *r)
{
	size_t points = (size_t)1 << r->spectral.fft_log2;

	return r->length_samples * sizeof(struct dsp_real) +
	       points * sizeof(struct point) +
	       (points / 2 + 1) * sizeof(struct dsp_real);
}

static struct dsp_real q31(int32_t x)
{
	struct dsp_real y = dsp_real_int(x);

	if (y.m)
		y.e -= 31;
	return y;
}

/* a, b -> a + w b, a - w b with w = re - i im */
static void butterfly(struct point *a, struct point *b, struct point w)
{
	struct dsp_real re = dsp_real_add(dsp_real_mul(b->re, w.re),
					  dsp_real_mul(b->im, w.im));
	struct dsp_real im = dsp_real_sub(dsp_real_mul(b->im, w.re),
					  dsp_real_mul(b->re, w.im));

	b->re = dsp_real_sub(a->re, re);
	b->im = dsp_real_sub(a->im, im);
	a->re = dsp_real_add(a->re, re);
	a->im = dsp_real_add(a->im, im);
}

static void transform(const struct dsp_spectral *s, struct point *z)
{
	uint32_t n = (uint32_t)1 << s->fft_log2;
	struct fft_wave wave = { s->cosine, n / 4 };

	for (uint32_t half = 1; half < n; half *= 2)
		for (uint32_t j = 0; j < half; j++) {
			struct fft_complex t = fft_turn(&wave,
							j * (n / 2 / half));
			struct point w = { q31(t.re), q31(t.im) };

			for (uint32_t a = j; a < n; a += 2 * half)
				butterfly(&z[a], &z[a + half], w);
		}
}

static void load(const struct dsp_spectral *s, const struct dsp_real *x,
		 uint32_t n, struct point *z)
{
	uint32_t points = (uint32_t)1 << s->fft_log2, place = 0;

	memset(z, 0, points * sizeof(*z));
	for (uint32_t i = 0; i < points && i < n; i++) {
		z[place].re = x[i];
		place = fft_next_place(place, points / 2);
	}
}

/* The largest power of every bin over all windows. */
static void hold_most(const struct dsp_spectral *s, const struct dsp_real *x,
		      uint32_t n, struct point *z, struct dsp_real *most)
{
	uint32_t points = (uint32_t)1 << s->fft_log2;
	uint32_t hop = s->flags & DSP_SPECTRAL_OVERLAP ? points / 2 : points;

	memset(most, 0, (points / 2 + 1) * sizeof(*most));
	for (uint32_t at = 0; at <= n; at += hop) {
		load(s, x + at, n - at, z);
		transform(s, z);
		for (uint32_t k = 0; k <= points / 2; k++) {
			struct dsp_real p = dsp_real_add(
				dsp_real_mul(z[k].re, z[k].re),
				dsp_real_mul(z[k].im, z[k].im));

			if (p.m)
				p.e -= s->fft_log2;
			if (dsp_real_less(most[k], p))
				most[k] = p;
		}
	}
}

/* log10 2 in Q32; log10 1e-10 in Q16 */
#define LOG10_2 1292913986
enum { LOG_OF_ZERO = -10 * 65536 };

static int32_t log10_of(const struct dsp_spectral *s, struct dsp_real p)
{
	if (p.m <= 0)
		return LOG_OF_ZERO;
	return dsp_clamp32((dsp_real_log2(p, s->log2, DSP_SOUND_LOG_BITS) *
			    LOG10_2 + ((int64_t)1 << 35)) >> 36);
}

static int32_t *put_axis(const struct dsp_spectral *s,
			 const struct dsp_real *x, uint32_t n,
			 const struct dsp_real *most, int32_t *out)
{
	struct dsp_moments m = dsp_moments(x, n), p;

	p = dsp_moments(most, ((uint32_t)1 << s->fft_log2) / 2 + 1);
	*out++ = dsp_real_q16(dsp_real_root(m.square));
	*out++ = dsp_real_q16(m.skewness);
	*out++ = dsp_real_q16(m.kurtosis);
	*out++ = dsp_real_q16(p.skewness);
	*out++ = dsp_real_q16(p.kurtosis);
	for (uint32_t k = 0; k < s->bin_count; k++) {
		struct dsp_real power = most[s->bin_first + k];

		*out++ = s->flags & DSP_SPECTRAL_LOG ? log10_of(s, power) :
			 dsp_real_q16(power);
	}
	return out;
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	const struct dsp_spectral *s = &r->spectral;
	struct dsp_real *x = scratch;
	struct point *z = (struct point *)(x + r->length_samples);
	struct dsp_real *most = (struct dsp_real *)
				(z + ((size_t)1 << s->fft_log2));

	for (uint32_t a = 0; a < r->axes; a++) {
		uint32_t n = dsp_motion_axis(r, &s->motion, clip, a, x);

		dsp_less(x, n, dsp_moments(x, n).mean);
		hold_most(s, x, n, z, most);
		out = put_axis(s, x, n, most, out);
	}
}

const struct dsp_kind dsp_spectral_kind = {
	DSP_KIND_SPECTRAL, "spectral", open_spectral, scratch_bytes, run
};
