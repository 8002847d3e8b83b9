#include "kern/kern.h"
#include "kern/requant.h"

static int32_t value(const struct kern_mean *k, const void *in, size_t at)
{
	return k->type == KERN_S8 ? ((const int8_t *)in)[at]
				  : ((const int16_t *)in)[at];
}

/* How many elements of an axis go into one output. */
static int32_t span(int32_t in, int32_t out)
{
	return out == 1 ? in : 1;
}

/* The sum of what output (n, h, w, c) covers. */
static int32_t total(const struct kern_mean *k, const void *in, int32_t n,
		     int32_t h, int32_t w, int32_t c)
{
	const struct kern_shape *i = &k->in, *o = &k->out;
	int32_t sum = 0;

	for (int32_t a = n; a < n + span(i->n, o->n); a++)
		for (int32_t b = h; b < h + span(i->h, o->h); b++)
			for (int32_t d = w; d < w + span(i->w, o->w); d++)
				for (int32_t e = c;
				     e < c + span(i->c, o->c); e++)
					sum = requant_add(sum, value(k, in,
						(((size_t)a * i->h + b) *
						 i->w + d) * i->c + e));
	return sum;
}

static void put(const struct kern_mean *k, void *out, size_t at, int32_t sum)
{
	const struct kern_shape *i = &k->in, *o = &k->out;
	uint32_t count = (uint32_t)span(i->n, o->n) * (uint32_t)span(i->h,
			 o->h) * (uint32_t)span(i->w, o->w) *
			 (uint32_t)span(i->c, o->c);
	int32_t zeros = (int32_t)((uint32_t)k->in_zero * count);
	int32_t v = requant_mul(requant_sub(sum, zeros), k->multiplier,
				k->shift);

	v = requant_add(v, k->out_zero);
	if (k->type == KERN_S8)
		((int8_t *)out)[at] = (int8_t)requant_clamp(v, INT8_MIN,
							    INT8_MAX);
	else
		((int16_t *)out)[at] = (int16_t)requant_clamp(v, INT16_MIN,
							      INT16_MAX);
}

void kern_mean(const struct kern_mean *k, const void *in, void *out)
{
	const struct kern_shape *o = &k->out;
	size_t at = 0;

	for (int32_t n = 0; n < o->n; n++)
		for (int32_t h = 0; h < o->h; h++)
			for (int32_t w = 0; w < o->w; w++)
				for (int32_t c = 0; c < o->c; c++)
					put(k, out, at++, total(k, in, n, h,
								w, c));
}
