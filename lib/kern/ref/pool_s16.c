#include "kern/kern.h"
#include "kern/pool.h"
#include "kern/requant.h"

static int32_t value(const struct kern_pool_s8 *k, const int16_t *in,
		     int32_t y, int32_t x)
{
	return in[((size_t)y * k->win.in.w + x) * k->win.in.c];
}

static int32_t average(const struct kern_pool_s8 *k, const int16_t *in,
		       struct pool_span span)
{
	int32_t count = (span.y1 - span.y0) * (span.x1 - span.x0), sum = 0;

	for (int32_t y = span.y0; y < span.y1; y++)
		for (int32_t x = span.x0; x < span.x1; x++)
			sum = requant_add(sum, value(k, in, y, x));
	sum = requant_add(sum, sum > 0 ? count / 2 : -(count / 2));
	return sum / count;
}

static int32_t maximum(const struct kern_pool_s8 *k, const int16_t *in,
		       struct pool_span span)
{
	int32_t max = INT16_MIN;

	for (int32_t y = span.y0; y < span.y1; y++)
		for (int32_t x = span.x0; x < span.x1; x++) {
			int32_t v = value(k, in, y, x);

			max = v > max ? v : max;
		}
	return max;
}

typedef int32_t pool_value(const struct kern_pool_s8 *k, const int16_t *in,
			   struct pool_span span);

static void pool(const struct kern_pool_s8 *k, const int16_t *in, int16_t *out,
		 pool_value *of)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	for (int32_t n = 0; n < o->n; n++, in += (size_t)i->h * i->w * i->c)
		for (int32_t y = 0; y < o->h; y++)
			for (int32_t x = 0; x < o->w; x++)
				for (int32_t c = 0; c < o->c; c++) {
					int32_t v = of(k, in + c,
						pool_span(&k->win, y, x));

					*out++ = (int16_t)requant_clamp(v,
						k->act_min, k->act_max);
				}
}

void kern_average_pool_s16(const struct kern_pool_s8 *k, const int16_t *in,
			   int16_t *out)
{
	pool(k, in, out, average);
}

void kern_max_pool_s16(const struct kern_pool_s8 *k, const int16_t *in,
		       int16_t *out)
{
	pool(k, in, out, maximum);
}
