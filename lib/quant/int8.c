#include <math.h>
#include <stdlib.h>

#include "quant/scale.h"

/* What a tensor is to the operations that read it. */
enum role { ROLE_ACTIVATION, ROLE_WEIGHTS, ROLE_BIAS };

struct use {
	enum role role;
	int op;			/* the operation whose constant it is */
};

struct job {
	const struct model *from;
	const struct quant_range *ranges;
	struct model *to;
	struct use *uses;
	struct quant_scale *params;	/* of activations */
	struct err *err;
};

static bool has_weights(enum kern_op op)
{
	return op == KERN_CONV_2D || op == KERN_DEPTHWISE_CONV_2D ||
	       op == KERN_FULLY_CONNECTED;
}

static bool keeps_scale(enum kern_op op)
{
	return op == KERN_RESHAPE || op == KERN_AVERAGE_POOL_2D ||
	       op == KERN_MAX_POOL_2D;
}

static int claim(struct job *j, int tensor, enum role role, int op)
{
	struct use *use = &j->uses[tensor];

	if (use->op >= 0)
		return err_set(j->err, ERR_UNSUPPORTED, "constant '%s' serves "
			       "operations %d and %d: give each its own",
			       j->from->tensors[tensor].name, use->op, op);
	*use = (struct use){ role, op };
	return 0;
}

static int find_roles(struct job *j)
{
	int ret = 0;

	for (int t = 0; t < j->from->tensor_count; t++)
		j->uses[t] = (struct use){ ROLE_ACTIVATION, -1 };
	for (int i = 0; i < j->from->op_count && !ret; i++) {
		const struct model_op *op = &j->from->ops[i];

		if (!has_weights(op->op))
			continue;
		ret = claim(j, op->inputs[1], ROLE_WEIGHTS, i);
		if (!ret && op->input_count > 2 && op->inputs[2] >= 0)
			ret = claim(j, op->inputs[2], ROLE_BIAS, i);
	}
	return ret;
}

static struct quant_range range_of_data(const float *x, size_t n)
{
	struct quant_range r = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		r.min = x[i] < r.min ? x[i] : r.min;
		r.max = x[i] > r.max ? x[i] : r.max;
	}
	return r;
}

static void find_params(struct job *j)
{
	for (int t = 0; t < j->from->tensor_count; t++) {
		const struct model_tensor *tensor = &j->from->tensors[t];

		j->params[t] = quant_scale_s8(tensor->data ?
			range_of_data(tensor->data, model_elements(tensor)) :
			j->ranges[t]);
	}
	for (int i = 0; i < j->from->op_count; i++) {
		const struct model_op *op = &j->from->ops[i];

		if (keeps_scale(op->op))
			j->params[op->output] = j->params[op->inputs[0]];
		else if (op->op == KERN_SOFTMAX)
			j->params[op->output] =
				(struct quant_scale){ 1.0f / 256, -128 };
	}
}

static int not_finite(struct job *j, int tensor)
{
	err_set(j->err, ERR_RANGE, "constant '%s' holds a value that is not "
		"finite", j->from->tensors[tensor].name);
	err_hint(j->err, "training did not converge; lower 'rate'");
	return ERR_RANGE;
}

/* The axis whose entries get scales of their own, or -1. */
static int scale_axis(enum kern_op op)
{
	return op == KERN_CONV_2D ? 0 : op == KERN_DEPTHWISE_CONV_2D ? 3 : -1;
}

/*
 * Element i of a tensor with `inner` elements behind axis and n along it
 * belongs to channel (i / inner) % n.
 */
static int add_weights(struct job *j, int t)
{
	const struct model_tensor *w = &j->from->tensors[t];
	int axis = scale_axis(j->from->ops[j->uses[t].op].op);
	size_t n = axis < 0 ? 1 : (size_t)w->dims[axis], inner = 1;
	size_t count = model_elements(w);
	const float *x = w->data;
	float *scales = calloc(n, sizeof(*scales));
	int id, ret = 0;

	if (!scales)
		return err_nomem(j->err);
	for (int a = axis + 1; a < w->rank; a++)
		inner *= (size_t)w->dims[a];
	for (size_t i = 0; i < count && !ret; i++) {
		float size = fabsf(x[i]), *s = &scales[i / inner % n];

		if (!isfinite(x[i]))
			ret = not_finite(j, t);
		if (size > *s)
			*s = size;
	}
	for (size_t c = 0; c < n; c++)
		scales[c] = scales[c] > 0 ? (float)((double)scales[c] / 127)
					  : 1.0f / 127;
	id = model_add_const(j->to, w->name, KERN_S8, w->rank, w->dims, NULL);
	if (!ret && id >= 0) {
		int8_t *q = j->to->tensors[id].data;

		for (size_t i = 0; i < count; i++)
			q[i] = quant_s8((struct quant_scale){
				scales[i / inner % n], 0 }, x[i], -127);
		if (axis < 0)
			model_set_quant(j->to, id, scales[0], 0);
		else
			model_set_quant_axis(j->to, id, axis, (uint32_t)n,
					     scales, NULL);
	}
	free(scales);
	return ret;
}

