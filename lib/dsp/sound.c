#include <string.h>

#include "dsp/clip.h"
#include "dsp/fft.h"
#include "dsp/log.h"
#include "dsp/root.h"
#include "dsp/sound_priv.h"

/* One frame of a clip: where it begins, its mean in Q12, how far its samples
 * shift up to 30 bits. */
struct frame {
	const struct dsp_recipe *r;
	const struct dsp_clip *clip;
	int64_t start;
	int32_t mean;
	int norm;
};

/* ---- samples ------------------------------------------------------------ */

static int32_t sample(const struct frame *f, int64_t p)
{
	int64_t length = f->r->length_samples;

	if (f->r->sound.flags & DSP_SOUND_REFLECT) {
		if (p < 0)
			p = -p;
		if (p >= length)
			p = 2 * (length - 1) - p;
	}
	return p < 0 || p >= length ? 0 : dsp_sample(f->r, f->clip, p, 0);
}

static int32_t sample_before(const struct frame *f, int64_t p, uint32_t i)
{
	uint8_t before = f->r->sound.before;

	if (i == 0 && before == DSP_SOUND_BEFORE_SAME)
		return sample(f, p);
	if (p == 0 && before == DSP_SOUND_BEFORE_WRAP)
		return sample(f, (int64_t)f->r->length_samples - 1);
	return sample(f, p - 1);
}

/* Sample i less mean and pre-emphasis, Q12: below 2^30. */
static int32_t emphasised(const struct frame *f, uint32_t i)
{
	int64_t p = f->start + i;
	int32_t x = sample(f, p) * (1 << DSP_SOUND_SAMPLE_Q) - f->mean;
	int32_t b;

	if (f->r->sound.preemphasis == 0)
		return x;
	b = sample_before(f, p, i) * (1 << DSP_SOUND_SAMPLE_Q) - f->mean;
	return x - (int32_t)(((int64_t)f->r->sound.preemphasis * b +
			      (1 << 29)) >> 30);
}

static struct frame frame_at(const struct dsp_recipe *r,
			     const struct dsp_clip *clip, uint32_t t)
{
	const struct dsp_sound *s = &r->sound;
	struct frame f = { r, clip, s->first + (int64_t)t * s->stride, 0, 0 };
	uint32_t bits = 1;
	int64_t sum = 0;

	if (s->flags & DSP_SOUND_REMOVE_MEAN) {
		for (uint32_t i = 0; i < s->window; i++)
			sum += sample(&f, f.start + i);
		f.mean = (int32_t)(sum * (1 << DSP_SOUND_SAMPLE_Q) /
				   s->window);
	}
	for (uint32_t i = 0; i < s->window; i++) {
		int32_t y = emphasised(&f, i);

		bits |= (uint32_t)(y ^ (y >> 31));
	}
	f.norm = __builtin_clz(bits) - 2;
	return f;
}

static int32_t taper(const struct dsp_sound *s, int32_t y, uint32_t i)
{
	uint32_t mirror = s->window - i;

	if (s->flags & DSP_SOUND_RECTANGULAR)
		return y;
	if (s->flags & DSP_SOUND_SYMMETRIC)
		mirror--;
	i = i < mirror ? i : mirror;
	return (int32_t)(((int64_t)s->taper[i] * y + (1 << 29)) >> 30);
}

/* The tapered frame, paired, at bit-reversed places, transformed. */
static void spectrum(const struct frame *f, struct fft_complex *z)
{
	const struct dsp_sound *s = &f->r->sound;
	uint32_t points = (uint32_t)1 << (s->fft_log2 - 1), place = 0;
	struct fft_wave wave = { s->cosine, points / 2 };
	int32_t *words = (int32_t *)z;

	memset(z, 0, (size_t)4 << s->fft_log2);
	for (uint32_t i = 0; i < s->window; i++) {
		int32_t y = emphasised(f, i) * (1 << f->norm);

		words[2 * place + (i & 1)] = taper(s, y, i);
		if (i & 1)
			place = fft_next_place(place, points / 2);
	}
	fft_run(z, points, &wave);
}

/* |X[k]|^2 in units of 2^-2(12 + norm - fft_log2) */
static uint64_t power(const struct dsp_sound *s, const struct fft_complex *z,
		      uint32_t k)
{
	uint32_t points = (uint32_t)1 << (s->fft_log2 - 1);
	struct fft_wave wave = { s->cosine, points / 2 };
	struct fft_complex x = fft_real_bin(z, points, k, &wave);

	return (uint64_t)((int64_t)x.re * x.re) +
	       (uint64_t)((int64_t)x.im * x.im);
}

/* ---- bands -------------------------------------------------------------- */

/* p w / 2^31; p < 2^63 */
static uint64_t weighted(uint64_t p, uint32_t w)
{
	return (p >> 32) * w * 2 + ((p & UINT32_MAX) * w >> 31);
}

