#include <string.h>

#include "onnx/onnx_priv.h"

/*
 * QuantizeLinear and DequantizeLinear.  Where one scale holds for a whole
 * int8 or uint8 value they become QUANTIZE and DEQUANTIZE, which model/qdq.h
 * then draws into the operations between them; otherwise arithmetic.
 */

/* Scale and zero point: inputs 1 and 2. */
struct linear {
	const struct onnx_value *scale, *zero;	/* zero may be NULL */
	enum onnx_type type;			/* of the integers */
	int axis;				/* of the scales; one: -1 */
};

static int64_t zero_of(const struct linear *l, int64_t i)
{
	return l->zero ? l->zero->ints[onnx_elements(l->zero) == 1 ? 0 : i] : 0;
}

static int check_scales(struct onnx *o, const struct linear *l)
{
	int64_t n = onnx_elements(l->scale);

	if (l->zero && (l->zero->kind != ONNX_CONST || l->zero->is_float ||
			(onnx_elements(l->zero) != n &&
			 onnx_elements(l->zero) != 1)))
		return onnx_fail(o, ERR_UNSUPPORTED, "its zero points are no "
				 "integer constants as many as its scales");
	for (int64_t i = 0; i < n; i++)
		if (!(l->scale->floats[i] > 0 &&
		      l->scale->floats[i] < 3.4e38f))
			return onnx_fail(o, ERR_RANGE, "a scale is not above "
					 "0, or not finite");
	return 0;
}

static int read_linear(struct onnx *o, const struct onnx_value *in,
		       struct onnx_value *scale, struct onnx_value *zero,
		       int64_t axis, struct linear *l)
{
	int64_t n;

	*l = (struct linear){ scale, zero, ONNX_UINT8, -1 };
	if (!onnx_is_floats(scale) || onnx_elements(scale) < 1 ||
	    onnx_int(o, "block_size", 0))
		return onnx_fail(o, ERR_UNSUPPORTED, "its scale is no float32 "
				 "constant, or one of blocks");
	n = onnx_elements(scale);
	if (scale->rank > 0 && n > 1) {
		l->axis = onnx_one_axis(o, axis, in->rank);
		if (l->axis < 0)
			return o->err->kind;
	}
	if (n > 1 && (scale->rank != 1 || n != in->dims[l->axis]))
		return onnx_fail(o, ERR_FORMAT, "its scales are not one per "
				 "element of its axis");
	if (zero)
		l->type = zero->type;
	else
		l->type = (enum onnx_type)onnx_int(o, "output_dtype",
						   ONNX_UINT8);
	return check_scales(o, l);
}

/* int8 by nature, or uint8 that flows 128 less. */
static int32_t shift_of(const struct linear *l)
{
	return l->type == ONNX_UINT8 ? 128 : 0;
}

static bool is_small(const struct linear *l)
{
	return l->axis < 0 && (l->type == ONNX_INT8 || l->type == ONNX_UINT8);
}

/* A constant with the value's axes: 1 but for the one of the scales. */
static int spread(struct onnx *o, const struct onnx_value *in,
		  const struct linear *l, bool is_zero)
{
	int32_t dims[MODEL_RANK_MAX], n = (int32_t)onnx_elements(l->scale);
	float *data;
	int i;

	for (i = 0; i < in->rank; i++)
		dims[i] = i == l->axis ? n : 1;
	i = onnx_weights(o, is_zero ? "zeros" : "scales", in->rank, dims,
			 &data);
	for (int32_t k = 0; k < n && data; k++)
		data[k] = is_zero ? (float)zero_of(l, k) :
			  l->scale->floats[k];
	return i;
}

/* ---- to integers --------------------------------------------------------- */

static int64_t nearest_even(double x)
{
	double whole = x < 0 ? -(double)(int64_t)-x : (double)(int64_t)x;
	double rest = x - whole;
	int64_t i = (int64_t)whole;

	if (rest > 0.5 || (rest == 0.5 && i % 2))
		return i + 1;
	if (rest < -0.5 || (rest == -0.5 && i % 2))
		return i - 1;
	return i;
}

