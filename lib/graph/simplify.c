#include "graph/graph_priv.h"
#include "model/prune.h"

bool graph_dead(struct model *m, int op)
{
	if (model_readers(m, m->ops[op].output))
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

int graph_simplify(struct model *model, enum graph_for what_for,
		   struct graph_changes *changes, struct err *err)
{
	struct graph_changes count = { 0 };
	int ret;

	while (sweep(model, what_for, &count))
		;
	ret = model_prune(model, err);
	if (!ret)
		ret = model_check(model, err);
	if (ret)
		model_release(model);
	if (changes)
		*changes = count;
	return ret;
}
