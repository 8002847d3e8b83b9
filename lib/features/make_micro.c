/* The tables of dsp/micro.h, as the two originals make them. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "features/make_priv.h"

enum { LOW_HZ = 125, HIGH_HZ = 7500, FIRST_BIN = 5, UNIT = 4096 };

/* Where the library's single precision rounds otherwise than ours: a window
 * entry of 53.49995 and a bin whose weights are 2470.49 and 1625.51. */
enum { TIE_ENTRY = 17, TIE_VALUE = 54, TIE_BIN = 149 };

static void add_window(struct buf *blob, bool rounds)
{
	for (int i = 0; i < DSP_MICRO_WINDOW; i++) {
		double w = 0.5 - 0.5 * fmath_cos(2 * PI * (i + 0.5) /
						 DSP_MICRO_WINDOW);

		buf_add16(blob, (uint16_t)(rounds && i == TIE_ENTRY ?
					   TIE_VALUE :
					   make_rounded(w * UNIT)));
	}
}

static void add_turn(struct buf *blob, double phase)
{
	buf_add16(blob, (uint16_t)(int)floor(0.5 + 32767 * fmath_cos(phase)));
	buf_add16(blob, (uint16_t)(int)floor(0.5 + 32767 * fmath_sin(phase)));
}

static void add_turns(struct buf *blob)
{
	for (int i = 0; i < DSP_MICRO_POINTS; i++)
		add_turn(blob, -2 * PI * i / DSP_MICRO_POINTS);
	for (int i = 0; i < DSP_MICRO_POINTS / 2; i++)
		add_turn(blob, -PI * ((double)(i + 1) / DSP_MICRO_POINTS +
				      0.5));
}

/* The originals compute mels in single precision, and it shows. */
static float mel_of(float hz)
{
	return 1127.0f * (float)fmath_log(1 + (double)(hz / 700.0f));
}

static uint16_t weight(double w, bool rounds)
{
	return (uint16_t)(int)floor(w * UNIT + (rounds ? 0.5 : 0));
}

static void add_bank(struct buf *blob, bool rounds)
{
	float hz = (float)DSP_MICRO_RATE_HZ / (2 * DSP_MICRO_POINTS);
	float low = mel_of(LOW_HZ), centre = low, before = low;
	float step = (mel_of(HIGH_HZ) - low) / DSP_MICRO_RANGES;
	uint16_t weights[DSP_MICRO_BINS][2] = { { 0 } };
	int k = FIRST_BIN;

	buf_add16(blob, FIRST_BIN);
	for (int c = 0; c < DSP_MICRO_RANGES; c++) {
		before = centre;
		centre = low + step * (float)(c + 1);
		for (; k < DSP_MICRO_BINS && mel_of((float)k * hz) <= centre;
		     k++) {
			float w = (centre - mel_of((float)k * hz)) /
				  (centre - before);

			weights[k][0] = weight((double)w, rounds);
			weights[k][1] = weight(1 - (double)w, rounds);
			if (rounds && k == TIE_BIN) {
				weights[k][0]++;
				weights[k][1]--;
			}
		}
		buf_add16(blob, (uint16_t)k);
	}
	for (k = 0; k < DSP_MICRO_BINS; k++) {
		buf_add16(blob, weights[k][0]);
		buf_add16(blob, weights[k][1]);
	}
}

/* 2^21 (x / 2^7 + 80)^-0.95, at most 2^15 - 1 */
static int gain(uint32_t x)
{
	double y = 0x1p21 * fmath_pow(x / 128.0 + 80, -0.95);

	return y > 32767 ? 32767 : (int)(y + 0.5);
}

static void add_gains(struct buf *blob)
{
	buf_add16(blob, (uint16_t)gain(0));
	buf_add16(blob, (uint16_t)gain(1));
	for (int octave = 2; octave <= 32; octave++) {
		uint32_t x = (uint32_t)1 << (octave - 1);
		int y = gain(x), half = gain(x + x / 2) - y;
		int whole = gain(octave == 32 ? UINT32_MAX : 2 * x) - y;

		buf_add16(blob, (uint16_t)y);
		buf_add16(blob, (uint16_t)(4 * half - whole));
		buf_add16(blob, (uint16_t)(2 * whole - 4 * half));
		if (octave < 32)
			buf_add16(blob, 0);
	}
	buf_add16(blob, 0);
}

static void add_logs(struct buf *blob)
{
	for (int i = 0; i < DSP_MICRO_LOGS; i++)
		buf_add16(blob, (uint16_t)make_rounded(65536 *
			(fmath_log(1 + i / 128.0) / LN2 - i / 128.0)));
	buf_add16(blob, 0);
}

int make_micro(const struct make *make, struct buf *blob, struct err *err)
{
	bool rounds = strcmp(make->f.block, "microfrontend") == 0;
	long rows = make_rows(make);
	long frames = rows < DSP_MICRO_WINDOW ? 0 :
		      1 + (rows - DSP_MICRO_WINDOW) / DSP_MICRO_STRIDE;
	struct dsp_recipe shape = {
		.rate_hz = DSP_MICRO_RATE_HZ, .axes = 1, .channels = 1,
		.length_samples = (uint32_t)rows, .frames = (uint16_t)frames,
		.coefficients = DSP_MICRO_CHANNELS,
	};
	int ret = make_check_rate(make, err);

	if (!ret && make->from.rate_hz != DSP_MICRO_RATE_HZ)
		ret = err_set(err, ERR_RANGE, "preset 'micro-speech' works at "
			      "%d Hz, not at %ld", DSP_MICRO_RATE_HZ,
			      make->from.rate_hz);
	if (!ret && (frames < 1 || frames > DSP_FRAMES_MAX))
		ret = err_set(err, ERR_RANGE, "a clip of %ld samples has %ld "
			      "windows of %d, not 1 to %d", rows, frames,
			      DSP_MICRO_WINDOW, DSP_FRAMES_MAX);
	if (ret)
		return ret;
	make_begin(blob, &shape, DSP_KIND_MICRO, 1);
	add_window(blob, rounds);
	add_turns(blob);
	add_bank(blob, rounds);
	add_gains(blob);
	add_logs(blob);
	return 0;
}
