/*
 * mfcc - mel-frequency cepstral coefficients in integers.
 *
 * What is approximated (the mlperf-kws features; samples x in [-1, 1)):
 *
 *   X[t,k] = |FFT(w x)|, w the periodic Hann window, w[n] = (1 - cos(2 pi
 *            n / N)) / 2, zeros up to the FFT's length      (magnitude)
 *   m[t,b] = sum over k of weight(b,k) X[t,k]; triangles on the HTK mel
 *            scale, mel(f) = 1127 ln(1 + f / 700), whose bands + 2 edges are
 *            equally spaced between low_hz and high_hz; bin 0 is not used
 *   l[t,b] = ln(m[t,b] + 1e-6)
 *   c[t,i] = sqrt(2 / bands) sum over b of l[t,b] cos(pi i (b + 1/2) / bands)
 *            (HTK Book 5.14, also tf.signal.mfccs_from_log_mel_spectrograms;
 *            coefficient 0 has the same factor as the others)
 *
 * How: samples are scaled up to 15 bits by a power of two per frame, windowed
 * to 30 bits, transformed by a 32-bit FFT that halves at every step, and the
 * magnitude, the logarithm to base 2 and ln 2 (inside the DCT table) come
 * from tables with linear interpolation.  Neighbouring triangles add up to 1,
 * so that a bin between edges e and e+1 gives `part` of itself to the band
 * that rises there and the rest to the one that falls.
 *
 * Error against double precision: within 0.02 for audio of normal level, see
 * tests/unit/dsp/test_mfcc.c for the bounds that are held.
 *
 * The clip rule, for host and board: a clip is length_samples samples long
 * and begins `offset` samples into the recording; samples that lie before or
 * behind the recording are zeros.  Nothing is trimmed, centred or made
 * louder.  Offset 0: the first length_ms of the recording, padded with
 * silence at the end.  Training moves the offset for its time shifts.
 *
 * Features are int32 in Q16 (DSP_FEATURE_Q): value = integer / 65536.
 */
#ifndef TINYML_DSP_MFCC_H
#define TINYML_DSP_MFCC_H

#include "dsp/recipe.h"

enum {
	DSP_FEATURE_Q = 16,
	DSP_SCRATCH_ALIGN = 8,
	DSP_SCRATCH_MAX = (4 << DSP_FFT_LOG2_MAX) + 8 * (DSP_BANDS_MAX + 2),
};

/* Working memory of the calls below: 4 bytes per FFT point and 8 per band and
 * edge; 2,384 bytes for 512 points and 40 bands. Aligned to 8. */
size_t dsp_scratch_bytes(const struct dsp_recipe *recipe);

/* One row: window_samples samples give coefficients numbers. For streams:
 * call it every stride_samples. */
void dsp_frame(const struct dsp_recipe *recipe, const int16_t *pcm,
	       int32_t *row, void *scratch);

/* A whole clip: pcm is a recording of any length (samples may be 0), out gets
 * dsp_outputs numbers, frames x coefficients. Row t equals dsp_frame at
 * sample offset + t * stride. */
void dsp_compute(const struct dsp_recipe *recipe, const int16_t *pcm,
		 size_t samples, int32_t offset, int32_t *out, void *scratch);

#endif