static int bias_overflow(struct job *j, int t, size_t channel)
{
	err_set(j->err, ERR_RANGE, "bias '%s' leaves int32 in channel %zu",
		j->from->tensors[t].name, channel);
	err_hint(j->err, "the input range of operation %d or its weights are "
		 "too small; calibrate with more samples", j->uses[t].op);
	return ERR_RANGE;
}

/* Weights stand before their bias or after it: their scales are found again
 * from the quantised model once all tensors are there. */
static int fill_bias(struct job *j, int t)
{
	const struct model_tensor *from = &j->from->tensors[t];
	const struct model_op *op = &j->from->ops[j->uses[t].op];
	const struct model_quant *w = &j->to->tensors[op->inputs[1]].quant;
	double in_scale = j->params[op->inputs[0]].scale;
	size_t n = model_elements(from);
	const float *x = from->data;
	int32_t *q = j->to->tensors[t].data;
	float *scales = calloc(n, sizeof(*scales));
	int ret = 0;

	if (!scales)
		return err_nomem(j->err);
	for (size_t i = 0; i < n && !ret; i++) {
		double scale = in_scale * (double)w->scales[i % w->n], v;

		scales[i] = (float)scale;
		v = quant_round(x[i] / scale);
		if (!isfinite(x[i]))
			ret = not_finite(j, t);
		else if (fabs(v) > INT32_MAX)
			ret = bias_overflow(j, t, i);
		else
			q[i] = (int32_t)v;
	}
	if (w->n > 1)
		model_set_quant_axis(j->to, t, 0, (uint32_t)n, scales, NULL);
	else
		model_set_quant(j->to, t, scales[0], 0);
	free(scales);
	return ret;
}

static void add_activation(struct job *j, int t)
{
	const struct model_tensor *from = &j->from->tensors[t];
	struct quant_scale p = j->params[t];
	int id;

	if (!from->data) {
		id = model_add_tensor(j->to, from->name, KERN_S8, from->rank,
				      from->dims);
	} else {
		const float *x = from->data;

		id = model_add_const(j->to, from->name, KERN_S8, from->rank,
				     from->dims, NULL);
		for (size_t i = 0; id >= 0 && i < model_elements(from); i++)
			((int8_t *)j->to->tensors[id].data)[i] =
				quant_s8(p, x[i], -128);
	}
	if (id >= 0)
		model_set_quant(j->to, id, p.scale, p.zero);
}

static int add_tensors(struct job *j)
{
	int ret = 0;

	for (int t = 0; t < j->from->tensor_count && !ret; t++) {
		const struct model_tensor *from = &j->from->tensors[t];

		if (j->uses[t].role == ROLE_WEIGHTS)
			ret = add_weights(j, t);
		else if (j->uses[t].role == ROLE_BIAS)
			model_add_const(j->to, from->name, KERN_S32,
					from->rank, from->dims, NULL);
		else
			add_activation(j, t);
		if (j->to->failed)
			return err_set(j->err, j->to->failed, "the int8 model "
				       "cannot be built");
	}
	for (int t = 0; t < j->from->tensor_count && !ret; t++)
		if (j->uses[t].role == ROLE_BIAS)
			ret = fill_bias(j, t);
	return ret;
}

static void add_ops(struct job *j)
{
	const struct model *m = j->from;

	for (int i = 0; i < m->op_count; i++)
		model_add_op(j->to, m->ops[i].op, &m->ops[i].attr,
			     m->ops[i].inputs, m->ops[i].input_count,
			     m->ops[i].output);
	for (int i = 0; i < m->input_count; i++)
		model_add_input(j->to, m->inputs[i]);
	for (int i = 0; i < m->output_count; i++)
		model_add_output(j->to, m->outputs[i]);
}

static int only_float(const struct model *model, struct err *err)
{
	for (int t = 0; t < model->tensor_count; t++)
		if (model->tensors[t].type != KERN_F32)
			return err_set(err, ERR_UNSUPPORTED, "tensor '%s' is "
				       "%s: only float32 models are quantised",
				       model->tensors[t].name,
				       model_type_name(model->tensors[t].type));
	return 0;
}

int quant_int8(const struct model *model, const struct quant_range *ranges,
	       struct model *out, struct err *err)
{
	size_t n = (size_t)model->tensor_count;
	struct job j = { .from = model, .ranges = ranges, .to = out,
			 .err = err };
	int ret = only_float(model, err);

	model_init(out, model->name);
	j.uses = calloc(n + 1, sizeof(*j.uses));
	j.params = calloc(n + 1, sizeof(*j.params));
	if (!ret && (!j.uses || !j.params))
		ret = err_nomem(err);
	if (!ret)
		ret = find_roles(&j);
	if (!ret) {
		find_params(&j);
		ret = add_tensors(&j);
	}
	if (!ret) {
		add_ops(&j);
		ret = model_check(out, err);
	}
	free(j.uses);
	free(j.params);
	if (ret)
		model_release(out);
	return ret;
}
