#include "features/design.h"

#include <math.h>

#include "base/fmath.h"

#define PI 0x1.921fb54442d18p+1
#define LN10 0x1.26bb1bbb55516p+1

/* One of a pair of analog poles, with a positive imaginary part. */
struct pole {
	double re, im;
};

/* Twice the rate of the bilinear transform, whatever the rate. */
enum { TWICE = 4 };

static double warped(double edge)
{
	return TWICE * fmath_sin(PI * edge / 2) / fmath_cos(PI * edge / 2);
}

/* z = (4 + p) / (4 - p); returns |4 - p|^2. */
static double bilinear(struct pole p, struct design_section *section)
{
	double re = TWICE - p.re, size = re * re + p.im * p.im;
	double zre = ((TWICE + p.re) * re - p.im * p.im) / size;
	double zim = 2 * TWICE * p.im / size;

	section->a[0] = 1;
	section->a[1] = -2 * zre;
	section->a[2] = zre * zre + zim * zim;
	return size;
}

/* Of pole i from the negative real axis; the last is nearest to the imaginary
 * axis, so to the unit circle. */
static double angle_of(int i, int order)
{
	return PI * (2 * i + 1) / (2 * order);
}

/* Sections from poles; zeros at -1, or +1 when high. */
static void place(const struct pole *poles, int count, double gain,
		  bool is_high, struct design_section *sections)
{
	for (int i = 0; i < count; i++) {
		struct design_section *s = &sections[i];

		gain /= bilinear(poles[i], s);
		s->b[0] = s->b[2] = 1;
		s->b[1] = is_high ? -2 : 2;
	}
	for (int i = 0; i < 3; i++)
		sections[0].b[i] *= gain;
}

void design_butterworth(int order, double edge, bool is_high,
			struct design_section *sections)
{
	double w = warped(edge), gain = 1;
	struct pole poles[DESIGN_ORDER_MAX / 2];

	for (int i = 0; i < order / 2; i++) {
		double angle = angle_of(i, order);

		/* highpass: w / p, which for |p| = 1 is its conjugate */
		poles[i] = (struct pole){ -w * fmath_cos(angle),
					  w * fmath_sin(angle) };
		gain *= is_high ? TWICE * TWICE : w * w;
	}
	place(poles, order / 2, gain, is_high, sections);
}

void design_chebyshev(int order, double ripple_db, double edge,
		      struct design_section *sections)
{
	double e = sqrt(fmath_exp(ripple_db / 10 * LN10) - 1);
	double mu = fmath_log(1 / e + sqrt(1 / (e * e) + 1)) / order;
	double grow = fmath_exp(mu), w = warped(edge);
	double across = (grow + 1 / grow) / 2, along = (grow - 1 / grow) / 2;
	double gain = 1 / sqrt(1 + e * e);
	struct pole poles[DESIGN_ORDER_MAX / 2];

	for (int i = 0; i < order / 2; i++) {
		double angle = angle_of(i, order);
		struct pole p = { -along * fmath_cos(angle),
				  across * fmath_sin(angle) };

		gain *= (p.re * p.re + p.im * p.im) * w * w;
		poles[i] = (struct pole){ p.re * w, p.im * w };
	}
	place(poles, order / 2, gain, false, sections);
}
