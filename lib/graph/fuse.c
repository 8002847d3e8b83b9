#include <stdint.h>

#include "graph/graph_priv.h"

/* ---- activations --------------------------------------------------------- */

static bool has_act(enum kern_op op)
{
	switch (op) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
	case KERN_FULLY_CONNECTED:
	case KERN_ADD:
	case KERN_SUB:
	case KERN_MUL:
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		return true;
	default:
		return false;
	}
}

static bool fuse_act(struct model *m, int op)
{
	const struct model_op *node = &m->ops[op];
	int feeder = graph_feeder(m, node->inputs[0]);
	enum model_act *act, add = node->op == KERN_RELU ? MODEL_ACT_RELU :
		MODEL_ACT_RELU6;

	if (feeder < 0 || !has_act(m->ops[feeder].op) ||
	    !graph_same_values(&m->tensors[node->inputs[0]],
			       &m->tensors[node->output]))
		return false;
	act = &m->ops[feeder].attr.act;
	if (*act == MODEL_ACT_NONE || *act == MODEL_ACT_RELU)
		*act = add;
	else if (*act != MODEL_ACT_RELU6)
		return false;
	graph_merge(m, feeder, op);
	return true;
}

/* ---- paddings ------------------------------------------------------------ */

/* Is what PAD or PADV2 puts around the image the real value 0? */
static bool pads_with_zero(const struct model *m, const struct model_op *pad)
{
	const struct model_tensor *value;

	if (pad->op == KERN_PAD)
		return true;
	value = &m->tensors[pad->inputs[2]];
	switch (value->type) {
	case KERN_F32:
		return *(const float *)value->data == 0;
	case KERN_S8:
		return *(const int8_t *)value->data ==
		       m->tensors[pad->output].quant.zeros[0];
	default:
		return false;
	}
}

/* SAME when it says the same, otherwise four numbers. */
static struct model_attr with_padding(const struct model *m, int conv,
				      const int32_t *pads, int in)
{
	struct model_op *op = &m->ops[conv];
	const struct model_op before = *op;
	const struct model_tensor *out = &m->tensors[op->output];
	struct model_attr attr = op->attr;
	struct model_window w;

	op->inputs[0] = in;
	op->attr.padding = MODEL_PAD_SAME;
	w = model_window(m, conv);
	*op = before;
	if (w.pad_top == pads[2] && w.pad_left == pads[4] &&
	    w.out_h == out->dims[1] && w.out_w == out->dims[2]) {
		attr.padding = MODEL_PAD_SAME;
		return attr;
	}
	attr.padding = MODEL_PAD_EXPLICIT;
	attr.pad_top = pads[2];
	attr.pad_bottom = pads[3];
	attr.pad_left = pads[4];
	attr.pad_right = pads[5];
	return attr;
}

static bool within(int32_t pad, int32_t filter, int32_t dilation)
{
	return pad < filter * dilation;
}

static bool fuse_pad(struct model *m, int op, enum graph_for what_for)
{
	int feeder = graph_feeder(m, m->ops[op].inputs[0]);
	const struct model_op *pad = &m->ops[feeder < 0 ? 0 : feeder];
	struct model_attr t = model_attr(m, op);
	const int32_t *p;

	if (feeder < 0 || t.padding != MODEL_PAD_VALID ||
	    (pad->op != KERN_PAD && pad->op != KERN_PADV2) ||
	    m->tensors[pad->inputs[0]].rank != 4 || !pads_with_zero(m, pad))
		return false;
	p = m->tensors[pad->inputs[1]].data;
	if (p[0] || p[1] || p[6] || p[7] ||
	    !within(p[2], t.filter_h, t.dilation_h) ||
	    !within(p[3], t.filter_h, t.dilation_h) ||
	    !within(p[4], t.filter_w, t.dilation_w) ||
	    !within(p[5], t.filter_w, t.dilation_w))
		return false;
	t = with_padding(m, op, p, pad->inputs[0]);
	if (t.padding == MODEL_PAD_EXPLICIT && what_for != GRAPH_FOR_PLANS)
		return false;
	m->ops[op].attr = t;
	m->ops[op].inputs[0] = pad->inputs[0];
	graph_remove(m, feeder);
	return true;
}

bool graph_fuse(struct model *m, int op, enum graph_for what_for)
{
	switch (m->ops[op].op) {
	case KERN_RELU:
	case KERN_RELU6:
		return fuse_act(m, op);
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
		return fuse_pad(m, op, what_for);
	default:
		return false;
	}
}
