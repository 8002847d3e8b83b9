#include "kern/broadcast.h"
#include "kern/kern.h"
#include "kern/requant.h"

void kern_mul_s16(const struct kern_mul_s8 *k, const int16_t *a,
		  const int16_t *b, int16_t *out)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);
	const struct kern_shape *o = &k->out;

	for (int32_t i = 0; i < o->n * o->h * o->w; i++) {
		int32_t w = i % o->w, h = i / o->w % o->h, n = i / o->w / o->h;
		const int16_t *x = a + broadcast_row(&k->a, n, h, w);
		const int16_t *y = b + broadcast_row(&k->b, n, h, w);

		for (int32_t c = 0; c < o->c; c++) {
			int32_t v = x[c * a_step] * y[c * b_step];

			v = requant_mul(v, k->multiplier, k->shift);
			*out++ = (int16_t)requant_clamp(v, k->act_min,
							k->act_max);
		}
	}
}
