#include <math.h>

#include "model/check_priv.h"

/* Window sizes in a model image. */
enum { STEP_MAX = 32767 };

/* ---- types and quantisation --------------------------------------------- */

static bool is_index(enum kern_type type)
{
	return type == KERN_S32 || type == KERN_S64;
}

static bool is_quantised(enum kern_type type)
{
	return type == KERN_S8 || type == KERN_S16 || type == KERN_S32;
}

/* QUANTIZE goes from float32 to int8, and between integers; SOFTMAX may give
 * int16 for int8. */
static bool types_match(const struct check *c, const struct model_tensor *in,
			const struct model_tensor *out)
{
	switch (c->op->op) {
	case KERN_QUANTIZE:
		if (in->type == KERN_F32)
			return out->type == KERN_S8;
		return is_quantised(in->type) && is_quantised(out->type);
	case KERN_SOFTMAX:
		return out->type == in->type ||
		       (in->type == KERN_S8 && out->type == KERN_S16);
	case KERN_DEQUANTIZE:
		return out->type == KERN_F32;
	case KERN_ARG_MAX:
	case KERN_SHAPE:
		return is_index(out->type);
	case KERN_CAST:
		return true;
	default:
		return out->type == in->type;
	}
}

static int check_types(const struct check *c)
{
	const struct kern_op_info *info = kern_op_info(c->op->op);
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *out = &c->model->tensors[c->op->output];

	if (!(info->types & 1 << in->type) || !types_match(c, in, out)) {
		check_fail(c, ERR_UNSUPPORTED, "no kernel takes %s and gives "
			   "%s", model_type_name(in->type),
			   model_type_name(out->type));
		err_hint(c->err, "int8 and float32 models run; convert with "
			 "int8 or float32 inputs and outputs");
		return ERR_UNSUPPORTED;
	}
	for (int i = 1; i < model_acts(c->op); i++)
		if (c->op->op == KERN_GATHER ?
		    !is_index(check_input(c, i)->type) :
		    check_input(c, i)->type != in->type)
			return check_fail(c, ERR_UNSUPPORTED, "its inputs "
					  "differ in type");
	return 0;
}

static bool is_scaled(const struct model_tensor *t)
{
	return t->type == KERN_S8 || t->type == KERN_S16;
}

/* An integer value that flows: one scale above 0.  Numbers of the other types
 * are what they are. */
static int check_scale(const struct check *c, const struct model_tensor *t)
{
	if (t->type == KERN_F32 ||
	    (!is_scaled(t) && c->op->op != KERN_QUANTIZE))
		return 0;
	if (t->quant.n != 1 || !(t->quant.scales[0] > 0)) {
		check_fail(c, ERR_RANGE, "tensor '%s' is %s without a scale "
			   "above 0", t->name, model_type_name(t->type));
		err_hint(c->err, "quantise the model fully: every activation "
			 "needs one scale and zero point");
		return ERR_RANGE;
	}
	if (t->type == KERN_S16 && t->quant.zeros[0] &&
	    c->op->op != KERN_QUANTIZE && c->op->op != KERN_SOFTMAX)
		return check_fail(c, ERR_UNSUPPORTED, "tensor '%s' is int16 "
				  "with a zero point other than 0", t->name);
	return 0;
}

static int check_scales(const struct check *c)
{
	int acts = model_acts(c->op);
	int kind = check_scale(c, &c->model->tensors[c->op->output]);

	for (int i = 0; i < acts && !kind; i++)
		kind = check_scale(c, check_input(c, i));
	return kind;
}

static bool same_scale(const struct model_tensor *x,
		       const struct model_tensor *y)
{
	float a = x->quant.scales[0], b = y->quant.scales[0];

	return x->quant.zeros[0] == y->quant.zeros[0] &&
	       fabsf(a - b) <= 1e-6f * (a > b ? a : b);
}

/* For operations that hand on values as they are. */
int check_same_scale(const struct check *c)
{
	const struct model_tensor *out = &c->model->tensors[c->op->output];

	if (!is_scaled(out))
		return 0;
	for (int i = 0; i < model_acts(c->op); i++)
		if (!same_scale(check_input(c, i), out))
			return check_fail(c, ERR_UNSUPPORTED, "input and "
					  "output differ in scale or zero "
					  "point");
	return 0;
}

