#include "kern/f32/exp_f32.h"

#include <stdint.h>
#include <string.h>

static float power_of_two(int32_t n)	/* -126 ... 127 */
{
	uint32_t bits = (uint32_t)(n + 127) << 23;
	float y;

	memcpy(&y, &bits, sizeof(y));
	return y;
}

float exp_f32(float x)
{
	const float per_ln2 = 0x1.715476p+0f, ln2_high = 0x1.62e400p-1f,
		    ln2_low = 0x1.7f7d1cp-20f;
	static const float inverse_factorial[] = {
		0x1.a01a02p-13f, 0x1.6c16c2p-10f, 0x1.111112p-7f,
		0x1.555556p-5f, 0x1.555556p-3f, 0x1p-1f, 1, 1,
	};
	float r, y = 0;
	int32_t n;

	if (!(x >= -87.3f))
		return x < 0 ? 0 : x;		/* NaN stays NaN */
	n = (int32_t)(x * per_ln2 - 0.5f);	/* truncation, x <= 0 */
	r = __builtin_fmaf((float)-n, ln2_high, x);
	r = __builtin_fmaf((float)-n, ln2_low, r);
	for (int i = 0; i < 8; i++)
		y = __builtin_fmaf(y, r, inverse_factorial[i]);
	return y * power_of_two(n);
}
