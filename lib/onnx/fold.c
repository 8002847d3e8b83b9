#include <math.h>
#include <string.h>

#include "onnx/onnx_priv.h"

int onnx_fold_start(struct onnx *o, enum onnx_type type, int rank,
		    const int32_t *dims)
{
	struct onnx_value *out = onnx_out(o);
	bool is_float = type == ONNX_FLOAT;
	int64_t n;
	void *data;

	out->rank = rank;
	for (int i = 0; i < rank; i++)
		out->dims[i] = dims[i];
	n = onnx_elements(out);
	if (n < 0 || n > ONNX_FOLD_MAX)
		return onnx_fail(o, ERR_LIMIT, "a constant of more than %d "
				 "elements", ONNX_FOLD_MAX);
	o->folded += n;
	if (o->folded > ONNX_FOLDED_MAX)
		return onnx_fail(o, ERR_LIMIT, "more than %d elements of "
				 "constants are computed", ONNX_FOLDED_MAX);
	data = arena_array(&o->memory, (size_t)n + 1, is_float ? 4 : 8);
	if (!data)
		return err_nomem(o->err);
	out->kind = ONNX_CONST;
	out->type = type;
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

/* Element (i0, i1, ...) of the result is the one at offset + i . strides. */
static int gather(struct onnx *o, const struct onnx_value *in, int rank,
		  const int32_t *dims, const int64_t *strides, int64_t offset)
{
	int32_t index[MODEL_RANK_MAX] = { 0 };
	struct onnx_value *out = onnx_out(o);
	int64_t n;

	if (onnx_fold_start(o, in->type, rank, dims))
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
	out->type = in->type;
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
	int64_t strides[MODEL_RANK_MAX], turned[MODEL_RANK_MAX];
	int32_t dims[MODEL_RANK_MAX];
	int perm[MODEL_RANK_MAX];

	if (onnx_order(o, in, perm))
		return o->err->kind;
	strides_of(in, strides);
	for (int i = 0; i < in->rank; i++) {
		dims[i] = in->dims[perm[i]];
		turned[i] = strides[perm[i]];
	}
	return gather(o, in, in->rank, dims, turned, 0);
}

static int fold_slice(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	struct onnx_range ranges[MODEL_RANK_MAX];
	int64_t strides[MODEL_RANK_MAX], offset = 0;
	int32_t dims[MODEL_RANK_MAX];

	if (onnx_ranges(o, in, ranges))
		return o->err->kind;
	strides_of(in, strides);
	for (int i = 0; i < in->rank; i++) {
		offset += ranges[i].start * strides[i];
		strides[i] *= ranges[i].step;
		dims[i] = (int32_t)ranges[i].count;
	}
	return gather(o, in, in->rank, dims, strides, offset);
}

/* Elements in front of an axis and behind it. */
static void around(const struct onnx_value *v, int axis, int64_t *outer,
		   int64_t *inner)
{
	*outer = *inner = 1;
	for (int i = 0; i < axis; i++)
		*outer *= v->dims[i];
	for (int i = axis + 1; i < v->rank; i++)
		*inner *= v->dims[i];
}

static int fold_gather(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0), *index = onnx_in(o, 1);
	int axis = onnx_one_axis(o, onnx_int(o, "axis", 0), in->rank), r = 0;
	int32_t dims[2 * MODEL_RANK_MAX];
	int64_t outer, inner, n, to = 0;

	if (axis < 0 || !index || index->is_float ||
	    index->rank + in->rank - 1 > MODEL_RANK_MAX)
		return onnx_fail(o, ERR_UNSUPPORTED, "its numbers or axes");
	for (int i = 0; i < axis; i++)
		dims[r++] = in->dims[i];
	for (int i = 0; i < index->rank; i++)
		dims[r++] = index->dims[i];
	for (int i = axis + 1; i < in->rank; i++)
		dims[r++] = in->dims[i];
	if (onnx_fold_start(o, in->type, r, dims))
		return o->err->kind;
	around(in, axis, &outer, &inner);
	n = onnx_elements(index);
	for (int64_t i = 0; i < outer * n; i++) {
		int64_t at = index->ints[i % n], size = in->dims[axis];

		at += at < 0 ? size : 0;
		if (at < 0 || at >= size)
			return onnx_fail(o, ERR_RANGE, "an index of %lld",
					 (long long)size);
		for (int64_t k = 0; k < inner; k++)
			put(onnx_out(o), to++, in,
			    (i / n * size + at) * inner + k);
	}
	return 0;
}

