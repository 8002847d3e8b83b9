#include "model/check_priv.h"

/* Rules of the operations that only a host runs. */

static const struct model_tensor *output(const struct check *c)
{
	return &c->model->tensors[c->op->output];
}

static int wrong_shape(const struct check *c)
{
	return check_fail(c, ERR_FORMAT, "output '%s' has another shape than "
			  "the operation gives", output(c)->name);
}

static int check_alike(const struct check *c)
{
	return model_same_shape(check_input(c, 0), output(c)) ? 0 :
		wrong_shape(c);
}

/* Axes as a constant list; *reduced gets a bit each. */
static int read_axes(const struct check *c, unsigned *reduced)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *axes = check_input(c, 1);
	const int32_t *list = axes ? axes->data : NULL;
	size_t n = list ? model_elements(axes) : 0;

	if (n < 1 || axes->type != KERN_S32 || n > MODEL_RANK_MAX)
		return check_fail(c, ERR_FORMAT, "its axes must be int32");
	*reduced = 0;
	for (size_t i = 0; i < n; i++) {
		if (list[i] < -in->rank || list[i] >= in->rank)
			return check_fail(c, ERR_RANGE, "axis %d",
					  (int)list[i]);
		*reduced |= 1u << (list[i] < 0 ? list[i] + in->rank : list[i]);
	}
	return 0;
}

/* Reduced axes are of size 1 or gone. */
static int check_reduce(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0), *out = output(c);
	unsigned reduced;
	int kind = read_axes(c, &reduced), rank = 0;
	bool is_kept = out->rank == in->rank;

	if (kind)
		return kind;
	for (int i = 0; i < in->rank; i++) {
		int32_t size = reduced >> i & 1 ? 1 : in->dims[i];

		if (!is_kept && reduced >> i & 1)
			continue;
		if (rank >= out->rank || out->dims[rank++] != size)
			return wrong_shape(c);
	}
	return rank == out->rank ? 0 : wrong_shape(c);
}

/* The axes of a, with those of b in the place of one. */
static int check_replaced(const struct check *c, int axis, int b_rank,
			  const int32_t *b_dims)
{
	const struct model_tensor *a = check_input(c, 0), *out = output(c);

	if (out->rank != a->rank - 1 + b_rank)
		return wrong_shape(c);
	for (int i = 0; i < out->rank; i++) {
		int32_t size = i < axis ? a->dims[i] :
			i < axis + b_rank ? b_dims[i - axis] :
			a->dims[i - b_rank + 1];

		if (out->dims[i] != size)
			return wrong_shape(c);
	}
	return 0;
}

static int check_gather(const struct check *c)
{
	const struct model_tensor *in = check_input(c, 0);
	const struct model_tensor *index = check_input(c, 1);
	int32_t axis = c->op->attr.axis;

	if (axis < -in->rank || axis >= in->rank)
		return check_fail(c, ERR_RANGE, "axis %d", (int)axis);
	return check_replaced(c, model_axis(c->model, c->index), index->rank,
			      index->dims);
}

static int check_arg_max(const struct check *c)
{
	const struct model_tensor *axis = check_input(c, 1);
	unsigned reduced;
	int kind = read_axes(c, &reduced);

	if (!kind && model_elements(axis) != 1)
		kind = check_fail(c, ERR_FORMAT, "it takes one axis");
	return kind ? kind : check_replaced(c, model_axis(c->model, c->index),
					    0, NULL);
}

static int32_t from_end(const struct model_tensor *t, int i)
{
	return i < t->rank ? t->dims[t->rank - 1 - i] : 1;
}

static int check_matmul(const struct check *c)
{
	const struct model_tensor *a = check_input(c, 0);
	const struct model_tensor *b = check_input(c, 1), *out = output(c);
	int rank = a->rank > b->rank ? a->rank : b->rank;

	if (a->rank < 2 || b->rank < 2 || out->rank != rank ||
	    from_end(a, 0) != from_end(b, 1) ||
	    from_end(out, 0) != from_end(b, 0) ||
	    from_end(out, 1) != from_end(a, 1))
		return wrong_shape(c);
	for (int i = 2; i < rank; i++) {
		int32_t x = from_end(a, i), y = from_end(b, i);

		if ((x != y && x != 1 && y != 1) ||
		    from_end(out, i) != (x > y ? x : y))
			return wrong_shape(c);
	}
	return 0;
}

int check_host(const struct check *c)
{
	switch (c->op->op) {
	case KERN_MEAN:
	case KERN_SUM:
	case KERN_REDUCE_MAX:
		return check_reduce(c);
	case KERN_GATHER:
		return check_gather(c);
	case KERN_ARG_MAX:
		return check_arg_max(c);
	case KERN_BATCH_MATMUL:
		return check_matmul(c);
	case KERN_SHAPE:
		return output(c)->rank == 1 && output(c)->dims[0] ==
			check_input(c, 0)->rank ? 0 : wrong_shape(c);
	case KERN_DIV:
		return check_broadcast(c);
	default:
		return check_alike(c);
	}
}
