/* fmath.c once more under other names; VARIANT is given by module.mk. */
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define fmath_exp JOIN(exp_of, VARIANT)
#define fmath_log JOIN(log_of, VARIANT)
#define fmath_sin JOIN(sin_of, VARIANT)
#define fmath_cos JOIN(cos_of, VARIANT)
#define fmath_tanh JOIN(tanh_of, VARIANT)
#define fmath_pow JOIN(pow_of, VARIANT)
#define fmath_expf JOIN(expf_of, VARIANT)
#define fmath_logf JOIN(logf_of, VARIANT)
#define fmath_tanhf JOIN(tanhf_of, VARIANT)
#define fmath_gauss JOIN(gauss_of, VARIANT)

#include "base/fmath.c"

#include "bits/crc.h"
#include "fmath_sweep.h"

enum { POINTS = 100000 };

static uint32_t add(uint32_t crc, double y)
{
	uint8_t bytes[8];

	memcpy(bytes, &y, 8);	/* little-endian hosts only, as the crc says */
	return crc32(crc, bytes, 8);
}

uint32_t JOIN(fmath_sweep, VARIANT)(void)
{
	struct rng rng;
	uint32_t crc = 0;

	rng_init(&rng, 1, 0);
	for (int i = 0; i < POINTS; i++) {
		double u = (double)rng_unit(&rng), v = (double)rng_unit(&rng);
		double x = (u - 0.5) * 1e-3 * (double)(i % 2000 + 1);

		crc = add(crc, fmath_exp(700 * x));
		crc = add(crc, fmath_log(fmath_exp(600 * x) * (v + 0.5)));
		crc = add(crc, fmath_sin(x * 1e5));
		crc = add(crc, fmath_cos(x * 1e6));
		crc = add(crc, fmath_tanh(x * 10));
		crc = add(crc, fmath_pow(v + 1e-6, 50 * x));
		crc = add(crc, (double)fmath_expf((float)(80 * x)));
		crc = add(crc, (double)fmath_logf((float)(v + 1e-6)));
		crc = add(crc, (double)fmath_tanhf((float)x));
		crc = add(crc, (double)fmath_gauss(&rng));
	}
	return crc;
}
