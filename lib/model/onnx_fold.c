#include <math.h>
#include <string.h>

#include "model/onnx_priv.h"

/* A constant under construction: what the node at work gives. */
static int start(struct onnx *o, bool is_float, int rank, const int32_t *dims)
{
	struct onnx_value *out = onnx_out(o);
	int64_t n;
	void *data;

	out->rank = rank;
	memcpy(out->dims, dims, (size_t)rank * sizeof(*dims));
	n = onnx_elements(out);
	if (n < 0 || n > ONNX_FOLD_MAX)
		return onnx_fail(o, ERR_LIMIT, "a constant of more than %d "
				 "elements", ONNX_FOLD_MAX);
	data = arena_array(&o->memory, (size_t)n + 1, is_float ? 4 : 8);
	if (!data)
		return err_nomem(o->err);
	out->kind = ONNX_CONST;
	out->is_float = is_float;
	out->floats = is_float ? data : NULL;
	out->ints = is_float ? NULL : data;
	return 0;
}

static void put(struct onnx_value *to, int64_t i, const struct onnx_value *from,
		int64_t at)
{
	if (to->is_float)
		to->floats[i] = from->floats[at];
	else
		to->ints[i] = from->ints[at];
}

static void put_int(struct onnx_value *to, int64_t i, int64_t value)
{
	to->ints[i] = value;
}

/* Element (i0, i1, ...) of the result is the one at offset + i . strides. */
static int gather(struct onnx *o, const struct onnx_value *in, int rank,
		  const int32_t *dims, const int64_t *strides, int64_t offset)
{
	int32_t index[MODEL_RANK_MAX] = { 0 };
	struct onnx_value *out = onnx_out(o);
	int64_t n;

	if (start(o, in->is_float, rank, dims))
		return o->err->kind;
	n = onnx_elements(out);
	for (int64_t i = 0; i < n; i++) {
		put(out, i, in, offset);
		for (int a = rank - 1; a >= 0; a--) {
			offset += strides[a];
			if (++index[a] < dims[a])
				break;
			offset -= strides[a] * dims[a];
			index[a] = 0;
		}
	}
	return 0;
}

static void strides_of(const struct onnx_value *in, int64_t *strides)
{
	int64_t step = 1;

	for (int a = in->rank - 1; a >= 0; a--) {
		strides[a] = step;
		step *= in->dims[a];
	}
}

/* ---- operators --------------------------------------------------------- */

static int fold_same(struct onnx *o)
{
	struct onnx_value *out = onnx_out(o);
	const struct onnx_value *in = onnx_in(o, 0);
	int32_t dims[MODEL_RANK_MAX];
	int rank;

	if (onnx_new_shape(o, in, &rank, dims))
		return o->err->kind;
	out->kind = ONNX_CONST;
	out->is_float = in->is_float;
	out->floats = in->floats;
	out->ints = in->ints;
	out->rank = rank;
	memcpy(out->dims, dims, (size_t)rank * sizeof(*dims));
	return 0;
}

static int fold_transpose(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int64_t perm[MODEL_RANK_MAX], strides[MODEL_RANK_MAX];
	int64_t turned[MODEL_RANK_MAX];
	int32_t dims[MODEL_RANK_MAX];
	int n = onnx_ints(o, "perm", perm, MODEL_RANK_MAX), seen = 0;

	for (int i = 0; n < 0 && i < in->rank; i++)
		perm[i] = in->rank - 1 - i;
	strides_of(in, strides);
	for (int i = 0; i < in->rank; i++) {
		if ((n >= 0 && n != in->rank) || perm[i] < 0 ||
		    perm[i] >= in->rank || seen & 1 << perm[i])
			return onnx_fail(o, ERR_FORMAT, "perm is no order of "
					 "%d axes", in->rank);
		seen |= 1 << perm[i];
		dims[i] = in->dims[perm[i]];
		turned[i] = strides[perm[i]];
	}
	return gather(o, in, in->rank, dims, turned, 0);
}

