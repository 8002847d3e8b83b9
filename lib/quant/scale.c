#include "quant/scale.h"

#include <math.h>

double quant_round(double x)
{
	return x < 0 ? -floor(0.5 - x) : floor(x + 0.5);
}

struct quant_scale quant_scale_s8(struct quant_range r)
{
	double min = r.min < 0 ? r.min : 0, max = r.max > 0 ? r.max : 0;
	struct quant_scale s = { 1, 0 };
	double zero;

	if (max - min < 1e-20)
		return s;
	s.scale = (float)((max - min) / 255);
	zero = quant_round(-128 - min / (double)s.scale);
	s.zero = zero < -128 ? -128 : zero > 127 ? 127 : (int32_t)zero;
	return s;
}

int8_t quant_s8(struct quant_scale s, double x, int min)
{
	double q = quant_round(x / (double)s.scale) + s.zero;

	return (int8_t)(q < min ? min : q > 127 ? 127 : q);
}

double quant_nearest(struct quant_scale s, double x)
{
	return (double)s.scale * (quant_s8(s, x, -128) - s.zero);
}
