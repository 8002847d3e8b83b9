#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/check_priv.h"

int check_fail(const struct check *c, int kind, const char *fmt, ...)
{
	char words[300];
	va_list args;

	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	return err_set(c->err, kind, "operation %d (%s): %s", c->index,
		       model_op_name(c->op->op), words);
}

/* ---- tensors ------------------------------------------------------------ */

static bool zero_fits(enum kern_type type, int32_t zero)
{
	switch (type) {
	case KERN_S8: return zero >= INT8_MIN && zero <= INT8_MAX;
	case KERN_U8: return zero >= 0 && zero <= UINT8_MAX;
	case KERN_S16: return zero >= INT16_MIN && zero <= INT16_MAX;
	default: return true;
	}
}

static int check_quant(const struct model_tensor *t, int index,
		       struct err *err)
{
	const struct model_quant *q = &t->quant;

	if (q->n == 0)
		return 0;
	if (q->n != 1 && (q->axis < 0 || q->axis >= t->rank ||
			  q->n != (uint32_t)t->dims[q->axis]))
		return err_set(err, ERR_FORMAT, "tensor %d '%s' has %u scales, "
			       "which is neither one nor one per channel",
			       index, t->name, q->n);
	for (uint32_t i = 0; i < q->n; i++) {
		if (!isfinite(q->scales[i]) || q->scales[i] < 0)
			return err_set(err, ERR_RANGE, "tensor %d '%s' has a "
				       "scale that is negative or not finite",
				       index, t->name);
		if (!zero_fits(t->type, q->zeros[i]))
			return err_set(err, ERR_RANGE, "tensor %d '%s' has "
				       "zero point %d, outside %s", index,
				       t->name, (int)q->zeros[i],
				       model_type_name(t->type));
	}
	return 0;
}

static int check_tensor(const struct model_tensor *t, int index,
			struct err *err)
{
	size_t n = kern_type_bytes(t->type);

	if (n == 0 || t->rank < 0 || t->rank > MODEL_RANK_MAX)
		return err_set(err, ERR_FORMAT, "tensor %d '%s' has no "
			       "possible type or shape", index, t->name);
	for (int i = 0; i < t->rank; i++) {
		if (t->dims[i] < 1)
			return err_set(err, ERR_RANGE, "tensor %d '%s' has "
				       "dimension %d of size %d", index,
				       t->name, i, (int)t->dims[i]);
		if (n > MODEL_BYTES_MAX / (size_t)t->dims[i])
			return err_set(err, ERR_LIMIT, "tensor %d '%s' is "
				       "larger than %zu bytes", index,
				       t->name, MODEL_BYTES_MAX);
		n *= (size_t)t->dims[i];
	}
	return check_quant(t, index, err);
}

/* ---- order and connection ----------------------------------------------- */

/* What is known about a tensor while walking the operations in order. */
struct mark {
	bool is_written, is_read;
};

/* Does an operation read what none writes, and no constant? */
static bool needs_input(const struct model *m)
{
	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++) {
			int t = m->ops[i].inputs[k];

			if (t >= 0 && t < m->tensor_count &&
			    !m->tensors[t].data && model_producer(m, t) < 0)
				return true;
		}
	return m->op_count == 0;
}

static int check_ports(const struct model *m, struct mark *marks,
		       struct err *err)
{
	if ((m->input_count < 1 && needs_input(m)) || m->output_count < 1)
		return err_set(err, ERR_FORMAT, "the model has no %s",
			       m->input_count < 1 ? "input" : "output");
	for (int i = 0; i < m->input_count; i++) {
		int t = m->inputs[i];

		if (t < 0 || t >= m->tensor_count)
			return err_set(err, ERR_RANGE, "input %d is tensor "
				       "%d, which does not exist", i, t);
		if (m->tensors[t].data || m->tensors[t].is_state ||
		    marks[t].is_written)
			return err_set(err, ERR_FORMAT, "input %d, tensor %d "
				       "'%s', is a constant or listed twice",
				       i, t, m->tensors[t].name);
		marks[t].is_written = true;
	}
	for (int i = 0; i < m->output_count; i++) {
		int t = m->outputs[i];

		if (t < 0 || t >= m->tensor_count)
			return err_set(err, ERR_RANGE, "output %d is tensor "
				       "%d, which does not exist", i, t);
		if (m->tensors[t].data || m->tensors[t].is_state ||
		    marks[t].is_written || marks[t].is_read)
			return err_set(err, ERR_FORMAT, "output %d, tensor %d "
				       "'%s', is a constant, an input or "
				       "listed twice", i, t,
				       m->tensors[t].name);
		marks[t].is_read = true;
	}
	return 0;
}

/* Is a tensor one of the operation's states? */
static bool is_state_of(const struct check *c, int tensor)
{
	unsigned n = kern_op_states(c->op->op);
	bool is = false;

	for (unsigned i = 0; i < n; i++)
		is |= model_state(c->op, i) == tensor;
	return is;
}

