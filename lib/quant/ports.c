#include "quant/ports.h"

#include <string.h>

#include "model/prune.h"
#include "model/qdq.h"

static bool is_integer(const struct model *m, int tensor)
{
	enum kern_type type = m->tensors[tensor].type;

	return type == KERN_S8 || type == KERN_S16;
}

static bool is_float(const struct model *m, int tensor)
{
	return m->tensors[tensor].type == KERN_F32;
}

bool quant_is_done(const struct model *m)
{
	for (int i = 0; i < m->op_count; i++)
		if (is_integer(m, m->ops[i].output) &&
		    !is_float(m, m->ops[i].inputs[0]))
			return true;
	return false;
}

static bool same_scale(const struct model_tensor *a,
		       const struct model_tensor *b)
{
	return a->type == b->type &&
	       a->quant.scales[0] == b->quant.scales[0] &&
	       a->quant.zeros[0] == b->quant.zeros[0];
}

/* The twin of a tensor in integers, with the scale of another one. */
static int add_twin(struct model *m, int tensor, int scaled_as)
{
	struct model_tensor t = m->tensors[tensor], s = m->tensors[scaled_as];
	int id = model_add_tensor(m, t.name, s.type, t.rank, t.dims);

	if (id >= 0)
		model_set_quant(m, id, s.quant.scales[0], s.quant.zeros[0]);
	return id;
}

/* Values move or are compared: integers in the same scale do. */
static bool keeps_scale(enum kern_op op)
{
	return op == KERN_RESHAPE || op == KERN_TRANSPOSE ||
	       op == KERN_STRIDED_SLICE || op == KERN_PAD ||
	       op == KERN_MAX_POOL_2D;
}

static void replace(struct model *m, int from, int to)
{
	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++)
			if (m->ops[i].inputs[k] == from)
				m->ops[i].inputs[k] = to;
	for (int i = 0; i < m->output_count; i++)
		if (m->outputs[i] == from)
			m->outputs[i] = to;
}

static void remove_op(struct model *m, int index)
{
	m->op_count--;
	memmove(&m->ops[index], &m->ops[index + 1],
		(size_t)(m->op_count - index) * sizeof(*m->ops));
}

static void insert_op(struct model *m, int at, enum kern_op op, int input,
		      int output)
{
	if (model_add_op(m, op, NULL, &input, 1, output) < 0)
		return;
	struct model_op last = m->ops[m->op_count - 1];

	memmove(&m->ops[at + 1], &m->ops[at], (size_t)(m->op_count - 1 - at) *
		sizeof(*m->ops));
	m->ops[at] = last;
}

/* ---- inputs -------------------------------------------------------------- */

static bool quantises(const struct model *m, int index)
{
	return m->ops[index].op == KERN_QUANTIZE &&
	       is_float(m, m->ops[index].inputs[0]);
}

/* Of two QUANTIZEs of one tensor into one scale the later one goes. */
static bool merge_twins(struct model *m, int index)
{
	const struct model_op *op = &m->ops[index];

	for (int i = index + 1; i < m->op_count && quantises(m, index); i++) {
		if (!quantises(m, i) || m->ops[i].inputs[0] != op->inputs[0] ||
		    !same_scale(&m->tensors[m->ops[i].output],
				&m->tensors[op->output]))
			continue;
		replace(m, m->ops[i].output, op->output);
		remove_op(m, i);
		return true;
	}
	return false;
}

/* What the one QUANTIZE that reads input number n gives is the input. */
static void open_input(struct model *m, int n)
{
	int from = m->inputs[n], to;

	if (!is_float(m, from) || model_readers(m, from) != 1)
		return;
	for (int i = 0; i < m->op_count; i++) {
		if (m->ops[i].op != KERN_QUANTIZE ||
		    m->ops[i].inputs[0] != from)
			continue;
		to = m->ops[i].output;
		m->tensors[to].name = m->tensors[from].name;
		m->inputs[n] = to;
		remove_op(m, i);
		return;
	}
}

/* ---- outputs ------------------------------------------------------------- */

