/*
 * wavelet - Edge Impulse's spectral analysis, Wavelet (block version 4).  An
 * axis less its mean is split into an approximation and a detail, `level`
 * times, mirrored at its ends (half a sample beyond them):
 *
 *   low[k] = sum over j of lowpass[j] x[2 k + 1 - j], n' = (n + taps - 1) / 2
 *
 * and of the last approximation, then of the details from coarse to fine, 14
 * numbers: entropy of a histogram of 100 bins, zero crossings and mean
 * crossings per value, percentiles 5, 25, 75, 95 and 50 (values at index
 * floor((n - 1) p / 100 + 1/2) of the sorted ones), mean, standard deviation,
 * variance (by n - 1), RMS, skewness, excess kurtosis.
 *
 * How far the integers are from the original's numbers over the conformance
 * vectors: tests/unit/features/test_sensor.c.  A value that is zero but for
 * rounding may count as a crossing or not, and one at the edge of a bin fall
 * to either side: 0.03 in crossings, 0.05 in entropies.
 *
 * Behind the part of dsp/motion.h: u8 level (1 .. 8), u8 taps (2 .. 16), u16
 * zero, dsp_real lowpass[taps], highpass[taps], log2 u32[257] in Q20.
 */
#ifndef TINYML_DSP_WAVELET_H
#define TINYML_DSP_WAVELET_H

#include "dsp/motion.h"

enum {
	DSP_WAVELET_LEVEL_MAX = 8,
	DSP_WAVELET_TAPS_MAX = 16,
	DSP_WAVELET_STATISTICS = 14,
};

struct dsp_wavelet {
	struct dsp_motion motion;
	uint8_t level, taps;
	const struct dsp_real *low, *high;
	const uint32_t *log2;
};

extern const struct dsp_kind dsp_wavelet_kind;

#endif