static int fold_concat(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int axis = onnx_one_axis(o, onnx_int(o, "axis", 1), in->rank);
	int64_t outer, inner, to = 0, total = 0;
	int32_t dims[MODEL_RANK_MAX];

	if (axis < 0)
		return o->err->kind;
	memcpy(dims, in->dims, sizeof(dims));
	for (int i = 0; i < o->node.input_count; i++) {
		const struct onnx_value *v = onnx_in(o, i);

		if (!v || v->rank != in->rank || v->type != in->type)
			return onnx_fail(o, ERR_UNSUPPORTED, "constants that "
					 "differ in axes or type");
		for (int k = 0; k < v->rank; k++)
			if (k != axis && v->dims[k] != in->dims[k])
				return onnx_fail(o, ERR_FORMAT, "its inputs "
						 "differ in shape");
		total += v->dims[axis];
		if (total > ONNX_FOLD_MAX)
			return onnx_fail(o, ERR_LIMIT, "a long constant");
	}
	dims[axis] = (int32_t)total;
	if (onnx_fold_start(o, in->type, in->rank, dims))
		return o->err->kind;
	around(onnx_out(o), axis, &outer, &inner);
	for (int64_t r = 0; r < outer; r++)
		for (int i = 0; i < o->node.input_count; i++) {
			const struct onnx_value *v = onnx_in(o, i);
			int64_t n = v->dims[axis] * inner;

			for (int64_t k = 0; k < n; k++)
				put(onnx_out(o), to++, v, r * n + k);
		}
	return 0;
}

static int fold_cast(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	struct onnx_value *out = onnx_out(o);
	int64_t to = onnx_int(o, "to", 0), n = onnx_elements(in);

	if (to != ONNX_FLOAT && to != ONNX_INT32 && to != ONNX_INT64)
		return onnx_fail(o, ERR_UNSUPPORTED, "to element type %lld",
				 (long long)to);
	if (onnx_fold_start(o, (enum onnx_type)to, in->rank, in->dims))
		return o->err->kind;
	for (int64_t i = 0; i < n; i++) {
		if (out->is_float == in->is_float)
			put(out, i, in, i);
		else if (out->is_float)
			out->floats[i] = (float)in->ints[i];
		else
			out->ints[i] = fabsf(in->floats[i]) < 0x1p31f ?
				       (int64_t)in->floats[i] : 0;
	}
	return 0;
}

static int64_t bound(int64_t i, int rank)
{
	i += i < 0 ? rank : 0;
	return i < 0 ? 0 : i > rank ? rank : i;
}

/* The axes from start to end. */
static int fold_shape(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int64_t from, to;

	if (!in)
		return onnx_fail(o, ERR_FORMAT, "it has no input");
	from = bound(onnx_int(o, "start", 0), in->rank);
	to = bound(onnx_int(o, "end", in->rank), in->rank);
	to = to < from ? from : to;
	if (onnx_fold_start(o, ONNX_INT64, 1, (int32_t[]){
			    (int32_t)(to - from) }))
		return o->err->kind;
	for (int64_t i = from; i < to; i++)
		onnx_out(o)->ints[i - from] = in->dims[i];
	onnx_out(o)->shape_of = o->node.inputs[0] + 1;
	onnx_out(o)->shape_start = (int32_t)from;
	return 0;
}

static int fold_size(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);

	if (!in)
		return onnx_fail(o, ERR_FORMAT, "it has no input");
	if (!onnx_fold_start(o, ONNX_INT64, 0, NULL))
		onnx_out(o)->ints[0] = onnx_elements(in);
	return o->err->kind;
}

