/*
 * fourier - power spectra in double precision, for the exact forms.
 */
#ifndef TINYML_FEATURES_FOURIER_H
#define TINYML_FEATURES_FOURIER_H

#include "base/error.h"

struct fourier {
	int points;		/* a power of two */
	double *wave;		/* cos, sin of 2 pi k / points, k < points */
	double *work;		/* points complex numbers */
};

/* ERR_MEM. */
int fourier_open(struct fourier *fourier, int points, struct err *err);
void fourier_close(struct fourier *fourier);

/* power[k] = |sum of x[n] exp(-2 pi i k n / points)|^2, k <= points / 2 */
void fourier_power(struct fourier *fourier, const double *x, double *power);

#endif
