#include "features/fourier.h"

#include <stdlib.h>

#include "base/fmath.h"

#define PI 0x1.921fb54442d18p+1

int fourier_open(struct fourier *f, int points, struct err *err)
{
	size_t n = (size_t)points;

	*f = (struct fourier){ .points = points,
			       .wave = calloc(4 * n, sizeof(*f->wave)) };
	if (!f->wave)
		return err_nomem(err);
	f->work = f->wave + 2 * n;
	for (int k = 0; k < points; k++) {
		f->wave[2 * k] = fmath_cos(2 * PI * k / points);
		f->wave[2 * k + 1] = fmath_sin(2 * PI * k / points);
	}
	return 0;
}

void fourier_close(struct fourier *f)
{
	free(f->wave);
	*f = (struct fourier){ 0 };
}

/* a, b -> a + w b, a - w b */
static void butterfly(double *a, double *b, const double *w)
{
	double re = b[0] * w[0] + b[1] * w[1];
	double im = b[1] * w[0] - b[0] * w[1];

	b[0] = a[0] - re;
	b[1] = a[1] - im;
	a[0] += re;
	a[1] += im;
}

/* Radix 2, decimation in time (Cooley and Tukey 1965). */
void fourier_power(struct fourier *f, const double *x, double *power)
{
	int n = f->points, place = 0;

	for (int i = 0; i < n; i++) {
		int bit = n / 2;

		f->work[2 * place] = x[i];
		f->work[2 * place + 1] = 0;
		for (; place & bit; bit /= 2)
			place ^= bit;
		place ^= bit;
	}
	for (int half = 1; half < n; half *= 2)
		for (int a = 0; a < n; a += 2 * half)
			for (int j = 0; j < half; j++)
				butterfly(f->work + 2 * (a + j),
					  f->work + 2 * (a + j + half),
					  f->wave + 2 * (j * (n / 2 / half)));
	for (int k = 0; k <= n / 2; k++)
		power[k] = f->work[2 * k] * f->work[2 * k] +
			   f->work[2 * k + 1] * f->work[2 * k + 1];
}
