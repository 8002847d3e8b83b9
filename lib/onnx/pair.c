#include <string.h>

#include "onnx/onnx_priv.h"

/* Sums, products and the like of values, with broadcasting. */

/* One number, or one per channel (axis 1) of the value. */
static bool is_per_channel(const struct onnx_value *in,
			   const struct onnx_value *c, bool *is_single)
{
	int64_t n = onnx_elements(c);
	int axis = 1 - (in->rank - c->rank);	/* of c */

	*is_single = n == 1;
	if (in->rank < 2 || in->rank > 4 || c->rank > in->rank)
		return false;
	return n == 1 || (axis >= 0 && c->dims[axis] == in->dims[1] &&
			  n == in->dims[1]);
}

/* x + c, x - c, x c and x / c go into the layer that computed x. */
static bool fold(struct onnx *o, enum kern_op op, const struct onnx_value *x,
		 const struct onnx_value *c)
{
	struct onnx_scaling s = { .sign = op == KERN_SUB ? -1 : 1 };
	bool is_sum = op == KERN_ADD || op == KERN_SUB;

	if (!is_sum && op != KERN_MUL && op != KERN_DIV)
		return false;
	if (!x->is_float || !onnx_is_floats(c) ||
	    !is_per_channel(x, c, &s.is_single))
		return false;
	*(is_sum ? &s.offset : &s.scale) = c->floats;
	s.is_divisor = op == KERN_DIV;
	return onnx_fold_scaling(o, x, &s);
}

/* ---- the order of axes ------------------------------------------------- */

/* N H W C when one lies so and all have its axes, but for constants. */
static bool choose_last(const struct onnx_value *a, const struct onnx_value *b)
{
	const struct onnx_value *flow = onnx_lies_last(a) ? a : b;
	const struct onnx_value *other = flow == a ? b : a;

	if (flow->kind != ONNX_FLOW || !onnx_lies_last(flow))
		return false;
	return other->kind == ONNX_CONST ? other->rank <= flow->rank :
		other->rank == flow->rank;
}

/* A constant of fewer axes gets leading ones before it is turned. */
static int operand(struct onnx *o, struct onnx_value *v, int rank,
		   bool is_last)
{
	struct onnx_value *wide;

	if (!is_last)
		return onnx_plain(o, v);
	if (v->rank == rank)
		return onnx_last(o, v);
	wide = onnx_unnamed_copy(o, v);
	wide->plain = wide->last = -1;
	wide->rank = rank;
	for (int i = 0; i < rank; i++)
		wide->dims[i] = i < rank - v->rank ? 1 :
				v->dims[i - rank + v->rank];
	return onnx_last(o, wide);
}

/* ---- types ------------------------------------------------------------- */

/* Small integers are computed as int32 and keep their low bits. */
static int whole(struct onnx *o, enum kern_op op, struct onnx_value *a,
		 struct onnx_value *b)
{
	enum kern_type type;
	int x = onnx_plain(o, a), y = onnx_plain(o, b);

	if (x < 0 || y < 0)
		return -1;
	if (a->type == ONNX_INT64 || a->type == ONNX_BOOL) {
		onnx_fail(o, ERR_UNSUPPORTED, "values of int64 or bool; only "
			  "constants of these are computed with");
		return -1;
	}
	type = o->model->tensors[x].type;
	x = onnx_broadcast(o, op, onnx_cast(o, x, KERN_S32),
			   onnx_cast(o, y, KERN_S32));
	return onnx_cast(o, x, type);
}

/* a op b into a value without a name, or the node's output. */
static int compute(struct onnx *o, enum kern_op op, struct onnx_value *a,
		   struct onnx_value *b)
{
	int rank = a->rank > b->rank ? a->rank : b->rank;
	bool is_last;
	int to;

	if (a->type != b->type || a->is_shifted || b->is_shifted)
		return onnx_fail(o, ERR_UNSUPPORTED, "its inputs differ in "
				 "type, or are quantised");
	if (!a->is_float) {
		onnx_give_plain(o, whole(o, op, a, b));
		return o->err->kind;
	}
	is_last = choose_last(a, b);
	to = onnx_broadcast(o, op, operand(o, a, rank, is_last),
			    operand(o, b, rank, is_last));
	onnx_give(o, rank, is_last, to);
	return o->err->kind;
}

static enum kern_op op_of(const struct onnx *o)
{
	static const struct { const char *name; enum kern_op op; } ops[] = {
		{ "Sub", KERN_SUB }, { "Mul", KERN_MUL }, { "Div", KERN_DIV },
		{ "Min", KERN_MINIMUM }, { "Max", KERN_MAXIMUM },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (onnx_is(o->node.op, ops[i].name))
			return ops[i].op;
	return KERN_ADD;
}

/* Min, Max and Sum take any number of inputs. */
int onnx_pair(struct onnx *o)
{
	struct onnx_value *a = onnx_in(o, 0), *b = onnx_in(o, 1);
	enum kern_op op = op_of(o);

	if (o->node.input_count == 1) {
		onnx_give_alias(o, a);
		return 0;
	}
	if (o->node.input_count == 2 && b && fold(o, op, a, b))
		return o->err->kind;
	if (o->node.input_count == 2 && b && (op == KERN_ADD ||
					      op == KERN_MUL) &&
	    fold(o, op, b, a))
		return o->err->kind;
	for (int i = 1; i < o->node.input_count && !o->err->kind; i++) {
		struct onnx_value *before = onnx_unnamed_copy(o, a);

		b = onnx_in(o, i);
		if (!b)
			return onnx_fail(o, ERR_FORMAT, "an input is left "
					 "out");
		onnx_take_over(o, &(struct onnx_value){ .plain = -1,
			       .last = -1, .origin = -1 });
		compute(o, op, before, b);
		a = onnx_out(o);
	}
	return o->err->kind;
}

/* max(x, 0) + slope min(x, 0); the slope broadcasts to x. */
int onnx_prelu(struct onnx *o)
{
	struct onnx_value *x = onnx_in(o, 0), *slope = onnx_in(o, 1);
	bool is_last;
	int from, by, below, rank = x->rank;

	if (!slope || !x->is_float || !slope->is_float || slope->rank > rank)
		return onnx_fail(o, ERR_UNSUPPORTED, "its inputs are not "
				 "float32, or its slope is left out");
	is_last = choose_last(x, slope);
	from = operand(o, x, rank, is_last);
	by = operand(o, slope, rank, is_last);
	below = onnx_broadcast(o, KERN_MUL, onnx_with(o, KERN_MINIMUM, from,
						      0), by);
	onnx_give(o, rank, is_last,
		  onnx_both(o, KERN_ADD, onnx_curve(o, KERN_RELU, 0, from),
			    below));
	return o->err->kind;
}
