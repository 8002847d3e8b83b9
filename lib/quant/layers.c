#include "quant/layers.h"

int32_t layer_channels(const struct model_tensor *t)
{
	return t->rank ? t->dims[t->rank - 1] : 1;
}

bool layer_is(const struct model_op *op)
{
	return op->op == KERN_CONV_2D || op->op == KERN_DEPTHWISE_CONV_2D ||
	       op->op == KERN_FULLY_CONNECTED;
}

int layer_reader(const struct model *m, int tensor)
{
	int reader = -1;

	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++) {
			if (m->ops[i].inputs[k] != tensor)
				continue;
			if (reader >= 0)
				return -1;
			reader = i;
		}
	for (int i = 0; i < m->output_count; i++)
		if (m->outputs[i] == tensor)
			return -1;
	return reader;
}

bool layer_owns_constants(const struct model *m, const struct model_op *op)
{
	for (int k = 1; k < op->input_count; k++)
		if (op->inputs[k] >= 0 &&
		    (!m->tensors[op->inputs[k]].data ||
		     layer_reader(m, op->inputs[k]) < 0))
			return false;
	return true;
}

bool layer_by_channel(const struct model *m, const struct model_op *op)
{
	const struct model_tensor *w = &m->tensors[op->inputs[1]];

	return op->op != KERN_FULLY_CONNECTED ||
	       w->dims[1] == layer_channels(&m->tensors[op->inputs[0]]);
}

size_t layer_out_channel(const struct model *m, const struct model_op *op,
			 size_t i)
{
	const struct model_tensor *w = &m->tensors[op->inputs[1]];

	if (op->op == KERN_DEPTHWISE_CONV_2D)
		return i % (size_t)w->dims[3];
	return i / (model_elements(w) / (size_t)w->dims[0]);
}

size_t layer_in_channel(const struct model *m, const struct model_op *op,
			size_t i)
{
	const struct model_tensor *w = &m->tensors[op->inputs[1]];
	size_t in = (size_t)layer_channels(&m->tensors[op->inputs[0]]);

	if (op->op == KERN_DEPTHWISE_CONV_2D)
		return i % (size_t)w->dims[3] / ((size_t)w->dims[3] / in);
	return i % in;
}
