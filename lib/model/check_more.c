#include <math.h>

#include "model/check_priv.h"

static const struct model_tensor *output(const struct check *c)
{
	return &c->model->tensors[c->op->output];
}

/* Input i as n whole numbers. */
static const int32_t *numbers(const struct check *c, int i, int n)
{
	const struct model_tensor *t = check_input(c, i);

	if (t && t->type == KERN_S32 && model_elements(t) == (size_t)n)
		return t->data;
	check_fail(c, ERR_FORMAT, "input %d must be int32[%d]", i, n);
	return NULL;
}

static int wrong_shape(const struct check *c)
{
	return check_fail(c, ERR_FORMAT, "output '%s' has another shape than "
			  "the operation gives", output(c)->name);
}

static int check_pad(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0), *out = output(c);
	const struct model_tensor *value = check_input(c, 2);
	const int32_t *pads = numbers(c, 1, 2 * in->rank);

	if (!pads)
		return ERR_FORMAT;
	if (c->op->op == KERN_PADV2 &&
	    (!value || value->type != in->type || model_elements(value) != 1))
		return check_fail(c, ERR_FORMAT, "its value must be one %s",
				  model_type_name(in->type));
	if (out->rank != in->rank)
		return wrong_shape(c);
	for (int i = 0; i < in->rank; i++)
		if (pads[2 * i] < 0 || pads[2 * i + 1] < 0 ||
		    (int64_t)in->dims[i] + pads[2 * i] + pads[2 * i + 1] !=
		    out->dims[i])
			return wrong_shape(c);
	return check_same_scale(c);
}

static int check_slice(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0), *out = output(c);
	const int32_t *steps = NULL;
	int rank = 0;

	for (int i = 1; i <= 3; i++) {
		steps = numbers(c, i, in->rank);
		if (!steps)
			return ERR_FORMAT;
	}
	for (int i = 0; i < in->rank; i++) {
		struct model_slice s;

		if (steps[i] == 0 || steps[i] == INT32_MIN)
			return check_fail(c, ERR_RANGE, "stride %d",
					  (int)steps[i]);
		s = model_slice(c->model, c->index, i);
		if (s.count < 1)
			return check_fail(c, ERR_RANGE, "nothing is left of "
					  "axis %d", i);
		if (c->op->attr.shrink_mask >> i & 1)
			continue;
		if (rank >= out->rank || out->dims[rank++] != s.count)
			return wrong_shape(c);
	}
	return rank == out->rank ? check_same_scale(c) : wrong_shape(c);
}

static int check_transpose(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0), *out = output(c);
	const int32_t *order = numbers(c, 1, in->rank);
	unsigned seen = 0;

	if (!order)
		return ERR_FORMAT;
	for (int i = 0; i < in->rank; i++) {
		if (order[i] < 0 || order[i] >= in->rank ||
		    seen >> order[i] & 1)
			return check_fail(c, ERR_RANGE, "'%s' is no order of "
					  "the axes", check_input(c, 1)->name);
		seen |= 1u << order[i];
		if (out->rank != in->rank ||
		    out->dims[i] != in->dims[order[i]])
			return wrong_shape(c);
	}
	return check_same_scale(c);
}

static int check_concat(const struct check *c)
{
	const struct model_tensor *out = output(c);
	int64_t axis = c->op->attr.axis, sum = 0;

	axis += axis < 0 ? out->rank : 0;
	if (axis < 0 || axis >= out->rank)
		return check_fail(c, ERR_RANGE, "axis %d",
				  (int)c->op->attr.axis);
	if (c->op->attr.act)
		return check_fail(c, ERR_UNSUPPORTED, "it has an activation");
	for (int i = 0; i < c->op->input_count; i++) {
		const struct model_tensor *in = check_input(c, i);

		if (!in || in->rank != out->rank)
			return wrong_shape(c);
		for (int k = 0; k < in->rank; k++)
			if (k != axis && in->dims[k] != out->dims[k])
				return wrong_shape(c);
		sum += in->dims[axis];
	}
	return sum == out->dims[axis] ? check_same_scale(c) : wrong_shape(c);
}

