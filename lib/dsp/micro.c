#include "dsp/micro.h"

#include <stdbool.h>
#include <string.h>

#include "bits/cursor.h"
#include "dsp/clip.h"

enum {
	SMOOTHING_BITS = 10,		/* of the noise estimate */
	EVEN = 409, ODD = 983,		/* 0.025 and 0.06 of 2^14 */
	REMAINS = 819,			/* 0.05 of 2^14 */
	GAIN_SHIFT = 6, SNR_BITS = 12, OUT_BITS = 6,
	LOG_UP = 3, LOG_SCALE = 6,
	LN2_Q16 = 45426,
	STEP_Q16 = 6656,		/* 26 / 256 */
};

struct pair {
	int16_t re, im;
};

struct work {
	struct pair z[DSP_MICRO_POINTS];
	struct pair spectrum[DSP_MICRO_BINS];
	int16_t samples[2 * DSP_MICRO_POINTS];
	uint32_t estimate[DSP_MICRO_CHANNELS];
};

static int bits_of(uint32_t x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

/* ---- window and transform ----------------------------------------------- */

/* Fill work->samples; how far they were shifted up. */
static int load(const struct dsp_recipe *r, const struct dsp_clip *clip,
		uint32_t t, struct work *work)
{
	uint32_t most = 0;
	int shift;

	memset(work->samples, 0, sizeof(work->samples));
	for (uint32_t i = 0; i < DSP_MICRO_WINDOW; i++) {
		int32_t y = dsp_sample(r, clip, (int64_t)t *
				       DSP_MICRO_STRIDE + i, 0) *
			    r->micro.window[i] >> 12;

		y = y > INT16_MAX ? INT16_MAX : y < INT16_MIN ? INT16_MIN : y;
		work->samples[i] = (int16_t)y;
		if ((uint32_t)(y < 0 ? -y : y) > most)
			most = (uint32_t)(y < 0 ? -y : y);
	}
	shift = 15 - bits_of(most);
	if (shift < 0)
		shift = 0;
	for (uint32_t i = 0; i < DSP_MICRO_WINDOW; i++)
		work->samples[i] = (int16_t)(work->samples[i] * (1 << shift));
	return shift;
}

static int16_t rounded(int32_t x)
{
	return (int16_t)((x + (1 << 14)) >> 15);
}

static struct pair divided(struct pair a, int by)
{
	return (struct pair){ rounded(a.re * (INT16_MAX / by)),
			      rounded(a.im * (INT16_MAX / by)) };
}

/* Factors are never -2^15, so that the sums stay below 2^31. */
static struct pair times(struct pair a, const int16_t *w)
{
	return (struct pair){ rounded(a.re * w[0] - a.im * w[1]),
			      rounded(a.re * w[1] + a.im * w[0]) };
}

static struct pair plus(struct pair a, struct pair b)
{
	return (struct pair){ (int16_t)(a.re + b.re), (int16_t)(a.im + b.im) };
}

static struct pair minus(struct pair a, struct pair b)
{
	return (struct pair){ (int16_t)(a.re - b.re), (int16_t)(a.im - b.im) };
}

/* a -+ i b */
static struct pair down(struct pair a, struct pair b)
{
	return (struct pair){ (int16_t)(a.re + b.im), (int16_t)(a.im - b.re) };
}

static struct pair up(struct pair a, struct pair b)
{
	return (struct pair){ (int16_t)(a.re - b.im), (int16_t)(a.im + b.re) };
}

/* z[0], z[m], z[2m], z[3m] with the twiddles of place k. */
static void butterfly(struct pair *z, uint32_t m, const int16_t *twiddles,
		      uint32_t k)
{
	struct pair a = divided(z[0], 4);
	struct pair b = times(divided(z[m], 4), twiddles + 2 * k);
	struct pair c = times(divided(z[2 * m], 4), twiddles + 4 * k);
	struct pair d = times(divided(z[3 * m], 4), twiddles + 6 * k);
	struct pair less = minus(a, c), sum = plus(b, d), diff = minus(b, d);

	a = plus(a, c);
	z[2 * m] = minus(a, sum);
	z[0] = plus(a, sum);
	z[m] = down(less, diff);
	z[3 * m] = up(less, diff);
}

/* The place of sample i when base-4 digits are reversed, of four. */
static uint32_t reversed(uint32_t i)
{
	return (i & 3) << 6 | (i >> 2 & 3) << 4 | (i >> 4 & 3) << 2 |
	       (i >> 6 & 3);
}

static void transform(const struct dsp_micro *m, struct work *work)
{
	for (uint32_t i = 0; i < DSP_MICRO_POINTS; i++)
		work->z[reversed(i)] = (struct pair){
			work->samples[2 * i], work->samples[2 * i + 1] };
	for (uint32_t step = 1; step < DSP_MICRO_POINTS; step *= 4)
		for (uint32_t at = 0; at < DSP_MICRO_POINTS; at += 4 * step)
			for (uint32_t k = 0; k < step; k++)
				butterfly(work->z + at + k, step, m->twiddles,
					  k * (DSP_MICRO_POINTS / 4 / step));
}

/* From the complex transform of pairs to the real one's bins. */
static void split(const struct dsp_micro *m, struct work *work)
{
	struct pair *out = work->spectrum;
	struct pair dc = divided(work->z[0], 2);

	out[0] = (struct pair){ (int16_t)(dc.re + dc.im), 0 };
	out[DSP_MICRO_POINTS] = (struct pair){ (int16_t)(dc.re - dc.im), 0 };
	for (uint32_t k = 1; k <= DSP_MICRO_POINTS / 2; k++) {
		struct pair a = divided(work->z[k], 2);
		struct pair b = work->z[DSP_MICRO_POINTS - k], f, w;

		b.im = (int16_t)-b.im;
		b = divided(b, 2);
		f = plus(a, b);
		w = times(minus(a, b), m->turns + 2 * (k - 1));
		out[k] = (struct pair){ (int16_t)((f.re + w.re) >> 1),
					(int16_t)((f.im + w.im) >> 1) };
		out[DSP_MICRO_POINTS - k] = (struct pair){
			(int16_t)((f.re - w.re) >> 1),
			(int16_t)((w.im - f.im) >> 1) };
	}
}

/* ---- channels ----------------------------------------------------------- */

static uint32_t root32(uint32_t x)
{
	uint32_t y = 0;

	for (uint32_t bit = (uint32_t)1 << 30; bit; bit >>= 2) {
		if (x >= y + bit) {
			x -= y + bit;
			y = (y >> 1) + bit;
		} else {
			y >>= 1;
		}
	}
	return x > y && y != 0xffff ? y + 1 : y;
}

/* Rounded; below 2^32 the result stays below 2^16, as the original's does. */
static uint32_t root(uint64_t x)
{
	uint64_t y = 0;

	if (x <= UINT32_MAX)
		return root32((uint32_t)x);
	for (uint64_t bit = (uint64_t)1 << 62; bit; bit >>= 2) {
		if (x >= y + bit) {
			x -= y + bit;
			y = (y >> 1) + bit;
		} else {
			y >>= 1;
		}
	}
	return (uint32_t)(x > y && y != UINT32_MAX ? y + 1 : y);
}

/* The channels' magnitudes; the first range only feeds the next. */
static void take_channels(const struct dsp_micro *m, const struct work *work,
			  int shift, uint32_t *channel)
{
	uint64_t sum = 0, next = 0;

	for (uint32_t c = 0; c < DSP_MICRO_RANGES; c++) {
		sum = next;
		next = 0;
		for (uint32_t k = m->edges[c]; k < m->edges[c + 1]; k++) {
			struct pair x = work->spectrum[k];
			uint32_t energy = (uint32_t)(x.re * x.re) +
					  (uint32_t)(x.im * x.im);

			sum += (uint64_t)m->weights[2 * k] * energy;
			next += (uint64_t)m->weights[2 * k + 1] * energy;
		}
		if (c)
			channel[c - 1] = root(sum) >> shift;
	}
}

/* Update the estimate of channel c; what is left of its signal. */
static uint32_t less_noise(uint32_t *estimate, uint32_t c, uint32_t signal)
{
	uint32_t smoothing = c & 1 ? ODD : EVEN;
	uint32_t scaled = signal << SMOOTHING_BITS, noise, left, least;

	noise = (uint32_t)(((uint64_t)scaled * smoothing +
			    (uint64_t)estimate[c] * ((1 << 14) - smoothing))
			   >> 14);
	estimate[c] = noise;
	if (noise > scaled)
		noise = scaled;
	least = (uint32_t)((uint64_t)signal * REMAINS >> 14);
	left = (scaled - noise) >> SMOOTHING_BITS;
	return left > least ? left : least;
}

/* A quadratic piece for every octave of x. */
static uint32_t gain_of(const int16_t *gains, uint32_t x)
{
	int octave = bits_of(x);
	int64_t y, part;

	if (x <= 2)
		return (uint32_t)(int32_t)gains[x];
	gains += 4 * octave - 6;
	part = (octave < 11 ? x << (11 - octave) : x >> (octave - 11)) & 0x3ff;
	y = (gains[2] * part >> 5) + gains[1] * 32;
	y = ((y * part + (1 << 14)) >> 15) + gains[0];
	return (uint32_t)(int32_t)(int16_t)y;
}

static uint32_t compressed(uint32_t signal, uint32_t gain)
{
	uint32_t snr = (uint32_t)((uint64_t)signal * gain >> GAIN_SHIFT);

	if (snr < 2 << SNR_BITS)
		return snr * snr >> (2 + 2 * SNR_BITS - OUT_BITS);
	return (snr >> (SNR_BITS - OUT_BITS)) - (1 << OUT_BITS);
}

static uint32_t log_of(const uint16_t *logs, uint32_t x)
{
	uint32_t whole, part, segment;
	uint64_t log;

	x <<= LOG_UP;
	if (x <= 1)
		return 0;
	whole = (uint32_t)bits_of(x) - 1;
	part = x - ((uint32_t)1 << whole);
	part = whole < 16 ? part << (16 - whole) : part >> (whole - 16);
	segment = part >> 9;
	part += logs[segment] +
		(uint32_t)(((int32_t)logs[segment + 1] - logs[segment]) *
			   (int32_t)(part & 511) >> 16);
	log = ((whole << 16) + part) * (uint64_t)LN2_Q16 + (1 << 15);
	log = (((log >> 16) << LOG_SCALE) + (1 << 15)) >> 16;
	return log > INT16_MAX ? INT16_MAX : (uint32_t)log;
}

/* ---- the kind ----------------------------------------------------------- */

static void run_frame(const struct dsp_recipe *r, const struct dsp_clip *clip,
		      uint32_t t, int32_t *row, struct work *work)
{
	const struct dsp_micro *m = &r->micro;
	uint32_t channel[DSP_MICRO_CHANNELS];
	int shift = load(r, clip, t, work);

	transform(m, work);
	split(m, work);
	take_channels(m, work, shift, channel);
	for (uint32_t c = 0; c < DSP_MICRO_CHANNELS; c++) {
		uint32_t signal = less_noise(work->estimate, c, channel[c]);
		uint32_t gain = gain_of(m->gains, work->estimate[c]);
		uint32_t log = log_of(m->logs, compressed(signal, gain));
		uint32_t q = (log * 256 + 333) / 666;

		row[c] = (int32_t)(q > 255 ? 255 : q) * STEP_Q16;
	}
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	struct work *work = scratch;

	memset(work->estimate, 0, sizeof(work->estimate));
	for (uint32_t t = 0; t < r->frames; t++)
		run_frame(r, clip, t, out + t * DSP_MICRO_CHANNELS, work);
}

static size_t scratch_bytes(const struct dsp_recipe *r)
{
	(void)r;
	return sizeof(struct work);
}

/* The next n 16-bit numbers; NULL with the cursor failed. */
static const void *shorts(struct cursor *cur, size_t n)
{
	return cursor_take(cur, 2 * n);
}

static bool tables_fit(const struct dsp_micro *m)
{
	for (uint32_t i = 0; i < 2 * DSP_MICRO_POINTS; i++)
		if (m->twiddles[i] == INT16_MIN)
			return false;
	for (uint32_t i = 0; i < DSP_MICRO_POINTS; i++)
		if (m->turns[i] == INT16_MIN)
			return false;
	for (uint32_t c = 0; c < DSP_MICRO_RANGES; c++)
		if (m->edges[c] > m->edges[c + 1])
			return false;
	return m->edges[DSP_MICRO_RANGES] <= DSP_MICRO_BINS &&
	       m->gains[DSP_MICRO_GAINS] == 0 && m->logs[DSP_MICRO_LOGS] == 0;
}

static int open_micro(struct cursor *cur, struct dsp_recipe *r)
{
	struct dsp_micro *m = &r->micro;

	if (r->rate_hz != DSP_MICRO_RATE_HZ || r->axes != 1 ||
	    r->channels != 1 || r->coefficients != DSP_MICRO_CHANNELS)
		return ERR_RANGE;
	m->window = shorts(cur, DSP_MICRO_WINDOW);
	m->twiddles = shorts(cur, 2 * DSP_MICRO_POINTS);
	m->turns = shorts(cur, DSP_MICRO_POINTS);
	m->edges = shorts(cur, DSP_MICRO_RANGES + 1);
	m->weights = shorts(cur, 2 * DSP_MICRO_BINS);
	m->gains = shorts(cur, DSP_MICRO_GAINS + 1);
	m->logs = shorts(cur, DSP_MICRO_LOGS + 1);
	if (cur->err)
		return ERR_FORMAT;
	return tables_fit(m) ? 0 : ERR_FORMAT;
}

const struct dsp_kind dsp_micro_kind = {
	DSP_KIND_MICRO, "micro-speech", open_micro, scratch_bytes, run
};
