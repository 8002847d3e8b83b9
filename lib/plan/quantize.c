#include <math.h>
#include <string.h>

#include "plan/plan_priv.h"
#include "run/op.h"

/* Only frexp, round, floor and the four operations: exact or correctly
 * rounded everywhere, so the constants are the same on every machine. */

struct plan_multiplier plan_quantize(double real)
{
	struct plan_multiplier m = { 0, 0 };
	int shift;
	int64_t q;

	if (real == 0 || isnan(real))
		return m;
	if (isinf(real))
		real = 0x1p31;
	q = (int64_t)round(frexp(real, &shift) * 0x1p31);
	if (q == INT64_C(1) << 31) {
		q /= 2;
		shift++;
	}
	if (shift < -31)
		return m;
	if (shift > 30) {
		shift = 30;
		q = INT32_MAX;
	}
	m.multiplier = (int32_t)q;
	m.shift = shift;
	return m;
}

/* The same factor without a shift to the right, and so without its rounding:
 * a smaller multiplier, good to 2^-31. */
static struct plan_multiplier unshifted(struct plan_multiplier m)
{
	int n = -m.shift;

	if (n <= 0)
		return m;
	m.multiplier = (int32_t)((m.multiplier + (INT64_C(1) << (n - 1))) >> n);
	m.shift = 0;
	return m;
}

/* Input times filter: TensorFlow Lite multiplies in single precision where a
 * fully connected layer has one scale, in double precision elsewhere. */
static double sum_scale(const struct plan *plan, int index, uint32_t channel)
{
	const struct model_quant *filter = &plan_input(plan, index, 1)->quant;
	float in = plan_input(plan, index, 0)->quant.scales[0];

	if (plan->model->ops[index].op == KERN_FULLY_CONNECTED &&
	    filter->n == 1)
		return (double)(in * filter->scales[0]);
	return (double)in * (double)filter->scales[channel];
}

bool plan_is_conv(const struct plan *plan, int index)
{
	enum kern_op op = plan->model->ops[index].op;

	return op == KERN_CONV_2D || op == KERN_DEPTHWISE_CONV_2D ||
	       op == KERN_TRANSPOSE_CONV;
}

bool plan_is_layer(const struct plan *plan, int index)
{
	return plan_is_conv(plan, index) ||
	       plan->model->ops[index].op == KERN_FULLY_CONNECTED;
}

int plan_requant(struct plan *plan, int index, struct err *err)
{
	struct plan_op *p = &plan->ops[index];
	const struct model_quant *filter, *out;
	int32_t *multipliers;
	int8_t *shifts;

	if (!plan_is_layer(plan, index) ||
	    plan_output(plan, index)->type == KERN_F32)
		return 0;
	filter = &plan_input(plan, index, 1)->quant;
	out = &plan_output(plan, index)->quant;
	multipliers = arena_array(&plan->memory, filter->n, 4);
	shifts = arena_array(&plan->memory, filter->n, 1);
	if (!multipliers || !shifts)
		return err_nomem(err);
	for (uint32_t i = 0; i < filter->n; i++) {
		double real = sum_scale(plan, index, i) /
			      (double)out->scales[0];
		struct plan_multiplier m = plan_quantize(real);

		if (plan->model->ops[index].attr.rounds_once)
			m = unshifted(m);
		multipliers[i] = m.multiplier;
		shifts[i] = (int8_t)m.shift;
	}
	p->requant_count = filter->n;
	p->multipliers = multipliers;
	p->shifts = shifts;
	return 0;
}

/* ---- activations -------------------------------------------------------- */

