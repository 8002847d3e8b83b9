/*
 * sound - what a preset's sound features are, in real numbers: the one
 * description that both the integer tables and the exact form are made from.
 *
 * With x the samples of a clip as whole numbers, frame t, 0 <= i < window:
 *
 *   p      = first + t * stride + i, reflected or 0 outside the clip
 *   y[t,i] = x[p] - mean of the frame (remove_mean), minus preemphasis times
 *            the sample before it
 *   P[t,k] = |FFT(taper y)|^2 * scale, 0 <= k <= fft / 2
 *   m[t,b] = sum over k of weight(b,k) P[t,k]; without bands m = P
 *   l[t,b] = ln(max(m, floor)), and at least top below the clip's largest
 *   out    = low .. high of bias + factor * l; rounded down to k / 256 with
 *            k <= 255 when eight is set
 *        or  m itself (linear)
 *        or  sum over b of dct(i,b) l[t,b]; row energy_row is ln of the
 *            frame's energy instead; then each column less its mean and
 *            divided by its deviation over `normalise` frames
 *
 * Flavours, each measured against the original's own numbers (see
 * tests/unit/features/test_vectors.c):
 *   edge-impulse-v4  mfcc, mfe, spectrogram as of the blocks' version 4
 *   mlperf-sww       MLPerf Tiny's streaming wake word
 *   librosa          mfcc, mfe (a mel spectrogram in dB), centred frames
 *   htk              mfcc, mfe (filter bank) as Kaldi has them in its HTK
 *                    mode: power spectrum, energy last
 */
#ifndef TINYML_FEATURES_SOUND_H
#define TINYML_FEATURES_SOUND_H

#include "features/make_priv.h"

enum {
	SOUND_FFT_MAX = 1 << DSP_FFT_LOG2_MAX,
	SOUND_BINS_MAX = SOUND_FFT_MAX / 2 + 1,
	SOUND_WEIGHTS_MAX = 4 * SOUND_BINS_MAX,
};

struct sound {
	long rate_hz, length, stride, frames, first;
	int window, fft_log2;
	enum dsp_sound_before before;	/* the sample before a frame's first */
	enum dsp_sound_energy energy;
	bool reflect, remove_mean, symmetric, rectangular;
	double preemphasis, scale, floor;
	int bands, coefficients, energy_row, normalise;
	bool linear, has_dct, eight;
	double factor, bias, low, high, top;	/* top < 0: none */
	double energy_scale, energy_floor;
	double taper[SOUND_FFT_MAX];
	int band_first[DSP_BANDS_MAX], band_count[DSP_BANDS_MAX];
	int weight_count;
	double weights[SOUND_WEIGHTS_MAX];	/* band after band */
	double dct[DSP_BANDS_MAX * DSP_BANDS_MAX];
};

/* Fill sound for a preset and block of kind FEATURES_SOUND.  ERR_RANGE. */
int sound_init(struct sound *sound, const struct make *make, struct err *err);

/* The filter bank and the DCT of the flavour (sound_bank.c). */
int sound_bank(struct sound *sound, const struct make *make, struct err *err);
void sound_dct(struct sound *sound, const struct make *make);

/* frames x outputs a frame, in double precision.  ERR_MEM. */
int sound_exact(const struct sound *sound, const struct features_clip *clip,
		double *out, struct err *err);

static inline int sound_bins(const struct sound *sound)
{
	return (1 << sound->fft_log2) / 2 + 1;
}

/* Logarithms a frame has, and numbers it gives. */
static inline int sound_values(const struct sound *sound)
{
	return sound->bands ? sound->bands : sound_bins(sound);
}

static inline int sound_outputs(const struct sound *sound)
{
	return sound->has_dct ? sound->coefficients : sound_values(sound);
}

#endif
