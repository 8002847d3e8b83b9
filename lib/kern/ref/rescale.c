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

static void put(const struct kern_rescale *k, void *out, int32_t i, int32_t x)
{
	x = requant_add(x, k->out_zero);
	if (k->out_type == KERN_S8)
		((int8_t *)out)[i] = (int8_t)requant_clamp(x, INT8_MIN,
							   INT8_MAX);
	else if (k->out_type == KERN_S16)
		((int16_t *)out)[i] = (int16_t)requant_clamp(x, INT16_MIN,
							     INT16_MAX);
	else
		((int32_t *)out)[i] = x;
}

void kern_rescale(const struct kern_rescale *k, const void *in, void *out)
{
	for (int32_t i = 0; i < k->count; i++) {
		int32_t x = requant_sub(element(k, in, i), k->in_zero);

		x = x < 0 ? requant_mul(x, k->below_multiplier,
					k->below_shift) :
			requant_mul(x, k->multiplier, k->shift);
		put(k, out, i, x);
	}
}