static int32_t float_bits(float value)
{
	int32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* A real value in the tensor's steps, halves away from zero. */
static int32_t in_steps(const struct model_tensor *t, float real)
{
	int32_t min = t->type == KERN_S16 ? INT16_MIN : INT8_MIN;
	int32_t max = t->type == KERN_S16 ? INT16_MAX : INT8_MAX;
	float steps = roundf(real / t->quant.scales[0]) +
		      (float)t->quant.zeros[0];

	return steps < (float)min ? min : steps > (float)max ? max :
	       (int32_t)steps;
}

void plan_act_range(const struct plan *plan, int index, int32_t *min,
		    int32_t *max)
{
	static const float low[] = { -INFINITY, 0, -1, 0 };
	static const float high[] = { INFINITY, INFINITY, 1, 6 };
	const struct model_tensor *out = plan_output(plan, index);
	enum model_act act = plan->model->ops[index].attr.act;

	if (out->type == KERN_F32) {
		*min = float_bits(low[act]);
		*max = float_bits(high[act]);
		return;
	}
	*min = in_steps(out, low[act]);
	*max = in_steps(out, high[act]);
}

/* ---- parameter blocks --------------------------------------------------- */

struct kern_shape plan_shape(const struct model_tensor *tensor)
{
	int32_t d[4] = { 1, 1, 1, 1 };

	for (int i = 0; i < tensor->rank; i++)
		d[4 - tensor->rank + i] = tensor->dims[i];
	return (struct kern_shape){ d[0], d[1], d[2], d[3] };
}

struct kern_window plan_window(const struct plan *plan, int index)
{
	struct model_attr a = model_attr(plan->model, index);
	struct model_window w = model_window(plan->model, index);

	return (struct kern_window){
		.in = plan_shape(plan_input(plan, index, 0)),
		.out = plan_shape(plan_output(plan, index)),
		.kernel_h = a.filter_h, .kernel_w = a.filter_w,
		.stride_h = a.stride_h, .stride_w = a.stride_w,
		.dilation_h = a.dilation_h, .dilation_w = a.dilation_w,
		.pad_top = w.pad_top, .pad_left = w.pad_left,
	};
}

struct kern_overlap plan_overlap(const struct plan *plan, int index)
{
	enum kern_op op = plan->model->ops[index].op;
	struct kern_window win;

	if (op != KERN_CONV_2D && op != KERN_DEPTHWISE_CONV_2D)
		return (struct kern_overlap){ 0, 0 };
	win = plan_window(plan, index);
	return run_overlap(op, plan->ops[index].packing,
			   plan_output(plan, index)->type, &win);
}

static void conv_params(const struct plan *plan, int index,
			struct model_image_conv *p)
{
	struct kern_window w = plan_window(plan, index);

	*p = (struct model_image_conv){
		.kernel_h = w.kernel_h, .kernel_w = w.kernel_w,
		.stride_h = w.stride_h, .stride_w = w.stride_w,
		.dilation_h = w.dilation_h, .dilation_w = w.dilation_w,
		.pad_top = w.pad_top, .pad_left = w.pad_left,
	};
	plan_act_range(plan, index, &p->act_min, &p->act_max);
}

static void pool_params(const struct plan *plan, int index,
			struct model_image_pool *p)
{
	struct kern_window w = plan_window(plan, index);

	*p = (struct model_image_pool){
		.kernel_h = w.kernel_h, .kernel_w = w.kernel_w,
		.stride_h = w.stride_h, .stride_w = w.stride_w,
		.pad_top = w.pad_top, .pad_left = w.pad_left,
	};
	plan_act_range(plan, index, &p->act_min, &p->act_max);
}

enum { ADD_SHIFT = 20, ADD_SHIFT_S16 = 15 };	/* TFLite's left_shift */

/* TFLite divides in double precision for ADD, in single for SUB. */
static double ratio(const struct plan *plan, int index, float a, float b)
{
	if (plan->model->ops[index].op == KERN_SUB)
		return (double)(a / b);
	return (double)a / (double)b;
}

static void add_params(const struct plan *plan, int index,
		       struct model_image_add *p)
{
	const struct model_quant *a = &plan_input(plan, index, 0)->quant;
	const struct model_quant *b = &plan_input(plan, index, 1)->quant;
	const struct model_quant *out = &plan_output(plan, index)->quant;
	struct plan_multiplier x, y, z;
	float most, unit;
	int left_shift;

	*p = (struct model_image_add){ 0 };
	plan_act_range(plan, index, &p->act_min, &p->act_max);
	if (plan_output(plan, index)->type == KERN_F32)
		return;
	left_shift = plan_output(plan, index)->type == KERN_S8 ?
		ADD_SHIFT : ADD_SHIFT_S16;
	most = 2 * fmaxf(a->scales[0], b->scales[0]);
	unit = (float)(1 << left_shift) * out->scales[0];
	x = plan_quantize(ratio(plan, index, a->scales[0], most));
	y = plan_quantize(ratio(plan, index, b->scales[0], most));
	z = plan_quantize(ratio(plan, index, most, unit));
	p->left_shift = left_shift;
	p->a_multiplier = x.multiplier;
	p->a_shift = x.shift;
	p->b_multiplier = y.multiplier;
	p->b_shift = y.shift;
	p->out_multiplier = z.multiplier;
	p->out_shift = z.shift;
}

static void mul_params(const struct plan *plan, int index,
		       struct model_image_mul *p)
{
	double a = (double)plan_input(plan, index, 0)->quant.scales[0];
	double b = (double)plan_input(plan, index, 1)->quant.scales[0];
	struct plan_multiplier m = plan_quantize(a * b / (double)
		plan_output(plan, index)->quant.scales[0]);

	p->multiplier = m.multiplier;
	p->shift = m.shift;
	plan_act_range(plan, index, &p->act_min, &p->act_max);
}

/* Integer bits of the difference to the row's maximum, in TFLite's Q5.26. */
enum { SOFTMAX_BITS = 5 };

static void softmax_params(const struct plan *plan, int index,
			   struct model_image_softmax *p)
{
	const struct model_tensor *in = plan_input(plan, index, 0);
	float beta = model_attr(plan->model, index).beta;
	struct plan_multiplier m;
	double real;

	*p = (struct model_image_softmax){ 0 };
	if (in->type == KERN_F32) {
		p->beta = (uint32_t)float_bits(beta);
		return;
	}
	real = (double)beta * (double)in->quant.scales[0] *
	       (1 << (31 - SOFTMAX_BITS));
	m = plan_quantize(fmin(real, 2147483647.0));
	p->multiplier = m.multiplier;
	p->left_shift = m.shift;
	p->diff_min = -(int32_t)floor(ldexp((1 << SOFTMAX_BITS) - 1,
					    31 - SOFTMAX_BITS - m.shift));
}

/* The block of a layer: int16 ones have a word behind it. */
static size_t layer_params(const struct plan *plan, int op,
			   union plan_params *block)
{
	bool is_s16 = plan_output(plan, op)->type == KERN_S16;
	uint32_t is_wide = model_is_wide(plan->model, op);

	if (plan_is_conv(plan, op)) {
		conv_params(plan, op, &block->conv);
		block->conv_s16.is_wide = is_wide;
		return is_s16 ? sizeof(block->conv_s16) : sizeof(block->conv);
	}
	block->fc = (struct model_image_fc){ 0 };
	plan_act_range(plan, op, &block->fc.act_min, &block->fc.act_max);
	block->fc_s16.is_wide = is_wide;
	return is_s16 ? sizeof(block->fc_s16) : sizeof(block->fc);
}

static bool is_curve_s16(const struct plan *plan, int op)
{
	enum kern_op kind = plan->model->ops[op].op;

	return (kind == KERN_LOGISTIC || kind == KERN_TANH) &&
	       plan_output(plan, op)->type == KERN_S16;
}

size_t plan_params(const struct plan *plan, int op, union plan_params *block)
{
	size_t bytes;

	if (plan_host_params(plan, op, block, &bytes))
		return bytes;
	switch (plan->model->ops[op].op) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
	case KERN_TRANSPOSE_CONV:
	case KERN_FULLY_CONNECTED:
		return layer_params(plan, op, block);
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		pool_params(plan, op, &block->pool);
		return sizeof(block->pool);
	case KERN_ADD:
	case KERN_SUB:
		add_params(plan, op, &block->add);
		return sizeof(block->add);
	case KERN_SOFTMAX:
		softmax_params(plan, op, &block->softmax);
		return sizeof(block->softmax);
	case KERN_MUL:
		mul_params(plan, op, &block->mul);
		return sizeof(block->mul);
	case KERN_PAD:
	case KERN_PADV2:
		plan_pad(plan, op, &block->pad);
		return sizeof(block->pad);
	case KERN_STRIDED_SLICE:
	case KERN_TRANSPOSE:
		plan_gather(plan, op, &block->gather);
		return sizeof(block->gather);
	case KERN_CONCATENATION:
		block->concat.axis = plan_concat_axis(plan, op);
		return sizeof(block->concat);
	case KERN_MEAN:
		plan_mean(plan, op, &block->mean);
		return sizeof(block->mean);
	case KERN_RESIZE_BILINEAR:
		plan_bilinear(plan, op, &block->bilinear);
		return sizeof(block->bilinear);
	case KERN_RESIZE_NEAREST_NEIGHBOR:
		block->nearest = (struct model_image_resize_nearest){ 0, 0 };
		return sizeof(block->nearest);
	case KERN_SVDF:
		plan_svdf(plan, op, &block->svdf);
		return sizeof(block->svdf);
	case KERN_UNIDIRECTIONAL_SEQUENCE_LSTM:
		plan_lstm(plan, op, &block->lstm);
		return sizeof(block->lstm);
	case KERN_RESHAPE:
	case KERN_MINIMUM:
	case KERN_MAXIMUM:
		return 0;
	default:
		if (is_curve_s16(plan, op)) {
			plan_curve_s16(plan, op, &block->curve_s16);
			return sizeof(block->curve_s16);
		}
		if (!plan->ops[op].table) {
			plan_rescale(plan, op, &block->rescale);
			return sizeof(block->rescale);
		}
		block->lookup.table_at = 0;
		return sizeof(block->lookup);
	}
}

