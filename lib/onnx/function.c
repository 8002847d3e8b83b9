#include <math.h>
#include <string.h>

#include "onnx/onnx_priv.h"

/* Functions of one value, element by element. */

/* ---- Relu, Clip --------------------------------------------------------- */

/* Operations that may end in an activation. */
static bool may_fuse(const struct model_op *op)
{
	switch (op->op) {
	case KERN_CONV_2D: case KERN_DEPTHWISE_CONV_2D:
	case KERN_FULLY_CONNECTED: case KERN_ADD: case KERN_SUB:
	case KERN_MUL: case KERN_AVERAGE_POOL_2D: case KERN_MAX_POOL_2D:
		return !op->attr.act;
	default:
		return false;
	}
}

/* The limit as a constant; INFINITY of that sign when it is absent. False
 * when it flows. */
static bool limit(struct onnx *o, const char *name, int input, float *value)
{
	const struct onnx_value *v = onnx_in(o, input);

	if (!v)
		*value = onnx_float(o, name, *value);
	else if (!onnx_is_floats(v) || onnx_elements(v) != 1)
		return false;
	else
		*value = v->floats[0];
	if (fabsf(*value) > 3.4e38f)
		*value = *value < 0 ? -INFINITY : INFINITY;
	return true;
}

static int bounded(struct onnx *o, enum kern_op op, int tensor, int input,
		   bool is_known, float value)
{
	if (is_known && isinf(value))
		return tensor;
	if (is_known)
		return onnx_with(o, op, tensor, value);
	if (!onnx_in(o, input)->is_float) {
		onnx_fail(o, ERR_UNSUPPORTED, "a limit is not float32");
		return -1;
	}
	return onnx_broadcast(o, op, tensor, onnx_plain(o, onnx_in(o, input)));
}

static int known_act(float low, float high)
{
	if (low == 0 && isinf(high))
		return MODEL_ACT_RELU;
	if (low == 0 && high == 6)
		return MODEL_ACT_RELU6;
	if (low == -1 && high == 1)
		return MODEL_ACT_RELU_N1_TO_1;
	return MODEL_ACT_NONE;
}

int onnx_relu(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	bool is_relu = onnx_is(o->node.op, "Relu"), is_last, is_low, is_high;
	float low = is_relu ? 0 : -INFINITY, high = INFINITY;
	struct model_op *op = onnx_writer(o, in);
	int act = MODEL_ACT_RELU, tensor;

	if (!in->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input is not "
				 "float32");
	is_low = is_relu || limit(o, "min", 1, &low);
	is_high = is_relu || limit(o, "max", 2, &high);
	if (is_low && is_high)
		act = known_act(low, high);
	if (act && op && may_fuse(op) && is_low && is_high) {
		op->attr.act = (enum model_act)act;
		onnx_take_over(o, in);
		return 0;
	}
	tensor = onnx_near(o, in, &is_last);
	if (is_low && is_high && (act == MODEL_ACT_RELU ||
				  act == MODEL_ACT_RELU6)) {
		tensor = onnx_curve(o, act == MODEL_ACT_RELU ? KERN_RELU :
				    KERN_RELU6, 0, tensor);
	} else {
		tensor = bounded(o, KERN_MAXIMUM, tensor, 1, is_low, low);
		tensor = bounded(o, KERN_MINIMUM, tensor, 2, is_high, high);
	}
	onnx_give(o, in->rank, is_last, tensor);
	return o->err->kind;
}

/* ---- the others ---------------------------------------------------------- */

/* alpha (e^x - 1) below 0, x above. */
static int elu(struct onnx *o, int x, float alpha)
{
	int below = onnx_with(o, KERN_MINIMUM, x, 0);

	if (alpha == 1)
		return onnx_curve(o, KERN_ELU, 0, x);
	below = onnx_with(o, KERN_MUL, onnx_curve(o, KERN_ELU, 0, below),
			  alpha);
	return onnx_both(o, KERN_ADD, onnx_curve(o, KERN_RELU, 0, x), below);
}

static int take_elu(struct onnx *o, int x)
{
	return elu(o, x, onnx_float(o, "alpha", 1));
}

static int take_selu(struct onnx *o, int x)
{
	x = elu(o, x, onnx_float(o, "alpha", 1.67326319217681884765625f));
	return onnx_with(o, KERN_MUL, x,
			 onnx_float(o, "gamma", 1.05070102214813232421875f));
}

static int take_leaky_relu(struct onnx *o, int x)
{
	float alpha = onnx_float(o, "alpha", 0.01f);

	if (alpha >= 0)
		return onnx_curve(o, KERN_LEAKY_RELU, alpha, x);
	return onnx_both(o, KERN_ADD, onnx_curve(o, KERN_RELU, 0, x),
			 onnx_with(o, KERN_MUL, onnx_with(o, KERN_MINIMUM, x,
							  0), alpha));
}

static int take_hard_sigmoid(struct onnx *o, int x)
{
	x = onnx_with(o, KERN_MUL, x, onnx_float(o, "alpha", 0.2f));
	x = onnx_with(o, KERN_ADD, x, onnx_float(o, "beta", 0.5f));
	return onnx_with(o, KERN_MINIMUM, onnx_curve(o, KERN_RELU, 0, x), 1);
}

