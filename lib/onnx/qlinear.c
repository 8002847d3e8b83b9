#include <string.h>

#include "onnx/onnx_priv.h"

/* QLinearConv and QLinearMatMul are DequantizeLinear, Conv or MatMul and
 * QuantizeLinear in one; ConvInteger and MatMulInteger the layer alone, on
 * whole numbers held in float32. */

/* The node becomes another for a while: inputs by index, a hidden output. */
static int as_layer(struct onnx *o, int x, int w, int b,
		    int (*take)(struct onnx *o))
{
	struct onnx_node node = o->node;
	int index = o->value_count;

	onnx_unnamed(o)->uses = 1;
	o->node.inputs[0] = x;
	o->node.inputs[1] = w;
	o->node.inputs[2] = b;
	o->node.input_count = b < 0 ? 2 : 3;
	o->node.outputs[0] = index;
	take(o);
	o->node = node;
	return o->err->kind ? -1 : index;
}

/* The bias is int32 in the scale of x times w. */
static int bias(struct onnx *o)
{
	const struct onnx_value *b = onnx_in(o, 8), *ws = onnx_in(o, 4);
	struct onnx_value *out;
	int64_t n;

	if (!b)
		return -1;
	n = onnx_elements(b);
	if (b->kind != ONNX_CONST || b->is_float ||
	    (onnx_elements(ws) != 1 && onnx_elements(ws) != n)) {
		onnx_fail(o, ERR_UNSUPPORTED, "its bias is no integer "
			  "constant");
		return -1;
	}
	out = onnx_unnamed_copy(o, b);
	out->type = ONNX_FLOAT;
	out->is_float = true;
	out->plain = -1;
	out->floats = arena_array(&o->memory, (size_t)n + 1, sizeof(float));
	for (int64_t i = 0; i < n && out->floats; i++)
		out->floats[i] = (float)((double)b->ints[i] *
			onnx_in(o, 1)->floats[0] *
			ws->floats[onnx_elements(ws) == 1 ? 0 : i]);
	return out->floats ? o->value_count - 1 :
		(err_nomem(o->err), -1);
}

/* Could an integer layer take it?  If not, sums beyond the result's type keep
 * their low bits in QLinearMatMul, as in ONNX's own evaluator. */
static bool fits_int8(const struct onnx_value *w, const struct onnx_value *zero)
{
	for (int64_t i = 0; i < onnx_elements(w); i++) {
		int64_t q = w->ints[i] - zero->ints[0];

		if (q < INT8_MIN || q > INT8_MAX)
			return false;
	}
	return true;
}

/* Scales of a filter stand for its outputs, axis 0; of a matrix B for its
 * columns, the last axis. */
int onnx_qlinear(struct onnx *o)
{
	bool is_conv = onnx_is(o->node.op, "QLinearConv");
	int x, w, b = -1, y;

	for (int i = 0; i < 8; i++)
		if (!onnx_in(o, i))
			return onnx_fail(o, ERR_FORMAT, "input %d is left "
					 "out", i);
	if (onnx_in(o, 3)->kind != ONNX_CONST || onnx_in(o, 3)->is_float ||
	    onnx_in(o, 3)->rank < 1 || onnx_in(o, 5)->kind != ONNX_CONST ||
	    onnx_elements(onnx_in(o, 5)) < 1 || onnx_in(o, 5)->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its weights are no "
				 "integer constants");
	x = onnx_dequantized(o, onnx_in(o, 0), onnx_in(o, 1), onnx_in(o, 2),
			     1);
	if (x < 0)
		return o->err->kind;
	w = onnx_dequantized(o, onnx_in(o, 3), onnx_in(o, 4), onnx_in(o, 5),
			     is_conv ? 0 : onnx_in(o, 3)->rank - 1);
	if (w >= 0 && is_conv)
		b = bias(o);
	if (o->err->kind)
		return o->err->kind;
	y = as_layer(o, x, w, b, is_conv ? onnx_conv : onnx_gemm);
	if (y < 0)
		return o->err->kind;
	return onnx_quantized(o, &o->values[y], onnx_in(o, 6), onnx_in(o, 7),
			      !is_conv && !fits_int8(onnx_in(o, 3),
						     onnx_in(o, 5)));
}

/* ---- whole numbers ------------------------------------------------------ */

enum { EXACT = 1 << 24 };	/* float32 counts so far */

static int64_t one_zero(struct onnx *o, int input)
{
	const struct onnx_value *v = onnx_in(o, input);

	if (!v)
		return 0;
	if (v->kind != ONNX_CONST || v->is_float || onnx_elements(v) != 1) {
		onnx_fail(o, ERR_UNSUPPORTED, "input %d is not one integer "
			  "constant", input);
		return 0;
	}
	return v->ints[0];
}

/* A value less its zero point, as floats. */
static int lessened(struct onnx *o, struct onnx_value *in, int64_t zero)
{
	struct onnx_value *out = onnx_unnamed(o);
	int index = o->value_count - 1, real = o->node.outputs[0];
	int64_t n = onnx_elements(in);
	int x;

	out->uses = 1;
	if (in->kind == ONNX_CONST && !in->is_float) {
		*out = *in;
		out->name.n = 0;
		out->type = ONNX_FLOAT;
		out->is_float = true;
		out->plain = out->last = -1;
		out->floats = arena_array(&o->memory, (size_t)n + 1,
					  sizeof(float));
		for (int64_t i = 0; i < n && out->floats; i++)
			out->floats[i] = (float)(in->ints[i] - zero);
		return out->floats ? index : (err_nomem(o->err), -1);
	}
	x = onnx_cast(o, onnx_plain(o, in), KERN_F32);
	o->node.outputs[0] = index;
	onnx_give_plain(o, onnx_with(o, KERN_SUB, x, (float)(zero -
		(in->is_shifted ? 128 : 0))));
	o->node.outputs[0] = real;
	return o->err->kind ? -1 : index;
}

int onnx_integer(struct onnx *o)
{
	bool is_conv = onnx_is(o->node.op, "ConvInteger"), is_last;
	struct onnx_value *w = onnx_in(o, 1);
	int64_t taps, zeros[2];
	int x, y, tensor;

	if (!w || w->kind != ONNX_CONST || w->rank < 2 || w->dims[0] < 1 ||
	    onnx_in(o, 0)->is_float || w->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its right side is no "
				 "integer constant of two axes or more");
	taps = is_conv ? onnx_elements(w) / w->dims[0] :
	       w->dims[w->rank - 2];
	if (taps * 255 * 255 >= EXACT) {
		onnx_fail(o, ERR_LIMIT, "%lld products in a sum",
			  (long long)taps);
		err_hint(o->err, "write it with QuantizeLinear and "
			 "DequantizeLinear");
		return ERR_LIMIT;
	}
	zeros[0] = one_zero(o, 2);
	zeros[1] = one_zero(o, 3);
	if (o->err->kind)
		return o->err->kind;
	x = lessened(o, onnx_in(o, 0), zeros[0]);
	y = x < 0 ? -1 : lessened(o, onnx_in(o, 1), zeros[1]);
	if (y >= 0)
		y = as_layer(o, x, y, -1, is_conv ? onnx_conv : onnx_gemm);
	if (y < 0)
		return o->err->kind;
	tensor = onnx_near(o, &o->values[y], &is_last);
	onnx_give(o, o->values[y].rank, is_last, onnx_cast(o, tensor,
							   KERN_S32));
	return o->err->kind;
}
