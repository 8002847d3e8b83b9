#include "kern/kern.h"
#include "kern/pool.h"
#include "kern/requant.h"

static int8_t average(const struct kern_pool_s8 *k, const int8_t *in,
		      struct pool_span span)
{
	int32_t count = (span.y1 - span.y0) * (span.x1 - span.x0), sum = 0;

	for (int32_t y = span.y0; y < span.y1; y++)
		for (int32_t x = span.x0; x < span.x1; x++)
			sum += in[((size_t)y * k->win.in.w + x) * k->win.in.c];
	sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
	return (int8_t)requant_clamp(sum, k->act_min, k->act_max);
}

void kern_average_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
			  int8_t *out)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	for (int32_t n = 0; n < o->n; n++, in += (size_t)i->h * i->w * i->c)
		for (int32_t y = 0; y < o->h; y++)
			for (int32_t x = 0; x < o->w; x++)
				for (int32_t c = 0; c < o->c; c++)
					*out++ = average(k, in + c,
						pool_span(&k->win, y, x));
}
