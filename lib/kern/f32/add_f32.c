#include "kern/broadcast.h"
#include "kern/f32/clamp_f32.h"
#include "kern/kern.h"

/* One row of channels. */
static void add_row(const struct kern_add_f32 *k, const float *a,
		    const float *b, float *out)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);

	for (int32_t c = 0; c < k->out.c; c++)
		out[c] = clamp_f32(a[c * a_step] + b[c * b_step], k->act_min,
				   k->act_max);
}

void kern_add_f32(const struct kern_add_f32 *k, const float *a, const float *b,
		  float *out)
{
	const struct kern_shape *o = &k->out;

	for (int32_t n = 0; n < o->n; n++)
		for (int32_t h = 0; h < o->h; h++)
			for (int32_t w = 0; w < o->w; w++, out += o->c)
				add_row(k, a + broadcast_row(&k->a, n, h, w),
					b + broadcast_row(&k->b, n, h, w), out);
}
