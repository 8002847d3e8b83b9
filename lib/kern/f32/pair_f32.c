#include "kern/broadcast.h"
#include "kern/f32/clamp_f32.h"
#include "kern/f32/f32.h"

static float value(enum kern_op op, float a, float b)
{
	switch (op) {
	case KERN_SUB: return a - b;
	case KERN_MUL: return a * b;
	case KERN_DIV: return a / b;
	case KERN_MINIMUM: return b < a ? b : a;
	case KERN_MAXIMUM: return b > a ? b : a;
	default: return a + b;
	}
}

static int32_t whole(enum kern_op op, int32_t a, int32_t b)
{
	uint32_t x = (uint32_t)a, y = (uint32_t)b;

	switch (op) {
	case KERN_SUB: return (int32_t)(x - y);
	case KERN_MUL: return (int32_t)(x * y);
	case KERN_DIV:
		return b == 0 ? 0 : b == -1 ? (int32_t)(0 - x) : a / b;
	case KERN_MINIMUM: return b < a ? b : a;
	case KERN_MAXIMUM: return b > a ? b : a;
	default: return (int32_t)(x + y);
	}
}

void kern_pair_f32(const struct kern_pair_f32 *k, const float *a,
		   const float *b, float *out)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);
	const struct kern_shape *o = &k->out;

	for (int32_t i = 0; i < o->n * o->h * o->w; i++) {
		int32_t w = i % o->w, h = i / o->w % o->h, n = i / o->w / o->h;
		const float *x = a + broadcast_row(&k->a, n, h, w);
		const float *y = b + broadcast_row(&k->b, n, h, w);

		for (int32_t c = 0; c < o->c; c++)
			*out++ = clamp_f32(value(k->op, x[c * a_step],
						 y[c * b_step]),
					   k->act_min, k->act_max);
	}
}

void kern_pair_s32(const struct kern_pair_f32 *k, const int32_t *a,
		   const int32_t *b, int32_t *out)
{
	size_t a_step = broadcast_step(&k->a), b_step = broadcast_step(&k->b);
	const struct kern_shape *o = &k->out;

	for (int32_t i = 0; i < o->n * o->h * o->w; i++) {
		int32_t w = i % o->w, h = i / o->w % o->h, n = i / o->w / o->h;
		const int32_t *x = a + broadcast_row(&k->a, n, h, w);
		const int32_t *y = b + broadcast_row(&k->b, n, h, w);

		for (int32_t c = 0; c < o->c; c++)
			*out++ = whole(k->op, x[c * a_step], y[c * b_step]);
	}
}
