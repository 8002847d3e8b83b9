#include "model/qdq.h"

#include <math.h>
#include <string.h>

/* One operation that may become integer. */
struct fuse {
	struct model *m;
	int index;		/* of the operation */
	int quantize;		/* of the QUANTIZE behind it */
	int acts[MODEL_OP_INPUTS_MAX];	/* its int8 values; 0 is a tensor */
};

static struct model_op *op_of(const struct fuse *f)
{
	return &f->m->ops[f->index];
}

static const struct model_tensor *input(const struct fuse *f, int i)
{
	return &f->m->tensors[op_of(f)->inputs[i]];
}

/* ---- finding ------------------------------------------------------------- */

/* The only reader of a tensor, -1 when there are others or none. */
static int only_reader(const struct model *m, int tensor)
{
	int found = -1;

	for (int i = 0; i < m->output_count; i++)
		if (m->outputs[i] == tensor)
			return -1;
	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++)
			if (m->ops[i].inputs[k] == tensor) {
				if (found >= 0)
					return -1;
				found = i;
			}
	return found;
}

/* The tensor before a DEQUANTIZE, or -1. */
static int before(const struct model *m, int tensor)
{
	int i = model_producer(m, tensor);

	return i >= 0 && m->ops[i].op == KERN_DEQUANTIZE ?
		m->ops[i].inputs[0] : -1;
}

/* ---- constants ----------------------------------------------------------- */

/* A float constant with scales in int8, symmetric; false when it has none, or
 * values beyond. */
static bool to_int8(const struct model_tensor *t, int8_t *out)
{
	const float *in = t->data;
	size_t n = model_elements(t), inner = 1;

	if (t->type != KERN_F32 || !t->data || !t->quant.n)
		return false;
	for (int i = t->quant.axis + 1; i < t->rank; i++)
		inner *= (size_t)t->dims[i];
	for (size_t i = 0; i < n; i++) {
		size_t c = t->quant.n == 1 ? 0 : i / inner % t->quant.n;
		float q = roundf(in[i] / t->quant.scales[c]);

		if (!(q >= -128 && q <= 127))
			return false;
		if (out)
			out[i] = (int8_t)q;
	}
	return true;
}

static int add_int8(struct model *m, int from)
{
	struct model_tensor t = m->tensors[from];
	int i = model_add_const(m, t.name, KERN_S8, t.rank, t.dims, NULL);

	if (i < 0 || !to_int8(&t, m->tensors[i].data))
		return -1;
	if (t.quant.n == 1)
		model_set_quant(m, i, t.quant.scales[0], 0);
	else
		model_set_quant_axis(m, i, t.quant.axis, t.quant.n,
				     t.quant.scales, NULL);
	return i;
}

/* int32 in the scale of input x filter. */
static int add_bias(struct model *m, int from, float in, int weights)
{
	struct model_tensor t = m->tensors[from];
	int i = model_add_const(m, t.name, KERN_S32, t.rank, t.dims, NULL);
	const struct model_quant *filter = &m->tensors[weights].quant;
	float *scales = model_alloc(m, (filter->n + 1) * sizeof(*scales));
	int32_t *to;

	if (i < 0 || !scales)
		return -1;
	to = m->tensors[i].data;
	for (uint32_t c = 0; c < filter->n; c++)
		scales[c] = in * filter->scales[c];
	for (size_t c = 0; c < model_elements(&t); c++) {
		double scale = (double)in *
			(double)filter->scales[filter->n == 1 ? 0 : c];
		double q = round((double)((float *)t.data)[c] / scale);

		to[c] = q > INT32_MAX ? INT32_MAX : q < INT32_MIN ? INT32_MIN :
			q == q ? (int32_t)q : 0;
	}
	if (filter->n == 1)
		model_set_quant(m, i, scales[0], 0);
	else
		model_set_quant_axis(m, i, 0, filter->n, scales, NULL);
	return i;
}

/* ---- changing ------------------------------------------------------------ */

static void set_int8(struct model *m, int tensor, float scale, int32_t zero)
{
	m->tensors[tensor].type = KERN_S8;
	model_set_quant(m, tensor, scale, zero);
}

