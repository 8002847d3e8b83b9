#include <stdlib.h>
#include <string.h>

#include "graph/graph_priv.h"
#include "plan/runner.h"

/* A model of this one operation; the constants that flow become inputs. */
static void single(struct model *one, const struct model *m,
		   const struct model_op *op)
{
	int inputs[MODEL_OP_INPUTS_MAX], out;

	model_init(one, m->name);
	for (int k = 0; k < op->input_count; k++) {
		struct model_tensor t;

		inputs[k] = -1;
		if (op->inputs[k] < 0)
			continue;
		t = m->tensors[op->inputs[k]];
		if (k < model_acts(op))
			t.data = NULL;
		inputs[k] = model_add_copy(one, &t);
		if (k < model_acts(op))
			model_add_input(one, inputs[k]);
	}
	out = model_add_copy(one, &m->tensors[op->output]);
	model_add_op(one, op->op, &op->attr, inputs, op->input_count, out);
	model_add_output(one, out);
}

/* The operation's answer to its constants. */
static bool compute(struct plan_runner *r, const struct model *m,
		    const struct model_op *op, void *out)
{
	uint8_t *in = malloc(r->input_bytes), *at = in;

	if (!in)
		return false;
	for (int k = 0; k < model_acts(op); k++) {
		const struct model_tensor *t = &m->tensors[op->inputs[k]];

		memcpy(at, t->data, model_bytes(t));
		at += model_bytes(t);
	}
	plan_runner_infer(r, in, out);
	free(in);
	return true;
}

static bool all_constant(const struct model *m, const struct model_op *op)
{
	if (kern_op_states(op->op))
		return false;
	for (int k = 0; k < model_acts(op); k++)
		if (op->inputs[k] < 0 || !m->tensors[op->inputs[k]].data)
			return false;
	return true;
}

bool graph_constant(struct model *m, int index)
{
	struct model_op op = m->ops[index];
	struct plan_runner r;
	struct model one;
	void *data = NULL;
	bool done = false;

	if (graph_is_output(m, op.output) || !all_constant(m, &op))
		return false;
	single(&one, m, &op);
	if (!plan_runner_open_model(&r, &one, NULL)) {
		data = model_alloc(m, r.output_bytes);
		done = data && compute(&r, m, &op, data);
		plan_runner_close(&r);
	}
	model_release(&one);
	if (!done)
		return false;
	m->tensors[op.output].data = data;
	graph_remove(m, index);
	return true;
}
