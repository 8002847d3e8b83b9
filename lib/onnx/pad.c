#include <stdlib.h>
#include <string.h>

#include "onnx/onnx_priv.h"

enum { PAD_MAX = 32767 };

/* Before and behind each axis: an attribute until operator set 10, then an
 * input; for some axes only when they are listed. */
static int read_amounts(struct onnx *o, int rank, int32_t *amounts)
{
	int64_t items[2 * MODEL_RANK_MAX], axes[MODEL_RANK_MAX];
	int n = onnx_list(o, o->opset < 2 ? "paddings" : "pads", 1, items,
			  2 * MODEL_RANK_MAX);
	int listed = onnx_list(o, "", 3, axes, MODEL_RANK_MAX);

	if (n == -2 || listed == -2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its amounts or axes are "
				 "not constant");
	if (n != 2 * (listed < 0 ? rank : listed))
		return onnx_fail(o, ERR_FORMAT, "it needs %d amounts",
				 2 * rank);
	for (int i = 0; i < n; i++) {
		int axis = listed < 0 ? i % rank :
			onnx_one_axis(o, axes[i % (n / 2)], rank);

		if (axis < 0)
			return o->err->kind;
		if (items[i] < 0 || items[i] > PAD_MAX)
			return onnx_fail(o, ERR_UNSUPPORTED, "an amount is not "
					 "in 0 to %d", PAD_MAX);
		amounts[2 * axis + (i >= n / 2)] = (int32_t)items[i];
	}
	return 0;
}

static int read_value(struct onnx *o, float *value)
{
	const struct onnx_value *fill = onnx_in(o, 2);

	*value = onnx_float(o, "value", 0);
	if (!fill || onnx_elements(fill) == 0)
		return 0;
	if (fill->kind != ONNX_CONST || !fill->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its value is not a "
				 "float32 constant");
	*value = fill->floats[0];
	return 0;
}

/* ---- edge, reflect, wrap ------------------------------------------------ */

static int64_t remainder_of(int64_t x, int64_t n)
{
	return (x % n + n) % n;
}

/* The element that stands for element i of an axis, i perhaps outside. */
static int32_t stand_in(char mode, int64_t i, int32_t size)
{
	int64_t period = 2 * ((int64_t)size - 1);

	if (mode == 'e')
		return i < 0 ? 0 : i >= size ? size - 1 : (int32_t)i;
	if (mode == 'w' || period == 0)
		return (int32_t)remainder_of(i, size);
	i = remainder_of(i, period);
	return (int32_t)(i < size ? i : period - i);
}

static int extend(struct onnx *o, int from, int axis, const int32_t *amounts,
		  char mode)
{
	int32_t size, n, *indices;

	if (from < 0)
		return -1;
	size = o->model->tensors[from].dims[axis];
	n = size + amounts[0] + amounts[1];
	indices = arena_array(&o->memory, (size_t)n, sizeof(*indices));
	if (!indices)
		return err_nomem(o->err), -1;
	for (int32_t i = 0; i < n; i++)
		indices[i] = stand_in(mode, (int64_t)i - amounts[0], size);
	return onnx_taken(o, from, axis, n, indices);
}

/* ---- the operator ------------------------------------------------------- */

/* Zeros around an image wait for a convolution. */
static bool may_wait(const struct onnx_value *in, const int32_t *amounts,
		     float value)
{
	return in->is_float && value == 0 && (in->rank == 3 || in->rank == 4) &&
	       !(amounts[0] | amounts[1] | amounts[2] | amounts[3]) &&
	       in->origin < 0;
}

static void wait(struct onnx *o, const int32_t *amounts)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int32_t dims[MODEL_RANK_MAX];
	struct onnx_value *out = onnx_out(o);
	int rank = in->rank;

	for (int i = 0; i < rank; i++)
		dims[i] = in->dims[i] + amounts[2 * i] + amounts[2 * i + 1];
	onnx_give_view(o, o->node.inputs[0], rank, dims);
	out->pads[0] = rank == 4 ? amounts[4] : 0;
	out->pads[1] = amounts[2 * rank - 2];
	out->pads[2] = rank == 4 ? amounts[5] : 0;
	out->pads[3] = amounts[2 * rank - 1];
}

int onnx_pad(struct onnx *o)
{
	struct onnx_slice mode = onnx_text(o, "mode");
	struct onnx_value *in = onnx_in(o, 0);
	bool is_constant = !mode.n || onnx_is(mode, "constant"), is_last;
	int32_t amounts[2 * MODEL_RANK_MAX] = { 0 };
	int32_t turned[2 * MODEL_RANK_MAX] = { 0 };
	int rank = in->rank, tensor;
	float value;

	if (read_amounts(o, rank, amounts) || read_value(o, &value))
		return o->err->kind;
	if (!is_constant && !onnx_is(mode, "edge") &&
	    !onnx_is(mode, "reflect") && !onnx_is(mode, "wrap"))
		return onnx_fail(o, ERR_UNSUPPORTED, "an unknown mode");
	if (is_constant && !in->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "integers around it; "
				 "only float32 is padded with a constant");
	if (is_constant && may_wait(in, amounts, value)) {
		wait(o, amounts);
		return 0;
	}
	tensor = onnx_near(o, in, &is_last);
	for (int i = 0; i < rank; i++)
		memcpy(turned + 2 * onnx_axis(rank, is_last, i),
		       amounts + 2 * i, 2 * sizeof(*amounts));
	if (is_constant)
		tensor = onnx_padded(o, tensor, turned, value);
	for (int i = 0; i < rank && !is_constant; i++) {
		int axis = onnx_axis(rank, is_last, i);

		tensor = extend(o, tensor, axis, turned + 2 * axis,
				(char)mode.bytes[0]);
	}
	onnx_give(o, rank, is_last, tensor);
	return o->err->kind;
}
