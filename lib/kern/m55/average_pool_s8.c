#include "kern/m55/m55.h"
#include "kern/m55/output.h"
#include "kern/pool.h"
#include "kern/requant.h"

/* Eight channels at a time, summed in 16 bits. */
enum { LANES = 8, AREA_MAX = INT16_MAX / 128 };

static int8_t average(const struct kern_pool_s8 *k, int32_t sum, int32_t count)
{
	sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
	return (int8_t)requant_clamp(sum, k->act_min, k->act_max);
}

/* One pixel of the output. */
static void pool_pixel(const struct kern_pool_s8 *k, const int8_t *in,
		       struct pool_span span, int8_t *out)
{
	int32_t channels = k->win.in.c, rows = span.y1 - span.y0;
	int32_t columns = span.x1 - span.x0;
	size_t pixel = (size_t)channels, pitch = k->win.in.w * pixel;

	in += span.y0 * pitch + span.x0 * pixel;
	for (int32_t c = 0; c < channels; c += LANES, in += LANES) {
		int32_t n = channels - c < LANES ? channels - c : LANES;
		const int8_t *row = in;
		int16_t sums[LANES] = { 0 };

		for (int32_t y = 0; y < rows; y++, row += pitch)
			simd_sum8(sums, row, pixel, columns, n);
		for (int32_t i = 0; i < n; i++)
			*out++ = average(k, sums[i], rows * columns);
	}
}

void kern_m55_average_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
			      int8_t *out)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	size_t image = (size_t)i->h * i->w * i->c;

	if (k->win.kernel_h > AREA_MAX ||
	    k->win.kernel_w > AREA_MAX / k->win.kernel_h) {
		kern_average_pool_s8(k, in, out);
		return;
	}
	for (int32_t n = 0; n < o->n; n++, in += image)
		for (int32_t y = 0; y < o->h; y++)
			for (int32_t x = 0; x < o->w; x++, out += o->c)
				pool_pixel(k, in, pool_span(&k->win, y, x),
					   out);
}
