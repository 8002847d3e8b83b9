#include "kern/f32/clamp_f32.h"
#include "kern/kern.h"

static float row_sum(const struct kern_fc_f32 *k, const float *in, int32_t o)
{
	const float *weights = k->weights + (size_t)o * k->in_depth;
	float sum = 0;

	for (int32_t d = 0; d < k->in_depth; d++)
		sum = __builtin_fmaf(in[d], weights[d], sum);
	return k->bias ? sum + k->bias[o] : sum;
}

void kern_fc_f32(const struct kern_fc_f32 *k, const float *in, float *out)
{
	for (int32_t b = 0; b < k->batches; b++, in += k->in_depth)
		for (int32_t o = 0; o < k->out_depth; o++)
			*out++ = clamp_f32(row_sum(k, in, o), k->act_min,
					   k->act_max);
}
