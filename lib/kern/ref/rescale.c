#include "kern/kern.h"
#include "kern/requant.h"

static int32_t element(const struct kern_rescale *k, const void *in, int32_t i)
{
	switch (k->in_type) {
	case KERN_S8:
		return ((const int8_t *)in)[i];
	case KERN_S16:
		return ((const int16_t *)in)[i];
	default:
		return ((const int32_t *)in)[i];
	}
}

void kern_rescale(const struct kern_rescale *k, const void *in, int16_t *out)
{
	for (int32_t i = 0; i < k->count; i++) {
		int32_t x = requant_sub(element(k, in, i), k->in_zero);

		x = x < 0 ? requant_mul(x, k->below_multiplier,
					k->below_shift) :
			requant_mul(x, k->multiplier, k->shift);
		out[i] = (int16_t)requant_clamp(x, INT16_MIN, INT16_MAX);
	}
}
