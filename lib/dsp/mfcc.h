/*
 * mfcc - mel-frequency cepstral coefficients in integers, as mlperf-kws has
 * them.
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
 * The block (dsp/recipe.h), from byte 16 on:
 *
 *    16  4  rate_hz: of the samples
 *    20  4  length_samples: one clip
 *    24  2  window_samples
 *    26  2  stride_samples
 *    28  2  frames, 1 + (length - window) / stride
 *    30  1  fft_log2: FFT of 2^fft_log2 >= window points
 *    31  1  mel_bands
 *    32  1  coefficients <= mel_bands
 *    33  1  dct_shift: Q of the DCT table
 *    34  2  bin_first: first FFT bin that a band uses, >= 1
 *    36  2  bin_count
 *    38  2  zero
 *    40  8  log_floor, Q70: added to every band before the logarithm
 *    48  4  low_hz   } edges of the bands, for people; the tables count
 *    52  4  high_hz  }
 *    56     window   i32[window / 2 + 1], Q30: the first half, w[n] = w[N - n]
 *           cosine   i32[fft / 4 + 1], Q31: cos(2 pi k / fft), 1 is 2^31 - 1
 *           mel      u32[bin_count]: band edge below the bin << 24 | Q24 part
 *                    of the way to the next edge
 *           root     u32[97], Q31: sqrt(i / 128) for i = 32 .. 128
 *           log2     u32[65], Q20: log2(1 + i / 64)
 *           dct      i16[coefficients][mel_bands], Q dct_shift, zeros to a
 *                    multiple of 4 bytes
 */
#ifndef TINYML_DSP_MFCC_H
#define TINYML_DSP_MFCC_H

#include <stddef.h>
#include <stdint.h>

struct dsp_recipe;
struct dsp_kind;

enum {
	DSP_MFCC_HEADER_BYTES = 56,
	DSP_FFT_LOG2_MIN = 5,
	DSP_FFT_LOG2_MAX = 12,
	DSP_BANDS_MAX = 128,
	DSP_WINDOW_Q = 30,
	DSP_MEL_Q = 24,
	DSP_ROOT_FIRST = 32, DSP_ROOT_LAST = 128,
	DSP_ROOT_ENTRIES = DSP_ROOT_LAST - DSP_ROOT_FIRST + 1,
	DSP_LOG_Q = 20,
	DSP_LOG_BITS = 6,
	DSP_LOG_STEPS = 1 << DSP_LOG_BITS,
	DSP_LOG_ENTRIES = DSP_LOG_STEPS + 1,
	DSP_FLOOR_Q = 70,
	DSP_DCT_SHIFT_MIN = 8, DSP_DCT_SHIFT_MAX = 24,
	/* the most working memory that this kind needs */
	DSP_MFCC_SCRATCH_MAX = (4 << DSP_FFT_LOG2_MAX) +
			       8 * (DSP_BANDS_MAX + 2),
};

struct dsp_mfcc {
	uint32_t low_hz, high_hz;
	uint16_t window_samples, stride_samples;
	uint16_t bin_first, bin_count;
	uint8_t fft_log2, mel_bands, dct_shift;
	uint64_t log_floor;
	const int32_t *window, *cosine;
	const uint32_t *mel, *root, *log2;
	const int16_t *dct;
};

extern const struct dsp_kind dsp_mfcc_kind;

/* Bytes of a block with these parameters (all but the pointers count). */
size_t dsp_mfcc_bytes(const struct dsp_recipe *recipe);

/* One row: window_samples samples give coefficients numbers. For streams:
 * call it every stride_samples. Row t of a clip equals dsp_frame at sample
 * offset + t * stride. */
void dsp_frame(const struct dsp_recipe *recipe, const int16_t *pcm,
	       int32_t *row, void *scratch);

#endif