/* A constant, as exporters leave the weights of trained quantisation. */
static int quantize_constant(struct onnx *o, const struct onnx_value *in,
			     const struct linear *l)
{
	int64_t low = l->type == ONNX_INT8 ? -128 : 0, high = low + 255;
	int64_t n = onnx_elements(in), inner = 1;

	if (onnx_fold_start(o, l->type, in->rank, in->dims))
		return o->err->kind;
	for (int i = l->axis + 1; i < in->rank; i++)
		inner *= in->dims[i];
	for (int64_t i = 0; i < n; i++) {
		int64_t c = l->axis < 0 ? 0 : i / inner % in->dims[l->axis];
		double x = (double)(in->floats[i] / l->scale->floats[c]);
		int64_t q = x > 1e6 ? 1000000 : x < -1e6 ? -1000000 :
			    x == x ? nearest_even(x) : 0;

		q += zero_of(l, c);
		onnx_out(o)->ints[i] = q < low ? low : q > high ? high : q;
	}
	return 0;
}

/* clamp(round(x / scale) + zero), in float and exact there; or the low eight
 * bits of it. */
static int by_arithmetic(struct onnx *o, struct onnx_value *in,
			 const struct linear *l, bool wraps)
{
	bool is_signed = l->type == ONNX_INT8;
	int x = onnx_plain(o, in);

	x = onnx_broadcast(o, KERN_DIV, x, spread(o, in, l, false));
	x = onnx_curve(o, KERN_ROUND, 0, x);
	x = onnx_broadcast(o, KERN_ADD, x, spread(o, in, l, true));
	if (!wraps) {
		x = onnx_with(o, KERN_MAXIMUM, x, is_signed ? -128 : 0);
		x = onnx_with(o, KERN_MINIMUM, x, is_signed ? 127 : 255);
	}
	onnx_give_plain(o, onnx_cast(o, x, is_signed ? KERN_S8 : KERN_U8));
	return o->err->kind;
}

static int quantize(struct onnx *o, struct onnx_value *in,
		    const struct linear *l)
{
	struct model_tensor t;
	bool is_last;
	int from, to;

	if (!in->is_float || (l->type != ONNX_INT8 && l->type != ONNX_UINT8))
		return onnx_fail(o, ERR_UNSUPPORTED, "only float32 to int8 or "
				 "uint8 is taken");
	if (in->kind == ONNX_CONST)
		return quantize_constant(o, in, l);
	if (!is_small(l))
		return by_arithmetic(o, in, l, false);
	from = onnx_near(o, in, &is_last);
	if (from < 0)
		return o->err->kind;
	t = o->model->tensors[from];
	to = onnx_new_of(o, KERN_S8, t.rank, t.dims);
	if (to >= 0)
		model_set_quant(o->model, to, l->scale->floats[0],
				(int32_t)zero_of(l, 0) - shift_of(l));
	if (onnx_add(o, KERN_QUANTIZE, NULL, &from, 1, to) < 0)
		return o->err->kind;
	onnx_give(o, in->rank, is_last, to);
	onnx_out(o)->type = l->type;
	onnx_out(o)->is_shifted = l->type == ONNX_UINT8;
	return 0;
}

int onnx_quantize(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct linear l;

	if (read_linear(o, in, onnx_in(o, 1), onnx_in(o, 2),
			onnx_int(o, "axis", 1), &l))
		return o->err->kind;
	return quantize(o, in, &l);
}

/* ---- to floats ----------------------------------------------------------- */

static int dequantize_constant(struct onnx *o, const struct onnx_value *in,
			       const struct linear *l, struct onnx_value *out)
{
	int64_t n = onnx_elements(in), inner = 1;

	out->floats = arena_array(&o->memory, (size_t)n + 1, sizeof(float));
	if (!out->floats)
		return err_nomem(o->err);
	for (int i = l->axis + 1; i < in->rank; i++)
		inner *= in->dims[i];
	for (int64_t i = 0; i < n; i++) {
		int64_t c = l->axis < 0 ? 0 : i / inner % in->dims[l->axis];

		out->floats[i] = l->scale->floats[c] *
				 (float)(in->ints[i] - zero_of(l, c));
	}
	out->kind = ONNX_CONST;
	out->type = ONNX_FLOAT;
	out->is_float = true;
	out->rank = in->rank;
	memcpy(out->dims, in->dims, sizeof(out->dims));
	out->scales = (struct onnx_scales){
		(uint32_t)onnx_elements(l->scale), l->axis < 0 ? 0 : l->axis,
		l->scale->floats,
	};
	return 0;
}