/* The new size is a constant; places in an image are int16. */
static int check_resize(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0), *out = output(c);
	const struct model_attr *attr = &c->op->attr;
	const int32_t *size = numbers(c, 1, 2);

	if (!size)
		return ERR_FORMAT;
	if (in->rank != 4 || out->rank != 4 || in->dims[0] != out->dims[0] ||
	    in->dims[3] != out->dims[3] || out->dims[1] != size[0] ||
	    out->dims[2] != size[1])
		return wrong_shape(c);
	for (int i = 1; i <= 2; i++)
		if (in->dims[i] > INT16_MAX || out->dims[i] > INT16_MAX)
			return check_fail(c, ERR_RANGE, "an image is larger "
					  "than %d rows or columns",
					  INT16_MAX);
	if (c->op->op == KERN_RESIZE_BILINEAR && attr->align_corners &&
	    attr->half_pixel)
		return check_fail(c, ERR_FORMAT, "it aligns corners and "
				  "centers of pixels at once");
	return check_same_scale(c);
}

/* ---- functions of one value --------------------------------------------- */

static int check_output_scale(const struct check *c, float scale, int zero)
{
	const struct model_quant *q = &output(c)->quant;

	if (q->scales[0] == scale && q->zeros[0] == zero)
		return 0;
	return check_fail(c, ERR_UNSUPPORTED, "its output must have scale "
			  "1/%d and zero point %d", (int)(1 / scale), zero);
}

/* LOGISTIC and TANH: the factor of 2^-27 steps fits its table's maker. */
static int check_sigmoid_s16(const struct check *c)
{
	/* the factor of 2^-12 / 3 steps has 15 bits */
	if (check_input(c, 0)->quant.scales[0] * 12288 > INT16_MAX)
		return check_fail(c, ERR_RANGE, "the input's scale is too "
				  "large");
	if (fabsf(output(c)->quant.scales[0] * 32768 - 1) > 0.0006f)
		return check_fail(c, ERR_UNSUPPORTED, "its output must have "
				  "scale 1/32768");
	return 0;
}

static int check_sigmoid(const struct check *c)
{
	double real = (double)check_input(c, 0)->quant.scales[0] * 0x1p27;

	if (output(c)->type == KERN_S16)
		return check_sigmoid_s16(c);
	if (real < 1 || real >= 0x1p30)
		return check_fail(c, ERR_RANGE, "the input's scale is too "
				  "small or too large");
	return c->op->op == KERN_TANH ? check_output_scale(c, 1.0f / 128, 0) :
		check_output_scale(c, 1.0f / 256, -128);
}

static int check_curve(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0), *out = output(c);
	float alpha = c->op->attr.alpha;

	if (!model_same_shape(in, out))
		return wrong_shape(c);
	if (in->type == KERN_F32)
		return 0;
	switch (c->op->op) {
	case KERN_RELU6:
		return check_same_scale(c);
	case KERN_LEAKY_RELU:
		if (isfinite(alpha) && alpha >= 0)
			return 0;
		return check_fail(c, ERR_UNSUPPORTED, "its slope is below 0");
	case KERN_HARD_SWISH:
		if (in->quant.scales[0] < 64 * out->quant.scales[0])
			return 0;
		return check_fail(c, ERR_RANGE, "the output's scale is too "
				  "small for its input's");
	case KERN_LOGISTIC:
	case KERN_TANH:
		return check_sigmoid(c);
	default:
		return 0;
	}
}

int check_more(const struct check *c)
{
	int kind;

	switch (c->op->op) {
	case KERN_PAD:
	case KERN_PADV2:
		return check_pad(c);
	case KERN_STRIDED_SLICE:
		return check_slice(c);
	case KERN_TRANSPOSE:
		return check_transpose(c);
	case KERN_CONCATENATION:
		return check_concat(c);
	case KERN_RESIZE_NEAREST_NEIGHBOR:
	case KERN_RESIZE_BILINEAR:
		return check_resize(c);
	case KERN_MUL:
		return check_broadcast(c);
	case KERN_MINIMUM:
	case KERN_MAXIMUM:
		kind = check_broadcast(c);
		return kind ? kind : check_same_scale(c);
	case KERN_RELU:
	case KERN_RELU6:
	case KERN_LEAKY_RELU:
	case KERN_HARD_SWISH:
	case KERN_LOGISTIC:
	case KERN_TANH:
	case KERN_QUANTIZE:
		return check_curve(c);
	default:
		return check_host(c);
	}
}