static int fold_constant(struct onnx *o)
{
	struct onnx_slice bytes = onnx_tensor(o, "value"), name;
	int64_t items[ONNX_GATHER_MAX];
	int n = onnx_ints(o, "value_ints", items, ONNX_GATHER_MAX);
	bool is_single = n < 0 && onnx_has(o, "value_int");

	if (bytes.bytes)
		return onnx_read_tensor(o, bytes, onnx_out(o), &name);
	if (onnx_has(o, "value_float")) {
		if (!onnx_fold_start(o, ONNX_FLOAT, 0, NULL))
			onnx_out(o)->floats[0] = onnx_float(o, "value_float",
							    0);
		return o->err->kind;
	}
	if (n < 0 && !is_single)
		return onnx_fail(o, ERR_UNSUPPORTED, "its value is not a "
				 "tensor");
	if (onnx_fold_start(o, ONNX_INT64, !is_single, &n))
		return o->err->kind;
	if (is_single)
		onnx_out(o)->ints[0] = onnx_int(o, "value_int", 0);
	for (int i = 0; i < n; i++)
		onnx_out(o)->ints[i] = items[i];
	return 0;
}

static int fold_fill(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	struct onnx_slice bytes = onnx_tensor(o, "value"), name;
	struct onnx_value fill = { .type = ONNX_FLOAT, .is_float = true,
				   .floats = &(float){ 0 } };
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
	if (onnx_fold_start(o, fill.type, (int)n, dims))
		return o->err->kind;
	n = onnx_elements(onnx_out(o));
	for (int64_t i = 0; i < n; i++)
		put(onnx_out(o), i, &fill, 0);
	return 0;
}

static int fold_floor(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int64_t n = onnx_elements(in);

	if (!in->is_float || onnx_fold_start(o, in->type, in->rank, in->dims))
		return onnx_fail(o, ERR_UNSUPPORTED, "not of a float32");
	for (int64_t i = 0; i < n; i++)
		onnx_out(o)->floats[i] = floorf(in->floats[i]);
	return 0;
}

/* Axes of size 1 repeat. */
static int fold_expand(struct onnx *o)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int64_t items[MODEL_RANK_MAX], strides[MODEL_RANK_MAX];
	int64_t turned[MODEL_RANK_MAX];
	int n = onnx_list(o, "", 1, items, MODEL_RANK_MAX);
	int rank = n > in->rank ? n : in->rank;
	int32_t dims[MODEL_RANK_MAX];

	if (n < 0)
		return onnx_fail(o, ERR_UNSUPPORTED, "its shape");
	strides_of(in, strides);
	for (int i = 0; i < rank; i++) {
		int a = i - (rank - in->rank), b = i - (rank - n);
		int64_t own = a < 0 ? 1 : in->dims[a];
		int64_t want = b < 0 ? 1 : items[b];

		if ((own != want && own != 1 && want != 1) || want < 0 ||
		    want > ONNX_FOLD_MAX)
			return onnx_fail(o, ERR_RANGE, "its shape");
		turned[i] = own == 1 ? 0 : strides[a];
		dims[i] = (int32_t)(own == 1 ? want : own);
	}
	return gather(o, in, rank, dims, turned, 0);
}

/* Operators that need no input, or only the shape of one, come first. */
static const struct fold {
	const char *name;
	int (*compute)(struct onnx *o);
} folds[] = {
	{ "Constant", fold_constant },
	{ "Shape", fold_shape },
	{ "Size", fold_size },
	{ "Add", onnx_fold_binary },
	{ "Cast", fold_cast },
	{ "Concat", fold_concat },
	{ "ConstantOfShape", fold_fill },
	{ "Div", onnx_fold_binary },
	{ "Expand", fold_expand },
	{ "Flatten", fold_same },
	{ "Floor", fold_floor },
	{ "Gather", fold_gather },
	{ "Identity", fold_same },
	{ "Max", onnx_fold_binary },
	{ "Min", onnx_fold_binary },
	{ "Mul", onnx_fold_binary },
	{ "Reshape", fold_same },
	{ "Slice", fold_slice },
	{ "Squeeze", fold_same },
	{ "Sub", onnx_fold_binary },
	{ "Transpose", fold_transpose },
	{ "Unsqueeze", fold_same },
};
enum { FREE_FOLDS = 3 };

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
