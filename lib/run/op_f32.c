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

int step_constants_f32(const struct run_step *step,
		       const struct model_image_constants *at, uint32_t bytes,
		       int32_t channels, struct step_constants_f32 *c)
{
	const void *bias;
	int err = step_bias(step, at->bias_at, channels, &bias);

	c->bias = bias;
	c->weights = step_weights(step, at, bytes, 4);
	if (err || !c->weights || at->multipliers_at != MODEL_IMAGE_NOWHERE ||
	    at->shifts_at != MODEL_IMAGE_NOWHERE || at->requant_count)
		return ERR_RANGE;
	return 0;
}
