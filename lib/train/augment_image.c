#include <string.h>

#include "base/fmath.h"
#include "train/augment.h"

#define DEGREE 0x1.1df46a2529d39p-6	/* pi / 180 */

/* Where pixel (y, x) of the copy comes from: a turn and stretch about the
 * middle, then a move. */
struct map {
	double yy, yx, y0, xy, xx, x0;
};

static struct map draw_map(const struct project_augment *a,
			   struct augment_shape s, struct rng *rng)
{
	double angle = augment_between(rng, a->turn) * DEGREE;
	double zoom = 1 + augment_between(rng, a->scale / 100);
	double cosine = fmath_cos(angle) * zoom, sine = fmath_sin(angle) * zoom;
	double my = ((double)s.h - 1) / 2, mx = ((double)s.w - 1) / 2;
	double mirror = rng_below(rng, 2) && strcmp(a->flip, "yes") == 0 ?
			-1 : 1;
	struct map map = { .yy = cosine, .yx = sine * mirror, .xy = -sine,
			   .xx = cosine * mirror };

	map.y0 = my - map.yy * my - map.yx * mx +
		 augment_between(rng, a->move / 100 * (double)s.h);
	map.x0 = mx - map.xy * my - map.xx * mx +
		 augment_between(rng, a->move / 100 * (double)s.w);
	return map;
}

/* Position x among n, edges repeated: the pixel below, and the way on. */
static size_t below(double x, size_t n, double *part)
{
	size_t i;

	if (!(x > 0))
		x = 0;
	if (x > (double)(n - 1))
		x = (double)(n - 1);
	i = (size_t)x;
	*part = x - (double)i;
	return i;
}

static void take_pixel(struct augment_shape s, const float *in, double y,
		       double x, float *out)
{
	double py, px;
	size_t iy = below(y, s.h, &py), ix = below(x, s.w, &px);
	size_t dy = py > 0 ? s.w * s.c : 0, dx = px > 0 ? s.c : 0;
	const float *from = in + (iy * s.w + ix) * s.c;

	for (size_t c = 0; c < s.c; c++, from++) {
		double top = from[0] + px * ((double)from[dx] - from[0]);
		double low = from[dy] + px * ((double)from[dy + dx] -
					      from[dy]);

		out[c] = (float)(top + py * (low - top));
	}
}

static void brighten(float *x, size_t n, double factor)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(factor * x[i]);
}

static double mean_of(const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i];
	return sum / (double)n;
}

/* The square may hang over the edge. */
static void cut_out(const struct project_augment *a, struct augment_shape s,
		    struct rng *rng, float *x)
{
	long side = (long)(a->cutout / 100 * (double)s.h + 0.5);
	long y0 = (long)rng_below(rng, (uint32_t)s.h) - side / 2;
	long x0 = (long)rng_below(rng, (uint32_t)s.w) - side / 2;
	float mean = (float)mean_of(x, s.h * s.w * s.c);

	for (long y = y0 < 0 ? 0 : y0; y < y0 + side && y < (long)s.h; y++)
		for (long k = x0 < 0 ? 0 : x0; k < x0 + side && k < (long)s.w;
		     k++)
			for (size_t c = 0; c < s.c; c++)
				x[((size_t)y * s.w + (size_t)k) * s.c + c] =
					mean;
}

void augment_image(const struct project_augment *a, struct augment_shape s,
		   const float *in, struct rng *rng, float *out)
{
	struct map map = draw_map(a, s, rng);

	for (size_t y = 0; y < s.h; y++)
		for (size_t x = 0; x < s.w; x++)
			take_pixel(s, in,
				   map.yy * (double)y + map.yx * (double)x +
				   map.y0,
				   map.xy * (double)y + map.xx * (double)x +
				   map.x0, out + (y * s.w + x) * s.c);
	if (a->brightness > 0)
		brighten(out, s.h * s.w * s.c,
			 1 + augment_between(rng, a->brightness / 100));
	if (a->cutout > 0)
		cut_out(a, s, rng, out);
}
