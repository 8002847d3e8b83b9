#include "kern/m0/m0.h"
#include "kern/pool.h"
#include "kern/requant.h"

/* n / count for a quotient of at most 255, bit by bit. */
static int32_t divide(int32_t n, int32_t count)
{
	int32_t q = 0;

	for (int32_t bit = 1 << 7; bit; bit >>= 1) {
		int32_t part = count * bit;

		if (n >= part) {
			n -= part;
			q += bit;
		}
	}
	return q;
}

static int32_t sum_span(const struct kern_window *win, const int8_t *in,
			struct pool_span span)
{
	size_t pixel = (size_t)win->in.c;
	const int8_t *row = in + ((size_t)span.y0 * win->in.w + span.x0) *
				 pixel;
	int32_t sum = 0;

	for (int32_t y = span.y0; y < span.y1; y++, row += win->in.w * pixel) {
		const int8_t *at = row;

		for (int32_t x = span.x0; x < span.x1; x++, at += pixel)
			sum += *at;
	}
	return sum;
}

/* All channels of one output pixel. */
static void pool_pixel(const struct kern_pool_s8 *k, const int8_t *in,
		       struct pool_span span, int8_t *out)
{
	int32_t count = (span.y1 - span.y0) * (span.x1 - span.x0);

	for (int32_t c = 0; c < k->win.out.c; c++) {
		int32_t sum = sum_span(&k->win, in + c, span);
		int32_t mean = divide((sum < 0 ? -sum : sum) + count / 2,
				      count);

		*out++ = (int8_t)requant_clamp(sum < 0 ? -mean : mean,
					       k->act_min, k->act_max);
	}
}

void kern_m0_average_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
			     int8_t *out)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	for (int32_t n = 0; n < o->n; n++, in += (size_t)i->h * i->w * i->c)
		for (int32_t y = 0; y < o->h; y++)
			for (int32_t x = 0; x < o->w; x++, out += o->c)
				pool_pixel(k, in, pool_span(&k->win, y, x),
					   out);
}
