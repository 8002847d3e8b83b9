#include <stdio.h>
#include <string.h>

#include "model/onnx_priv.h"

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

static int add_const(struct onnx *o, const char *what, enum kern_type type,
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
	i = add_const(o, what, KERN_F32, rank, dims, NULL);
	*data = i < 0 ? NULL : o->model->tensors[i].data;
	return i;
}

int onnx_numbers(struct onnx *o, const char *what, int n, const int32_t *items)
{
	return add_const(o, what, KERN_S32, 1, &n, items);
}

int onnx_scalar(struct onnx *o, float value)
{
	return add_const(o, "number", KERN_F32, 0, (int32_t[]){ 1 }, &value);
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

int onnx_do(struct onnx *o, enum kern_op op, const struct model_attr *attr,
	    const int *inputs, int n, int rank, const int32_t *dims)
{
	int to;

	for (int i = 0; i < n; i++)
		if (inputs[i] < 0)
			return -1;
	to = onnx_new_of(o, o->model->tensors[inputs[0]].type, rank, dims);
	if (to >= 0)
		copy_quant(o, inputs[0], to);
	return onnx_add(o, op, attr, inputs, n, to) < 0 ? -1 : to;
}

int onnx_curve(struct onnx *o, enum kern_op op, float alpha, int tensor)
{
	struct model_attr attr = { .alpha = alpha };
	struct model_tensor t;

	if (tensor < 0)
		return -1;
	t = o->model->tensors[tensor];
	return onnx_do(o, op, &attr, &tensor, 1, t.rank, t.dims);
}

int onnx_both(struct onnx *o, enum kern_op op, int a, int b)
{
	struct model_tensor t;

	if (a < 0 || b < 0)
		return -1;
	t = o->model->tensors[a];
	return onnx_do(o, op, NULL, (int[]){ a, b }, 2, t.rank, t.dims);
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
	return onnx_do(o, op, NULL, (int[]){ a, b }, 2, most, dims);
}

int onnx_reshaped(struct onnx *o, int from, int rank, const int32_t *dims)
{
	const struct model_tensor *t;

	if (from < 0)
		return -1;
	t = &o->model->tensors[from];
	if (t->rank == rank && !memcmp(t->dims, dims, (size_t)rank * 4))
		return from;
	return onnx_do(o, KERN_RESHAPE, NULL, &from, 1, rank, dims);
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

/* ---- moving ------------------------------------------------------------ */

void onnx_merge(int rank, const int32_t *dims, const int *perm,
		struct onnx_merged *m)
{
	int first[MODEL_RANK_MAX], before = -2;

	m->n = 0;
	for (int i = 0; i < rank; i++) {
		int axis = perm[i];

		if (dims[axis] == 1)
			continue;
		for (before++; before >= 0 && before < axis &&
		     dims[before] == 1; before++)
			;
		if (m->n && before == axis)
			m->out[m->n - 1] *= dims[axis];
		else
			first[m->n] = axis, m->out[m->n++] = dims[axis];
		before = axis;
	}
	for (int i = 0; i < m->n; i++) {
		m->order[i] = 0;
		for (int k = 0; k < m->n; k++)
			m->order[i] += first[k] < first[i];
		m->in[m->order[i]] = m->out[i];
	}
}

int onnx_permuted(struct onnx *o, int from, const int *perm)
{
	int32_t to[MODEL_RANK_MAX];
	struct onnx_merged m;
	struct model_tensor t;
	int inputs[2];

	if (from < 0)
		return -1;
	t = o->model->tensors[from];
	for (int i = 0; i < t.rank; i++)
		to[i] = t.dims[perm[i]];
	onnx_merge(t.rank, t.dims, perm, &m);
	if (m.n > 4) {
		onnx_fail(o, ERR_UNSUPPORTED, "%d axes would have to move",
			  m.n);
		return -1;
	}
	if (m.n > 1) {
		inputs[0] = onnx_reshaped(o, from, m.n, m.in);
		inputs[1] = onnx_numbers(o, "order", m.n, m.order);
		from = onnx_do(o, KERN_TRANSPOSE, NULL, inputs, 2, m.n, m.out);
	}
	return onnx_reshaped(o, from, t.rank, to);
}

int onnx_taken(struct onnx *o, int from, int axis, int n,
	       const int32_t *indices)
{
	struct model_attr attr = { .axis = axis };
	int32_t dims[MODEL_RANK_MAX];
	bool moves;

	if (from < 0)
		return -1;
	memcpy(dims, o->model->tensors[from].dims, sizeof(dims));
	moves = dims[axis] != n;
	for (int i = 0; i < n; i++)
		moves = moves || indices[i] != i;
	if (!moves)
		return from;
	dims[axis] = n;
	return onnx_do(o, KERN_GATHER, &attr, (int[]){ from,
		       onnx_numbers(o, "indices", n, indices) }, 2,
		       o->model->tensors[from].rank, dims);
}

int onnx_sliced(struct onnx *o, int from, const struct onnx_range *ranges)
{
	int32_t begin[MODEL_RANK_MAX], end[MODEL_RANK_MAX];
	int32_t step[MODEL_RANK_MAX], dims[MODEL_RANK_MAX];
	struct model_attr attr = { 0 };
	bool is_all = true;
	struct model_tensor t;

	if (from < 0)
		return -1;
	t = o->model->tensors[from];
	for (int i = 0; i < t.rank; i++) {
		const struct onnx_range *r = &ranges[i];
		int64_t stop = r->start + r->count * r->step;

		if (r->count < 1)
			return onnx_fail(o, ERR_UNSUPPORTED, "nothing is left "
					 "of axis %d", i), -1;
		begin[i] = (int32_t)r->start;
		step[i] = (int32_t)r->step;
		dims[i] = (int32_t)r->count;
		end[i] = (int32_t)(stop > t.dims[i] ? t.dims[i] : stop);
		attr.end_mask |= stop < 0 ? 1 << i : 0;
		if (stop < 0)
			end[i] = 0;
		is_all = is_all && r->step == 1 && dims[i] == t.dims[i];
	}
	if (is_all)
		return from;
	return onnx_do(o, KERN_STRIDED_SLICE, &attr, (int[]){ from,
		       onnx_numbers(o, "begin", t.rank, begin),
		       onnx_numbers(o, "end", t.rank, end),
		       onnx_numbers(o, "step", t.rank, step) }, 4, t.rank,
		       dims);
}

int onnx_padded(struct onnx *o, int from, const int32_t *amounts, float value)
{
	int32_t dims[MODEL_RANK_MAX];
	struct model_tensor t;
	int inputs[3];

	if (from < 0)
		return -1;
	t = o->model->tensors[from];
	for (int i = 0; i < t.rank; i++)
		dims[i] = t.dims[i] + amounts[2 * i] + amounts[2 * i + 1];
	inputs[0] = from;
	inputs[1] = add_const(o, "pads", KERN_S32, 2,
			      (int32_t[]){ t.rank, 2 }, amounts);
	if (value == 0)
		return onnx_do(o, KERN_PAD, NULL, inputs, 2, t.rank, dims);
	inputs[2] = onnx_scalar(o, value);
	return onnx_do(o, KERN_PADV2, NULL, inputs, 3, t.rank, dims);
}

/* As many at a time as the operation takes. */
int onnx_joined(struct onnx *o, const int *from, int n, int axis)
{
	struct model_attr attr = { .axis = axis };
	int32_t dims[MODEL_RANK_MAX];
	int whole = n > 0 ? from[0] : -1;

	for (int i = 1; i < n; ) {
		int part[KERN_CONCAT_INPUTS] = { whole }, k = 1;

		if (whole < 0)
			return -1;
		memcpy(dims, o->model->tensors[whole].dims, sizeof(dims));
		while (k < KERN_CONCAT_INPUTS && i < n) {
			if (from[i] < 0)
				return -1;
			dims[axis] += o->model->tensors[from[i]].dims[axis];
			part[k++] = from[i++];
		}
		whole = onnx_do(o, KERN_CONCATENATION, &attr, part, k,
				o->model->tensors[whole].rank, dims);
	}
	return whole;
}
