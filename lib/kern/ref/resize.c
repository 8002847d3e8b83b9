#include <string.h>

#include "kern/kern.h"
#include "kern/requant.h"

void kern_resize_nearest(const struct kern_resize_nearest *k, const void *in,
			 void *out)
{
	size_t pixel = (size_t)k->in.c * (size_t)k->element_bytes;
	const uint8_t *from = in;
	uint8_t *to = out;

	for (int32_t n = 0; n < k->out.n; n++)
		for (int32_t y = 0; y < k->out.h; y++)
			for (int32_t x = 0; x < k->out.w; x++, to += pixel) {
				size_t row = (size_t)n * k->in.h + k->rows[y];

				memcpy(to, from + (row * k->in.w +
						   k->columns[x]) * pixel,
				       pixel);
			}
}

/* ---- bilinear ----------------------------------------------------------- */

enum { UNIT = 1 << 10 };	/* places between two inputs */

/* Two neighbours of an axis and how far the second weighs, of UNIT. */
struct between {
	int32_t low, high, part;
};

static struct between between(const struct kern_resize_bilinear_s8 *k,
			      int32_t i, int32_t scale, int32_t size)
{
	int32_t at = i * scale + (k->is_half_pixel ? scale / 2 - UNIT / 2 : 0);
	struct between b = {
		requant_clamp(at / UNIT, 0, size - 1),
		requant_clamp((at + UNIT - 1) / UNIT, 0, size - 1), 0,
	};

	b.part = at - UNIT * b.low;
	return b;
}

static int8_t mix(const struct kern_resize_bilinear_s8 *k, const int8_t *in,
		  struct between y, struct between x)
{
	size_t row = (size_t)k->in.w * k->in.c, pixel = (size_t)k->in.c;
	const int8_t *low = in + y.low * row, *high = in + y.high * row;
	int64_t left = (int64_t)low[x.low * pixel] * (UNIT - y.part) +
		       (int64_t)high[x.low * pixel] * y.part;
	int64_t right = (int64_t)low[x.high * pixel] * (UNIT - y.part) +
			(int64_t)high[x.high * pixel] * y.part;
	int64_t sum = left * (UNIT - x.part) + right * x.part;
	int64_t half = UNIT * UNIT / 2;

	return (int8_t)((sum + (sum > 0 ? half : -half)) / (UNIT * UNIT));
}

void kern_resize_bilinear_s8(const struct kern_resize_bilinear_s8 *k,
			     const int8_t *in, int8_t *out)
{
	const struct kern_shape *i = &k->in, *o = &k->out;

	for (int32_t n = 0; n < o->n; n++, in += (size_t)i->h * i->w * i->c)
		for (int32_t h = 0; h < o->h; h++) {
			struct between y = between(k, h, k->scale_h, i->h);

			for (int32_t w = 0; w < o->w; w++) {
				struct between x = between(k, w, k->scale_w,
							   i->w);

				for (int32_t c = 0; c < o->c; c++)
					*out++ = mix(k, in + c, y, x);
			}
		}
}
