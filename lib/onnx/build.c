#include <stdio.h>
#include <string.h>

#include "onnx/onnx_priv.h"

/* Adding operations and tensors to the model. */

static void name_of(struct onnx *o, char name[MODEL_NAME_MAX + 1])
{
	struct onnx_slice from = onnx_out(o)->name;
	int n = from.n > MODEL_NAME_MAX ? MODEL_NAME_MAX : (int)from.n;

	snprintf(name, MODEL_NAME_MAX + 1, "%.*s", n,
		 n ? (const char *)from.bytes : "");
}

static int added(struct onnx *o, int index)
{
	if (index < 0)
		onnx_fail(o, o->model->failed, "its result cannot be a "
			  "tensor: %s", err_kind_text(o->model->failed));
	return index;
}

int onnx_new_of(struct onnx *o, enum kern_type type, int rank,
		const int32_t *dims)
{
	char name[MODEL_NAME_MAX + 1];
	int64_t n = 1;

	for (int i = 0; i < rank; i++) {
		n *= dims[i];
		if (n > (int64_t)(MODEL_BYTES_MAX / 8))
			return onnx_fail(o, ERR_LIMIT, "its result is too "
					 "large"), -1;
	}
	name_of(o, name);
	return added(o, model_add_tensor(o->model, name, type, rank, dims));
}

int onnx_new(struct onnx *o, int rank, const int32_t *dims)
{
	return onnx_new_of(o, KERN_F32, rank, dims);
}

/* ---- constants --------------------------------------------------------- */

int onnx_const(struct onnx *o, const char *what, enum kern_type type,
	       int rank, const int32_t *dims, const void *data)
{
	char name[MODEL_NAME_MAX + 1], full[MODEL_NAME_MAX + 32];

	name_of(o, name);
	snprintf(full, sizeof(full), "%s %s", name, what);
	return added(o, model_add_const(o->model, full, type, rank, dims,
					data));
}

int onnx_weights(struct onnx *o, const char *what, int rank,
		 const int32_t *dims, float **data)
{
	int64_t n = 1;
	int i;

	*data = NULL;
	for (i = 0; i < rank; i++) {
		n *= dims[i];
		if (n > ONNX_WEIGHTS_MAX)
			return onnx_fail(o, ERR_LIMIT, "its weights are more "
					 "than %d", ONNX_WEIGHTS_MAX), -1;
	}
	i = onnx_const(o, what, KERN_F32, rank, dims, NULL);
	*data = i < 0 ? NULL : o->model->tensors[i].data;
	return i;
}

int onnx_numbers(struct onnx *o, const char *what, int n, const int32_t *items)
{
	return onnx_const(o, what, KERN_S32, 1, &n, items);
}

int onnx_scalar(struct onnx *o, float value)
{
	return onnx_const(o, "number", KERN_F32, 0, (int32_t[]){ 1 }, &value);
}

/* ---- operations -------------------------------------------------------- */

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

/* Integers keep their scale. */
static void copy_quant(struct onnx *o, int from, int to)
{
	const struct model_quant *q = &o->model->tensors[from].quant;

	if (o->model->tensors[from].type == KERN_S8 && q->n == 1)
		model_set_quant(o->model, to, q->scales[0], q->zeros[0]);
}

int onnx_do(struct onnx *o, const struct onnx_step *s, int rank,
	    const int32_t *dims)
{
	int to;

	for (int i = 0; i < s->n; i++)
		if (s->inputs[i] < 0)
			return -1;
	to = onnx_new_of(o, o->model->tensors[s->inputs[0]].type, rank, dims);
	if (to >= 0)
		copy_quant(o, s->inputs[0], to);
	return onnx_add(o, s->op, s->attr, s->inputs, s->n, to) < 0 ? -1 : to;
}

int onnx_curve(struct onnx *o, enum kern_op op, float alpha, int tensor)
{
	struct model_attr attr = { .alpha = alpha };
	struct model_tensor t;

	if (tensor < 0)
		return -1;
	t = o->model->tensors[tensor];
	return onnx_do(o, &(struct onnx_step){ op, &attr, &tensor, 1 },
		       t.rank, t.dims);
}

int onnx_both(struct onnx *o, enum kern_op op, int a, int b)
{
	struct model_tensor t;

	if (a < 0 || b < 0)
		return -1;
	t = o->model->tensors[a];
	return onnx_do(o, &(struct onnx_step){ op, NULL, (int[]){ a, b }, 2 },
		       t.rank, t.dims);
}

int onnx_with(struct onnx *o, enum kern_op op, int tensor, float number)
{
	return onnx_both(o, op, tensor, onnx_scalar(o, number));
}

static int32_t from_end(const struct model_tensor *t, int i)
{
	return i < t->rank ? t->dims[t->rank - 1 - i] : 1;
}

int onnx_broadcast(struct onnx *o, enum kern_op op, int a, int b)
{
	const struct model_tensor *x, *y;
	int32_t dims[MODEL_RANK_MAX];
	int most;

	if (a < 0 || b < 0)
		return -1;
	x = &o->model->tensors[a];
	y = &o->model->tensors[b];
	most = x->rank > y->rank ? x->rank : y->rank;
	for (int i = 0; i < most; i++) {
		int32_t p = from_end(x, i), q = from_end(y, i);

		dims[most - 1 - i] = p > q ? p : q;
		if (p != q && p != 1 && q != 1) {
			onnx_fail(o, ERR_FORMAT, "its inputs differ in shape");
			return -1;
		}
	}
	return onnx_do(o, &(struct onnx_step){ op, NULL, (int[]){ a, b }, 2 },
		       most, dims);
}

int onnx_reshaped(struct onnx *o, int from, int rank, const int32_t *dims)
{
	const struct model_tensor *t;

	if (from < 0)
		return -1;
	t = &o->model->tensors[from];
	if (t->rank == rank && !memcmp(t->dims, dims, (size_t)rank * 4))
		return from;
	return onnx_do(o, &(struct onnx_step){ KERN_RESHAPE, NULL, &from, 1 },
		       rank, dims);
}

int onnx_cast(struct onnx *o, int from, enum kern_type type)
{
	struct model_tensor t;
	int to;

	if (from < 0)
		return -1;
	t = o->model->tensors[from];
	if (t.type == type)
		return from;
	to = onnx_new_of(o, type, t.rank, t.dims);
	if (to >= 0 && type == KERN_S8)
		model_set_quant(o->model, to, 1, 0);
	return onnx_add(o, KERN_CAST, NULL, &from, 1, to) < 0 ? -1 : to;
}
