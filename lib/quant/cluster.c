#include "quant/cluster.h"

#include <string.h>

#include "quant/scale.h"

enum { VALUES = 256 };

/* Sums over the values below each one: of weight, weight v, weight v^2. */
struct sums {
	double weight[VALUES + 1], first[VALUES + 1], second[VALUES + 1];
};

static void add_up(struct sums *s, const double weight[VALUES])
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < VALUES; i++) {
		double v = i - 128;

		s->weight[i + 1] = s->weight[i] + weight[i];
		s->first[i + 1] = s->first[i] + weight[i] * v;
		s->second[i + 1] = s->second[i] + weight[i] * v * v;
	}
}

/* The best value for the run from ... end - 1. */
static double centre(const struct sums *s, int from, int end)
{
	double weight = s->weight[end] - s->weight[from];

	if (!(weight > 0))
		return from - 128;
	return quant_round((s->first[end] - s->first[from]) / weight);
}

static double cost(const struct sums *s, int from, int end)
{
	double c = centre(s, from, end);

	return s->second[end] - s->second[from] -
	       2 * c * (s->first[end] - s->first[from]) +
	       c * c * (s->weight[end] - s->weight[from]);
}

/* least[k][end]: cost of the values below end in k + 1 runs; the last of them
 * starts at start[k][end]. */
struct table {
	double least[CLUSTER_VALUES][VALUES + 1];
	int16_t start[CLUSTER_VALUES][VALUES + 1];
};

static void fill(struct table *t, const struct sums *s)
{
	for (int end = 0; end <= VALUES; end++) {
		t->least[0][end] = cost(s, 0, end);
		t->start[0][end] = 0;
	}
	for (int k = 1; k < CLUSTER_VALUES; k++)
		for (int end = 0; end <= VALUES; end++) {
			t->least[k][end] = t->least[k - 1][end];
			t->start[k][end] = (int16_t)end;
			for (int from = 0; from < end; from++) {
				double c = t->least[k - 1][from] +
					   cost(s, from, end);

				if (c < t->least[k][end]) {
					t->least[k][end] = c;
					t->start[k][end] = (int16_t)from;
				}
			}
		}
}

void cluster_values(const double weight[VALUES], int8_t to[VALUES])
{
	struct table table;
	struct sums sums;
	int end = VALUES;

	add_up(&sums, weight);
	fill(&table, &sums);
	for (int k = CLUSTER_VALUES - 1; k >= 0; k--) {
		int from = table.start[k][end];
		int8_t value = (int8_t)centre(&sums, from, end);

		for (int i = from; i < end; i++)
			to[i] = value;
		end = from;
	}
}
