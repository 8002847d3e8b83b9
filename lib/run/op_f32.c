#include "run/op_f32.h"

#include <string.h>

#include "bits/err.h"

float step_float(uint32_t bits)
{
	float x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

int step_clamp_f32(int32_t min_bits, int32_t max_bits, float *min, float *max)
{
	*min = step_float((uint32_t)min_bits);
	*max = step_float((uint32_t)max_bits);
	return *min <= *max ? 0 : ERR_RANGE;
}

bool step_no_requant(uint32_t multipliers_at, uint32_t shifts_at,
		     uint32_t count)
{
	return multipliers_at == MODEL_IMAGE_NOWHERE &&
	       shifts_at == MODEL_IMAGE_NOWHERE && !count;
}
