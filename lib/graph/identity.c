#include "graph/graph_priv.h"

static const struct model_tensor *input(const struct model *m, int op, int i)
{
	return &m->tensors[m->ops[op].inputs[i]];
}

static const struct model_tensor *output(const struct model *m, int op)
{
	return &m->tensors[m->ops[op].output];
}

/* Do the axes that are longer than 1 keep their order? */
static bool keeps_order(const struct model *m, int op)
{
	const struct model_tensor *in = input(m, op, 0);
	const int32_t *order = input(m, op, 1)->data;
	int last = -1;

	for (int i = 0; i < in->rank; i++) {
		if (in->dims[order[i]] == 1)
			continue;
		if (order[i] < last)
			return false;
		last = order[i];
	}
	return true;
}

static bool takes_all(const struct model *m, int op)
{
	const struct model_tensor *in = input(m, op, 0);

	for (int i = 0; i < in->rank; i++)
		if (in->dims[i] > 1 && model_slice(m, op, i).step != 1)
			return false;
	return true;
}

static bool is_one_element(const struct model *m, int op)
{
	struct model_attr a = model_attr(m, op);

	return a.filter_h == 1 && a.filter_w == 1 && a.stride_h == 1 &&
	       a.stride_w == 1 && a.act == MODEL_ACT_NONE;
}

/* The second input of a float operation is this number throughout. */
static bool is_all(const struct model *m, int op, float number)
{
	const struct model_tensor *t = input(m, op, 1);
	const float *x = t->data;

	if (t->type != KERN_F32 || !x ||
	    m->ops[op].attr.act != MODEL_ACT_NONE)
		return false;
	for (size_t i = 0; i < model_elements(t); i++)
		if (x[i] != number)
			return false;
	return true;
}

static bool is_identity(const struct model *m, int op)
{
	if (!model_same_shape(input(m, op, 0), output(m, op)) ||
	    !graph_same_values(input(m, op, 0), output(m, op)))
		return false;
	switch (m->ops[op].op) {
	case KERN_RESHAPE:
	case KERN_PAD:
	case KERN_PADV2:
	case KERN_QUANTIZE:
		return true;
	case KERN_TRANSPOSE:
		return keeps_order(m, op);
	case KERN_STRIDED_SLICE:
		return takes_all(m, op);
	case KERN_CONCATENATION:
		return m->ops[op].input_count == 1;
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		return is_one_element(m, op);
	case KERN_ADD:
	case KERN_SUB:
		return is_all(m, op, 0);
	case KERN_MUL:
		return is_all(m, op, 1);
	default:
		return false;
	}
}

/* RESHAPE of a RESHAPE, and TRANSPOSE that moves nothing. */
static bool shorten(struct model *m, int index)
{
	struct model_op *op = &m->ops[index];
	int before;

	if (op->op == KERN_TRANSPOSE && keeps_order(m, index)) {
		op->op = KERN_RESHAPE;
		op->input_count = 1;
		return true;
	}
	before = model_producer(m, op->inputs[0]);
	if (op->op != KERN_RESHAPE || before < 0 ||
	    m->ops[before].op != KERN_RESHAPE)
		return false;
	op->inputs[0] = m->ops[before].inputs[0];
	return true;
}

bool graph_identity(struct model *m, int op)
{
	if (is_identity(m, op) && graph_bypass(m, op))
		return true;
	return shorten(m, op);
}