/* The sum of band b, or bin b when there are no bands. */
static uint64_t band_sum(const struct dsp_sound *s,
			 const struct fft_complex *z, uint32_t b,
			 const uint32_t **weights)
{
	uint64_t sum = 0;

	if (!s->bands)
		return power(s, z, b);
	for (uint32_t i = 0; i < s->band[2 * b + 1]; i++)
		sum += weighted(power(s, z, s->band[2 * b] + i),
				*(*weights)++);
	return sum;
}

static int32_t at_least(int32_t x, int32_t least)
{
	return x < least ? least : x;
}

/* log2 of an integer sum in the units of `power`. */
static int32_t log_of(const struct frame *f, uint64_t sum, int32_t offset,
		      int32_t floor)
{
	const struct dsp_sound *s = &f->r->sound;

	if (!sum)
		return floor;
	return at_least(dsp_log2(s->log2, DSP_SOUND_LOG_BITS, sum) + offset -
			(2 * f->norm * (1 << DSP_LOG2_Q)), floor);
}

/* factor * 2^-factor_shift * sum in Q16 */
static int32_t linear_of(const struct frame *f, uint64_t sum)
{
	const struct dsp_sound *s = &f->r->sound;
	int up, shift;
	int64_t y;

	if (!sum)
		return 0;
	up = __builtin_clzll(sum) - 33;		/* sum to 31 bits */
	sum = up > 0 ? sum << up : sum >> -up;
	y = (int64_t)sum * s->factor;
	shift = s->factor_shift + up + 2 * f->norm;
	if (shift < 0)
		return y < 0 ? INT32_MIN : INT32_MAX;
	return shift > 62 ? 0 :
	       dsp_clamp32((y + ((int64_t)1 << shift >> 1)) >> shift);
}

static int32_t level_of(const struct dsp_sound *s, int32_t value)
{
	int64_t y = value;

	if (!(s->flags & DSP_SOUND_LINEAR)) {
		int64_t half = (int64_t)1 << s->factor_shift >> 1;

		y = (((int64_t)s->factor * value + half) >> s->factor_shift) +
		    s->bias;
	}
	y = y < s->low ? s->low : y > s->high ? s->high : y;
	if (s->flags & DSP_SOUND_EIGHT) {
		y = (y + 128) >> 8;
		y = (y > 255 ? 255 : y) * 256;
	}
	return dsp_clamp32(y);
}

/* A frame's values: log2 in Q20, or numbers in Q16 when linear.  They take
 * the place of the spectrum's points only when all are made. */
static void take_values(const struct frame *f, const struct fft_complex *z,
			int32_t *values)
{
	const struct dsp_sound *s = &f->r->sound;
	const uint32_t *weights = s->weights;

	for (uint32_t b = 0; b < dsp_sound_values(s); b++) {
		uint64_t sum = band_sum(s, z, b, &weights);

		values[b] = s->flags & DSP_SOUND_LINEAR ? linear_of(f, sum) :
			    log_of(f, sum, s->log_offset, s->log_floor);
	}
}

/* ---- cepstra ------------------------------------------------------------ */

/* ln 2 in Q31 */
enum { LN2 = 1488522236 };

static int32_t energy_of(const struct frame *f, const struct fft_complex *z)
{
	const struct dsp_sound *s = &f->r->sound;
	uint32_t bins = ((uint32_t)1 << s->fft_log2) / 2 + 1;
	struct frame plain = *f;
	uint64_t sum = 0;
	int64_t total = 0;
	int32_t log;

	for (uint32_t k = 0;
	     s->energy == DSP_SOUND_ENERGY_SPECTRUM && k < bins; k++)
		sum += power(s, z, k);
	for (uint32_t i = 0;
	     s->energy == DSP_SOUND_ENERGY_SAMPLES && i < s->window; i++) {
		int64_t x = sample(f, f->start + i);

		total += x;
		sum += (uint64_t)(x * x);
	}
	if (s->energy == DSP_SOUND_ENERGY_SAMPLES) {
		plain.norm = 0;
		if (s->flags & DSP_SOUND_REMOVE_MEAN)
			sum -= (uint64_t)(total * total) / s->window;
	}
	log = log_of(&plain, sum, s->energy_offset, s->energy_floor);
	return (int32_t)((int64_t)log * LN2 >> (31 + DSP_LOG2_Q -
						DSP_FEATURE_Q));
}

static void cepstra(const struct dsp_recipe *r, const int32_t *values,
		    int32_t energy, int32_t *row)
{
	const struct dsp_sound *s = &r->sound;
	int shift = s->dct_shift + DSP_LOG2_Q - DSP_FEATURE_Q;
	const int32_t *dct = s->dct;

	for (uint32_t i = 0; i < r->coefficients; i++) {
		int64_t sum = (int64_t)1 << (shift - 1);

		for (uint32_t b = 0; b < s->bands; b++)
			sum += (int64_t)*dct++ * values[b];
		row[i] = i == s->energy_row ? energy :
			 dsp_clamp32(sum >> shift);
	}
}

/* ---- sliding mean and deviation ----------------------------------------- */

enum { SLIDE_Q = 18, SLIDE_MOST = (1 << 26) - 1 };