/* The output in the scale that QUANTIZE asks for: that one's output becomes
 * this operation's, and QUANTIZE gives what nobody reads. */
static void end_here(struct fuse *f)
{
	int out = op_of(f)->output;

	op_of(f)->output = f->m->ops[f->quantize].output;
	f->m->ops[f->quantize].output = out;
}

/* The output in a scale of its own, and QUANTIZE from int8 behind it. */
static void end_in(struct fuse *f, float scale, int32_t zero)
{
	const struct model_quant *q =
		&f->m->tensors[f->m->ops[f->quantize].output].quant;

	if (q->scales[0] == scale && q->zeros[0] == zero)
		end_here(f);
	else
		set_int8(f->m, op_of(f)->output, scale, zero);
}

static void take_acts(struct fuse *f)
{
	for (int i = 0; i < model_acts(op_of(f)); i++)
		op_of(f)->inputs[i] = f->acts[i];
}

static bool fuse_layer(struct fuse *f)
{
	const struct model_tensor *w = input(f, 1);
	int weights, bias = -1, from;
	float scale = f->m->tensors[f->acts[0]].quant.scales[0];

	if (!to_int8(w, NULL))
		return false;
	from = op_of(f)->input_count > 2 ? op_of(f)->inputs[2] : -1;
	weights = add_int8(f->m, op_of(f)->inputs[1]);
	if (weights < 0)
		return false;
	if (from >= 0)
		bias = add_bias(f->m, from, scale, weights);
	op_of(f)->inputs[0] = f->acts[0];
	op_of(f)->inputs[1] = weights;
	if (from >= 0)
		op_of(f)->inputs[2] = bias;
	op_of(f)->attr.rounds_once = 1;
	end_here(f);
	return true;
}

/*
 * A mean in another scale than its input's is a sum with the factor
 * 1 / (rows x columns), rounded once: a filter of ones.  Only without padding,
 * where every window has as many elements.
 */
static bool fuse_mean(struct fuse *f)
{
	struct model_attr a = op_of(f)->attr;
	int32_t channels = f->m->tensors[f->acts[0]].dims[3];
	int64_t area = (int64_t)a.filter_h * a.filter_w;
	int ones;

	if (a.padding != MODEL_PAD_VALID || area * channels > INT16_MAX * 32)
		return false;
	ones = model_add_const(f->m, "ones", KERN_S8, MODEL_SHAPE(1,
			       a.filter_h, a.filter_w, channels), NULL);
	if (ones < 0)
		return false;
	memset(f->m->tensors[ones].data, 1, (size_t)(area * channels));
	model_set_quant(f->m, ones, 1 / (float)area, 0);
	op_of(f)->op = KERN_DEPTHWISE_CONV_2D;
	op_of(f)->inputs[0] = f->acts[0];
	op_of(f)->inputs[1] = ones;
	op_of(f)->input_count = 2;
	op_of(f)->attr.rounds_once = 1;
	end_here(f);
	return true;
}

static bool same_scale(const struct model_quant *p, const struct model_quant *q)
{
	return p->scales[0] == q->scales[0] && p->zeros[0] == q->zeros[0];
}

/* The operations from number at on move one on; this one is number at. */
static void insert_op(struct model *m, int at, const struct model_op *op)
{
	if (model_add_op(m, op->op, &op->attr, op->inputs, op->input_count,
			 op->output) < 0)
		return;
	memmove(&m->ops[at + 1], &m->ops[at], (size_t)(m->op_count - 1 - at) *
		sizeof(*m->ops));
	m->ops[at] = *op;
}

/* An int8 tensor like this one in the scale of another, and its QUANTIZE. */
static int rescaled(struct fuse *f, int tensor, int as)
{
	struct model_tensor t = f->m->tensors[tensor];
	struct model_quant q = f->m->tensors[as].quant;
	int to = model_add_tensor(f->m, t.name, KERN_S8, t.rank, t.dims);

	if (to < 0)
		return -1;
	model_set_quant(f->m, to, q.scales[0], q.zeros[0]);
	insert_op(f->m, f->index++, &(struct model_op){
		.op = KERN_QUANTIZE, .inputs = { tensor }, .input_count = 1,
		.output = to });
	f->quantize++;
	return to;
}

