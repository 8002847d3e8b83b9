#include "quant/histogram.h"

#include "quant/scale.h"

static double bin_width(struct quant_range whole)
{
	return ((double)whole.max - (double)whole.min) / HISTOGRAM_BINS;
}

void histogram_add(uint64_t bins[HISTOGRAM_BINS], struct quant_range whole,
		   const float *x, size_t n)
{
	double width = bin_width(whole);

	for (size_t i = 0; i < n && width > 0; i++) {
		int bin = (int)(((double)x[i] - (double)whole.min) / width);

		bins[bin < 0 ? 0 : bin >= HISTOGRAM_BINS ?
		     HISTOGRAM_BINS - 1 : bin]++;
	}
}

struct quant_range histogram_percentile(const uint64_t bins[HISTOGRAM_BINS],
					struct quant_range whole,
					double percentile)
{
	double width = bin_width(whole), total = 0, low = 0, high = 0, tail;
	int first = 0, last = HISTOGRAM_BINS;

	for (int i = 0; i < HISTOGRAM_BINS; i++)
		total += (double)bins[i];
	tail = total * (100 - percentile) / 200;
	while (first < last && low + (double)bins[first] <= tail)
		low += (double)bins[first++];
	while (last > first && high + (double)bins[last - 1] <= tail)
		high += (double)bins[--last];
	return (struct quant_range){
		(float)((double)whole.min + first * width),
		(float)((double)whole.min + last * width) };
}

/* Squared error of all values when the range is quantised. */
static double error_of(const uint64_t bins[HISTOGRAM_BINS],
		       struct quant_range whole, struct quant_range range)
{
	struct quant_scale s = quant_scale_s8(range);
	double width = bin_width(whole), sum = 0;

	for (int i = 0; i < HISTOGRAM_BINS; i++) {
		double x = (double)whole.min + (i + 0.5) * width;
		double off;

		if (!bins[i])
			continue;
		off = quant_nearest(s, x) - x;
		sum += off * off * (double)bins[i];
	}
	return sum;
}

/* One end at the step that is best while the other stays. */
static double move_end(const uint64_t bins[HISTOGRAM_BINS],
		       struct quant_range whole, struct quant_range *range,
		       bool is_max, double least)
{
	struct quant_range best = *range;

	for (int i = 0; i < HISTOGRAM_STEPS; i++) {
		float part = (float)(HISTOGRAM_STEPS - i) / HISTOGRAM_STEPS;
		struct quant_range one = *range;
		double sum;

		if (is_max)
			one.max = whole.max * part;
		else
			one.min = whole.min * part;
		sum = error_of(bins, whole, one);
		if (sum < least) {
			least = sum;
			best = one;
		}
	}
	*range = best;
	return least;
}

struct quant_range histogram_least_squares(
	const uint64_t bins[HISTOGRAM_BINS], struct quant_range whole)
{
	struct quant_range range = whole;
	double least = error_of(bins, whole, whole), before;

	do {
		before = least;
		if (whole.max > 0)
			least = move_end(bins, whole, &range, true, least);
		if (whole.min < 0)
			least = move_end(bins, whole, &range, false, least);
	} while (least < before);
	return range;
}
