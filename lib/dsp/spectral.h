/*
 * spectral - Edge Impulse's spectral analysis, FFT (block version 4).  Of
 * every axis, less its mean: RMS, skewness, kurtosis; the largest power
 * |FFT|^2 / points at every bin over windows that advance by points, or half
 * of it (the last ones padded with zeros, one of zeros alone included);
 * skewness and kurtosis of those; then some of the bins, as log10 (0 as
 * 1e-10) when wanted.  frames 1, coefficients axes x (5 + bins).
 *
 * The integers are within 4e-5 of the original's numbers over the conformance
 * vectors (tests/unit/features/test_sensor.c).
 *
 * Behind the part of dsp/motion.h:
 *
 *     u8 fft_log2 (3 .. 10), u8 flags (1 log, 2 overlap), u16 bin_first,
 *     u16 bin_count, u16 zero
 *     cosine  i32[fft / 4 + 1], Q31
 *     log2    u32[257], Q20
 */
#ifndef TINYML_DSP_SPECTRAL_H
#define TINYML_DSP_SPECTRAL_H

#include "dsp/motion.h"

enum {
	DSP_SPECTRAL_FFT_LOG2_MIN = 3,
	DSP_SPECTRAL_FFT_LOG2_MAX = 10,
	DSP_SPECTRAL_LOG = 1, DSP_SPECTRAL_OVERLAP = 2,
	DSP_SPECTRAL_STATISTICS = 5,
};

struct dsp_spectral {
	struct dsp_motion motion;
	uint8_t fft_log2, flags;
	uint16_t bin_first, bin_count;
	const int32_t *cosine;
	const uint32_t *log2;
};

extern const struct dsp_kind dsp_spectral_kind;

#endif
