#include "kern/f32/clamp_f32.h"
#include "kern/kern.h"
#include "kern/pool.h"

static float maximum(const struct kern_pool_f32 *k, const float *in,
		     struct pool_span span)
{
	float max = -__builtin_inff();

	for (int32_t y = span.y0; y < span.y1; y++)
		for (int32_t x = span.x0; x < span.x1; x++) {
			float v = in[((size_t)y * k->win.in.w + x) *
				     k->win.in.c];

			max = v > max ? v : max;
		}
	return clamp_f32(max, k->act_min, k->act_max);
}

void kern_max_pool_f32(const struct kern_pool_f32 *k, const float *in,
		       float *out)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	for (int32_t n = 0; n < o->n; n++, in += (size_t)i->h * i->w * i->c)
		for (int32_t y = 0; y < o->h; y++)
			for (int32_t x = 0; x < o->w; x++)
				for (int32_t c = 0; c < o->c; c++)
					*out++ = maximum(k, in + c,
						pool_span(&k->win, y, x));
}
