#include <math.h>

#include "kern/ref/exp_s8.h"
#include "kern/requant.h"
#include "plan/plan_priv.h"

/*
 * The int8 functions of one value, as TensorFlow Lite Micro's reference
 * kernels compute them with double rounding, for all 256 values.
 */
struct curve {
	enum kern_op op;
	float in_scale, out_scale, alpha;
	int32_t in_zero, out_zero;
};

static int8_t to_int8(int32_t v)
{
	return (int8_t)requant_clamp(v, INT8_MIN, INT8_MAX);
}

static int32_t scaled(const struct curve *c, int32_t x, double real)
{
	struct plan_multiplier m = plan_quantize(real);

	return requant_add(requant_mul(x, m.multiplier, m.shift), c->out_zero);
}

static int32_t rescaled(const struct curve *c, int32_t x)
{
	return scaled(c, x, (double)c->in_scale / (double)c->out_scale);
}

static int8_t relu(const struct curve *c, int32_t x)
{
	int32_t v = rescaled(c, x);

	return to_int8(v < c->out_zero ? c->out_zero : v);
}

/* In and out share their scale. */
static int8_t relu6(const struct curve *c, int32_t x)
{
	int32_t six = to_int8((int32_t)fminf(roundf(6 / c->in_scale), 512) +
			      c->in_zero);

	return (int8_t)requant_clamp(x + c->in_zero, c->in_zero, six);
}

/* Both factors are rounded to single precision first. */
static int8_t leaky_relu(const struct curve *c, int32_t x)
{
	float real = x < 0 ? c->in_scale * c->alpha / c->out_scale
			   : c->in_scale / c->out_scale;

	return to_int8(scaled(c, x, (double)real));
}

/* LOGISTIC and TANH: from Q4 to outputs of 1/256 and 1/128. */
static int8_t sigmoid(const struct curve *c, int32_t x)
{
	struct plan_multiplier m = plan_quantize((double)c->in_scale * 0x1p27);
	int32_t radius = (int32_t)floor(ldexp(15, 27 - m.shift));
	int32_t y;

	if (x <= -radius || x >= radius)
		return x < 0 ? INT8_MIN : INT8_MAX;
	y = requant_mul(x, m.multiplier, m.shift);
	if (c->op == KERN_TANH)
		return to_int8(requant_round_shift(exp_s8_tanh(y), 24));
	return to_int8(requant_round_shift(exp_s8_logistic(y), 23) - 128);
}

/* ---- HARD_SWISH, in 16 bits --------------------------------------------- */

static int32_t to_int16(int64_t v)
{
	return v < INT16_MIN ? INT16_MIN : v > INT16_MAX ? INT16_MAX :
	       (int32_t)v;
}

/* A multiplier's upper half. */
static int32_t upper(int32_t multiplier)
{
	return multiplier >= INT32_MAX - (1 << 15) ? INT16_MAX :
	       (multiplier + (1 << 15)) >> 16;
}

static int32_t high_mul_16(int32_t a, int32_t b)
{
	return (a * b + (1 << 14)) >> 15;
}

/* x / 3 in Q15, from -1 to 1. */
static int32_t third(const struct curve *c, int32_t x)
{
	struct plan_multiplier m = plan_quantize((double)(
		1.0f / 128 * c->in_scale / (3.0f / 32768)));
	int32_t v = x;

	if (m.shift > 0)
		v = to_int16(v * (INT64_C(1) << (m.shift - 1)));
	v = high_mul_16(v, upper(m.multiplier));
	if (m.shift > 0)
		v = to_int16(v * 2);
	return m.shift < 0 ? requant_round_shift(v, -m.shift) : v;
}

static int8_t hard_swish(const struct curve *c, int32_t x)
{
	struct plan_multiplier m = plan_quantize((double)(
		1.0f / 128 * c->in_scale / c->out_scale));
	int32_t fine = x * 128;
	int32_t gate = (third(c, fine) + (1 << 15)) >> 1;
	int32_t v = gate * high_mul_16(fine, upper(m.multiplier)) / (1 << 15);

	return to_int8(requant_round_shift(v, -m.shift) + c->out_zero);
}

/* ---- the table ---------------------------------------------------------- */

typedef int8_t curve_value(const struct curve *c, int32_t x);

static int8_t quantize(const struct curve *c, int32_t x)
{
	return to_int8(rescaled(c, x));
}

/* NULL for other operations. */
static curve_value *value_of(enum kern_op op)
{
	switch (op) {
	case KERN_RELU: return relu;
	case KERN_RELU6: return relu6;
	case KERN_LEAKY_RELU: return leaky_relu;
	case KERN_HARD_SWISH: return hard_swish;
	case KERN_LOGISTIC:
	case KERN_TANH: return sigmoid;
	case KERN_QUANTIZE: return quantize;
	default: return NULL;
	}
}

void plan_rescale(const struct plan *plan, int op,
		  struct model_image_rescale *p)
{
	float in = plan_input(plan, op, 0)->quant.scales[0];
	float out = plan_output(plan, op)->quant.scales[0];
	float alpha = plan->model->ops[op].attr.alpha;
	bool is_leaky = plan->model->ops[op].op == KERN_LEAKY_RELU;
	struct plan_multiplier m, below;

	m = plan_quantize(is_leaky ? (double)(in / out) :
			  (double)in / (double)out);
	below = is_leaky ? plan_quantize((double)(in * alpha / out)) : m;
	*p = (struct model_image_rescale){ m.multiplier, m.shift,
					   below.multiplier, below.shift };
}

int plan_table(struct plan *plan, int index, struct err *err)
{
	const struct model_op *op = &plan->model->ops[index];
	curve_value *value = value_of(op->op);
	const struct model_quant *in, *out;
	struct curve c;
	int8_t *table;

	if (!value || plan_output(plan, index)->type != KERN_S8 ||
	    plan_input(plan, index, 0)->type != KERN_S8)
		return 0;
	in = &plan_input(plan, index, 0)->quant;
	out = &plan_output(plan, index)->quant;
	c = (struct curve){ op->op, in->scales[0], out->scales[0],
			    op->attr.alpha, in->zeros[0], out->zeros[0] };
	table = arena_array(&plan->memory, KERN_LOOKUP_BYTES, 1);
	if (!table)
		return err_nomem(err);
	for (int i = 0; i < KERN_LOOKUP_BYTES; i++)
		table[i] = value(&c, i - 128 - c.in_zero);
	plan->ops[index].table = table;
	return 0;
}