/* Filter and bias of a convolution or fully connected layer with channels
 * outputs along the filter's axis. */
static int check_filter(const struct check *c, int axis)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *filter = check_input(c, 1);
	const struct model_quant *q = &filter->quant;

	if (filter->type != in->type &&
	    !(in->type == KERN_S16 && filter->type == KERN_S8)) {
		check_fail(c, ERR_UNSUPPORTED, "%s values meet a %s filter%s",
			   model_type_name(in->type),
			   model_type_name(filter->type),
			   in->type == KERN_F32 ? " (a hybrid model)" : "");
		err_hint(c->err, "convert with full integer quantisation, or "
			 "without any");
		return ERR_UNSUPPORTED;
	}
	if (in->type == KERN_F32)
		return 0;
	if (filter->type != KERN_S8)
		return check_fail(c, ERR_UNSUPPORTED, "filter '%s' is %s, not "
				  "int8", filter->name,
				  model_type_name(filter->type));
	if (q->n == 0 || (q->n != 1 && q->axis != axis))
		return check_fail(c, ERR_FORMAT, "filter '%s' needs one scale, "
				  "or one per output channel", filter->name);
	for (uint32_t i = 0; i < q->n; i++) {
		if (!(q->scales[i] > 0))
			return check_fail(c, ERR_RANGE, "filter '%s' has a "
					  "scale of 0", filter->name);
		if (q->zeros[i] != 0)
			return check_fail(c, ERR_UNSUPPORTED, "filter '%s' is "
					  "not symmetric: zero point %d",
					  filter->name, (int)q->zeros[i]);
	}
	return 0;
}

/* The bias is added to sums of in x filter, so it must be in their scale;
 * TensorFlow Lite allows 2% of an output step. */
static int check_bias_scale(const struct check *c,
			    const struct model_tensor *bias)
{
	const struct model_quant *in = &check_input(c, 0)->quant;
	const struct model_quant *filter = &check_input(c, 1)->quant;
	double step = c->model->tensors[c->op->output].quant.scales[0];

	if (bias->quant.n != filter->n)
		return 0;
	for (uint32_t i = 0; i < filter->n; i++) {
		double sum = (double)in->scales[0] * filter->scales[i];
		double off = fabs(sum - bias->quant.scales[i]);

		if (bias->quant.zeros[i] != 0 || off > 0.02 * step)
			return check_fail(c, ERR_FORMAT, "bias '%s' is not in "
					  "the scale input x filter",
					  bias->name);
	}
	return 0;
}

/* The types a bias may have. With int16 values it is int64, or int32 where
 * TensorFlow Lite has narrow sums too. */
static bool bias_type_valid(const struct check *c, enum kern_type bias)
{
	switch (check_input(c, 0)->type) {
	case KERN_F32:
		return bias == KERN_F32;
	case KERN_S16:
		return bias == KERN_S64 ||
		       (bias == KERN_S32 && (c->op->op == KERN_CONV_2D ||
			c->op->op == KERN_FULLY_CONNECTED));
	default:
		return bias == KERN_S32;
	}
}

static int check_bias(const struct check *c, int32_t channels)
{
	const struct model_tensor *bias = check_input(c, 2);

	if (!bias)
		return 0;
	if (model_elements(bias) != (size_t)channels)
		return check_fail(c, ERR_FORMAT, "bias '%s' must have %d "
				  "elements", bias->name, (int)channels);
	if (!bias_type_valid(c, bias->type))
		return check_fail(c, ERR_FORMAT, "bias '%s' cannot be %s "
				  "when values are %s", bias->name,
				  model_type_name(bias->type),
				  model_type_name(check_input(c, 0)->type));
	return bias->type == KERN_F32 ? 0 : check_bias_scale(c, bias);
}

/* Factors of 64-bit sums stay below 2^7. */
static int check_wide(const struct check *c)
{
	const struct model_quant *filter = &check_input(c, 1)->quant;
	double in, out;

	if (!model_is_wide(c->model, c->index))
		return 0;
	in = check_input(c, 0)->quant.scales[0];
	out = c->model->tensors[c->op->output].quant.scales[0];
	for (uint32_t i = 0; i < filter->n; i++)
		if (in * filter->scales[i] >= 127 * out)
			return check_fail(c, ERR_RANGE, "the output's scale "
					  "is too small for its inputs'");
	return 0;
}

