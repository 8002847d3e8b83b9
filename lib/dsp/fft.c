#include "dsp/fft.h"

/* b (w.re - i w.im) / 2 for Q31 factors: the high words of the products */
static inline struct fft_complex turn_half(struct fft_complex b,
					   struct fft_complex w)
{
	int64_t re = (int64_t)b.re * w.re + (int64_t)b.im * w.im;
	int64_t im = (int64_t)b.im * w.re - (int64_t)b.re * w.im;

	return (struct fft_complex){ (int32_t)(re >> 32), (int32_t)(im >> 32) };
}

/* a, b -> (a + t), (a - t) with a halved and t = w b / 2 given */
static inline void butterfly(struct fft_complex *a, struct fft_complex *b,
			     struct fft_complex t)
{
	int32_t re = a->re >> 1, im = a->im >> 1;

	a->re = re + t.re;
	a->im = im + t.im;
	b->re = re - t.re;
	b->im = im - t.im;
}

/* One step: blocks of 2 half points; the first of each has factor 1. */
static void step(struct fft_complex *z, uint32_t points, uint32_t half,
		 const struct fft_wave *wave)
{
	uint32_t stride = 2 * wave->quarter / half;
	struct fft_complex *end = z + points;

	for (struct fft_complex *a = z; a < end; a += 2 * half) {
		struct fft_complex b = a[half];

		b.re >>= 1;
		b.im >>= 1;
		butterfly(a, a + half, b);
	}
	for (uint32_t j = 1; j < half; j++) {
		struct fft_complex w = fft_turn(wave, j * stride);

		for (struct fft_complex *a = z + j; a < end; a += 2 * half)
			butterfly(a, a + half, turn_half(a[half], w));
	}
}

void fft_run(struct fft_complex *z, uint32_t points,
	     const struct fft_wave *wave)
{
	for (uint32_t half = 1; half < points; half *= 2)
		step(z, points, half, wave);
}

/*
 * With E, O the transforms of the even and odd samples, Z = E + i O:
 *   2 E[k] = Z[k] + conj Z[n-k]      2 i O[k] = Z[k] - conj Z[n-k]
 *   X[k] = E[k] + exp(-2 pi i k / 2n) O[k]
 */
struct fft_complex fft_real_bin(const struct fft_complex *z, uint32_t points,
				uint32_t k, const struct fft_wave *wave)
{
	struct fft_complex a = z[k & (points - 1)];
	struct fft_complex b = z[(points - k) & (points - 1)];
	struct fft_complex even = { (a.re >> 1) + (b.re >> 1),
				    (a.im >> 1) - (b.im >> 1) };
	struct fft_complex odd = { (a.im >> 1) + (b.im >> 1),
				   (b.re >> 1) - (a.re >> 1) };

	butterfly(&even, &a, turn_half(odd, fft_turn(wave, k)));
	return even;
}
