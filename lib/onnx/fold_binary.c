#include "onnx/onnx_priv.h"

/* Sums and the like of two constants, with broadcasting. */

enum { AXES = MODEL_RANK_MAX };

/* Elements from one to the next along each axis of the result, counted from
 * the last; 0 where an axis of size 1 repeats. */
static void steps_of(const struct onnx_value *v, int64_t *steps)
{
	int64_t step = 1;

	for (int i = 0; i < AXES; i++) {
		int32_t size = i < v->rank ? v->dims[v->rank - 1 - i] : 1;

		steps[i] = size == 1 ? 0 : step;
		step *= size;
	}
}

static int shape_of(struct onnx *o, const struct onnx_value *a,
		    const struct onnx_value *b, int32_t *dims)
{
	int rank = a->rank > b->rank ? a->rank : b->rank;

	for (int i = 0; i < rank; i++) {
		int32_t x = i < a->rank ? a->dims[a->rank - 1 - i] : 1;
		int32_t y = i < b->rank ? b->dims[b->rank - 1 - i] : 1;

		if (x != y && x != 1 && y != 1)
			return onnx_fail(o, ERR_FORMAT, "its inputs differ in "
					 "shape"), -1;
		dims[rank - 1 - i] = x == 1 ? y : x;
	}
	return rank;
}

static float real(const struct onnx *o, float a, float b)
{
	struct onnx_slice op = o->node.op;

	return onnx_is(op, "Add") ? a + b : onnx_is(op, "Sub") ? a - b :
	       onnx_is(op, "Mul") ? a * b : onnx_is(op, "Div") ? a / b :
	       onnx_is(op, "Min") ? (b < a ? b : a) : (b > a ? b : a);
}

/* Integers of a shape's size; the quotient is truncated. */
static int whole(struct onnx *o, int64_t a, int64_t b, int64_t *y)
{
	struct onnx_slice op = o->node.op;

	if (a < INT32_MIN || a > INT32_MAX || b < INT32_MIN || b > INT32_MAX)
		return onnx_fail(o, ERR_RANGE, "a number beyond 32 bits");
	if (onnx_is(op, "Div") && b == 0)
		return onnx_fail(o, ERR_RANGE, "a division by 0");
	*y = onnx_is(op, "Add") ? a + b : onnx_is(op, "Sub") ? a - b :
	     onnx_is(op, "Mul") ? a * b : onnx_is(op, "Div") ? a / b :
	     onnx_is(op, "Min") ? (b < a ? b : a) : (b > a ? b : a);
	return 0;
}

static int64_t at(int64_t i, const struct onnx_value *out,
		  const int64_t *steps)
{
	int64_t offset = 0;

	for (int k = 0; k < out->rank; k++) {
		int32_t size = out->dims[out->rank - 1 - k];

		offset += i % size * steps[k];
		i /= size;
	}
	return offset;
}

int onnx_fold_binary(struct onnx *o)
{
	const struct onnx_value *a = onnx_in(o, 0), *b = onnx_in(o, 1);
	int64_t a_steps[AXES], b_steps[AXES], n;
	struct onnx_value *out = onnx_out(o);
	int32_t dims[AXES];
	int rank;

	if (o->node.input_count != 2 || !b || a->type != b->type)
		return onnx_fail(o, ERR_UNSUPPORTED, "of constants that "
				 "differ in type, or are not two");
	rank = shape_of(o, a, b, dims);
	if (rank < 0 || onnx_fold_start(o, a->type, rank, dims))
		return o->err->kind;
	steps_of(a, a_steps);
	steps_of(b, b_steps);
	n = onnx_elements(out);
	for (int64_t i = 0; i < n && !o->err->kind; i++) {
		int64_t x = at(i, out, a_steps), y = at(i, out, b_steps);

		if (a->is_float)
			out->floats[i] = real(o, a->floats[x], b->floats[y]);
		else
			whole(o, a->ints[x], b->ints[y], &out->ints[i]);
	}
	return o->err->kind;
}