/* An operation has its states to itself, and has no other variables. */
static int check_states(const struct check *c, struct mark *marks)
{
	const struct model_op *op = c->op;
	unsigned n = kern_op_states(op->op);

	for (unsigned i = 0; i < n; i++) {
		int t = model_state(op, i);

		if (t < 0 || !c->model->tensors[t].is_state ||
		    marks[t].is_read)
			return check_fail(c, ERR_FORMAT, "it needs a variable "
					  "of its own as state %u", i);
		marks[t].is_written = marks[t].is_read = true;
	}
	for (int i = 0; i < op->input_count; i++) {
		int t = op->inputs[i];

		if (t >= 0 && c->model->tensors[t].is_state &&
		    !is_state_of(c, t))
			return check_fail(c, ERR_UNSUPPORTED, "input %d, "
					  "tensor '%s', is a variable", i,
					  c->model->tensors[t].name);
	}
	return 0;
}

static int check_arity(const struct check *c)
{
	const struct kern_op_info *info = kern_op_info(c->op->op);

	if (!info)
		return err_set(c->err, ERR_UNSUPPORTED, "operation %d has the "
			       "unknown number %d", c->index, (int)c->op->op);
	if (c->op->input_count < info->acts_min ||
	    c->op->input_count > info->acts_max + info->consts)
		return check_fail(c, ERR_FORMAT, "it has %d inputs",
				  c->op->input_count);
	for (int i = 0; i < c->op->input_count; i++) {
		int t = c->op->inputs[i];

		if (t >= c->model->tensor_count || t < -1 ||
		    (t == -1 && i < info->acts_max))
			return check_fail(c, ERR_RANGE, "input %d is tensor "
					  "%d, which does not exist", i, t);
		if (t >= 0 && i >= info->acts_max &&
		    !c->model->tensors[t].data && !is_state_of(c, t)) {
			check_fail(c, ERR_UNSUPPORTED, "input %d, tensor '%s', "
				   "is not a constant", i,
				   c->model->tensors[t].name);
			err_hint(c->err, "convert the model with its weights "
				 "and shapes frozen into it");
			return ERR_UNSUPPORTED;
		}
	}
	return 0;
}

static int check_order(const struct check *c, struct mark *marks)
{
	const struct model_tensor *tensors = c->model->tensors;
	int out = c->op->output;

	for (int i = 0; i < c->op->input_count; i++) {
		int t = c->op->inputs[i];

		if (t < 0)
			continue;
		if (!tensors[t].data && !marks[t].is_written)
			return check_fail(c, ERR_FORMAT, "tensor %d '%s' is "
					  "read before it is written", t,
					  tensors[t].name);
		marks[t].is_read = true;
	}
	if (out < 0 || out >= c->model->tensor_count)
		return check_fail(c, ERR_RANGE, "its output is tensor %d, "
				  "which does not exist", out);
	if (tensors[out].data || tensors[out].is_state ||
	    marks[out].is_written)
		return check_fail(c, ERR_FORMAT, "it writes tensor %d '%s', "
				  "which is a constant, an input or written "
				  "before", out, tensors[out].name);
	marks[out].is_written = true;
	return 0;
}

/* A model's input that held only the shape of an output, which is known. */
static bool is_shape(const struct model *m, int tensor)
{
	const struct model_tensor *t = &m->tensors[tensor];

	if (t->type != KERN_S32 || t->rank != 1 ||
	    (t->quant.n && t->quant.scales[0] != 0))
		return false;
	for (int i = 0; i < m->input_count; i++)
		if (m->inputs[i] == tensor)
			return true;
	return false;
}

static int check_used(const struct model *m, const struct mark *marks,
		      struct err *err)
{
	for (int i = 0; i < m->tensor_count; i++) {
		if (!marks[i].is_written && !m->tensors[i].data)
			return err_set(err, ERR_FORMAT, "tensor %d '%s' is "
				       "never written", i, m->tensors[i].name);
		if (!marks[i].is_read && !is_shape(m, i)) {
			err_set(err, ERR_FORMAT, "tensor %d '%s' is used by "
				"nothing", i, m->tensors[i].name);
			err_hint(err, "remove it, or make it an output of the "
				 "model");
			return ERR_FORMAT;
		}
	}
	return 0;
}

static int check_graph(const struct model *m, struct mark *marks,
		       struct err *err)
{
	int kind;

	for (int i = 0; i < m->tensor_count; i++) {
		kind = check_tensor(&m->tensors[i], i, err);
		if (kind)
			return kind;
	}
	kind = check_ports(m, marks, err);
	for (int i = 0; i < m->op_count && !kind; i++) {
		struct check c = { m, &m->ops[i], i, err };

		kind = check_arity(&c);
		if (!kind)
			kind = check_states(&c, marks);
		if (!kind)
			kind = check_order(&c, marks);
		if (!kind)
			kind = check_op(&c);
	}
	return kind ? kind : check_used(m, marks, err);
}

int model_check(const struct model *model, struct err *err)
{
	struct mark *marks;
	int kind;

	if (model->failed == ERR_MEM)
		return err_nomem(err);
	if (model->failed)
		return err_set(err, model->failed, "the model could not be "
			       "built: %s", err_kind_text(model->failed));
	marks = calloc((size_t)model->tensor_count + 1, sizeof(*marks));
	if (!marks)
		return err_nomem(err);
	kind = check_graph(model, marks, err);
	free(marks);
	return kind;
}
