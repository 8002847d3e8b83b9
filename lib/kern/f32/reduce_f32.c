#include "kern/broadcast.h"
#include "kern/f32/f32.h"

static void take(const struct kern_reduce_f32 *k, const float *in, float *out)
{
	const struct kern_shape *s = &k->in;
	size_t step = broadcast_step(&k->out);

	for (int32_t i = 0; i < s->n * s->h * s->w; i++) {
		int32_t w = i % s->w, h = i / s->w % s->h, n = i / s->w / s->h;
		float *y = out + broadcast_row(&k->out, n, h, w);

		for (int32_t c = 0; c < s->c; c++, y += step) {
			float x = *in++;

			if (k->op == KERN_REDUCE_MAX)
				*y = x > *y ? x : *y;
			else
				*y += x;
		}
	}
}

void kern_reduce_f32(const struct kern_reduce_f32 *k, const float *in,
		     float *out)
{
	size_t outputs = (size_t)k->out.n * k->out.h * k->out.w * k->out.c;
	size_t inputs = (size_t)k->in.n * k->in.h * k->in.w * k->in.c;
	float first = k->op == KERN_REDUCE_MAX ? -__builtin_inff() : 0;

	for (size_t i = 0; i < outputs; i++)
		out[i] = first;
	take(k, in, out);
	for (size_t i = 0; k->op == KERN_MEAN && i < outputs; i++)
		out[i] /= (float)(inputs / outputs);
}
