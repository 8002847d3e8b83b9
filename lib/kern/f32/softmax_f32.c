#include "kern/f32/exp_f32.h"
#include "kern/kern.h"

static void softmax_row(const struct kern_softmax_f32 *k, const float *in,
			float *out)
{
	float max = in[0], sum = 0;

	for (int32_t c = 1; c < k->depth; c++)
		max = in[c] > max ? in[c] : max;
	for (int32_t c = 0; c < k->depth; c++) {
		out[c] = exp_f32((in[c] - max) * k->beta);
		sum += out[c];
	}
	for (int32_t c = 0; c < k->depth; c++)
		out[c] /= sum;
}

void kern_softmax_f32(const struct kern_softmax_f32 *k, const float *in,
		      float *out)
{
	for (int32_t r = 0; r < k->rows; r++)
		softmax_row(k, in + (size_t)r * k->depth,
			    out + (size_t)r * k->depth);
}