/* ---- kernels' structs ---------------------------------------------------- */

static struct kern_requant requant_of(const struct plan *plan, int index)
{
	const struct plan_op *p = &plan->ops[index];

	return (struct kern_requant){ p->multipliers, p->shifts,
				      p->requant_count > 1 };
}

static const void *constant(const struct plan *plan, int index, int input)
{
	const struct model_tensor *t = plan_input(plan, index, input);

	return t ? t->data : NULL;
}

struct kern_conv_s8 plan_conv(const struct plan *plan, int index)
{
	return (struct kern_conv_s8){
		.win = plan_window(plan, index),
		.weights = constant(plan, index, 1),
		.bias = constant(plan, index, 2),
		.requant = requant_of(plan, index),
		.in_zero = plan_input(plan, index, 0)->quant.zeros[0],
		.out_zero = plan_output(plan, index)->quant.zeros[0],
	};
}

struct kern_fc_s8 plan_fc(const struct plan *plan, int index)
{
	const struct model_tensor *filter = plan_input(plan, index, 1);
	const struct model_tensor *out = plan_output(plan, index);

	return (struct kern_fc_s8){
		.batches = (int32_t)(model_elements(out) /
				     (size_t)filter->dims[0]),
		.in_depth = filter->dims[1], .out_depth = filter->dims[0],
		.weights = constant(plan, index, 1),
		.bias = constant(plan, index, 2),
		.requant = requant_of(plan, index),
		.in_zero = plan_input(plan, index, 0)->quant.zeros[0],
		.out_zero = out->quant.zeros[0],
	};
}
