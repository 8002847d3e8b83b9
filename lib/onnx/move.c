#include <string.h>

#include "onnx/onnx_priv.h"

/* Operators that move values: Transpose, Concat, Gather, Cast. */

enum { PLAN_AXES = 4 };

/* ---- Transpose ---------------------------------------------------------- */

int onnx_order(struct onnx *o, const struct onnx_value *in, int *perm)
{
	int64_t items[MODEL_RANK_MAX];
	int n = onnx_ints(o, "perm", items, MODEL_RANK_MAX), seen = 0;

	for (int i = 0; n < 0 && i < in->rank; i++)
		items[i] = in->rank - 1 - i;
	for (int i = 0; i < in->rank; i++) {
		if ((n >= 0 && n != in->rank) || items[i] < 0 ||
		    items[i] >= in->rank || seen & 1 << items[i])
			return onnx_fail(o, ERR_FORMAT, "perm is no order of "
					 "%d axes", in->rank);
		seen |= 1 << items[i];
		perm[i] = (int)items[i];
	}
	return 0;
}

/* Axes longer than 1 keep their order: nothing moves. */
static bool moves_nothing(const struct onnx_value *in, const int *perm)
{
	int before = -1;

	for (int i = 0; i < in->rank; i++) {
		if (in->dims[perm[i]] == 1)
			continue;
		if (perm[i] < before)
			return false;
		before = perm[i];
	}
	return true;
}

static bool is_perm(const int *perm, int rank, const int *want)
{
	return rank == 4 && memcmp(perm, want, 4 * sizeof(*want)) == 0;
}

/* Axes of size 1 and those that stay neighbours are merged before and come
 * back as another view: a tensor has four at most. */
static void turn(struct onnx *o, struct onnx_value *in, const int *perm,
		 const int32_t *dims)
{
	struct onnx_merged m;
	struct onnx_value *whole;
	int from, rank = in->rank;

	onnx_merge(in->rank, in->dims, perm, &m);
	from = onnx_turned(o, m.n > PLAN_AXES ?
			   onnx_shaped(o, in, 1, (int32_t[]){
				       (int32_t)onnx_elements(in) }) :
			   onnx_shaped(o, in, m.n, m.in), &m);
	if (from < 0)
		return;
	whole = onnx_unnamed(o);
	whole->kind = ONNX_FLOW;
	whole->type = in->type;
	whole->rank = o->model->tensors[from].rank;
	memcpy(whole->dims, o->model->tensors[from].dims,
	       sizeof(whole->dims));
	whole->plain = from;
	onnx_give_view(o, o->value_count - 1, rank, dims);
}

int onnx_transpose(struct onnx *o)
{
	static const int to_last[] = { 0, 2, 3, 1 };
	static const int from_last[] = { 0, 3, 1, 2 };
	struct onnx_value *in = onnx_in(o, 0);
	int32_t dims[MODEL_RANK_MAX];
	int perm[MODEL_RANK_MAX];

	if (onnx_order(o, in, perm))
		return o->err->kind;
	for (int i = 0; i < in->rank; i++)
		dims[i] = in->dims[perm[i]];
	if (is_perm(perm, in->rank, to_last))
		onnx_give_plain(o, onnx_last(o, in));
	else if (is_perm(perm, in->rank, from_last))
		onnx_give_last(o, 4, onnx_plain(o, in));
	else if (moves_nothing(in, perm) && in->rank <= PLAN_AXES)
		onnx_give_plain(o, onnx_shaped(o, in, in->rank, dims));
	else
		turn(o, in, perm, dims);
	onnx_out(o)->is_shifted = in->is_shifted;
	return o->err->kind;
}

/* ---- Concat ------------------------------------------------------------- */

static int check_parts(struct onnx *o, int *axis, bool *is_last)
{
	const struct onnx_value *first = onnx_in(o, 0);

	*axis = onnx_one_axis(o, onnx_int(o, "axis", 1), first->rank);
	*is_last = false;
	if (*axis < 0)
		return o->err->kind;
	for (int i = 0; i < o->node.input_count; i++) {
		const struct onnx_value *v = onnx_in(o, i);

		if (!v || v->rank != first->rank || v->type != first->type ||
		    v->is_shifted != first->is_shifted)
			return onnx_fail(o, ERR_FORMAT, "its inputs differ in "
					 "axes or type");
		for (int k = 0; k < v->rank; k++)
			if (k != *axis && v->dims[k] != first->dims[k])
				return onnx_fail(o, ERR_FORMAT, "its inputs "
						 "differ in shape");
		*is_last = *is_last || (v->kind == ONNX_FLOW &&
					onnx_lies_last(v));
	}
	return 0;
}

