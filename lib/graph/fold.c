#include "graph/graph_priv.h"

static bool is_layer(const struct model_op *op)
{
	return op->op == KERN_CONV_2D || op->op == KERN_DEPTHWISE_CONV_2D ||
	       op->op == KERN_FULLY_CONNECTED;
}

/* Its only reader may change a constant. */
static bool is_own(const struct model *m, int tensor)
{
	return m->tensors[tensor].data && model_readers(m, tensor) == 1;
}

/* One number, or one for each entry of the last axis, which has n. */
static bool is_per_channel(const struct model_tensor *t, size_t n)
{
	size_t count = model_elements(t);

	if (!t->data || t->type != KERN_F32)
		return false;
	return count == 1 || (count == n && t->rank > 0 &&
			      (size_t)t->dims[t->rank - 1] == n);
}

/* The layer's bias, made if there is none; -1 when it is shared. */
static int own_bias(struct model *m, int layer, int32_t channels)
{
	struct model_op *op = &m->ops[layer];
	int bias = op->input_count > 2 ? op->inputs[2] : -1;

	if (bias >= 0)
		return is_own(m, bias) ? bias : -1;
	bias = model_add_const(m, "bias", KERN_F32, 1, &channels, NULL);
	if (bias < 0)
		return -1;
	op = &m->ops[layer];
	op->inputs[2] = bias;
	op->input_count = 3;
	return bias;
}

static void multiply(struct model *m, int layer, const struct model_tensor *by)
{
	const struct model_op *op = &m->ops[layer];
	struct model_tensor *w = &m->tensors[op->inputs[1]];
	size_t count = model_elements(by), n = model_elements(w), inner = 1;
	const float *factor = by->data;
	float *x = w->data;

	if (op->op != KERN_DEPTHWISE_CONV_2D)
		inner = n / (size_t)w->dims[0];
	for (size_t i = 0; i < n; i++)
		x[i] *= factor[i / inner % count];
	if (op->input_count < 3 || op->inputs[2] < 0)
		return;
	w = &m->tensors[op->inputs[2]];
	x = w->data;
	for (size_t i = 0; i < model_elements(w); i++)
		x[i] *= factor[i % count];
}

static void add(struct model *m, int bias, const struct model_tensor *what,
		bool is_minus)
{
	const float *x = what->data;
	float *b = m->tensors[bias].data;

	for (size_t i = 0; i < model_elements(&m->tensors[bias]); i++) {
		float v = x[i % model_elements(what)];

		b[i] += is_minus ? -v : v;
	}
}

/* The input of a sum or product that is a constant, or -1. */
static int constant_side(const struct model *m, const struct model_op *op)
{
	for (int k = 1; k >= 0; k--)
		if (m->tensors[op->inputs[k]].data &&
		    (k == 1 || op->op != KERN_SUB))
			return k;
	return -1;
}

bool graph_fold(struct model *m, int index)
{
	struct model_op op = m->ops[index];
	int side, layer, bias = 0;
	int32_t channels;

	if (op.op != KERN_ADD && op.op != KERN_SUB && op.op != KERN_MUL)
		return false;
	side = constant_side(m, &op);
	layer = side < 0 ? -1 : graph_feeder(m, op.inputs[1 - side]);
	if (layer < 0 || !is_layer(&m->ops[layer]) ||
	    m->ops[layer].attr.act != MODEL_ACT_NONE ||
	    !is_own(m, m->ops[layer].inputs[1]) ||
	    !model_same_shape(&m->tensors[op.output],
			      &m->tensors[op.inputs[1 - side]]))
		return false;
	channels = m->tensors[op.output].dims[m->tensors[op.output].rank - 1];
	if (!is_per_channel(&m->tensors[op.inputs[side]], (size_t)channels))
		return false;
	if (op.op != KERN_MUL || (m->ops[layer].input_count > 2 &&
				  m->ops[layer].inputs[2] >= 0))
		bias = own_bias(m, layer, channels);
	if (bias < 0)
		return false;
	if (op.op == KERN_MUL)
		multiply(m, layer, &m->tensors[op.inputs[side]]);
	else
		add(m, bias, &m->tensors[op.inputs[side]],
		    op.op == KERN_SUB);
	m->ops[layer].attr.act = op.attr.act;
	graph_merge(m, layer, index);
	return true;
}
