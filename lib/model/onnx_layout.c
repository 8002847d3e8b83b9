#include <stdio.h>
#include <string.h>

#include "model/onnx_priv.h"

/* A matrix is turned by an identity filter of its rows squared. */
enum { TURN_ROWS_MAX = 512 };

struct onnx_value *onnx_in(struct onnx *o, int i)
{
	if (i >= o->node.input_count || o->node.inputs[i] < 0)
		return NULL;
	return &o->values[o->node.inputs[i]];
}

struct onnx_value *onnx_out(struct onnx *o)
{
	return &o->values[o->node.outputs[0]];
}

/* ---- adding to the model ----------------------------------------------- */

static void name_of(struct onnx *o, char name[MODEL_NAME_MAX + 1])
{
	struct onnx_slice from = onnx_out(o)->name;
	int n = from.n > MODEL_NAME_MAX ? MODEL_NAME_MAX : (int)from.n;

	snprintf(name, MODEL_NAME_MAX + 1, "%.*s", n,
		 (const char *)from.bytes);
}

static int added(struct onnx *o, int index)
{
	if (index < 0)
		onnx_fail(o, o->model->failed, "its result cannot be a "
			  "tensor: %s", err_kind_text(o->model->failed));
	return index;
}

int onnx_new(struct onnx *o, int rank, const int32_t *dims)
{
	char name[MODEL_NAME_MAX + 1];

	name_of(o, name);
	return added(o, model_add_tensor(o->model, name, KERN_F32, rank,
					 dims));
}

int onnx_weights(struct onnx *o, const char *what, int rank,
		 const int32_t *dims, float **data)
{
	char name[MODEL_NAME_MAX + 1], full[MODEL_NAME_MAX + 32];
	int64_t n = 1;
	int i;

	for (i = 0; i < rank; i++) {
		n *= dims[i];
		if (n > ONNX_WEIGHTS_MAX)
			return onnx_fail(o, ERR_LIMIT, "its weights are more "
					 "than %d", ONNX_WEIGHTS_MAX), -1;
	}
	name_of(o, name);
	snprintf(full, sizeof(full), "%s %s", name, what);
	i = added(o, model_add_const(o->model, full, KERN_F32, rank, dims,
				     NULL));
	*data = i < 0 ? NULL : o->model->tensors[i].data;
	return i;
}

int onnx_add(struct onnx *o, enum kern_op op, const struct model_attr *attr,
	     const int *inputs, int n, int output)
{
	if (output < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (inputs[i] < 0 && o->err->kind)
			return -1;
	return added(o, model_add_op(o->model, op, attr, inputs, n, output));
}

/* ---- the node's result ------------------------------------------------- */

static void give(struct onnx *o, int rank, const int32_t *dims)
{
	struct onnx_value *v = onnx_out(o);

	v->kind = ONNX_FLOW;
	v->is_float = true;
	v->rank = rank;
	for (int i = 0; i < rank; i++)
		v->dims[i] = dims[i];
}

void onnx_give_plain(struct onnx *o, int tensor)
{
	const struct model_tensor *t;

	if (tensor < 0)
		return;
	t = &o->model->tensors[tensor];
	give(o, t->rank, t->dims);
	onnx_out(o)->plain = tensor;
}

void onnx_give_last(struct onnx *o, int rank, int tensor)
{
	const int32_t *d;

	if (tensor < 0)
		return;
	d = o->model->tensors[tensor].dims;
	if (rank == 3)
		give(o, 3, (int32_t[]){ d[0], d[3], d[2] });
	else
		give(o, 4, (int32_t[]){ d[0], d[3], d[1], d[2] });
	onnx_out(o)->last = tensor;
}

void onnx_give_view(struct onnx *o, int from, int rank, const int32_t *dims)
{
	const struct onnx_value *v = &o->values[from];

	give(o, rank, dims);
	onnx_out(o)->origin = v->origin >= 0 ? v->origin : from;
}

/* ---- orders of axes ---------------------------------------------------- */

static int reshape(struct onnx *o, int from, int rank, const int32_t *dims)
{
	int to;

	if (from < 0)
		return -1;
	to = onnx_new(o, rank, dims);
	return onnx_add(o, KERN_RESHAPE, NULL, &from, 1, to) < 0 ? -1 : to;
}

/*
 * Matrices of rows x cols become cols x rows: a convolution over one channel
 * whose filter is a column of all rows, output r taking row r alone.  Exact,
 * and every kernel set has it.
 */
static int turn(struct onnx *o, int from, int32_t n, int32_t rows,
		int32_t cols)
{
	struct model_attr attr = { .padding = MODEL_PAD_VALID };
	float *one;
	int filter, to;

	if (rows == 1 || cols == 1)
		return from;
	if (rows > TURN_ROWS_MAX) {
		onnx_fail(o, ERR_LIMIT, "axes of %d x %d would have to be "
			  "swapped", (int)rows, (int)cols);
		err_hint(o->err, "end the net in a flat vector, or with a "
			 "Transpose to N H W C");
		return -1;
	}
	from = reshape(o, from, 4, (int32_t[]){ n, rows, cols, 1 });
	filter = onnx_weights(o, "turn", 4, (int32_t[]){ rows, rows, 1, 1 },
			      &one);
	for (int32_t r = 0; r < rows && one; r++)
		one[r * rows + r] = 1;
	to = onnx_new(o, 4, (int32_t[]){ n, 1, cols, rows });
	if (onnx_add(o, KERN_CONV_2D, &attr, (int[]){ from, filter }, 2,
		     to) < 0)
		return -1;
	return to;
}

static bool flows(struct onnx *o, const struct onnx_value *v)
{
	if (v->kind == ONNX_FLOW)
		return true;
	onnx_fail(o, ERR_UNSUPPORTED, "its input is constant");
	return false;
}

static void last_dims(const struct onnx_value *v, int32_t dims[4])
{
	dims[0] = v->dims[0];
	dims[1] = v->rank == 4 ? v->dims[2] : 1;
	dims[2] = v->dims[v->rank - 1];
	dims[3] = v->dims[1];
}

int onnx_plain(struct onnx *o, struct onnx_value *v)
{
	int32_t d[4];
	int from;

	if (v->plain >= 0 || !flows(o, v))
		return v->plain;
	if (v->pads[0] | v->pads[1] | v->pads[2] | v->pads[3]) {
		onnx_fail(o, ERR_UNSUPPORTED, "its input is padded, and only "
			  "a convolution takes that");
		return -1;
	}
	if (v->origin >= 0) {
		from = onnx_plain(o, &o->values[v->origin]);
	} else {
		last_dims(v, d);
		from = turn(o, v->last, d[0], d[1] * d[2], d[3]);
	}
	v->plain = reshape(o, from, v->rank, v->dims);
	return v->plain;
}

int onnx_last(struct onnx *o, struct onnx_value *v)
{
	int32_t d[4];
	int from;

	if (v->last >= 0 || !flows(o, v))
		return v->last;
	if (v->rank != 3 && v->rank != 4) {
		onnx_fail(o, ERR_UNSUPPORTED, "its input has %d axes instead "
			  "of 4 (N C H W) or 3 (N C L)", v->rank);
		return -1;
	}
	last_dims(v, d);
	from = turn(o, onnx_plain(o, v), d[0], d[3], d[1] * d[2]);
	v->last = reshape(o, from, 4, d);
	return v->last;
}