int onnx_concat(struct onnx *o)
{
	int tensors[ONNX_NODE_PORTS_MAX], axis, n = 0;
	int rank = onnx_in(o, 0)->rank;
	bool is_last, is_shifted = onnx_in(o, 0)->is_shifted;

	if (check_parts(o, &axis, &is_last))
		return o->err->kind;
	for (int i = 0; i < o->node.input_count; i++) {
		struct onnx_value *v = onnx_in(o, i);

		if (onnx_elements(v))
			tensors[n++] = is_last ? onnx_last(o, v) :
				       onnx_plain(o, v);
	}
	if (!n)
		return onnx_fail(o, ERR_UNSUPPORTED, "its inputs are empty");
	onnx_give(o, rank, is_last, onnx_joined(o, tensors, n,
						onnx_axis(rank, is_last,
							  axis)));
	onnx_out(o)->is_shifted = is_shifted;
	return o->err->kind;
}

/* ---- Gather ------------------------------------------------------------- */

/* Known numbers along one axis: in the order in which the values lie. */
static int gather_known(struct onnx *o, int axis)
{
	struct onnx_value *in = onnx_in(o, 0), *which = onnx_in(o, 1);
	int32_t indices[ONNX_GATHER_MAX];
	bool is_last;
	int from = onnx_near(o, in, &is_last);

	for (int32_t i = 0; i < which->dims[0]; i++) {
		int64_t at = which->ints[i];

		if (at < -in->dims[axis] || at >= in->dims[axis])
			return onnx_fail(o, ERR_RANGE, "number %lld of %d",
					 (long long)at, (int)in->dims[axis]);
		indices[i] = (int32_t)(at < 0 ? at + in->dims[axis] : at);
	}
	onnx_give(o, in->rank, is_last,
		  onnx_taken(o, from, onnx_axis(in->rank, is_last, axis),
			     which->dims[0], indices));
	return o->err->kind;
}

int onnx_gather(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *which = onnx_in(o, 1);
	int axis = onnx_one_axis(o, onnx_int(o, "axis", 0), in->rank), n = 0;
	struct model_attr attr = { .axis = axis };
	int32_t dims[2 * MODEL_RANK_MAX];
	int inputs[2];

	if (axis < 0 || !which || (which->type != ONNX_INT64 &&
				   which->type != ONNX_INT32))
		return o->err->kind ? o->err->kind :
			onnx_fail(o, ERR_FORMAT, "its numbers are no int32 or "
				  "int64");
	if (which->kind == ONNX_CONST && which->rank == 1 &&
	    which->dims[0] > 0 && which->dims[0] <= ONNX_GATHER_MAX &&
	    !in->is_shifted)
		return gather_known(o, axis);
	if (in->rank - 1 + which->rank > MODEL_RANK_MAX || in->is_shifted)
		return onnx_fail(o, ERR_LIMIT, "its result has more than %d "
				 "axes, or is quantised", MODEL_RANK_MAX);
	for (int i = 0; i < axis; i++)
		dims[n++] = in->dims[i];
	for (int i = 0; i < which->rank; i++)
		dims[n++] = which->dims[i];
	for (int i = axis + 1; i < in->rank; i++)
		dims[n++] = in->dims[i];
	inputs[0] = onnx_plain(o, in);
	inputs[1] = onnx_plain(o, which);
	onnx_give_plain(o, onnx_do(o, &(struct onnx_step){ KERN_GATHER, &attr,
				   inputs, 2 }, n, dims));
	return o->err->kind;
}

/* ---- Cast --------------------------------------------------------------- */

int onnx_convert(struct onnx *o)
{
	static const enum kern_type types[] = {
		[ONNX_FLOAT] = KERN_F32, [ONNX_UINT8] = KERN_U8,
		[ONNX_INT8] = KERN_S8, [ONNX_INT32] = KERN_S32,
		[ONNX_INT64] = KERN_S64,
	};
	struct onnx_value *in = onnx_in(o, 0);
	int64_t to = onnx_int(o, "to", 0);
	bool is_last;
	int tensor;

	if (to < 1 || to > ONNX_INT64 || !types[to] || in->is_shifted)
		return onnx_fail(o, ERR_UNSUPPORTED, "to element type %lld, "
				 "or of a quantised value", (long long)to);
	if (to == (int64_t)in->type) {
		onnx_give_alias(o, in);
		return 0;
	}
	tensor = onnx_near(o, in, &is_last);
	onnx_give(o, in->rank, is_last, onnx_cast(o, tensor, types[to]));
	return o->err->kind;
}
