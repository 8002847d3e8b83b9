#include <float.h>
#include <string.h>

#include "graph/graph_priv.h"

/* An average pool counts no padding: its cannot be spelled. */
static bool is_spellable(const struct model *m, int op)
{
	return m->ops[op].op == KERN_CONV_2D ||
	       m->ops[op].op == KERN_DEPTHWISE_CONV_2D ||
	       (m->ops[op].op == KERN_MAX_POOL_2D &&
		m->tensors[m->ops[op].inputs[0]].type == KERN_F32);
}

/* The tensor with so many zeros around it (what never wins, for a max pool),
 * and its PAD or PADV2 in front of op. */
static bool pad_before(struct model *m, int op, const struct model_attr *a)
{
	const int32_t pads[8] = { 0, 0, a->pad_top, a->pad_bottom,
				  a->pad_left, a->pad_right, 0, 0 };
	const float lowest = -FLT_MAX;
	bool is_pool = m->ops[op].op == KERN_MAX_POOL_2D;
	int in = m->ops[op].inputs[0], inputs[3] = { in };
	struct model_tensor t = m->tensors[in];
	struct model_op pad;
	int to;

	t.dims[1] += a->pad_top + a->pad_bottom;
	t.dims[2] += a->pad_left + a->pad_right;
	t.is_state = false;
	t.data = NULL;
	to = model_add_copy(m, &t);
	inputs[1] = model_add_const(m, "pads", KERN_S32, MODEL_SHAPE(4, 2),
				    pads);
	if (is_pool)
		inputs[2] = model_add_const(m, "lowest", KERN_F32,
					    MODEL_SHAPE(1), &lowest);
	model_add_op(m, is_pool ? KERN_PADV2 : KERN_PAD, NULL, inputs,
		     is_pool ? 3 : 2, to);
	if (m->failed)
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

	if (what_for != GRAPH_FOR_FILES || !is_spellable(m, op) ||
	    a.padding != MODEL_PAD_EXPLICIT)
		return false;
	if (a.pad_top || a.pad_bottom || a.pad_left || a.pad_right)
		return pad_before(m, op, &a);
	m->ops[op].attr.padding = MODEL_PAD_VALID;
	return true;
}
