#include <math.h>

#include "onnx/onnx_priv.h"

/* A factor and an addend per channel: batch normalisation. */

/* The one tensor that holds a value which nobody else reads, and the
 * operation that wrote it; NULL when there is none such. */
struct model_op *onnx_writer(struct onnx *o, const struct onnx_value *v)
{
	int tensor = v->last >= 0 ? v->last : v->plain;
	int last = o->model->op_count - 1;

	if (v->uses != 1 || v->origin >= 0 || tensor < 0 ||
	    (v->last >= 0 && v->plain >= 0))
		return NULL;
	for (int i = last; i >= 0; i--)
		if (o->model->ops[i].output == tensor)
			return &o->model->ops[i];
	return NULL;
}

static void factors(const struct onnx_scaling *s, int32_t channel,
		    double *factor, double *addend)
{
	int32_t i = s->is_single ? 0 : channel;

	*factor = s->scale ? s->scale[i] : 1;
	if (s->is_divisor)
		*factor = 1 / *factor;
	if (s->variance)
		*factor /= sqrt((double)s->variance[i] + s->epsilon);
	*addend = s->offset ? (double)s->sign * s->offset[i] : 0;
	if (s->mean)
		*addend -= s->mean[i] * *factor;
}

/* Into the weights of the operation before. */
bool onnx_fold_scaling(struct onnx *o, const struct onnx_value *in,
		       const struct onnx_scaling *s)
{
	struct model_op *op = onnx_writer(o, in);
	int32_t channels = in->dims[1];
	size_t n, inner;
	float *w, *bias;

	if (!op || op->attr.act || (op->op != KERN_CONV_2D &&
	    op->op != KERN_DEPTHWISE_CONV_2D &&
	    (op->op != KERN_FULLY_CONNECTED || in->rank != 2)))
		return false;
	if (o->model->tensors[op->inputs[1]].quant.n)
		return false;		/* it would lose its scales */
	if (op->input_count < 3) {
		int i = onnx_weights(o, "bias", 1, &channels, &bias);

		if (i < 0)
			return false;
		op->inputs[2] = i;
		op->input_count = 3;
	}
	w = o->model->tensors[op->inputs[1]].data;
	bias = o->model->tensors[op->inputs[2]].data;
	n = model_elements(&o->model->tensors[op->inputs[1]]);
	inner = op->op == KERN_DEPTHWISE_CONV_2D ? 1 : n / (size_t)channels;
	for (size_t i = 0; i < n; i++) {
		double f, a;

		factors(s, (int32_t)(i / inner % (size_t)channels), &f, &a);
		w[i] = (float)(w[i] * f);
	}
	for (int32_t i = 0; i < channels; i++) {
		double f, a;

		factors(s, i, &f, &a);
		bias[i] = (float)(bias[i] * f + a);
	}
	onnx_take_over(o, in);
	return true;
}

/* As an operation of its own. */
static void add_scaling(struct onnx *o, struct onnx_value *in,
			const struct onnx_scaling *s)
{
	struct model_attr attr = { .padding = MODEL_PAD_VALID };
	int rank = in->rank;
	int32_t d[2] = { in->dims[0], rank < 2 ? 1 : in->dims[1] };
	int inputs[3], from, to;
	struct model_tensor t;
	float *w, *bias;

	if (rank == 2) {
		from = onnx_plain(o, in);
		inputs[0] = onnx_new(o, 4, (int32_t[]){ d[0], 1, 1, d[1] });
		if (onnx_add(o, KERN_RESHAPE, NULL, &from, 1, inputs[0]) < 0)
			return;
	} else {
		inputs[0] = onnx_last(o, in);
	}
	if (inputs[0] < 0)
		return;
	inputs[1] = onnx_weights(o, "factor", 4,
				 (int32_t[]){ 1, 1, 1, d[1] }, &w);
	inputs[2] = onnx_weights(o, "addend", 1, &d[1], &bias);
	for (int32_t i = 0; i < d[1] && w && bias; i++) {
		double f, a;

		factors(s, i, &f, &a);
		w[i] = (float)f;
		bias[i] = (float)a;
	}
	t = o->model->tensors[inputs[0]];
	from = onnx_do(o, &(struct onnx_step){ KERN_DEPTHWISE_CONV_2D, &attr,
		       inputs, 3 }, 4, t.dims);
	if (from < 0)
		return;
	if (rank != 2) {
		onnx_give_last(o, rank, from);
		return;
	}
	to = onnx_new(o, 2, d);
	if (onnx_add(o, KERN_RESHAPE, NULL, &from, 1, to) >= 0)
		onnx_give_plain(o, to);
}

int onnx_batch_norm(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct onnx_scaling s = { .sign = 1 };

	if (!in->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input is not "
				 "float32");
	if (in->rank < 2 || in->rank > 4 || onnx_int(o, "training_mode", 0))
		return onnx_fail(o, ERR_UNSUPPORTED, "training mode, or an "
				 "input of 1 or more than 4 axes");
	for (int i = 1; i < 5; i++)
		if (!onnx_is_floats(onnx_in(o, i)) ||
		    onnx_elements(onnx_in(o, i)) != in->dims[1])
			return onnx_fail(o, ERR_UNSUPPORTED, "input %d is not "
					 "a constant of %d", i,
					 (int)in->dims[1]);
	s.scale = onnx_in(o, 1)->floats;
	s.offset = onnx_in(o, 2)->floats;
	s.mean = onnx_in(o, 3)->floats;
	s.variance = onnx_in(o, 4)->floats;
	s.epsilon = onnx_float(o, "epsilon", 1e-5f);
	if (!onnx_fold_scaling(o, in, &s))
		add_scaling(o, in, &s);
	return o->err->kind;
}

