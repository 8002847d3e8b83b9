#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
#include "quant/cluster.h"

static int count(const double weight[256], const int8_t to[256])
{
	int n = 0, last = 1000;

	for (int i = 0; i < 256; i++) {
		if (!(weight[i] > 0) || to[i] == last)
			continue;
		last = to[i];
		n++;
	}
	return n;
}

static double cost(const double weight[256], const int8_t to[256])
{
	double sum = 0;

	for (int i = 0; i < 256; i++)
		sum += weight[i] * pow(i - 128 - to[i], 2);
	return sum;
}

Test(cluster, sixteen_values_stay_as_they_are)
{
	double weight[256] = { 0 };
	int8_t to[256];

	for (int i = 0; i < 256; i += 16)
		weight[i] = i + 1;
	cluster_values(weight, to);
	for (int i = 0; i < 256; i += 16)
		cr_assert_eq(to[i], i - 128);
}

Test(cluster, many_values_become_at_most_sixteen_that_cost_least)
{
	double weight[256], even = 0;
	int8_t to[256], other[256];
	struct rng rng;

	for (uint64_t seed = 0; seed < 5; seed++) {
		rng_init(&rng, seed, 0);
		for (int i = 0; i < 256; i++) {
			double v = (i - 128) / 30.0;

			weight[i] = exp(-v * v) * (double)rng_unit(&rng);
			other[i] = (int8_t)(i / 16 * 16 + 8 - 128);
		}
		cluster_values(weight, to);
		cr_assert_leq(count(weight, to), CLUSTER_VALUES);
		even = cost(weight, other);
		cr_assert_lt(cost(weight, to), 0.5 * even);
		/* no end of a run would be better off in its neighbour */
		for (int i = 1; i < 256; i++) {
			double own, next;

			if (to[i] == to[i - 1])
				continue;
			own = fabs(i - 128.0 - to[i]);
			next = fabs(i - 128.0 - to[i - 1]);
			cr_assert(own <= next + 1 || weight[i] < 1e-9);
		}
	}
}
