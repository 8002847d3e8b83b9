/*
 * histogram - how often a tensor takes which value, and which part of its
 * range int8 had best keep.
 *
 * The whole range [min, max] is cut into HISTOGRAM_BINS equal bins; a value
 * counts for the middle of its bin.  All arithmetic is double in a fixed
 * order.
 */
#ifndef TINYML_QUANT_HISTOGRAM_H
#define TINYML_QUANT_HISTOGRAM_H

#include <stdint.h>

#include "quant/quant.h"

enum {
	HISTOGRAM_BINS = 2048,
	/* ends of the range that the search tries, from all of it to none */
	HISTOGRAM_STEPS = 64,
};

/* Count n values of a tensor whose whole range is known. */
void histogram_add(uint64_t bins[HISTOGRAM_BINS], struct quant_range whole,
		   const float *x, size_t n);

/*
 * The range without (100 - percentile) / 2 percent of the values at each end,
 * or a little less: whole bins fall away.
 */
struct quant_range histogram_percentile(const uint64_t bins[HISTOGRAM_BINS],
					struct quant_range whole,
					double percentile);

/*
 * The range whose int8 values are nearest to the counted ones: least sum of
 * squared errors, those of values cut off included.  Either end is moved in
 * HISTOGRAM_STEPS steps towards zero, one after the other, until neither
 * helps; among equals the wider range.
 */
struct quant_range histogram_least_squares(
	const uint64_t bins[HISTOGRAM_BINS], struct quant_range whole);

#endif
