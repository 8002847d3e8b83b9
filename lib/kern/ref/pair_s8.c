#include "kern/broadcast.h"
#include "kern/kern.h"
#include "kern/requant.h"

void kern_mul_s8(const struct kern_mul_s8 *k, const int8_t *a, const int8_t *b,
		 int8_t *out)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);
	const struct kern_shape *o = &k->out;

	for (int32_t i = 0; i < o->n * o->h * o->w; i++) {
		int32_t w = i % o->w, h = i / o->w % o->h, n = i / o->w / o->h;
		const int8_t *x = a + broadcast_row(&k->a, n, h, w);
		const int8_t *y = b + broadcast_row(&k->b, n, h, w);

		for (int32_t c = 0; c < o->c; c++) {
			int32_t v = (x[c * a_step] - k->a_zero) *
				    (y[c * b_step] - k->b_zero);

			v = requant_mul(v, k->multiplier, k->shift);
			v = requant_add(v, k->out_zero);
			*out++ = (int8_t)requant_clamp(v, k->act_min,
						       k->act_max);
		}
	}
}

static int8_t choose(int8_t a, int8_t b, int sign)
{
	return sign * a < sign * b ? a : b;
}

/* The smaller, or with sign -1 the greater. */
static void pick(const struct kern_pair_s8 *k, const int8_t *a,
		 const int8_t *b, int8_t *out, int sign)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);
	const struct kern_shape *o = &k->out;

	for (int32_t i = 0; i < o->n * o->h * o->w; i++) {
		int32_t w = i % o->w, h = i / o->w % o->h, n = i / o->w / o->h;
		const int8_t *x = a + broadcast_row(&k->a, n, h, w);
		const int8_t *y = b + broadcast_row(&k->b, n, h, w);

		for (int32_t c = 0; c < o->c; c++)
			*out++ = choose(x[c * a_step], y[c * b_step], sign);
	}
}

void kern_minimum_s8(const struct kern_pair_s8 *k, const int8_t *a,
		     const int8_t *b, int8_t *out)
{
	pick(k, a, b, out, 1);
}

void kern_maximum_s8(const struct kern_pair_s8 *k, const int8_t *a,
		     const int8_t *b, int8_t *out)
{
	pick(k, a, b, out, -1);
}