/* Starts, ends, axes, steps: attributes before operator set 10. */
static int slice_list(struct onnx *o, const char *name, int input,
		      int64_t *items)
{
	const struct onnx_value *v = onnx_in(o, input);

	if (!v)
		return onnx_ints(o, name, items, MODEL_RANK_MAX);
	if (v->is_float || onnx_elements(v) > MODEL_RANK_MAX)
		return -2;
	memcpy(items, v->ints, (size_t)onnx_elements(v) * sizeof(*items));
	return (int)onnx_elements(v);
}

static int64_t clip(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

/* One axis: where it starts, and how many elements remain. */
static int64_t slice_axis(int64_t size, int64_t start, int64_t end,
			  int64_t step, int64_t *n)
{
	start += start < 0 ? size : 0;
	end += end < 0 ? size : 0;
	if (step > 0) {
		start = clip(start, 0, size);
		end = clip(end, 0, size);
		*n = end > start ? (end - start - 1) / step + 1 : 0;
	} else {
		start = clip(start, 0, size - 1);
		end = clip(end, -1, size - 1);
		*n = start > end ? (start - end - 1) / -step + 1 : 0;
	}
	return start;
}

static int fold_slice(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int64_t starts[MODEL_RANK_MAX], ends[MODEL_RANK_MAX];
	int64_t axes[MODEL_RANK_MAX], steps[MODEL_RANK_MAX];
	int64_t strides[MODEL_RANK_MAX], offset = 0;
	int32_t dims[MODEL_RANK_MAX];
	int n = slice_list(o, "starts", 1, starts), seen = 0;
	int n_ends = slice_list(o, "ends", 2, ends);
	int n_axes = slice_list(o, "axes", 3, axes);
	int n_steps = slice_list(o, "steps", 4, steps);

	if (n < 0 || n_ends != n || (n_axes != -1 && n_axes != n) ||
	    (n_steps != -1 && n_steps != n) || n > in->rank)
		return onnx_fail(o, ERR_FORMAT, "its lists differ in length");
	memcpy(dims, in->dims, sizeof(dims));
	strides_of(in, strides);
	for (int i = 0; i < n; i++) {
		int64_t a = n_axes < 0 ? i : axes[i], left;
		int64_t step = n_steps < 0 ? 1 : steps[i];

		a += a < 0 ? in->rank : 0;
		if (a < 0 || a >= in->rank || seen & 1 << a || step == 0 ||
		    step < -INT32_MAX || step > INT32_MAX)
			return onnx_fail(o, ERR_RANGE, "an axis or step");
		seen |= 1 << a;
		offset += strides[a] * slice_axis(in->dims[a], starts[i],
						  ends[i], step, &left);
		dims[a] = (int32_t)left;
		strides[a] *= step;
	}
	return gather(o, in, in->rank, dims, strides, offset);
}

static int fold_gather(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0), *index = onnx_in(o, 1);
	struct onnx_value *out = onnx_out(o);
	int64_t inner, n;
	int32_t dims[MODEL_RANK_MAX];

	if (!index || index->is_float || in->rank < 1 ||
	    onnx_int(o, "axis", 0) != 0 ||
	    index->rank + in->rank - 1 > MODEL_RANK_MAX)
		return onnx_fail(o, ERR_UNSUPPORTED, "only along axis 0");
	for (int i = 0; i < index->rank; i++)
		dims[i] = index->dims[i];
	for (int i = 1; i < in->rank; i++)
		dims[index->rank + i - 1] = in->dims[i];
	if (start(o, in->is_float, index->rank + in->rank - 1, dims))
		return o->err->kind;
	inner = in->dims[0] ? onnx_elements(in) / in->dims[0] : 0;
	n = onnx_elements(index);
	for (int64_t i = 0; i < n; i++) {
		int64_t at = index->ints[i];

		at += at < 0 ? in->dims[0] : 0;
		if (at < 0 || at >= in->dims[0])
			return onnx_fail(o, ERR_RANGE, "an index of %d",
					 (int)in->dims[0]);
		for (int64_t k = 0; k < inner; k++)
			put(out, i * inner + k, in, at * inner + k);
	}
	return 0;
}