/* log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
static int take_softplus(struct onnx *o, int x)
{
	int y = onnx_curve(o, KERN_NEG, 0, onnx_curve(o, KERN_ABS, 0, x));

	y = onnx_with(o, KERN_ADD, onnx_curve(o, KERN_EXP, 0, y), 1);
	return onnx_both(o, KERN_ADD, onnx_curve(o, KERN_RELU, 0, x),
			 onnx_curve(o, KERN_LOG, 0, y));
}

static int take_mish(struct onnx *o, int x)
{
	return onnx_both(o, KERN_MUL, x, onnx_curve(o, KERN_TANH, 0,
						    take_softplus(o, x)));
}

static int take_reciprocal(struct onnx *o, int x)
{
	return onnx_broadcast(o, KERN_DIV, onnx_scalar(o, 1), x);
}

static int take_softsign(struct onnx *o, int x)
{
	return onnx_both(o, KERN_DIV, x, onnx_with(o, KERN_ADD,
		onnx_curve(o, KERN_ABS, 0, x), 1));
}

static const struct function {
	const char *name;
	enum kern_op op;		/* or, when 0: */
	int (*take)(struct onnx *o, int tensor);
} functions[] = {
	{ "Abs", KERN_ABS, NULL },
	{ "Ceil", KERN_CEIL, NULL },
	{ "Elu", 0, take_elu },
	{ "Exp", KERN_EXP, NULL },
	{ "Floor", KERN_FLOOR, NULL },
	{ "HardSigmoid", 0, take_hard_sigmoid },
	{ "HardSwish", KERN_HARD_SWISH, NULL },
	{ "LeakyRelu", 0, take_leaky_relu },
	{ "Log", KERN_LOG, NULL },
	{ "Mish", 0, take_mish },
	{ "Neg", KERN_NEG, NULL },
	{ "Reciprocal", 0, take_reciprocal },
	{ "Round", KERN_ROUND, NULL },
	{ "Selu", 0, take_selu },
	{ "Sigmoid", KERN_LOGISTIC, NULL },
	{ "Softplus", 0, take_softplus },
	{ "Softsign", 0, take_softsign },
	{ "Sqrt", KERN_SQRT, NULL },
	{ "Tanh", KERN_TANH, NULL },
};

int onnx_function(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	const struct function *f = functions;
	bool is_last;
	int tensor;

	if (!in->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input is not "
				 "float32");
	while (!onnx_is(o->node.op, f->name))
		f++;
	tensor = onnx_near(o, in, &is_last);
	tensor = f->op ? onnx_curve(o, f->op, 0, tensor) : f->take(o, tensor);
	onnx_give(o, in->rank, is_last, tensor);
	return o->err->kind;
}

/* ---- Softmax, LogSoftmax ------------------------------------------------- */

/* Over the axes from one on, flattened, as before operator set 13. */
static int flat_softmax(struct onnx *o, enum kern_op op, int axis)
{
	struct onnx_value *in = onnx_in(o, 0);
	int32_t dims[2] = { 1, 1 };
	int to;

	for (int i = 0; i < in->rank; i++)
		dims[i >= axis] *= in->dims[i];
	to = onnx_curve(o, op, 0, onnx_shaped(o, in, 2, dims));
	onnx_give_plain(o, onnx_reshaped(o, to, in->rank, in->dims));
	return o->err->kind;
}

/* The axis goes last and comes back. */
static int turned_softmax(struct onnx *o, enum kern_op op, int axis)
{
	struct onnx_value *in = onnx_in(o, 0);
	int perm[MODEL_RANK_MAX], to;

	for (int i = 0; i < in->rank; i++)
		perm[i] = i;
	perm[axis] = in->rank - 1;
	perm[in->rank - 1] = axis;
	to = onnx_permuted(o, onnx_plain(o, in), perm);
	to = onnx_permuted(o, onnx_curve(o, op, 0, to), perm);
	onnx_give_plain(o, to);
	return o->err->kind;
}

int onnx_softmax(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	int axis = onnx_one_axis(o, onnx_int(o, "axis", o->opset < 13 ? 1 :
					     -1), in->rank), rest = 1;
	enum kern_op op = onnx_is(o->node.op, "Softmax") ? KERN_SOFTMAX :
		KERN_LOG_SOFTMAX;

	if (axis < 0 || !in->is_float)
		return o->err->kind ? o->err->kind :
			onnx_fail(o, ERR_UNSUPPORTED, "its input is not "
				  "float32");
	for (int i = axis + 1; i < in->rank; i++)
		rest *= in->dims[i];
	if (o->opset < 13 && rest > 1)
		return flat_softmax(o, op, axis);
	if (axis == 1 && (in->rank == 3 || in->rank == 4)) {
		onnx_give_last(o, in->rank, onnx_curve(o, op, 0,
						       onnx_last(o, in)));
		return o->err->kind;
	}
	if (axis != in->rank - 1)
		return turned_softmax(o, op, axis);
	onnx_give_plain(o, onnx_curve(o, op, 0, onnx_plain(o, in)));
	return o->err->kind;
}
