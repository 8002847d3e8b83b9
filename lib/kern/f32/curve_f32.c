#include "kern/f32/f32.h"
#include "kern/f32/math_f32.h"

static float at_least(float x, float min)
{
	return x < min ? min : x;
}

static float at_most(float x, float max)
{
	return x > max ? max : x;
}

static float value(const struct kern_curve_f32 *k, float x)
{
	switch (k->op) {
	case KERN_RELU: return at_least(x, 0);
	case KERN_RELU6: return at_most(at_least(x, 0), 6);
	case KERN_LEAKY_RELU: return x < 0 ? k->alpha * x : x;
	case KERN_ELU: return x < 0 ? any_exp_f32(x) - 1 : x;
	case KERN_HARD_SWISH:
		return x * at_most(at_least(x + 3, 0), 6) / 6;
	case KERN_LOGISTIC: return logistic_f32(x);
	case KERN_TANH: return tanh_f32(x);
	case KERN_EXP: return any_exp_f32(x);
	case KERN_LOG: return log_f32(x);
	case KERN_SQRT: return __builtin_sqrtf(x);
	case KERN_ABS: return x < 0 ? -x : x;
	case KERN_NEG: return -x;
	case KERN_FLOOR: return floor_f32(x);
	case KERN_CEIL: return -floor_f32(-x);
	case KERN_ROUND: return round_f32(x);
	default: return x;
	}
}

void kern_curve_f32(const struct kern_curve_f32 *k, const float *in,
		    float *out)
{
	for (size_t i = 0; i < k->count; i++)
		out[i] = value(k, in[i]);
}