static int fold_concat(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	struct onnx_value *out = onnx_out(o);
	int32_t total = 0;
	int64_t n = 0;

	for (int i = 0; i < o->node.input_count; i++) {
		const struct onnx_value *v = onnx_in(o, i);

		if (!v || v->rank != 1 || v->is_float != in->is_float)
			return onnx_fail(o, ERR_UNSUPPORTED, "constants of "
					 "more than one axis");
		if (v->dims[0] > ONNX_FOLD_MAX)
			return onnx_fail(o, ERR_LIMIT, "a long constant");
		total += v->dims[0];
	}
	if (start(o, in->is_float, 1, &total))
		return o->err->kind;
	for (int i = 0; i < o->node.input_count; i++)
		for (int32_t k = 0; k < onnx_in(o, i)->dims[0]; k++)
			put(out, n++, onnx_in(o, i), k);
	return 0;
}

static int fold_cast(struct onnx *o)
{
	enum { FLOAT = 1, INT32 = 6, INT64 = 7 };
	const struct onnx_value *in = onnx_in(o, 0);
	struct onnx_value *out = onnx_out(o);
	int64_t to = onnx_int(o, "to", 0), n = onnx_elements(in);

	if (to != FLOAT && to != INT32 && to != INT64)
		return onnx_fail(o, ERR_UNSUPPORTED, "to element type %lld",
				 (long long)to);
	if (start(o, to == FLOAT, in->rank, in->dims))
		return o->err->kind;
	for (int64_t i = 0; i < n; i++) {
		if (out->is_float == in->is_float)
			put(out, i, in, i);
		else if (out->is_float)
			out->floats[i] = (float)in->ints[i];
		else
			put_int(out, i, fabsf(in->floats[i]) < 0x1p31f ?
				(int64_t)in->floats[i] : 0);
	}
	return 0;
}

static int fold_shape(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);

	if (!in)
		return onnx_fail(o, ERR_FORMAT, "it has no input");
	if (onnx_int(o, "start", 0) || onnx_int(o, "end", in->rank) != in->rank)
		return onnx_fail(o, ERR_UNSUPPORTED, "a part of the shape");
	if (start(o, false, 1, (int32_t[]){ in->rank }))
		return o->err->kind;
	for (int i = 0; i < in->rank; i++)
		put_int(onnx_out(o), i, in->dims[i]);
	return 0;
}

static int fold_constant(struct onnx *o)
{
	struct onnx_slice bytes = onnx_tensor(o, "value"), name;
	struct onnx_value *out = onnx_out(o);
	int64_t items[MODEL_RANK_MAX];
	int n = onnx_ints(o, "value_ints", items, MODEL_RANK_MAX);

	if (bytes.bytes)
		return onnx_read_tensor(o, bytes, out, &name);
	if (n < 0)
		return onnx_fail(o, ERR_UNSUPPORTED, "its value is not a "
				 "tensor");
	if (start(o, false, 1, (int32_t[]){ n }))
		return o->err->kind;
	for (int i = 0; i < n; i++)
		put_int(out, i, items[i]);
	return 0;
}

static int fold_fill(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	struct onnx_slice bytes = onnx_tensor(o, "value"), name;
	struct onnx_value fill = { .is_float = true, .floats = &(float){ 0 } };
	int32_t dims[MODEL_RANK_MAX];
	int64_t n = onnx_elements(in);

	if (bytes.bytes && onnx_read_tensor(o, bytes, &fill, &name))
		return o->err->kind;
	if (in->is_float || n > MODEL_RANK_MAX ||
	    (bytes.bytes && onnx_elements(&fill) != 1))
		return onnx_fail(o, ERR_FORMAT, "its shape or value");
	for (int64_t i = 0; i < n; i++) {
		if (in->ints[i] < 0 || in->ints[i] > ONNX_FOLD_MAX)
			return onnx_fail(o, ERR_LIMIT, "a size");
		dims[i] = (int32_t)in->ints[i];
	}
	if (start(o, fill.is_float, (int)n, dims))
		return o->err->kind;
	n = onnx_elements(onnx_out(o));
	for (int64_t i = 0; i < n; i++)
		put(onnx_out(o), i, &fill, 0);
	return 0;
}

