#include "kern/f32/clamp_f32.h"
#include "kern/kern.h"

static float dot(const float *a, const float *b, int32_t n)
{
	float sum = 0;

	for (int32_t i = 0; i < n; i++)
		sum = __builtin_fmaf(a[i], b[i], sum);
	return sum;
}

/* Filter f: the state moves down by one, v becomes its newest value. */
static float filter(const struct kern_svdf_f32 *k, int32_t f, float v,
		    float *state)
{
	for (int32_t t = 1; t < k->memory; t++)
		state[t - 1] = state[t];
	state[k->memory - 1] = v;
	return dot(k->time + (size_t)f * k->memory, state, k->memory);
}

void kern_svdf_f32(const struct kern_svdf_f32 *k, const float *in,
		   float *state, float *out)
{
	for (int32_t b = 0; b < k->batches; b++, in += k->in_depth)
		for (int32_t u = 0; u < k->units; u++) {
			float sum = k->bias ? k->bias[u] : 0;

			for (int32_t f = u * k->rank; f < (u + 1) * k->rank;
			     f++, state += k->memory)
				sum += filter(k, f, dot(k->weights +
						(size_t)f * k->in_depth, in,
						k->in_depth), state);
			*out++ = clamp_f32(sum, k->act_min, k->act_max);
		}
}
