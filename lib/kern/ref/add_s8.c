#include "kern/broadcast.h"
#include "kern/kern.h"
#include "kern/requant.h"

static int8_t add(const struct kern_add_s8 *k, int32_t a, int32_t b)
{
	int32_t x = requant_mul(requant_shl(a - k->a_zero, k->left_shift),
				k->a_multiplier, k->a_shift);
	int32_t y = requant_mul(requant_shl(b - k->b_zero, k->left_shift),
				k->b_multiplier, k->b_shift);
	int32_t v = requant_mul(requant_add(x, y), k->out_multiplier,
				k->out_shift);

	v = requant_add(v, k->out_zero);
	return (int8_t)requant_clamp(v, k->act_min, k->act_max);
}

/* One row of channels. */
static void add_row(const struct kern_add_s8 *k, const int8_t *a,
		    const int8_t *b, int8_t *out)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);

	for (int32_t c = 0; c < k->out.c; c++)
		out[c] = add(k, a[c * a_step], b[c * b_step]);
}

void kern_add_s8(const struct kern_add_s8 *k, const int8_t *a, const int8_t *b,
		 int8_t *out)
{
	const struct kern_shape *o = &k->out;

	for (int32_t n = 0; n < o->n; n++)
		for (int32_t h = 0; h < o->h; h++)
			for (int32_t w = 0; w < o->w; w++, out += o->c)
				add_row(k, a + broadcast_row(&k->a, n, h, w),
					b + broadcast_row(&k->b, n, h, w), out);
}
