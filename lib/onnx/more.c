#include <string.h>

#include "onnx/onnx_priv.h"

/* Operators made of several others, and ArgMax. */

static int float_only(struct onnx *o)
{
	return onnx_fail(o, ERR_UNSUPPORTED, "its input is not float32");
}

/* ---- ArgMax ------------------------------------------------------------- */

int onnx_arg_max(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	int axis = onnx_one_axis(o, onnx_int(o, "axis", 0), in->rank), n = 0;
	int32_t kept[MODEL_RANK_MAX], dims[MODEL_RANK_MAX];
	int inputs[2], to;

	if (axis < 0)
		return o->err->kind;
	if (!in->is_float || onnx_int(o, "select_last_index", 0))
		return onnx_fail(o, ERR_UNSUPPORTED, "the last of equals, or "
				 "of other values than float32");
	for (int i = 0; i < in->rank; i++) {
		kept[i] = i == axis ? 1 : in->dims[i];
		if (i != axis)
			dims[n++] = in->dims[i];
	}
	inputs[0] = onnx_plain(o, in);
	inputs[1] = onnx_numbers(o, "axis", 1, &axis);
	to = onnx_new_of(o, KERN_S64, n, dims);
	if (onnx_add(o, KERN_ARG_MAX, NULL, inputs, 2, to) < 0)
		return o->err->kind;
	onnx_give_plain(o, onnx_int(o, "keepdims", 1) ?
			onnx_reshaped(o, to, in->rank, kept) : to);
	return o->err->kind;
}

/* ---- Pow ---------------------------------------------------------------- */

int onnx_pow(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *by = onnx_in(o, 1);
	bool is_last;
	int x;

	if (!in->is_float || !onnx_is_floats(by) || onnx_elements(by) != 1 ||
	    (by->floats[0] != 2 && by->floats[0] != 3 &&
	     by->floats[0] != 0.5f)) {
		onnx_fail(o, ERR_UNSUPPORTED, "only by a constant 0.5, 2 or "
			  "3 is taken");
		err_hint(o->err, "write other powers with Exp, Log and Mul");
		return ERR_UNSUPPORTED;
	}
	x = onnx_near(o, in, &is_last);
	if (by->floats[0] == 0.5f)
		onnx_give(o, in->rank, is_last, onnx_curve(o, KERN_SQRT, 0,
							   x));
	else
		onnx_give(o, in->rank, is_last,
			  onnx_both(o, KERN_MUL, by->floats[0] == 2 ? x :
				    onnx_both(o, KERN_MUL, x, x), x));
	return o->err->kind;
}

/* ---- LayerNormalization, InstanceNormalization -------------------------- */

/* (x - mean) / sqrt(variance + epsilon) over the axes of the bits. */
static int normal(struct onnx *o, int x, int bits, float epsilon)
{
	int y;

	x = onnx_broadcast(o, KERN_SUB, x, onnx_reduced(o, KERN_MEAN, x,
							bits));
	y = onnx_reduced(o, KERN_MEAN, onnx_both(o, KERN_MUL, x, x), bits);
	y = onnx_curve(o, KERN_SQRT, 0, onnx_with(o, KERN_ADD, y, epsilon));
	return onnx_broadcast(o, KERN_DIV, x, y);
}

/* A scale or offset: as it is, or a number per channel. */
static int factor(struct onnx *o, struct onnx_value *v, bool is_instance,
		  int rank)
{
	int32_t dims[MODEL_RANK_MAX] = { v->dims[0], 1, 1, 1, 1, 1 };

	return is_instance ? onnx_shaped(o, v, rank - 1, dims) :
		onnx_plain(o, v);
}

int onnx_normalize(struct onnx *o)
{
	bool is_instance = onnx_is(o->node.op, "InstanceNormalization");
	struct onnx_value *in = onnx_in(o, 0), *scale = onnx_in(o, 1);
	struct onnx_value *offset = onnx_in(o, 2);
	int first = is_instance ? 2 : onnx_one_axis(o, onnx_int(o, "axis", -1),
						    in->rank);
	int x, all = (1 << in->rank) - 1;

	if (first < 0)
		return o->err->kind;
	if (!in->is_float || !scale || !scale->is_float || in->rank < 1 ||
	    (offset && !offset->is_float) || first >= in->rank ||
	    (is_instance && (scale->rank != 1 || !offset ||
			     offset->rank != 1)))
		return float_only(o);
	x = normal(o, onnx_plain(o, in), all & ~((1 << first) - 1),
		   onnx_float(o, "epsilon", 1e-5f));
	x = onnx_broadcast(o, KERN_MUL, x, factor(o, scale, is_instance,
						  in->rank));
	if (offset)
		x = onnx_broadcast(o, KERN_ADD, x, factor(o, offset,
				   is_instance, in->rank));
	onnx_give_plain(o, x);
	return o->err->kind;
}

/* ---- DepthToSpace, SpaceToDepth ----------------------------------------- */

/* The value's plain elements as six axes, these in another order, and as
 * four. */
static void rearrange(struct onnx *o, struct onnx_value *in,
		      const int32_t six[6], const int *perm,
		      const int32_t four[4])
{
	struct onnx_merged m;
	int x;

	onnx_merge(6, six, perm, &m);
	x = onnx_turned(o, onnx_plain(o, in), &m);
	onnx_give_plain(o, onnx_reshaped(o, x, 4, four));
}

int onnx_blocks(struct onnx *o)
{
	static const int columns[] = { 0, 1, 4, 2, 5, 3 };
	static const int depth[] = { 0, 3, 4, 1, 5, 2 };
	static const int space[] = { 0, 3, 5, 1, 2, 4 };
	struct onnx_value *in = onnx_in(o, 0);
	bool widens = onnx_is(o->node.op, "DepthToSpace");
	bool is_crd = onnx_is(onnx_text(o, "mode"), "CRD");
	int64_t size = onnx_int(o, "blocksize", 0);
	const int32_t *d = in->dims;
	int32_t b = (int32_t)size, c;

	if (in->rank != 4 || size < 1 || size > INT16_MAX ||
	    (widens ? d[1] % (size * size) : d[2] % size || d[3] % size))
		return onnx_fail(o, ERR_FORMAT, "its input does not divide "
				 "into blocks of %lld", (long long)size);
	c = widens ? d[1] / (b * b) : d[1];
	if (!widens)
		rearrange(o, in, (int32_t[]){ d[0], c, d[2] / b, b, d[3] / b,
					      b }, space,
			  (int32_t[]){ d[0], c * b * b, d[2] / b, d[3] / b });
	else if (is_crd)
		rearrange(o, in, (int32_t[]){ d[0], c, b, b, d[2], d[3] },
			  columns, (int32_t[]){ d[0], c, d[2] * b, d[3] * b });
	else
		rearrange(o, in, (int32_t[]){ d[0], b, b, c, d[2], d[3] },
			  depth, (int32_t[]){ d[0], c, d[2] * b, d[3] * b });
	return o->err->kind;
}
