#include <string.h>

#include "onnx/onnx_priv.h"

int onnx_list(struct onnx *o, const char *name, int input, int64_t *items,
	      int max)
{
	const struct onnx_value *v = onnx_in(o, input);
	int64_t n;

	if (!v)
		return onnx_ints(o, name, items, max);
	n = onnx_elements(v);
	if (v->kind != ONNX_CONST || v->is_float || n > max)
		return -2;
	memcpy(items, v->ints, (size_t)n * sizeof(*items));
	return (int)n;
}

int onnx_one_axis(struct onnx *o, int64_t axis, int rank)
{
	if (axis < -rank || axis >= rank)
		return onnx_fail(o, ERR_RANGE, "axis %lld is not one of %d",
				 (long long)axis, rank), -1;
	return (int)(axis < 0 ? axis + rank : axis);
}

/* Axes as an attribute (before operator set 13) or as an input. -1: none. */
static int read_axes(struct onnx *o, int64_t *axes)
{
	int n = onnx_list(o, "axes", 1, axes, MODEL_RANK_MAX);

	if (n == -2)
		onnx_fail(o, ERR_UNSUPPORTED, "its axes are not constant");
	return n;
}

/* Bits of the axes, of the given rank; -1 and err. */
static int axis_bits(struct onnx *o, const int64_t *axes, int n, int rank)
{
	int bits = 0;

	for (int i = 0; i < n; i++) {
		int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];

		if (axis < 0 || axis >= rank || bits & 1 << axis) {
			onnx_fail(o, ERR_RANGE, "axis %lld is not one of %d",
				  (long long)axes[i], rank);
			return -1;
		}
		bits |= 1 << axis;
	}
	return bits;
}

static int squeeze(struct onnx *o, const struct onnx_value *in, int *rank,
		   int32_t *dims)
{
	int64_t axes[MODEL_RANK_MAX];
	int n = read_axes(o, axes), bits;

	if (o->err->kind)
		return o->err->kind;
	bits = axis_bits(o, axes, n, in->rank);
	if (bits < 0)
		return o->err->kind;
	*rank = 0;
	for (int i = 0; i < in->rank; i++) {
		bool goes = n < 0 ? in->dims[i] == 1 : bits >> i & 1;

		if (goes && in->dims[i] != 1)
			return onnx_fail(o, ERR_RANGE, "axis %d has the size "
					 "%d", i, (int)in->dims[i]);
		if (!goes)
			dims[(*rank)++] = in->dims[i];
	}
	return 0;
}

static int unsqueeze(struct onnx *o, const struct onnx_value *in, int *rank,
		     int32_t *dims)
{
	int64_t axes[MODEL_RANK_MAX];
	int n = read_axes(o, axes), bits, from = 0;

	if (o->err->kind)
		return o->err->kind;
	if (n < 0 || in->rank + n > MODEL_RANK_MAX)
		return onnx_fail(o, ERR_LIMIT, "more than %d axes, or none",
				 MODEL_RANK_MAX);
	*rank = in->rank + n;
	bits = axis_bits(o, axes, n, *rank);
	if (bits < 0)
		return o->err->kind;
	for (int i = 0; i < *rank; i++)
		dims[i] = bits >> i & 1 ? 1 : in->dims[from++];
	return 0;
}

static int flatten(struct onnx *o, const struct onnx_value *in, int *rank,
		   int32_t *dims)
{
	int64_t axis = onnx_int(o, "axis", 1);
	int64_t n[2] = { 1, 1 };

	if (axis < 0)
		axis += in->rank;
	if (axis < 0 || axis > in->rank)
		return onnx_fail(o, ERR_RANGE, "axis %lld", (long long)axis);
	for (int i = 0; i < in->rank; i++)
		n[i >= axis] *= in->dims[i];
	*rank = 2;
	dims[0] = (int32_t)n[0];
	dims[1] = (int32_t)n[1];
	return 0;
}

/* 0 keeps the size of that axis, -1 is what remains. */
static int reshape(struct onnx *o, const struct onnx_value *in, int *rank,
		   int32_t *dims)
{
	int64_t items[MODEL_RANK_MAX], left = onnx_elements(in);
	bool keeps_zero = onnx_int(o, "allowzero", 0) == 0;
	int n, open = -1;

	n = onnx_list(o, "shape", 1, items, MODEL_RANK_MAX);
	if (n == -2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its shape is not "
				 "constant, or longer than %d",
				 MODEL_RANK_MAX);
	if (n < 0)
		return onnx_fail(o, ERR_FORMAT, "it has no shape");
	for (int i = 0; i < n; i++) {
		if (items[i] == 0 && keeps_zero && i < in->rank)
			items[i] = in->dims[i];
		if (items[i] == -1 && open < 0)
			open = i;
		else if (items[i] < 1 || left % items[i])
			return onnx_fail(o, ERR_RANGE, "the new shape does "
					 "not fit");
		else
			left /= items[i];
	}
	if (open >= 0)
		items[open] = left;
	else if (left != 1)
		return onnx_fail(o, ERR_RANGE, "the new shape does not fit");
	*rank = n;
	for (int i = 0; i < n; i++)
		dims[i] = (int32_t)items[i];
	return 0;
}

int onnx_new_shape(struct onnx *o, const struct onnx_value *in, int *rank,
		   int32_t *dims)
{
	if (onnx_is(o->node.op, "Squeeze"))
		return squeeze(o, in, rank, dims);
	if (onnx_is(o->node.op, "Unsqueeze"))
		return unsqueeze(o, in, rank, dims);
	if (onnx_is(o->node.op, "Flatten"))
		return flatten(o, in, rank, dims);
	if (onnx_is(o->node.op, "Reshape"))
		return reshape(o, in, rank, dims);
	*rank = in->rank;
	memcpy(dims, in->dims, sizeof(in->dims));
	return 0;
}

static bool is_padded(const struct onnx_value *v)
{
	return v->pads[0] | v->pads[1] | v->pads[2] | v->pads[3];
}

int onnx_reshape(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	const struct onnx_value *training = onnx_in(o, 2);
	int32_t dims[MODEL_RANK_MAX];
	int rank;

	if (training && training->kind == ONNX_CONST && training->ints &&
	    onnx_elements(training) == 1 && training->ints[0])
		return onnx_fail(o, ERR_UNSUPPORTED, "training mode");
	if (onnx_new_shape(o, in, &rank, dims))
		return o->err->kind;
	if (rank == in->rank && !memcmp(dims, in->dims,
					(size_t)rank * sizeof(*dims)))
		onnx_give_alias(o, in);
	else if (is_padded(in))
		onnx_give_plain(o, onnx_shaped(o, in, rank, dims));
	else
		onnx_give_view(o, o->node.inputs[0], rank, dims);
	return o->err->kind;
}