/* Two integers of a shape's size, or ERR_RANGE. */
static int compute(struct onnx *o, int64_t a, int64_t b, int64_t *y)
{
	if (a < INT32_MIN || a > INT32_MAX || b < INT32_MIN || b > INT32_MAX)
		return onnx_fail(o, ERR_RANGE, "a number beyond 32 bits");
	if (onnx_is(o->node.op, "Add"))
		*y = a + b;
	else if (onnx_is(o->node.op, "Sub"))
		*y = a - b;
	else if (onnx_is(o->node.op, "Mul"))
		*y = a * b;
	else if (b == 0)
		return onnx_fail(o, ERR_RANGE, "a division by 0");
	else
		*y = a / b;
	return 0;
}

static int fold_binary(struct onnx *o)
{
	const struct onnx_value *a = onnx_in(o, 0), *b = onnx_in(o, 1), *shape;
	int64_t n_a = onnx_elements(a), n_b, n, y = 0;

	if (!b || a->is_float || b->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "of float32 constants; "
				 "let the exporter fold constants");
	n_b = onnx_elements(b);
	if (n_a != n_b && n_a != 1 && n_b != 1)
		return onnx_fail(o, ERR_UNSUPPORTED, "of constants that "
				 "differ in shape");
	shape = n_a > n_b || (n_a == n_b && a->rank >= b->rank) ? a : b;
	if (n_a == 0 || n_b == 0)
		shape = n_a == 0 ? a : b;
	if (start(o, false, shape->rank, shape->dims))
		return o->err->kind;
	n = onnx_elements(shape);
	for (int64_t i = 0; i < n; i++) {
		if (compute(o, a->ints[n_a == 1 ? 0 : i],
			    b->ints[n_b == 1 ? 0 : i], &y))
			return o->err->kind;
		put_int(onnx_out(o), i, y);
	}
	return 0;
}

/* Operators that need no input, or only the shape of one, come first. */
static const struct fold {
	const char *name;
	int (*compute)(struct onnx *o);
} folds[] = {
	{ "Constant", fold_constant },
	{ "Shape", fold_shape },
	{ "Add", fold_binary },
	{ "Cast", fold_cast },
	{ "Concat", fold_concat },
	{ "ConstantOfShape", fold_fill },
	{ "Div", fold_binary },
	{ "Flatten", fold_same },
	{ "Gather", fold_gather },
	{ "Identity", fold_same },
	{ "Mul", fold_binary },
	{ "Reshape", fold_same },
	{ "Slice", fold_slice },
	{ "Squeeze", fold_same },
	{ "Sub", fold_binary },
	{ "Transpose", fold_transpose },
	{ "Unsqueeze", fold_same },
};
enum { FREE_FOLDS = 2 };

int onnx_fold(struct onnx *o)
{
	bool is_const = o->node.input_count > 0 && onnx_in(o, 0);
	int kind;

	for (int i = 0; i < o->node.input_count; i++)
		if (onnx_in(o, i) && onnx_in(o, i)->kind != ONNX_CONST)
			is_const = false;
	for (size_t i = 0; i < sizeof(folds) / sizeof(*folds); i++) {
		if (!onnx_is(o->node.op, folds[i].name))
			continue;
		if (i >= FREE_FOLDS && !is_const)
			return 0;
		kind = folds[i].compute(o);
		return kind ? kind : 1;
	}
	return 0;
}
