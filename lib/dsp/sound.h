/*
 * sound - spectral features of sound in integers: power spectra, mel filter
 * banks, their logarithms and cepstra, as features/sound.h defines them.
 *
 * How: samples in Q12 less mean and pre-emphasis are scaled up to 30 bits by
 * a power of two per frame, windowed, and transformed by the 32-bit FFT of
 * dsp/fft.h; powers are 64 bits, weights 31; logarithms to base 2 in Q20 from
 * a table of 256 steps with linear interpolation.  top: frames are computed
 * twice, first for the clip's largest value, so that memory stays small.
 *
 * How far from the originals' numbers, over all recordings of the conformance
 * vectors (tests/unit/features/test_vectors.c prints and holds it): the table
 * in tinyml.yaml(5), Presets.
 *
 * Behind the common header of dsp/recipe.h:
 *
 *    40  2  window: samples that a frame uses, <= the FFT's length
 *    42  2  stride
 *    44  1  fft_log2
 *    45  1  flags: 1 remove the frame's mean, 2 reflect at the clip's ends,
 *           4 taper w[n] = w[N - 1 - n] (else w[N - n]), 8 no taper,
 *           16 linear, 32 DCT, 64 eight bits
 *    46  1  before: what stands before a frame's first sample
 *    47  1  energy: of what energy_row is the logarithm
 *    48  4  preemphasis, i32 Q30
 *    52  4  first: sample of the clip where frame 0 begins, i32
 *    56  2  bands; 0: every bin is one
 *    58  2  normalise: frames, odd; 0: none
 *    60  4  log_offset   } i32 Q20: log2 of a band (of the energy) is that of
 *    64  4  energy_offset } the integer sum plus this
 *    68  4  log_floor, i32 Q20
 *    72  4  energy_floor, i32 Q20
 *    76  4  factor, i32  } of log2: (factor * log2) >> factor_shift in Q16;
 *    80  1  factor_shift } linear: factor * 2^-factor_shift * sum
 *    81  1  dct_shift: Q of the DCT table
 *    82  2  energy_row; 65535: none
 *    84  4  bias } i32, Q16
 *    88  4  low  }
 *    92  4  high }
 *    96  4  top, i32 Q20 of log2; negative: none
 *   100  4  weight_count
 *   104     taper    i32[window / 2 + 1], Q30 (none: no entries)
 *           cosine   i32[fft / 4 + 1], Q31
 *           bands    u16[bands][2]: first bin, bins
 *           weights  u32[weight_count] < 2^31, band after band
 *           log2     u32[257], Q20
 *           dct      i32[coefficients][bands], |d| < 2^26 (DCT only)
 */
#ifndef TINYML_DSP_SOUND_H
#define TINYML_DSP_SOUND_H

#include <stdint.h>

struct dsp_kind;

enum {
	DSP_SOUND_LOG_BITS = 8,
	DSP_SOUND_LOG_STEPS = 1 << DSP_SOUND_LOG_BITS,
	DSP_SOUND_SAMPLE_Q = 12,
	DSP_SOUND_NORMALISE_MAX = 4095,
	DSP_SOUND_NO_ROW = 65535,
};

enum dsp_sound_flags {
	DSP_SOUND_REMOVE_MEAN = 1,
	DSP_SOUND_REFLECT = 2,
	DSP_SOUND_SYMMETRIC = 4,
	DSP_SOUND_RECTANGULAR = 8,
	DSP_SOUND_LINEAR = 16,
	DSP_SOUND_DCT = 32,
	DSP_SOUND_EIGHT = 64,
	DSP_SOUND_FLAGS = 127,
};

enum dsp_sound_before {
	DSP_SOUND_BEFORE_CLIP,		/* the clip's; 0 before its first */
	DSP_SOUND_BEFORE_WRAP,		/* the clip's; its last before 0 */
	DSP_SOUND_BEFORE_SAME,		/* the frame's first itself */
	DSP_SOUND_BEFORES,
};

enum dsp_sound_energy {
	DSP_SOUND_ENERGY_NONE,
	DSP_SOUND_ENERGY_SPECTRUM,	/* the sum of all bins */
	DSP_SOUND_ENERGY_SAMPLES,	/* of squares, before pre-emphasis */
	DSP_SOUND_ENERGIES,
};

struct dsp_sound {
	uint16_t window, stride, bands, normalise, energy_row;
	uint8_t fft_log2, flags, before, energy, factor_shift, dct_shift;
	int32_t preemphasis, first;
	int32_t log_offset, energy_offset, log_floor, energy_floor;
	int32_t factor, bias, low, high, top;
	uint32_t weight_count;
	const int32_t *taper, *cosine, *dct;
	const uint16_t *band;
	const uint32_t *weights, *log2;
};

extern const struct dsp_kind dsp_sound_kind;

#endif