/* An input of the model or another integer that nobody quantised here: int8,
 * or uint8 brought to it, with this scale. */
static int as_small(struct onnx *o, struct onnx_value *in,
		    const struct linear *l)
{
	int tensor = onnx_plain(o, in);
	struct model_quant *q;

	if (tensor >= 0 && o->model->tensors[tensor].type == KERN_U8) {
		tensor = onnx_cast(o, tensor, KERN_F32);
		tensor = onnx_with(o, KERN_ADD, tensor, -128);
		tensor = onnx_cast(o, tensor, KERN_S8);
	}
	if (tensor < 0 || o->model->tensors[tensor].type != KERN_S8)
		return -1;
	q = &o->model->tensors[tensor].quant;
	if (q->n == 1 && q->scales[0] == 1 && q->zeros[0] == 0)
		model_set_quant(o->model, tensor, l->scale->floats[0],
				(int32_t)zero_of(l, 0) - shift_of(l));
	return tensor;
}

static bool has_scale(struct onnx *o, int tensor, const struct linear *l)
{
	const struct model_tensor *t;

	if (tensor < 0)
		return false;
	t = &o->model->tensors[tensor];
	return t->type == KERN_S8 && t->quant.n == 1 &&
	       t->quant.scales[0] == l->scale->floats[0] &&
	       t->quant.zeros[0] == (int32_t)zero_of(l, 0) - shift_of(l);
}

static int to_float(struct onnx *o, int from)
{
	struct model_tensor t = o->model->tensors[from];
	int to = onnx_new(o, t.rank, t.dims);

	return onnx_add(o, KERN_DEQUANTIZE, NULL, &from, 1, to) < 0 ? -1 : to;
}

/* scale (q - zero) */
static int with_arithmetic(struct onnx *o, struct onnx_value *in,
			   const struct linear *l)
{
	int x = onnx_cast(o, onnx_plain(o, in), KERN_F32);

	if (in->is_shifted)
		x = onnx_with(o, KERN_ADD, x, 128);
	x = onnx_broadcast(o, KERN_SUB, x, spread(o, in, l, true));
	return onnx_broadcast(o, KERN_MUL, x, spread(o, in, l, false));
}

static int dequantize(struct onnx *o, struct onnx_value *in,
		      const struct linear *l)
{
	bool is_last = false;
	int from = -1;

	if (in->kind == ONNX_CONST && !in->is_float)
		return dequantize_constant(o, in, l, onnx_out(o));
	if (in->is_float)
		return onnx_fail(o, ERR_FORMAT, "its input is float32");
	if (is_small(l))
		from = in->is_shifted || onnx_lies_last(in) ?
			onnx_near(o, in, &is_last) : as_small(o, in, l);
	if (o->err->kind)
		return o->err->kind;
	if (has_scale(o, from, l))
		onnx_give(o, in->rank, is_last, to_float(o, from));
	else
		onnx_give_plain(o, with_arithmetic(o, in, l));
	return o->err->kind;
}

int onnx_dequantize(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct linear l;

	if (read_linear(o, in, onnx_in(o, 1), onnx_in(o, 2),
			onnx_int(o, "axis", 1), &l))
		return o->err->kind;
	if (!onnx_in(o, 2))
		l.type = in->type;
	return dequantize(o, in, &l);
}

/* ---- used by qlinear.c --------------------------------------------------- */

int onnx_dequantized(struct onnx *o, struct onnx_value *in,
		     struct onnx_value *scale, struct onnx_value *zero,
		     int axis)
{
	struct onnx_value *out = onnx_unnamed(o);
	int real = o->node.outputs[0], index = o->value_count - 1;
	struct linear l;

	out->uses = 1;
	if (read_linear(o, in, scale, zero, axis, &l))
		return -1;
	l.type = in->type;
	o->node.outputs[0] = index;
	dequantize(o, in, &l);
	o->node.outputs[0] = real;
	return o->err->kind ? -1 : index;
}

int onnx_quantized(struct onnx *o, struct onnx_value *in,
		   struct onnx_value *scale, struct onnx_value *zero,
		   bool wraps)
{
	struct linear l;

	if (read_linear(o, in, scale, zero, 1, &l))
		return o->err->kind;
	if (wraps && (l.type == ONNX_INT8 || l.type == ONNX_UINT8))
		return by_arithmetic(o, in, &l, true);
	return quantize(o, in, &l);
}