/* Values that are joined or compared, each in a scale of its own: first in the
 * output's. */
static bool fuse_unequal(struct fuse *f)
{
	int out = f->m->ops[f->quantize].output;

	for (int i = 0; i < model_acts(op_of(f)); i++) {
		if (!same_scale(&f->m->tensors[f->acts[i]].quant,
				&f->m->tensors[out].quant))
			f->acts[i] = rescaled(f, f->acts[i], out);
		if (f->acts[i] < 0)
			return false;
	}
	take_acts(f);
	end_here(f);
	return true;
}

/* Values that only move, or are compared: all in one scale. */
static bool fuse_mover(struct fuse *f)
{
	struct model_quant own = f->m->tensors[f->acts[0]].quant, *q = &own;

	for (int i = 1; i < model_acts(op_of(f)); i++)
		if (!same_scale(&f->m->tensors[f->acts[i]].quant, q))
			return fuse_unequal(f);
	if (op_of(f)->op == KERN_AVERAGE_POOL_2D && !same_scale(q,
	    &f->m->tensors[f->m->ops[f->quantize].output].quant) &&
	    fuse_mean(f))
		return true;
	take_acts(f);
	end_in(f, q->scales[0], q->zeros[0]);
	return true;
}

static bool fuse_pair(struct fuse *f)
{
	float a = f->m->tensors[f->acts[0]].quant.scales[0];
	float b = f->m->tensors[f->acts[1]].quant.scales[0];
	float out = f->m->tensors[f->m->ops[f->quantize].output]
		.quant.scales[0];

	if (2 * (double)(a > b ? a : b) >= (double)out * (1 << 20))
		return false;		/* ADD's arithmetic has no room */
	take_acts(f);
	end_here(f);
	return true;
}

static bool fuse_swish(struct fuse *f)
{
	float in = f->m->tensors[f->acts[0]].quant.scales[0];
	float out = f->m->tensors[f->m->ops[f->quantize].output]
		.quant.scales[0];

	if (in >= 64 * out)
		return false;		/* its table has no room */
	take_acts(f);
	end_here(f);
	return true;
}

/* SOFTMAX, LOGISTIC and TANH have one scale as integers. */
static bool fuse_curve(struct fuse *f, float scale, int32_t zero)
{
	float in = f->m->tensors[f->acts[0]].quant.scales[0];

	if (!(in >= 0x1p-26f && in < 8))
		return false;
	take_acts(f);
	end_in(f, scale, zero);
	return true;
}

static bool fuse_one(struct fuse *f)
{
	switch (op_of(f)->op) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
	case KERN_FULLY_CONNECTED:
		return fuse_layer(f);
	case KERN_RESHAPE: case KERN_TRANSPOSE: case KERN_STRIDED_SLICE:
	case KERN_PAD: case KERN_CONCATENATION: case KERN_MINIMUM:
	case KERN_MAXIMUM: case KERN_MAX_POOL_2D: case KERN_AVERAGE_POOL_2D:
	case KERN_RELU6: case KERN_RESIZE_NEAREST_NEIGHBOR:
		return fuse_mover(f);
	case KERN_ADD: case KERN_SUB: case KERN_MUL:
		return fuse_pair(f);
	case KERN_RELU: case KERN_LEAKY_RELU:
		take_acts(f);
		end_here(f);
		return true;
	case KERN_HARD_SWISH:
		return fuse_swish(f);
	case KERN_SOFTMAX: case KERN_LOGISTIC:
		return fuse_curve(f, 1.0f / 256, -128);
	case KERN_TANH:
		return fuse_curve(f, 1.0f / 128, 0);
	default:
		return false;
	}
}

/* Its int8 values: from DEQUANTIZE, or a constant with one scale. */
static bool find_acts(struct fuse *f)
{
	const struct model_op *op = op_of(f);
	int n = model_acts(op), flows = 0;

	for (int i = 0; i < n; i++) {
		f->acts[i] = before(f->m, op->inputs[i]);
		flows += f->acts[i] >= 0;
		if (f->acts[i] < 0 && (input(f, i)->quant.n != 1 ||
				       !to_int8(input(f, i), NULL)))
			return false;
	}
	for (int i = 0; flows && i < n; i++)
		if (f->acts[i] < 0)
			f->acts[i] = add_int8(f->m, op_of(f)->inputs[i]);
	for (int i = 0; i < n; i++)
		if (f->acts[i] < 0)
			return false;
	return n > 0;
}

