#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "train/augment.h"

#define PI 0x1.921fb54442d18p+1
#define DEGREE 0x1.1df46a2529d39p-6	/* pi / 180 */

/* Rotation by an angle about a unit axis (Rodrigues). */
static void draw_turn(double degrees, struct rng *rng, double m[3][3])
{
	double angle = augment_between(rng, degrees) * DEGREE;
	double c = fmath_cos(angle), s = fmath_sin(angle), k[3], length = 0;

	for (int i = 0; i < 3; i++) {
		k[i] = augment_normal(rng);
		length += k[i] * k[i];
	}
	length = sqrt(length) + 1e-9;
	for (int i = 0; i < 3; i++)
		k[i] /= length;
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			m[i][j] = (i == j ? c : 0) + (1 - c) * k[i] * k[j];
	m[0][1] -= s * k[2];
	m[1][0] += s * k[2];
	m[0][2] += s * k[1];
	m[2][0] -= s * k[1];
	m[1][2] -= s * k[0];
	m[2][1] += s * k[0];
}

static void turn_row(double m[3][3], float *v)
{
	double x = v[0], y = v[1], z = v[2];

	for (int i = 0; i < 3; i++)
		v[i] = (float)(m[i][0] * x + m[i][1] * y + m[i][2] * z);
}

/* Row t comes from t + size sin(2 pi t / h + phase) - size sin(phase), whose
 * slope stays within 1 - warp and 1 + warp. */
static void warp_rows(size_t h, size_t n, double warp, const float *in,
		      struct rng *rng, float *out)
{
	double phase = 2 * PI * (double)rng_unit(rng);
	double size = augment_between(rng, warp) * (double)h / (2 * PI);

	for (size_t t = 0; t < h; t++, out += n) {
		double x = (double)t + size *
			   (fmath_sin(2 * PI * (double)t / (double)h + phase) -
			    fmath_sin(phase));
		double last = (double)(h - 1), part;
		const float *from;
		size_t next;

		x = x > 0 ? x : 0;
		x = x < last ? x : last;
		from = in + (size_t)x * n;
		part = x - (double)(size_t)x;
		next = part > 0 ? n : 0;
		for (size_t i = 0; i < n; i++)
			out[i] = (float)(from[i] + part *
				 ((double)from[i + next] - from[i]));
	}
}

static void add_noise(double share, struct rng *rng, float *x, size_t n)
{
	double sum = 0, level;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * x[i];
	level = share * sqrt(sum / (double)n);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(x[i] + level * augment_normal(rng));
}

void augment_axes(const struct project_augment *a, struct augment_shape s,
		  const float *in, struct rng *rng, float *out)
{
	size_t n = s.w * s.c, all = s.h * n;
	double m[3][3];

	if (a->warp > 0)
		warp_rows(s.h, n, a->warp / 100, in, rng, out);
	else
		memcpy(out, in, all * sizeof(*out));
	if (a->turn > 0) {
		draw_turn(a->turn, rng, m);
		for (size_t t = 0; t < s.h; t++)
			for (size_t i = 0; i + 3 <= n; i += 3)
				turn_row(m, out + t * n + i);
	}
	if (a->scale > 0) {
		double factor = 1 + augment_between(rng, a->scale / 100);

		for (size_t i = 0; i < all; i++)
			out[i] = (float)(factor * out[i]);
	}
	if (a->jitter > 0)
		add_noise(a->jitter / 100, rng, out, all);
}