static int check_act(const struct check *c)
{
	if ((unsigned)c->op->attr.act >= MODEL_ACT_COUNT)
		return check_fail(c, ERR_RANGE, "unknown activation %d",
				  (int)c->op->attr.act);
	return 0;
}

/* ---- shapes ------------------------------------------------------------- */

static int check_out_shape(const struct check *c, const int32_t dims[4])
{
	const struct model_tensor *out = &c->model->tensors[c->op->output];

	for (int i = 0; i < 4; i++)
		if (out->rank != 4 || out->dims[i] != dims[i])
			return check_fail(c, ERR_FORMAT, "output '%s' must "
					  "have the shape %dx%dx%dx%d",
					  out->name, (int)dims[0],
					  (int)dims[1], (int)dims[2],
					  (int)dims[3]);
	return 0;
}

static int check_steps(const struct check *c, const struct model_attr *t)
{
	const int32_t steps[] = { t->stride_h, t->stride_w, t->dilation_h,
				  t->dilation_w, t->filter_h, t->filter_w };

	for (int i = 0; i < 6; i++)
		if (steps[i] < 1 || steps[i] > STEP_MAX)
			return check_fail(c, ERR_RANGE, "stride, dilation or "
					  "filter size %d is not in 1 to %d",
					  (int)steps[i], STEP_MAX);
	if ((unsigned)t->padding > MODEL_PAD_EXPLICIT)
		return check_fail(c, ERR_RANGE, "unknown padding %d",
				  (int)t->padding);
	if (t->padding == MODEL_PAD_EXPLICIT &&
	    (t->pad_top < 0 || t->pad_top >= t->filter_h * t->dilation_h ||
	     t->pad_bottom < 0 ||
	     t->pad_bottom >= t->filter_h * t->dilation_h ||
	     t->pad_left < 0 || t->pad_left >= t->filter_w * t->dilation_w ||
	     t->pad_right < 0 || t->pad_right >= t->filter_w * t->dilation_w))
		return check_fail(c, ERR_RANGE, "padding does not lie in 0 to "
				  "the filter's size");
	return 0;
}

static int check_window(const struct check *c, int32_t channels)
{
	const struct model_tensor *in = check_input(c, 0);
	struct model_attr attr;
	struct model_window w;
	int kind;

	if (in->rank != 4)
		return check_fail(c, ERR_FORMAT, "input '%s' must have four "
				  "axes, NHWC", in->name);
	attr = model_attr(c->model, c->index);
	kind = check_steps(c, &attr);
	if (kind)
		return kind;
	w = model_window(c->model, c->index);
	if (w.out_h < 1 || w.out_w < 1)
		return check_fail(c, ERR_FORMAT, "the filter is larger than "
				  "its input");
	if (w.pad_top > STEP_MAX || w.pad_left > STEP_MAX)
		return check_fail(c, ERR_RANGE, "padding above %d", STEP_MAX);
	return check_out_shape(c, (int32_t[]){ in->dims[0], w.out_h, w.out_w,
					       channels });
}

static int check_conv(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *filter = check_input(c, 1);
	bool is_depthwise = c->op->op == KERN_DEPTHWISE_CONV_2D;
	int32_t multiplier = c->op->attr.depth_multiplier;
	int32_t out_c;
	int kind;

	if (!filter || filter->rank != 4 || in->rank != 4)
		return check_fail(c, ERR_FORMAT, "input and filter must have "
				  "four axes");
	out_c = filter->dims[is_depthwise ? 3 : 0];
	if (is_depthwise && (filter->dims[0] != 1 || out_c % in->dims[3] ||
			     (multiplier &&
			      multiplier != out_c / in->dims[3])))
		return check_fail(c, ERR_FORMAT, "filter '%s' does not fit %d "
				  "input channels", filter->name,
				  (int)in->dims[3]);
	if (!is_depthwise && filter->dims[3] != in->dims[3]) {
		check_fail(c, ERR_UNSUPPORTED, "filter '%s' takes %d of %d "
			   "input channels", filter->name,
			   (int)filter->dims[3], (int)in->dims[3]);
		err_hint(c->err, "grouped convolutions have no kernel; split "
			 "the input or use DEPTHWISE_CONV_2D");
		return ERR_UNSUPPORTED;
	}
	kind = check_filter(c, is_depthwise ? 3 : 0);
	if (!kind)
		kind = check_bias(c, out_c);
	if (!kind)
		kind = check_wide(c);
	return kind ? kind : check_window(c, out_c);
}

