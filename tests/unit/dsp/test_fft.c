#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "dsp/fft.h"

static int32_t cosine[1025];	/* period 4096 */

static struct fft_wave wave_of(uint32_t period)
{
	for (uint32_t k = 0; k <= period / 4; k++) {
		double c = cos(2 * M_PI * k / period) * 0x1p31;

		cosine[k] = c >= INT32_MAX ? INT32_MAX : (int32_t)lrint(c);
	}
	return (struct fft_wave){ cosine, period / 4 };
}

/* Transform 2 n real samples and compare with the definition. */
static double worst_error(const int32_t *x, uint32_t n)
{
	struct fft_wave wave = wave_of(2 * n);
	struct fft_complex *z = calloc(n, sizeof(*z));
	uint32_t place = 0;
	double worst = 0;

	for (uint32_t i = 0; i < n; i++) {
		z[place] = (struct fft_complex){ x[2 * i], x[2 * i + 1] };
		place = fft_next_place(place, n / 2);
	}
	cr_assert_eq(place, 0);
	fft_run(z, n, &wave);
	for (uint32_t k = 0; k <= n; k++) {
		struct fft_complex got = fft_real_bin(z, n, k, &wave);
		double re = 0, im = 0;

		for (uint32_t i = 0; i < 2 * n; i++) {
			double a = M_PI * (double)((uint64_t)k * i % (2 * n)) /
				   n;

			re += x[i] * cos(a) / (2 * n);
			im -= x[i] * sin(a) / (2 * n);
		}
		worst = fmax(worst, hypot(re - got.re, im - got.im));
	}
	free(z);
	return worst;
}

Test(fft, noise_of_every_length_is_within_8_units_of_2_to_30)
{
	static int32_t x[4096];
	struct rng rng;

	rng_init(&rng, 2, 0);
	for (uint32_t n = 16; n <= 512; n *= 2) {
		double e;

		for (uint32_t i = 0; i < 2 * n; i++)
			x[i] = (int32_t)(rng_u64(&rng) >> 33) - (1 << 30);
		e = worst_error(x, n);
		cr_assert(e < 8, "%u points: %.2f", n, e);
	}
}

Test(fft, full_scale_of_any_sign_does_not_overflow)
{
	static int32_t x[1024];
	int32_t most = 1 << 30;

	for (int i = 0; i < 1024; i++)
		x[i] = most;
	cr_assert(worst_error(x, 512) < 8);
	for (int i = 0; i < 1024; i++)
		x[i] = -most;
	cr_assert(worst_error(x, 512) < 16);
	for (int i = 0; i < 1024; i++)
		x[i] = i & 1 ? most : -most;
	cr_assert(worst_error(x, 512) < 16);
	for (int i = 0; i < 1024; i++)
		x[i] = i & 64 ? most : -most;
	cr_assert(worst_error(x, 512) < 16);
	for (int i = 0; i < 1024; i++)
		x[i] = cos(2 * M_PI * 100 * i / 1024) > 0 ? most : -most;
	cr_assert(worst_error(x, 512) < 16);
}

Test(fft, an_impulse_is_flat)
{
	static int32_t x[512];

	x[0] = 1 << 30;
	cr_assert(worst_error(x, 256) < 8);
}