/* The integers behind which a float tensor is a DEQUANTIZE, or -1. */
static int before(const struct model *m, int tensor)
{
	int i = model_producer(m, tensor);

	return i >= 0 && m->ops[i].op == KERN_DEQUANTIZE ?
		m->ops[i].inputs[0] : -1;
}

/* TensorFlow Lite's output scales; SOFTMAX's table wants such inputs. */
static bool curve_scale(const struct model *m, enum kern_op op, int in,
			float *scale, int32_t *zero)
{
	float step = m->tensors[in].quant.scales[0];

	if (m->tensors[in].type != KERN_S8 || step < 0x1p-26f || step >= 8)
		return false;
	*scale = op == KERN_TANH ? 1.0f / 128 : 1.0f / 256;
	*zero = op == KERN_TANH ? 0 : -128;
	return op == KERN_TANH || op == KERN_SOFTMAX || op == KERN_LOGISTIC;
}

/* DEQUANTIZE - SOFTMAX becomes SOFTMAX - DEQUANTIZE. */
static void lower(struct model *m, int index)
{
	enum kern_op kind = m->ops[index].op;
	int out = m->ops[index].output, from = -1, to;
	float scale = 0;
	int32_t zero = 0;

	if (is_float(m, out) && model_acts(&m->ops[index]) == 1)
		from = before(m, m->ops[index].inputs[0]);
	if (from < 0 || (!keeps_scale(kind) &&
			 !curve_scale(m, kind, from, &scale, &zero)))
		return;
	to = add_twin(m, out, from);
	if (to < 0)
		return;
	if (!keeps_scale(kind))
		model_set_quant(m, to, scale, zero);
	m->ops[index].inputs[0] = from;
	m->ops[index].output = to;
	insert_op(m, index + 1, KERN_DEQUANTIZE, to, out);
}

/* What goes into the DEQUANTIZE of output number n is the output. */
static void open_output(struct model *m, int n)
{
	int out = m->outputs[n];
	int from = is_float(m, out) ? before(m, out) : -1;

	if (from < 0 || model_producer(m, from) < 0)
		return;
	m->tensors[from].name = m->tensors[out].name;
	m->outputs[n] = from;
}

/* ---- all of it ----------------------------------------------------------- */

/* The first operation that reads and writes floats; else the first with any;
 * -1 when all is integer. */
static int find_float(const struct model *m)
{
	int found = -1;

	for (int i = m->op_count - 1; i >= 0; i--)
		if (is_float(m, m->ops[i].inputs[0]) ||
		    is_float(m, m->ops[i].output))
			found = i;
	for (int i = m->op_count - 1; i >= 0; i--)
		if (is_float(m, m->ops[i].inputs[0]) &&
		    is_float(m, m->ops[i].output))
			found = i;
	return found;
}

static int refuse_floats(const struct model *m, struct err *err)
{
	int i = find_float(m);

	if (i < 0)
		return 0;
	err_set(err, ERR_UNSUPPORTED, "operation %d, %s ('%.80s'), is float in "
		"a quantised model: boards compute with integers", i,
		model_op_name(m->ops[i].op),
		m->tensors[m->ops[i].output].name);
	err_hint(err, "quantise it too where the model comes from, or give "
		 "squeeze the float model and samples for it");
	return ERR_UNSUPPORTED;
}

static void join_twins(struct model *m)
{
	for (int i = 0; i < m->op_count; i++)
		while (merge_twins(m, i))
			;
}

int quant_ports(struct model *m, struct err *err)
{
	int ret;

	join_twins(m);
	model_fuse_qdq(m);
	join_twins(m);
	for (int i = 0; i < m->op_count && !m->failed; i++)
		lower(m, i);
	for (int i = 0; i < m->input_count; i++)
		open_input(m, i);
	for (int i = 0; i < m->output_count; i++)
		open_output(m, i);
	ret = m->failed ? err_set(err, m->failed, "the model cannot be built")
			: model_prune(m, err);
	if (!ret)
		ret = refuse_floats(m, err);
	return ret ? ret : model_check(m, err);
}