/* The window runs over the output and must give the input's size. */
static int check_transpose_conv(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *filter = check_input(c, 1);
	const struct model_tensor *out = &c->model->tensors[c->op->output];
	struct model_window w;
	struct model_attr attr;
	int kind;

	if (!filter || filter->rank != 4 || in->rank != 4 || out->rank != 4)
		return check_fail(c, ERR_FORMAT, "input, filter and output "
				  "must have four axes");
	if (filter->dims[3] != in->dims[3] || filter->dims[0] != out->dims[3])
		return check_fail(c, ERR_FORMAT, "filter '%s' does not fit %d "
				  "input and %d output channels", filter->name,
				  (int)in->dims[3], (int)out->dims[3]);
	attr = model_attr(c->model, c->index);
	kind = check_filter(c, 0);
	if (!kind)
		kind = check_bias(c, out->dims[3]);
	if (!kind)
		kind = check_wide(c);
	if (!kind)
		kind = check_steps(c, &attr);
	if (kind)
		return kind;
	w = model_window(c->model, c->index);
	if (attr.dilation_h != 1 || attr.dilation_w != 1 ||
	    w.pad_top > STEP_MAX || w.pad_left > STEP_MAX)
		return check_fail(c, ERR_RANGE, "dilation, or padding above "
				  "%d", STEP_MAX);
	if (in->dims[0] != out->dims[0] || in->dims[1] != w.out_h ||
	    in->dims[2] != w.out_w)
		return check_fail(c, ERR_FORMAT, "an output of %dx%d does not "
				  "come from an input of %dx%d",
				  (int)out->dims[1], (int)out->dims[2],
				  (int)in->dims[1], (int)in->dims[2]);
	return 0;
}

static int check_fc(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *filter = check_input(c, 1);
	const struct model_tensor *out = &c->model->tensors[c->op->output];
	size_t batches;
	int kind;

	if (!filter || filter->rank != 2)
		return check_fail(c, ERR_FORMAT, "the filter must have two "
				  "axes");
	batches = model_elements(in) / (size_t)filter->dims[1];
	if (model_elements(in) % (size_t)filter->dims[1] ||
	    out->rank < 1 || out->dims[out->rank - 1] != filter->dims[0] ||
	    model_elements(out) != batches * (size_t)filter->dims[0])
		return check_fail(c, ERR_FORMAT, "filter '%s' of %dx%d fits "
				  "input '%s' or output '%s' not",
				  filter->name, (int)filter->dims[0],
				  (int)filter->dims[1], in->name, out->name);
	kind = check_filter(c, 0);
	if (!kind && in->type != KERN_F32 &&
	    !isfinite(in->quant.scales[0] * filter->quant.scales[0]))
		kind = check_fail(c, ERR_RANGE, "the scales of input and "
				  "filter are too large");
	if (!kind)
		kind = check_bias(c, filter->dims[0]);
	return kind ? kind : check_wide(c);
}

static int check_pool(const struct check *c)
{
	const struct model_attr *t = &c->op->attr;
	const struct model_tensor *in = check_input(c, 0);
	int kind = check_same_scale(c);

	if (!kind && in->rank != 4)
		kind = check_fail(c, ERR_FORMAT, "input '%s' must have four "
				  "axes, NHWC", in->name);
	if (!kind && (t->dilation_h > 1 || t->dilation_w > 1))
		kind = check_fail(c, ERR_RANGE, "pools have no dilation");
	return kind ? kind : check_window(c, in->dims[3]);
}

/* Size of axis i counted from the last; 1 in front of the first. */
static int32_t axis_from_end(const struct model_tensor *t, int i)
{
	return i < t->rank ? t->dims[t->rank - 1 - i] : 1;
}