/* ---- moving before DEQUANTIZE ------------------------------------------- */

static bool moves_one(enum kern_op op)
{
	return op == KERN_RESHAPE || op == KERN_TRANSPOSE ||
	       op == KERN_STRIDED_SLICE || op == KERN_PAD;
}

/* int8 - DEQUANTIZE - RESHAPE becomes int8 - RESHAPE - DEQUANTIZE: less to
 * move, and the layer behind sees DEQUANTIZE. */
static bool lift(struct model *m, int index)
{
	struct model_op first = m->ops[index];
	struct model_tensor t = m->tensors[first.output];
	int from = before(m, first.inputs[0]), to;
	struct model_quant q;

	if (!moves_one(first.op) || t.type != KERN_F32 || from < 0)
		return false;
	q = m->tensors[from].quant;
	to = model_add_tensor(m, t.name, KERN_S8, t.rank, t.dims);
	if (to < 0)
		return false;
	model_set_quant(m, to, q.scales[0], q.zeros[0]);
	m->ops[index] = (struct model_op){ .op = KERN_DEQUANTIZE,
					   .inputs = { to }, .input_count = 1,
					   .output = first.output };
	first.inputs[0] = from;
	first.output = to;
	insert_op(m, index, &first);
	return true;
}

/* RESHAPE - QUANTIZE becomes QUANTIZE - RESHAPE, so that the operation before
 * sees QUANTIZE. */
static bool raise(struct model *m, int index)
{
	struct model_op last = m->ops[index], mover;
	struct model_quant q = m->tensors[last.output].quant;
	struct model_tensor t;
	int at, to;

	if (last.op != KERN_QUANTIZE ||
	    m->tensors[last.inputs[0]].type != KERN_F32 ||
	    only_reader(m, last.inputs[0]) != index)
		return false;
	at = model_producer(m, last.inputs[0]);
	if (at < 0 || !moves_one(m->ops[at].op))
		return false;
	mover = m->ops[at];
	t = m->tensors[mover.inputs[0]];
	to = model_add_tensor(m, t.name, m->tensors[last.output].type, t.rank,
			      t.dims);
	if (to < 0)
		return false;
	model_set_quant(m, to, q.scales[0], q.zeros[0]);
	last.inputs[0] = mover.inputs[0];
	mover.inputs[0] = to;
	mover.output = last.output;
	last.output = to;
	m->ops[at] = last;
	m->ops[index] = mover;
	return true;
}

/* DEQUANTIZE - QUANTIZE is QUANTIZE from int8 to int8. */
static void bridge(struct model *m, int index)
{
	struct model_op *op = &m->ops[index];
	int from = op->op == KERN_QUANTIZE ? before(m, op->inputs[0]) : -1;

	if (from >= 0 && m->tensors[from].type == KERN_S8 &&
	    m->tensors[op->output].type == KERN_S8)
		op->inputs[0] = from;
}

void model_fuse_qdq(struct model *m)
{
	for (int i = 0; i < m->op_count && !m->failed; i++)
		i -= model_fold_qdq(m, i);
	for (int i = 0; i < m->op_count && !m->failed; i++)
		i += lift(m, i);
	for (int i = m->op_count - 1; i >= 0 && !m->failed; i--)
		raise(m, i);
	for (int i = 0; i < m->op_count; i++)
		bridge(m, i);
	for (int i = 0; i < m->op_count && !m->failed; i++) {
		struct fuse f = { .m = m, .index = i };
		int out = m->ops[i].output;

		if (m->tensors[out].type != KERN_F32 ||
		    m->ops[i].op == KERN_DEQUANTIZE)
			continue;
		f.quantize = only_reader(m, out);
		if (f.quantize >= 0 && m->ops[f.quantize].op == KERN_QUANTIZE &&
		    m->tensors[m->ops[f.quantize].output].type == KERN_S8 &&
		    find_acts(&f))
			fuse_one(&f);
	}
}
