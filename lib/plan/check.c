#include <stdlib.h>

#include "plan/plan_priv.h"

/*
 * Play the schedule on a drawing of the arena: every byte knows which tensor
 * wrote it last, of a view the one that it is a part of.  An operation first
 * finds its inputs intact, then its scratch and output are drawn; at the end
 * the outputs must be intact.
 */
struct drawing {
	const struct plan *plan;
	int32_t *owner;		/* arena_bytes: the last writer */
	struct err *err;
};

enum { NOBODY = -1, SCRATCH = -2 };

static int check_inside(const struct drawing *d, const char *what, int index,
			uint32_t offset, uint32_t bytes)
{
	if (offset <= d->plan->arena_bytes &&
	    bytes <= d->plan->arena_bytes - offset &&
	    offset % MODEL_IMAGE_TENSOR_ALIGN == 0)
		return 0;
	return err_set(d->err, ERR_RANGE, "%s %d does not lie inside the "
		       "arena", what, index);
}

/* Is a tensor in the memory that it shall lie in? Both are inside. */
static int check_memory(const struct drawing *d, int tensor)
{
	const struct plan_tensor *t = &d->plan->tensors[tensor];
	uint32_t fast = d->plan->arena_bytes - d->plan->slow_bytes;

	if (t->is_slow ? t->offset >= fast : t->offset + t->bytes <= fast)
		return 0;
	return err_set(d->err, ERR_RANGE, "tensor %d lies in the wrong memory",
		       tensor);
}

static void draw(struct drawing *d, uint32_t offset, uint32_t bytes,
		 int32_t owner)
{
	for (uint32_t i = 0; i < bytes; i++)
		d->owner[offset + i] = owner;
}

static int check_intact(const struct drawing *d, int tensor)
{
	const struct plan_tensor *t = &d->plan->tensors[tensor];

	if (d->plan->model->tensors[tensor].data)
		return 0;
	for (uint32_t i = 0; i < t->bytes; i++) {
		int32_t owner = d->owner[t->offset + i];

		if (owner != t->parent)
			return err_set(d->err, ERR_RANGE, "byte %u of tensor "
				       "%d '%s' is overwritten by %s %d", i,
				       tensor,
				       d->plan->model->tensors[tensor].name,
				       owner == SCRATCH ? "scratch" : "tensor",
				       (int)owner);
	}
	return 0;
}

/* Nothing an operation writes may lie on what it reads, but for an output
 * exactly in the place of an input, or one that follows behind its reads. */
static int check_apart(const struct drawing *d, int op, int tensor)
{
	const struct model_op *node = &d->plan->model->ops[op];
	const struct plan_tensor *in = &d->plan->tensors[tensor];
	const struct plan_tensor *out = &d->plan->tensors[node->output];

	if (d->plan->model->tensors[tensor].data)
		return 0;
	if (in->offset >= out->offset + out->bytes ||
	    out->offset >= in->offset + in->bytes)
		return 0;
	if (kern_op_info(node->op)->inplace && in->offset == out->offset &&
	    in->bytes == out->bytes)
		return 0;
	if (plan_check_overlap(d->plan, op, d->owner))
		return 0;
	return err_set(d->err, ERR_RANGE, "operation %d writes tensor %d over "
		       "its input %d", op, node->output, tensor);
}

static int play(struct drawing *d, int op)
{
	const struct model_op *node = &d->plan->model->ops[op];
	const struct plan_op *p = &d->plan->ops[op];
	const struct plan_tensor *out = &d->plan->tensors[node->output];
	int kind = check_inside(d, "tensor", node->output, out->offset,
				out->bytes);

	if (!kind)
		kind = check_memory(d, node->output);
	if (!kind)
		kind = check_inside(d, "the scratch of operation", op,
				    p->scratch, p->scratch_bytes);
	if (kind)
		return kind;
	draw(d, p->scratch, p->scratch_bytes, SCRATCH);
	for (int i = 0; i < node->input_count && !kind; i++) {
		if (node->inputs[i] < 0)
			continue;
		kind = check_intact(d, node->inputs[i]);
		if (!kind)
			kind = check_apart(d, op, node->inputs[i]);
	}
	draw(d, out->offset, out->bytes, out->parent);
	for (uint32_t i = 0; i < p->scratch_bytes && !kind; i++)
		if (d->owner[p->scratch + i] != SCRATCH)
			kind = err_set(d->err, ERR_RANGE, "operation %d "
				       "writes its output over its scratch",
				       op);
	return kind;
}

/* States are there from run to run: nothing else is ever drawn on them. */
static int draw_state(struct drawing *d, int tensor)
{
	const struct plan_tensor *t = &d->plan->tensors[tensor];

	if (t->offset > d->plan->state_bytes ||
	    t->bytes > d->plan->state_bytes - t->offset ||
	    d->plan->state_bytes > d->plan->arena_bytes)
		return err_set(d->err, ERR_RANGE, "state %d does not lie "
			       "among the states", tensor);
	draw(d, t->offset, t->bytes, tensor);
	return 0;
}

static int play_all(struct drawing *d)
{
	const struct model *m = d->plan->model;
	int kind = 0;

	for (int i = 0; i < m->tensor_count && !kind; i++)
		if (m->tensors[i].is_state)
			kind = draw_state(d, i);
	for (int i = 0; i < m->input_count && !kind; i++) {
		const struct plan_tensor *t =
			&d->plan->tensors[m->inputs[i]];

		kind = check_inside(d, "tensor", m->inputs[i], t->offset,
				    t->bytes);
		if (!kind)
			draw(d, t->offset, t->bytes, m->inputs[i]);
	}
	for (int i = 0; i < m->input_count && !kind; i++)
		kind = check_intact(d, m->inputs[i]);
	for (int i = 0; i < m->op_count && !kind; i++)
		kind = play(d, i);
	for (int i = 0; i < m->output_count && !kind; i++)
		kind = check_intact(d, m->outputs[i]);
	for (int i = 0; i < m->tensor_count && !kind; i++)
		if (m->tensors[i].is_state)
			kind = check_intact(d, i);
	return kind;
}

int plan_check(const struct plan *plan, struct err *err)
{
	struct drawing d = { .plan = plan, .err = err };
	int kind;

	d.owner = malloc(((size_t)plan->arena_bytes + 1) * sizeof(*d.owner));
	if (!d.owner)
		return err_nomem(err);
	for (uint32_t i = 0; i < plan->arena_bytes; i++)
		d.owner[i] = NOBODY;
	kind = play_all(&d);
	free(d.owner);
	return kind;
}
