#include <stdbool.h>

#include "kern/broadcast.h"
#include "kern/kern.h"
#include "kern/requant.h"

static int32_t scaled(int32_t x, int32_t left_shift, int32_t multiplier,
		      int32_t shift)
{
	return requant_mul(requant_shl(x, left_shift), multiplier, shift);
}

static int16_t finish(const struct kern_add_s8 *k, int32_t sum)
{
	int32_t v = requant_mul(sum, k->out_multiplier, k->out_shift);

	v = requant_add(v, k->out_zero);
	return (int16_t)requant_clamp(v, k->act_min, k->act_max);
}

/* One row of channels. */
static void row(const struct kern_add_s8 *k, const int16_t *a,
		const int16_t *b, int16_t *out, bool is_sub)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);

	for (int32_t c = 0; c < k->out.c; c++) {
		int32_t x = scaled(a[c * a_step] - k->a_zero, k->left_shift,
				   k->a_multiplier, k->a_shift);
		int32_t y = scaled(b[c * b_step] - k->b_zero, k->left_shift,
				   k->b_multiplier, k->b_shift);

		out[c] = finish(k, is_sub ? requant_sub(x, y) :
				requant_add(x, y));
	}
}

static void rows(const struct kern_add_s8 *k, const int16_t *a,
		 const int16_t *b, int16_t *out, bool is_sub)
{
	const struct kern_shape *o = &k->out;

	for (int32_t n = 0; n < o->n; n++)
		for (int32_t h = 0; h < o->h; h++)
			for (int32_t w = 0; w < o->w; w++, out += o->c)
				row(k, a + broadcast_row(&k->a, n, h, w),
				    b + broadcast_row(&k->b, n, h, w), out,
				    is_sub);
}

void kern_add_s16(const struct kern_add_s8 *k, const int16_t *a,
		  const int16_t *b, int16_t *out)
{
	rows(k, a, b, out, false);
}

void kern_sub_s16(const struct kern_add_s8 *k, const int16_t *a,
		  const int16_t *b, int16_t *out)
{
	rows(k, a, b, out, true);
}
