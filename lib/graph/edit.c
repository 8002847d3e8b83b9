#include <string.h>

#include "graph/graph_priv.h"

bool graph_is_output(const struct model *m, int tensor)
{
	for (int i = 0; i < m->output_count; i++)
		if (m->outputs[i] == tensor)
			return true;
	return false;
}

bool graph_same_values(const struct model_tensor *a,
		       const struct model_tensor *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == KERN_F32)
		return true;
	return a->quant.n == 1 && b->quant.n == 1 &&
	       a->quant.scales[0] == b->quant.scales[0] &&
	       a->quant.zeros[0] == b->quant.zeros[0];
}

int graph_feeder(const struct model *m, int tensor)
{
	if (graph_is_output(m, tensor) || model_readers(m, tensor) != 1)
		return -1;
	return model_producer(m, tensor);
}

static void redirect(struct model *m, int from, int to)
{
	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++)
			if (m->ops[i].inputs[k] == from)
				m->ops[i].inputs[k] = to;
}

void graph_remove(struct model *m, int op)
{
	m->op_count--;
	memmove(&m->ops[op], &m->ops[op + 1],
		(size_t)(m->op_count - op) * sizeof(*m->ops));
}

bool graph_bypass(struct model *m, int op)
{
	int in = m->ops[op].inputs[0], out = m->ops[op].output;
	int feeder = model_producer(m, in);

	if (!graph_is_output(m, out)) {
		redirect(m, out, in);
	} else {
		if (feeder < 0 || graph_is_output(m, in))
			return false;
		redirect(m, in, out);
		m->ops[feeder].output = out;
	}
	graph_remove(m, op);
	return true;
}

void graph_merge(struct model *m, int feeder, int op)
{
	m->ops[feeder].output = m->ops[op].output;
	graph_remove(m, op);
}