int check_broadcast(const struct check *c)
{
	const struct model_tensor *a = check_input(c, 0);
	const struct model_tensor *b = check_input(c, 1);
	const struct model_tensor *out = &c->model->tensors[c->op->output];
	int rank = a->rank > b->rank ? a->rank : b->rank;

	for (int i = 0; i < MODEL_RANK_MAX; i++) {
		int32_t x = axis_from_end(a, i), y = axis_from_end(b, i);

		if ((x != y && x != 1 && y != 1) || out->rank != rank ||
		    axis_from_end(out, i) != (x > y ? x : y))
			return check_fail(c, ERR_FORMAT, "'%s' and '%s' do "
					  "not add up to the shape of '%s'",
					  a->name, b->name, out->name);
	}
	return 0;
}

/* ADD and SUB. */
static int check_add(const struct check *c)
{
	const struct model_tensor *a = check_input(c, 0);
	const struct model_tensor *b = check_input(c, 1);
	const struct model_tensor *out = &c->model->tensors[c->op->output];
	int kind = check_broadcast(c);
	double most;

	if (kind || !is_scaled(a))
		return kind;
	most = a->quant.scales[0] > b->quant.scales[0] ?
		a->quant.scales[0] : b->quant.scales[0];
	if (2 * most >= (double)out->quant.scales[0] *
	    (a->type == KERN_S8 ? 1 << 20 : 1 << 15))
		return check_fail(c, ERR_RANGE, "the output's scale is too "
				  "small for its inputs'");
	return 0;
}

static int check_reshape(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *out = &c->model->tensors[c->op->output];

	if (c->op->input_count != 1)
		return check_fail(c, ERR_FORMAT, "it takes one input; the new "
				  "shape is its output's");
	if (model_elements(in) != model_elements(out))
		return check_fail(c, ERR_FORMAT, "'%s' and '%s' differ in "
				  "their number of elements", in->name,
				  out->name);
	return check_same_scale(c);
}

static int check_softmax(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *out = &c->model->tensors[c->op->output];
	double beta = c->op->attr.beta == 0 ? 1 : c->op->attr.beta;

	if (!model_same_shape(in, out) || in->rank < 1)
		return check_fail(c, ERR_FORMAT, "'%s' and '%s' differ in "
				  "shape", in->name, out->name);
	if (!isfinite(beta) || beta <= 0)
		return check_fail(c, ERR_RANGE, "beta is not above 0");
	if (in->type == KERN_F32)
		return 0;
	if (in->dims[in->rank - 1] > KERN_SOFTMAX_DEPTH_MAX)
		return check_fail(c, ERR_LIMIT, "more than %d classes",
				  KERN_SOFTMAX_DEPTH_MAX);
	if (out->type == KERN_S8 ? out->quant.scales[0] != 1.0f / 256 ||
				   out->quant.zeros[0] != -128 :
	    fabsf(out->quant.scales[0] * 65536 - 1) > 0.001f ||
	    out->quant.zeros[0] != INT16_MIN)
		return check_fail(c, ERR_UNSUPPORTED, "its output must have "
				  "scale 1/%d and zero point %d",
				  out->type == KERN_S8 ? 256 : 65536,
				  out->type == KERN_S8 ? -128 : INT16_MIN);
	if (beta * in->quant.scales[0] * (1 << 26) < 1)
		return check_fail(c, ERR_RANGE, "the input's scale is too "
				  "small");
	return 0;
}

int check_op(const struct check *c)
{
	int kind = check_types(c);

	if (!kind)
		kind = check_scales(c);
	if (!kind)
		kind = check_act(c);
	if (kind)
		return kind;
	switch (c->op->op) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
		return check_conv(c);
	case KERN_TRANSPOSE_CONV:
		return check_transpose_conv(c);
	case KERN_FULLY_CONNECTED:
		return check_fc(c);
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		return check_pool(c);
	case KERN_ADD:
	case KERN_SUB:
		return check_add(c);
	case KERN_RESHAPE:
		return check_reshape(c);
	case KERN_SOFTMAX:
		return check_softmax(c);
	case KERN_SVDF:
	case KERN_UNIDIRECTIONAL_SEQUENCE_LSTM:
		return check_stateful(c);
	default:
		return check_more(c);
	}
}
