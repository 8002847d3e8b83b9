#include "dsp/mfcc.h"

#include <string.h>

#include "dsp/clip.h"
#include "dsp/fft.h"
#include "dsp/log.h"
#include "dsp/mfcc_priv.h"

/* The part of a window that lies inside the recording: samples first ..
 * end - 1 of the window are pcm[0 ..]; norm is how far they shift up. */
struct view {
	const int16_t *pcm;
	uint32_t first, end;
	int norm;
};

static size_t scratch_bytes(const struct dsp_recipe *r)
{
	return ((size_t)4 << r->mfcc.fft_log2) +
	       8 * (r->mfcc.mel_bands + 2u);
}

/* Leave the largest sample 15 bits and a sign; silence counts as 0 bits. */
static int norm_of(const int16_t *pcm, uint32_t n)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < n; i++)
		bits |= (uint32_t)(pcm[i] ^ (pcm[i] >> 15));
	return bits ? __builtin_clz(bits) - 17 : 15;
}

/* The window that begins `at` samples into a recording. */
static struct view view_of(const struct dsp_recipe *r, const int16_t *pcm,
			   size_t samples, int64_t at)
{
	struct view v = { pcm, 0, r->mfcc.window_samples, 15 };
	int64_t left = (int64_t)samples - at;

	if (left <= 0 || at <= -(int64_t)v.end)
		return (struct view){ pcm, 0, 0, 15 };
	if (at < 0)
		v.first = (uint32_t)-at;
	else
		v.pcm += at;
	if (left < (int64_t)v.end)
		v.end = (uint32_t)left;
	v.norm = norm_of(v.pcm, v.end - v.first);
	return v;
}

/* The samples times the window, Q30 above the normed sample's Q15, paired
 * and at bit-reversed places. */
static void load(const struct dsp_recipe *r, const struct view *v,
		 struct fft_complex *z)
{
	uint32_t half = (uint32_t)1 << (r->mfcc.fft_log2 - 2), place = 0;
	const int32_t *window = r->mfcc.window;
	int32_t *words = (int32_t *)z;

	memset(z, 0, (size_t)4 << r->mfcc.fft_log2);
	for (uint32_t i = 1; i < v->first; i += 2)
		place = fft_next_place(place, half);
	for (uint32_t i = v->first; i < v->end; i++) {
		uint32_t mirror = r->mfcc.window_samples - i;
		int32_t x = v->pcm[i - v->first] * (1 << v->norm);
		int64_t y = (int64_t)window[i < mirror ? i : mirror] * x;

		words[2 * place + (i & 1)] = (int32_t)(y >> 15);
		if (i & 1)
			place = fft_next_place(place, half);
	}
}

/* 2 sqrt(power), power < 2^62: scaled by an even shift into [2^30, 2^32) */
static uint32_t root(const uint32_t *table, uint64_t power)
{
	uint32_t top, fraction, y;
	int shift;

	if (power == 0)
		return 0;
	shift = __builtin_clzll(power) & ~1;
	top = (uint32_t)(power << shift >> 32);
	fraction = top & 0x1ffffff;
	table += (top >> 25) - DSP_ROOT_FIRST;
	y = table[0] + (uint32_t)((uint64_t)(table[1] - table[0]) *
				  fraction >> 25);
	/* y is Q31 of sqrt(top / 2^32) = sqrt(power) 2^(shift / 2 - 32) */
	return y << 1 >> (shift / 2 - 1);
}

/* edge[b + 1] becomes band b; edge[0] and edge[bands + 1] catch what lies
 * outside of the first and the last triangle's top. */
static void fill_bands(const struct dsp_recipe *r,
		       const struct fft_complex *z, uint64_t *edge)
{
	uint32_t points = (uint32_t)1 << (r->mfcc.fft_log2 - 1);
	struct fft_wave wave = { r->mfcc.cosine, points / 2 };

	memset(edge, 0, 8 * (r->mfcc.mel_bands + 2u));
	for (uint32_t i = 0; i < r->mfcc.bin_count; i++) {
		struct fft_complex x =
			fft_real_bin(z, points, r->mfcc.bin_first + i, &wave);
		uint64_t power = (uint64_t)((int64_t)x.re * x.re) +
				 (uint64_t)((int64_t)x.im * x.im);
		uint32_t m = root(r->mfcc.root, power);
		uint32_t below = r->mfcc.mel[i] >> DSP_MEL_Q;
		uint32_t part = r->mfcc.mel[i] & ((1u << DSP_MEL_Q) - 1);

		edge[below] += (uint64_t)m * ((1u << DSP_MEL_Q) - part);
		edge[below + 1] += (uint64_t)m * part;
	}
}

/* Bands are in units of 2^-unit of a sample's full scale. */
static void take_logs(const struct dsp_recipe *r, const uint64_t *edge,
		      int norm, int32_t *logs)
{
	int unit = 30 + norm - r->mfcc.fft_log2 + 1 + DSP_MEL_Q;
	uint64_t floor = r->mfcc.log_floor >> (DSP_FLOOR_Q - unit);

	for (uint32_t b = 0; b < r->mfcc.mel_bands; b++) {
		uint64_t v = edge[b + 1] + floor;

		logs[b] = dsp_log2(r->mfcc.log2, DSP_LOG_BITS, v ? v : 1) -
			  (unit << DSP_LOG_Q);
	}
}

static void transform(const struct dsp_recipe *r, const int32_t *logs,
		      int32_t *row)
{
	int shift = r->mfcc.dct_shift + DSP_LOG_Q - DSP_FEATURE_Q;
	const int16_t *dct = r->mfcc.dct;

	for (uint32_t i = 0; i < r->coefficients; i++) {
		int64_t sum = (int64_t)1 << (shift - 1);

		for (uint32_t b = 0; b < r->mfcc.mel_bands; b++)
			sum += (int64_t)*dct++ * logs[b];
		row[i] = dsp_clamp32(sum >> shift);
	}
}

/* scratch: the FFT's points, then the band sums; the logarithms take the
 * place of the points. */
static void row_of(const struct dsp_recipe *r, const struct view *v,
		   int32_t *row, void *scratch)
{
	uint32_t points = (uint32_t)1 << (r->mfcc.fft_log2 - 1);
	struct fft_wave wave = { r->mfcc.cosine, points / 2 };
	struct fft_complex *z = scratch;
	uint64_t *edge = (uint64_t *)scratch + points;

	load(r, v, z);
	fft_run(z, points, &wave);
	fill_bands(r, z, edge);
	take_logs(r, edge, v->norm, scratch);
	transform(r, scratch, row);
}

void dsp_frame(const struct dsp_recipe *r, const int16_t *pcm, int32_t *row,
	       void *scratch)
{
	struct view v = view_of(r, pcm, r->mfcc.window_samples, 0);

	row_of(r, &v, row, scratch);
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	for (uint32_t t = 0; t < r->frames; t++) {
		int64_t at = clip->offset +
			     (int64_t)t * r->mfcc.stride_samples;
		struct view v = view_of(r, clip->samples, clip->rows, at);

		row_of(r, &v, out, scratch);
		out += r->coefficients;
	}
}

const struct dsp_kind dsp_mfcc_kind = {
	DSP_KIND_MFCC, "mfcc", dsp_mfcc_open, scratch_bytes, run
};