static int32_t held(int64_t x)
{
	return x > SLIDE_MOST ? SLIDE_MOST : x < -SLIDE_MOST ? -SLIDE_MOST :
	       (int32_t)x;
}

/* One column of n rows, `stride` apart: out[t] less the mean around it. */
static void less_mean(const int32_t *column, uint32_t n, uint32_t stride,
		      int32_t width, int32_t *less)
{
	int64_t sum = 0;

	for (int32_t i = -(width / 2); i <= width / 2; i++)
		sum += column[dsp_mirrored(i, n) * stride];
	for (int32_t t = 0; t < (int32_t)n; t++) {
		int64_t y = (int64_t)column[(uint32_t)t * stride] * width -
			    sum;

		less[t] = held(y * (1 << (SLIDE_Q - DSP_FEATURE_Q)) / width);
		sum += (int64_t)column[dsp_mirrored(t + width / 2 + 1, n) *
				       stride] -
		       column[dsp_mirrored(t - width / 2, n) * stride];
	}
}

static void by_deviation(const int32_t *less, uint32_t n, uint32_t stride,
			 int32_t width, int32_t *column)
{
	uint64_t squares = 0;
	int64_t sum = 0;

	for (int32_t i = -(width / 2); i <= width / 2; i++) {
		int64_t y = less[dsp_mirrored(i, n)];

		sum += y;
		squares += (uint64_t)(y * y);
	}
	for (int32_t t = 0; t < (int32_t)n; t++) {
		int64_t mean = sum / width;
		int64_t in = less[dsp_mirrored(t + width / 2 + 1, n)];
		int64_t out = less[dsp_mirrored(t - width / 2, n)];
		uint64_t mean2 = (uint64_t)(mean * mean);
		uint64_t square = squares / (uint32_t)width;
		uint32_t deviation = dsp_root64(square > mean2 ?
						square - mean2 : 0);

		column[(uint32_t)t * stride] = !deviation ? 0 : dsp_clamp32(
			(int64_t)less[t] * (1 << DSP_FEATURE_Q) / deviation);
		sum += in - out;
		squares += (uint64_t)(in * in) - (uint64_t)(out * out);
	}
}

static void normalise(const struct dsp_recipe *r, int32_t *out, void *scratch)
{
	int32_t width = r->sound.normalise;

	for (uint32_t i = 0; i < r->coefficients; i++) {
		less_mean(out + i, r->frames, r->coefficients, width, scratch);
		by_deviation(scratch, r->frames, r->coefficients, width,
			     out + i);
	}
}

/* ---- clips -------------------------------------------------------------- */

/* scratch: the FFT's points, then a frame's values; in the end a column. */
static size_t scratch_bytes(const struct dsp_recipe *r)
{
	size_t frame = ((size_t)4 << r->sound.fft_log2) +
		       4 * dsp_sound_values(&r->sound);
	size_t column = r->sound.normalise ? 4 * (size_t)r->frames : 0;

	return frame > column ? frame : column;
}

static int32_t *values_in(const struct dsp_recipe *r, void *scratch)
{
	return (int32_t *)scratch + ((size_t)1 << r->sound.fft_log2);
}

/* What values must reach at least: the clip's largest less top. */
static int32_t least_of(const struct dsp_recipe *r,
			const struct dsp_clip *clip, void *scratch)
{
	int32_t *values = values_in(r, scratch);
	int32_t most = r->sound.log_floor;

	if (r->sound.top < 0 || r->sound.flags & DSP_SOUND_LINEAR)
		return INT32_MIN;
	for (uint32_t t = 0; t < r->frames; t++) {
		struct frame f = frame_at(r, clip, t);

		spectrum(&f, scratch);
		take_values(&f, scratch, values);
		for (uint32_t b = 0; b < dsp_sound_values(&r->sound); b++)
			most = at_least(values[b], most);
	}
	return most - r->sound.top;
}

static void run_frame(const struct frame *f, int32_t least, int32_t *row,
		      void *scratch)
{
	const struct dsp_recipe *r = f->r;
	uint32_t n = dsp_sound_values(&r->sound);
	int32_t *values = values_in(r, scratch), energy = 0;

	spectrum(f, scratch);
	take_values(f, scratch, values);
	if (r->sound.energy)
		energy = energy_of(f, scratch);
	for (uint32_t b = 0; b < n; b++)
		values[b] = at_least(values[b], least);
	if (r->sound.flags & DSP_SOUND_DCT)
		cepstra(r, values, energy, row);
	else
		for (uint32_t b = 0; b < n; b++)
			row[b] = level_of(&r->sound, values[b]);
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	int32_t least = least_of(r, clip, scratch);

	for (uint32_t t = 0; t < r->frames; t++) {
		struct frame f = frame_at(r, clip, t);

		run_frame(&f, least, out + (size_t)t * r->coefficients,
			  scratch);
	}
	if (r->sound.normalise)
		normalise(r, out, scratch);
}

const struct dsp_kind dsp_sound_kind = {
	DSP_KIND_SOUND, "sound", dsp_sound_open, scratch_bytes, run
};
