#include <string.h>

#include "model/onnx_priv.h"

/* Operators that move values: Transpose, Concat, Slice, Split, Gather. */

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
	from = onnx_permuted(o, onnx_shaped(o, in, m.n, m.in), m.order);
	if (from < 0)
		return;
	whole = onnx_unnamed(o);
	whole->kind = ONNX_FLOW;
	whole->type = in->type;
	whole->rank = m.n;
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

/* ---- Slice, Split ------------------------------------------------------- */

static int64_t clip(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

/* One axis; bounds count from the end when negative, and are clipped. */
static struct onnx_range range_of(int64_t size, int64_t start, int64_t end,
				  int64_t step)
{
	struct onnx_range r = { 0, step, 0 };

	start = clip(start, -size - 1, size);
	end = end < -size ? -size - 1 : clip(end, -size - 1, size);
	start += start < 0 ? size : 0;
	end += end < 0 ? size : 0;
	if (step > 0) {
		start = clip(start, 0, size);
		end = clip(end, 0, size);
		r.count = end > start ? (end - start - 1) / step + 1 : 0;
	} else {
		start = clip(start, 0, size - 1);
		end = clip(end, -1, size - 1);
		r.count = start > end ? (start - end - 1) / -step + 1 : 0;
	}
	r.start = start;
	return r;
}

int onnx_ranges(struct onnx *o, const struct onnx_value *in,
		struct onnx_range *ranges)
{
	int64_t starts[MODEL_RANK_MAX], ends[MODEL_RANK_MAX];
	int64_t axes[MODEL_RANK_MAX], steps[MODEL_RANK_MAX];
	int n = onnx_list(o, "starts", 1, starts, MODEL_RANK_MAX), seen = 0;
	int n_ends = onnx_list(o, "ends", 2, ends, MODEL_RANK_MAX);
	int n_axes = onnx_list(o, "axes", 3, axes, MODEL_RANK_MAX);
	int n_steps = onnx_list(o, "", 4, steps, MODEL_RANK_MAX);

	if (n == -2 || n_ends == -2 || n_axes == -2 || n_steps == -2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its bounds are not "
				 "constant");
	if (n < 0 || n_ends != n || (n_axes != -1 && n_axes != n) ||
	    (n_steps != -1 && n_steps != n) || n > in->rank)
		return onnx_fail(o, ERR_FORMAT, "its lists differ in length");
	for (int i = 0; i < in->rank; i++)
		ranges[i] = (struct onnx_range){ 0, 1, in->dims[i] };
	for (int i = 0; i < n; i++) {
		int a = onnx_one_axis(o, n_axes < 0 ? i : axes[i], in->rank);
		int64_t step = n_steps < 0 ? 1 : steps[i];

		if (a < 0 || seen & 1 << a || step == 0)
			return o->err->kind ? o->err->kind :
				onnx_fail(o, ERR_RANGE, "an axis or step");
		seen |= 1 << a;
		ranges[a] = range_of(in->dims[a], starts[i], ends[i],
				     clip(step, -INT32_MAX, INT32_MAX));
	}
	return 0;
}

static void give_part(struct onnx *o, struct onnx_value *in,
		      const struct onnx_range *ranges)
{
	struct onnx_range turned[MODEL_RANK_MAX];
	bool is_last;
	int from = onnx_near(o, in, &is_last);

	for (int i = 0; i < MODEL_RANK_MAX; i++)
		turned[i] = (struct onnx_range){ 0, 1, 1 };
	for (int i = 0; i < in->rank; i++)
		turned[onnx_axis(in->rank, is_last, i)] = ranges[i];
	onnx_give(o, in->rank, is_last, onnx_sliced(o, from, turned));
	onnx_out(o)->is_shifted = in->is_shifted;
}

int onnx_slices(struct onnx *o)
{
	struct onnx_range ranges[MODEL_RANK_MAX];
	struct onnx_value *in = onnx_in(o, 0);

	if (!onnx_ranges(o, in, ranges))
		give_part(o, in, ranges);
	return o->err->kind;
}

/* Sizes as an attribute or an input; otherwise equal parts, the last one
 * smaller when it does not divide. */
static int split_sizes(struct onnx *o, int64_t size, int64_t *sizes)
{
	int n = onnx_list(o, "split", 1, sizes, ONNX_NODE_PORTS_MAX);
	int64_t parts = o->node.output_count, sum = 0;

	if (n == -2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its sizes are not "
				 "constant");
	if (n >= 0 && n != parts)
		return onnx_fail(o, ERR_FORMAT, "it has %d sizes for %d "
				 "outputs", n, (int)parts);
	for (int i = 0; i < parts; i++) {
		int64_t part = (size + parts - 1) / parts;

		if (n < 0)
			sizes[i] = size - sum < part ? size - sum : part;
		if (sizes[i] < 0 || sizes[i] > size - sum)
			return onnx_fail(o, ERR_RANGE, "its sizes are more "
					 "than %lld", (long long)size);
		sum += sizes[i];
	}
	return sum == size ? 0 : onnx_fail(o, ERR_RANGE, "its sizes are less "
					   "than %lld", (long long)size);
}

int onnx_split(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct onnx_range ranges[MODEL_RANK_MAX];
	int64_t sizes[ONNX_NODE_PORTS_MAX], start = 0;
	int axis = onnx_one_axis(o, onnx_int(o, "axis", 0), in->rank);

	if (axis < 0 || split_sizes(o, in->dims[axis], sizes))
		return o->err->kind;
	for (int i = 0; i < in->rank; i++)
		ranges[i] = (struct onnx_range){ 0, 1, in->dims[i] };
	for (int k = 0; k < o->node.output_count && !o->err->kind; k++) {
		ranges[axis].start = start;
		ranges[axis].count = sizes[k];
		start += sizes[k];
		o->which = k;
		if (o->node.outputs[k] >= 0 && onnx_out(o)->uses)
			give_part(o, in, ranges);
	}
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
	onnx_give_plain(o, onnx_do(o, KERN_GATHER, &attr, inputs, 2, n, dims));
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
