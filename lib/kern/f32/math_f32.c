#include "kern/f32/math_f32.h"

#include <stdint.h>
#include <string.h>

#include "kern/f32/exp_f32.h"

float any_exp_f32(float x)
{
	return x > 0 ? 1 / exp_f32(-x) : exp_f32(x);
}

/* x = 2^e m with sqrt(1/2) <= m < sqrt(2); x is normal. */
static float split(float x, int32_t *e)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	bits += 0x3f800000 - 0x3f3504f3;
	*e = (int32_t)(bits >> 23) - 127;
	bits = (bits & 0x007fffff) + 0x3f3504f3;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* log m = 2 artanh((m - 1) / (m + 1)), its series to s^9. */
float log_f32(float x)
{
	const float ln2_high = 0x1.62e400p-1f, ln2_low = 0x1.7f7d1cp-20f;
	float m, s, z, y, add = 0;
	int32_t e;

	if (!(x > 0))
		return x < 0 ? __builtin_nanf("") :
		       x == 0 ? -__builtin_inff() : x;
	if (x > 3.4028235e38f)
		return x;
	if (x < 0x1p-126f) {
		x *= 0x1p24f;
		add = -24;
	}
	m = split(x, &e);
	s = (m - 1) / (m + 1);
	z = s * s;
	y = 1.0f / 9;
	y = __builtin_fmaf(y, z, 1.0f / 7);
	y = __builtin_fmaf(y, z, 1.0f / 5);
	y = __builtin_fmaf(y, z, 1.0f / 3);
	y = 2 * __builtin_fmaf(s * z, y, s);
	y = __builtin_fmaf((float)e + add, ln2_low, y);
	return __builtin_fmaf((float)e + add, ln2_high, y);
}

float logistic_f32(float x)
{
	float e = exp_f32(x > 0 ? -x : x);

	return x > 0 ? 1 / (1 + e) : e / (1 + e);
}

/* The series near 0, where 1 - e^-2x would cancel. */
float tanh_f32(float x)
{
	float a = x < 0 ? -x : x, z = x * x, e;

	if (a < 0.125f) {
		e = __builtin_fmaf(z, -17.0f / 315, 2.0f / 15);
		e = __builtin_fmaf(z, e, -1.0f / 3);
		return __builtin_fmaf(x * z, e, x);
	}
	e = exp_f32(-2 * a);
	e = (1 - e) / (1 + e);
	return x < 0 ? -e : e;
}

/* Adding and taking away 2^23 leaves no fraction. */
float round_f32(float x)
{
	const float big = 0x1p23f;

	if (!(x < big && x > -big))
		return x;
	return x < 0 ? (x - big) + big : (x + big) - big;
}

float floor_f32(float x)
{
	float y = round_f32(x);

	return y > x ? y - 1 : y;
}
