#include <string.h>

#include "graph/graph_priv.h"

/* MEAN over rows and columns of float images. */
static bool is_global(const struct model *m, int op)
{
	const struct model_op *node = &m->ops[op];
	const struct model_tensor *in = &m->tensors[node->inputs[0]];
	const struct model_tensor *out = &m->tensors[node->output];

	return node->op == KERN_MEAN && in->type == KERN_F32 &&
	       in->rank == 4 && (out->rank == 4 || out->rank == 2) &&
	       model_reduced(m, op) == (1u << 1 | 1u << 2);
}

/* An operation behind op that makes tensor `from` into `to`. */
static bool reshape_behind(struct model *m, int op, int from, int to)
{
	struct model_op last;

	if (model_add_op(m, KERN_RESHAPE, NULL, &from, 1, to) < 0)
		return false;
	last = m->ops[m->op_count - 1];
	memmove(&m->ops[op + 2], &m->ops[op + 1],
		(size_t)(m->op_count - op - 2) * sizeof(last));
	m->ops[op + 1] = last;
	return true;
}

bool graph_pool(struct model *m, int op)
{
	int out = m->ops[op].output, pooled = out;
	const struct model_tensor *in = &m->tensors[m->ops[op].inputs[0]];
	const struct model_attr attr = {
		.padding = MODEL_PAD_VALID,
		.filter_h = in->dims[1], .filter_w = in->dims[2],
	};

	if (!is_global(m, op))
		return false;
	if (m->tensors[out].rank == 2) {
		pooled = model_add_tensor(m, "pooled", KERN_F32, MODEL_SHAPE(
			in->dims[0], 1, 1, in->dims[3]));
		if (pooled < 0 || !reshape_behind(m, op, pooled, out))
			return false;
	}
	m->ops[op].op = KERN_AVERAGE_POOL_2D;
	m->ops[op].attr = attr;
	m->ops[op].input_count = 1;
	m->ops[op].output = pooled;
	return true;
}
