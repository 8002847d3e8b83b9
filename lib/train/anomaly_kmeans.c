#include <stdlib.h>
#include <string.h>

#include "train/anomaly.h"

struct clusters {
	const struct anomaly_part *part;
	const double *scale;
	size_t values, count;
	double *centres;	/* (count, values), not scaled */
};

static double distance(const struct clusters *k, const float *x,
		       const double *centre)
{
	double sum = 0;

	for (size_t j = 0; j < k->values; j++) {
		double d = ((double)x[j] - centre[j]) / k->scale[j];

		sum += d * d;
	}
	return sum;
}

static size_t nearest(const struct clusters *k, const float *x, double *least)
{
	size_t best = 0;

	for (size_t c = 0; c < k->count; c++) {
		double d = distance(k, x, k->centres + c * k->values);

		if (c == 0 || d < *least) {
			*least = d;
			best = c;
		}
	}
	return best;
}

static void set_centre(struct clusters *k, size_t c, const float *x)
{
	for (size_t j = 0; j < k->values; j++)
		k->centres[c * k->values + j] = (double)x[j];
}

/* Each next centre is the sample farthest from those before. */
static void start(struct clusters *k, size_t wanted)
{
	const struct anomaly_part *part = k->part;

	set_centre(k, 0, part->x);
	for (k->count = 1; k->count < wanted; k->count++) {
		double most = 0;
		size_t far = 0;

		for (size_t i = 0; i < part->n; i++) {
			double d = 0;

			nearest(k, part->x + i * k->values, &d);
			if (d > most) {
				most = d;
				far = i;
			}
		}
		if (most <= 0)
			break;
		set_centre(k, k->count, part->x + far * k->values);
	}
}

/* One round of Lloyd's; a centre without samples stays. */
static void improve(struct clusters *k, double *sums, size_t *counts)
{
	const struct anomaly_part *part = k->part;

	memset(sums, 0, k->count * k->values * sizeof(*sums));
	memset(counts, 0, k->count * sizeof(*counts));
	for (size_t i = 0; i < part->n; i++) {
		const float *x = part->x + i * k->values;
		double d = 0;
		size_t c = nearest(k, x, &d);

		counts[c]++;
		for (size_t j = 0; j < k->values; j++)
			sums[c * k->values + j] += (double)x[j];
	}
	for (size_t c = 0; c < k->count; c++)
		for (size_t j = 0; j < k->values && counts[c]; j++)
			k->centres[c * k->values + j] =
				sums[c * k->values + j] / (double)counts[c];
}

size_t anomaly_centres(const struct anomaly_part *part, size_t values,
		       const double *scale, size_t clusters, double *out)
{
	struct clusters k = { part, scale, values, 0, out };
	double *sums = calloc(clusters * values, sizeof(*sums));
	size_t *counts = calloc(clusters, sizeof(*counts));

	if (sums && counts && part->n)
		start(&k, clusters);
	for (int round = 0; round < ANOMALY_ROUNDS && k.count; round++)
		improve(&k, sums, counts);
	free(sums);
	free(counts);
	return k.count;
}
