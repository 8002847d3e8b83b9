#include <string.h>

#include "graph/graph_priv.h"

static bool is_conv(const struct model *m, int op)
{
	return m->ops[op].op == KERN_CONV_2D ||
	       m->ops[op].op == KERN_DEPTHWISE_CONV_2D;
}

/* The tensor with so many zeros around it, and its PAD in front of op. */
static bool pad_before(struct model *m, int op, const struct model_attr *a)
{
	const int32_t pads[8] = { 0, 0, a->pad_top, a->pad_bottom,
				  a->pad_left, a->pad_right, 0, 0 };
	int in = m->ops[op].inputs[0];
	struct model_tensor t = m->tensors[in];
	struct model_op pad;
	int to, by;

	t.dims[1] += a->pad_top + a->pad_bottom;
	t.dims[2] += a->pad_left + a->pad_right;
	t.is_state = false;
	t.data = NULL;
	to = model_add_copy(m, &t);
	by = model_add_const(m, "pads", KERN_S32, MODEL_SHAPE(4, 2), pads);
	if (to < 0 || by < 0 || model_add_op(m, KERN_PAD, NULL,
					     (int[]){ in, by }, 2, to) < 0)
		return false;
	pad = m->ops[m->op_count - 1];
	memmove(&m->ops[op + 1], &m->ops[op],
		(size_t)(m->op_count - op - 1) * sizeof(pad));
	m->ops[op] = pad;
	m->ops[op + 1].inputs[0] = to;
	m->ops[op + 1].attr.padding = MODEL_PAD_VALID;
	return true;
}

bool graph_spell(struct model *m, int op, enum graph_for what_for)
{
	struct model_attr a = m->ops[op].attr;

	if (what_for != GRAPH_FOR_FILES || !is_conv(m, op) ||
	    a.padding != MODEL_PAD_EXPLICIT)
		return false;
	if (a.pad_top || a.pad_bottom || a.pad_left || a.pad_right)
		return pad_before(m, op, &a);
	m->ops[op].attr.padding = MODEL_PAD_VALID;
	return true;
}
