#include <stdbool.h>

#include "kern/kern.h"
#include "kern/requant.h"

/* An element of the state or of the time weights. */
static int32_t element(const struct kern_svdf_s8 *k, const void *p, size_t i)
{
	return k->state_type == KERN_S8 ? ((const int8_t *)p)[i]
					: ((const int16_t *)p)[i];
}

static void store(const struct kern_svdf_s8 *k, void *state, size_t i,
		  int32_t v)
{
	if (k->state_type == KERN_S8)
		((int8_t *)state)[i] = (int8_t)v;
	else
		((int16_t *)state)[i] = (int16_t)v;
}

/* What filter f makes of the input. */
static int32_t feature(const struct kern_svdf_s8 *k, const int8_t *in,
		       int32_t f)
{
	const int8_t *weights = k->weights + (size_t)f * k->in_depth;
	bool is_s8 = k->state_type == KERN_S8;
	int32_t sum = 0;

	for (int32_t d = 0; d < k->in_depth; d++)
		sum = requant_add(sum, weights[d] * (in[d] - k->in_zero));
	sum = requant_mul(sum, k->state_multiplier, k->state_shift);
	return k->state_zero +
	       requant_clamp(sum, is_s8 ? INT8_MIN : INT16_MIN,
			     is_s8 ? INT8_MAX : INT16_MAX);
}

/* Filter f's memories, of which the first is number at of the state. */
static void push(const struct kern_svdf_s8 *k, void *state, size_t at,
		 int32_t v)
{
	for (int32_t t = 1; t < k->memory; t++, at++)
		store(k, state, at, element(k, state, at + 1));
	store(k, state, at, v);
}

static int32_t recall(const struct kern_svdf_s8 *k, const void *state,
		      size_t at, int32_t f)
{
	size_t weight = (size_t)f * k->memory;
	int32_t sum = 0;

	for (int32_t t = 0; t < k->memory; t++)
		sum = requant_add(sum, element(k, k->time, weight + t) *
				  (element(k, state, at + t) -
				   k->state_zero));
	return sum;
}

void kern_svdf_s8(const struct kern_svdf_s8 *k, const int8_t *in, void *state,
		  int8_t *out)
{
	size_t at = 0;

	for (int32_t b = 0; b < k->batches; b++, in += k->in_depth)
		for (int32_t u = 0; u < k->units; u++) {
			int32_t sum = k->bias ? k->bias[u] : 0;

			for (int32_t f = u * k->rank; f < (u + 1) * k->rank;
			     f++, at += k->memory) {
				push(k, state, at, feature(k, in, f));
				sum = requant_add(sum,
						  recall(k, state, at, f));
			}
			sum = requant_mul(sum, k->out_multiplier,
					  k->out_shift);
			sum = requant_add(sum, k->out_zero);
			*out++ = (int8_t)requant_clamp(sum, INT8_MIN,
						       INT8_MAX);
		}
}
