#include "model/cut.h"

#include <stdlib.h>

/* The part while it grows; map[t] is the part's number of tensor t of the
 * whole, or -1. */
struct cut {
	const struct model *whole;
	struct model *part;
	int first, end;
	int *map;
};

static int take(struct cut *c, int tensor)
{
	if (tensor < 0)
		return -1;
	if (c->map[tensor] < 0)
		c->map[tensor] = model_add_copy(c->part,
					&c->whole->tensors[tensor]);
	return c->map[tensor];
}

static bool is_listed(const int *list, int n, int tensor)
{
	for (int i = 0; i < n; i++)
		if (list[i] == tensor)
			return true;
	return false;
}

static bool is_written_in(const struct cut *c, int tensor)
{
	for (int i = c->first; i < c->end; i++)
		if (c->whole->ops[i].output == tensor)
			return true;
	return false;
}

static bool is_read_by(const struct cut *c, int tensor, int first, int end)
{
	for (int i = first; i < end; i++)
		if (is_listed(c->whole->ops[i].inputs,
			      c->whole->ops[i].input_count, tensor))
			return true;
	return false;
}

/* Tensors in order of their number, so that the copy is the same however the
 * operations are written. */
static void take_tensors(struct cut *c)
{
	for (int t = 0; t < c->whole->tensor_count; t++)
		if (is_written_in(c, t) ||
		    is_read_by(c, t, c->first, c->end))
			take(c, t);
}

static void take_ops(struct cut *c)
{
	for (int i = c->first; i < c->end; i++) {
		const struct model_op *op = &c->whole->ops[i];
		int inputs[MODEL_OP_INPUTS_MAX];

		for (int k = 0; k < op->input_count; k++)
			inputs[k] = take(c, op->inputs[k]);
		model_add_op(c->part, op->op, &op->attr, inputs,
			     op->input_count, take(c, op->output));
	}
}

static void take_ports(struct cut *c)
{
	const struct model *w = c->whole;

	for (int t = 0; t < w->tensor_count; t++) {
		bool is_inside = is_written_in(c, t);

		if (w->tensors[t].data || w->tensors[t].is_state ||
		    c->part->failed)
			continue;
		if (!is_inside && is_read_by(c, t, c->first, c->end))
			model_add_input(c->part, c->map[t]);
		if (is_inside &&
		    (is_read_by(c, t, c->end, w->op_count) ||
		     is_listed(w->outputs, w->output_count, t)))
			model_add_output(c->part, c->map[t]);
	}
}

int model_cut(struct model *part, const struct model *whole, int first,
	      int end, struct err *err)
{
	struct cut c = { whole, part, first, end, NULL };
	int kind;

	*part = (struct model){ .name = "" };
	if (first < 0 || end > whole->op_count || first >= end)
		return err_set(err, ERR_RANGE, "no part from operation %d to "
			       "%d in a model of %d", first, end,
			       whole->op_count);
	c.map = malloc((size_t)whole->tensor_count * sizeof(*c.map));
	if (!c.map)
		return err_nomem(err);
	for (int i = 0; i < whole->tensor_count; i++)
		c.map[i] = -1;
	model_init(part, whole->name);
	take_tensors(&c);
	take_ops(&c);
	take_ports(&c);
	free(c.map);
	kind = model_check(part, err);
	if (kind)
		model_release(part);
	return kind;
}
