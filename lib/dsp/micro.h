/*
 * micro - TensorFlow Lite Micro's micro_speech front end, to the bit.
 *
 * 16 kHz; windows of 480 samples every 320; 40 channels from 125 to 7500 Hz.
 * Of each window:
 *
 *   1  w[i] x[i] >> 12, w a Hann window at i + 1/2 in 12 bits
 *   2  512 points, shifted up until the largest has 15 bits; 16-bit real FFT
 *      as KISS FFT has it: radix 4, each stage divides by 4, rounding
 *   3  re^2 + im^2 of bins 5 .. 240; each goes to two channels by 12-bit
 *      weights; rounded square root, shifted back down
 *   4  noise reduction: an estimate per channel (14-bit smoothing, other for
 *      even and odd channels) is subtracted; a twentieth always remains
 *   5  per-channel gain (PCAN): signal times gain(estimate), a curve of
 *      quadratic pieces per octave, then compressed
 *   6  64 ln(8 x) from a table of 128 segments
 *   7  q = (log 256 + 333) / 666 - 128, clamped to int8
 *
 * Output: (q + 128) 26 / 256 in Q16, so that models whose input has scale
 * 26 / 256 and zero point -128, as the micro_speech models have, get q.
 * The noise estimate is zero at the start of a clip.
 *
 * There are two originals with unequal tables; both can be made:
 *   preprocessor    audio_preprocessor_int8.tflite: weights truncated
 *   microfrontend   the C library microfrontend: weights rounded
 * Every recording of the conformance vectors comes out equal, bit by bit, of
 * both (tests/unit/features/test_micro.c).
 *
 * Behind the common header of dsp/recipe.h:
 *
 *    40     window    i16[480]
 *           twiddles  i16[256][2]: cos, sin of -2 pi i / 256 in Q15
 *           turns     i16[128][2]: of -pi ((i + 1) / 256 + 1/2)
 *           edges     u16[42]: first bin of each of 41 ranges, and the end
 *           weights   u16[257][2]: of each bin, to the channel of its range
 *                     and to the next
 *           gains     i16[125], and 2 bytes of zeros
 *           logs      u16[130]: 2^16 (log2(1 + i / 128) - i / 128); a zero
 */
#ifndef TINYML_DSP_MICRO_H
#define TINYML_DSP_MICRO_H

#include <stdint.h>

struct dsp_kind;

enum {
	DSP_MICRO_RATE_HZ = 16000,
	DSP_MICRO_WINDOW = 480,
	DSP_MICRO_STRIDE = 320,
	DSP_MICRO_POINTS = 256,		/* complex; 512 samples */
	DSP_MICRO_BINS = DSP_MICRO_POINTS + 1,
	DSP_MICRO_CHANNELS = 40,
	DSP_MICRO_RANGES = DSP_MICRO_CHANNELS + 1,
	DSP_MICRO_GAINS = 125,
	DSP_MICRO_LOGS = 129,
};

struct dsp_micro {
	const int16_t *window, *twiddles, *turns, *gains;
	const uint16_t *edges, *weights, *logs;
};

extern const struct dsp_kind dsp_micro_kind;

#endif
