/*
 * fft - the fast Fourier transform in 32-bit integers, halving at every step.
 *
 * Radix 2, decimation in time (Cooley and Tukey 1965); complex numbers are
 * pairs re, im in one array.  One quarter of a cosine wave serves all steps.
 *
 * Bound: when every input has |z| <= sqrt(2) 2^30, so has every intermediate
 * and output, since (|a| + |w b|) / 2 <= max(|a|, |b|).  Rounding downwards
 * adds at most 2 per step.
 */
#ifndef TINYML_DSP_FFT_H
#define TINYML_DSP_FFT_H

#include <stdint.h>

struct fft_wave {
	const int32_t *cosine;	/* [quarter + 1], Q31: cos(2 pi k / period) */
	uint32_t quarter;	/* period / 4 */
};

struct fft_complex {
	int32_t re, im;
};

/* exp(-2 pi i k / period) = re - i im, 0 <= k <= period / 2 */
static inline struct fft_complex fft_turn(const struct fft_wave *wave,
					  uint32_t k)
{
	const int32_t *c = wave->cosine;
	uint32_t quarter = wave->quarter;

	if (k <= quarter)
		return (struct fft_complex){ c[k], c[quarter - k] };
	return (struct fft_complex){ -c[2 * quarter - k], c[k - quarter] };
}

/* In place: z holds points (a power of two, at most 2 quarter) complex
 * numbers at bit-reversed places and ends as the transform / points. */
void fft_run(struct fft_complex *z, uint32_t points,
	     const struct fft_wave *wave);

/* The place after `place` in bit-reversed counting; top = points / 2. */
static inline uint32_t fft_next_place(uint32_t place, uint32_t top)
{
	while (place & top) {
		place ^= top;
		top >>= 1;
	}
	return place ^ top;
}

/* X[k] of the real transform of 2 points samples, divided by 2 points, from
 * z = transform / points of the samples paired as re, im; 0 <= k <= points. */
struct fft_complex fft_real_bin(const struct fft_complex *z, uint32_t points,
				uint32_t k, const struct fft_wave *wave);

#endif
