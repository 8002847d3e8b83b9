/*
 * oracle - the features of dsp/mfcc.h in double precision, by definition:
 * direct sums, the C library's functions, no tables, no tricks.
 */
#ifndef TINYML_TEST_DSP_ORACLE_H
#define TINYML_TEST_DSP_ORACLE_H

#include <stddef.h>
#include <stdint.h>

#include "features/features.h"

/* The recipe block for these; asserts that it can be made. */
void oracle_blob(const struct project_features *f, long rate_hz,
		 struct buf *blob);

extern const struct project_features oracle_kws;	/* mlperf-kws */

/* One clip: out gets frames x coefficients. */
void oracle_mfcc(const struct project_features *f, long rate_hz,
		 const int16_t *pcm, size_t samples, long offset,
		 double *out);

struct oracle_error {
	double worst, mean;
};

/* The difference between dsp_compute and the oracle on one clip. */
struct oracle_error oracle_compare(const struct project_features *f,
				   long rate_hz, const int16_t *pcm,
				   size_t samples, long offset);

#endif
