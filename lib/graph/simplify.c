#include <stdlib.h>

#include "graph/graph_priv.h"

bool graph_dead(struct model *m, int op)
{
	if (graph_readers(m, m->ops[op].output))
		return false;
	graph_remove(m, op);
	return true;
}

/* The counter of a change that was made, or NULL. */
static int *change(struct model *m, int op, enum graph_for what_for,
		   struct graph_changes *changes)
{
	if (graph_dead(m, op))
		return &changes->dead;
	if (graph_constant(m, op))
		return &changes->constants;
	if (graph_identity(m, op) || graph_pool(m, op) ||
	    graph_spell(m, op, what_for))
		return &changes->identities;
	if (graph_fuse(m, op, what_for) || graph_fold(m, op))
		return &changes->fused;
	return NULL;
}

static bool sweep(struct model *m, enum graph_for what_for,
		  struct graph_changes *changes)
{
	bool changed = false;

	for (int i = 0; i < m->op_count; ) {
		int *count = change(m, i, what_for, changes);

		if (count) {
			*count += 1;
			changed = true;
		} else {
			i++;
		}
	}
	return changed;
}

static void take(struct model *to, const struct model *from, int *map, int t)
{
	if (t >= 0 && map[t] < 0)
		map[t] = model_add_copy(to, &from->tensors[t]);
}

static void take_tensors(struct model *to, const struct model *from, int *map)
{
	for (int t = 0; t < from->tensor_count; t++) {
		map[t] = -1;
		if (graph_readers(from, t) || model_producer(from, t) >= 0)
			take(to, from, map, t);
	}
	for (int i = 0; i < from->input_count; i++)
		take(to, from, map, from->inputs[i]);
}

static void take_ops(struct model *to, const struct model *from,
		     const int *map)
{
	for (int i = 0; i < from->op_count; i++) {
		struct model_op op = from->ops[i];

		for (int k = 0; k < op.input_count; k++)
			if (op.inputs[k] >= 0)
				op.inputs[k] = map[op.inputs[k]];
		model_add_op(to, op.op, &op.attr, op.inputs, op.input_count,
			     map[op.output]);
	}
	for (int i = 0; i < from->input_count; i++)
		model_add_input(to, map[from->inputs[i]]);
	for (int i = 0; i < from->output_count; i++)
		model_add_output(to, map[from->outputs[i]]);
}

/* A copy without the tensors that nobody writes or reads. */
static int compact(struct model *to, const struct model *from, struct err *err)
{
	int *map = calloc((size_t)from->tensor_count + 1, sizeof(*map));

	model_init(to, from->name);
	if (!map)
		return err_nomem(err);
	take_tensors(to, from, map);
	take_ops(to, from, map);
	free(map);
	return model_check(to, err);
}

int graph_simplify(struct model *model, enum graph_for what_for,
		   struct graph_changes *changes, struct err *err)
{
	struct graph_changes count = { 0 };
	struct model small;
	int ret;

	while (sweep(model, what_for, &count))
		;
	ret = compact(&small, model, err);
	model_release(model);
	if (ret)
		model_release(&small);
	*model = small;
	if (changes)
		*changes = count;
	return ret;
}
