#include <stdio.h>
#include <string.h>

#include "onnx/onnx_priv.h"

struct onnx_value *onnx_in(struct onnx *o, int i)
{
	if (i >= o->node.input_count || o->node.inputs[i] < 0)
		return NULL;
	return &o->values[o->node.inputs[i]];
}

struct onnx_value *onnx_out(struct onnx *o)
{
	return &o->values[o->node.outputs[o->which]];
}

bool onnx_lies_last(const struct onnx_value *v)
{
	return v->last >= 0 && v->plain < 0;
}

int onnx_axis(int rank, bool is_last, int axis)
{
	if (!is_last || axis == 0)
		return axis;
	return axis == 1 ? 3 : rank == 3 ? 2 : axis - 1;
}

/* ---- the node's result ------------------------------------------------- */

static enum onnx_type type_of(enum kern_type type)
{
	switch (type) {
	case KERN_F32: return ONNX_FLOAT;
	case KERN_U8: return ONNX_UINT8;
	case KERN_S8: return ONNX_INT8;
	case KERN_S64: return ONNX_INT64;
	default: return ONNX_INT32;
	}
}

static void give(struct onnx *o, enum onnx_type type, int rank,
		 const int32_t *dims)
{
	struct onnx_value *v = onnx_out(o);

	v->kind = ONNX_FLOW;
	v->type = type;
	v->is_float = type == ONNX_FLOAT;
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
	give(o, type_of(t->type), t->rank, t->dims);
	onnx_out(o)->plain = tensor;
}

void onnx_give_last(struct onnx *o, int rank, int tensor)
{
	enum onnx_type type;
	const int32_t *d;

	if (tensor < 0)
		return;
	d = o->model->tensors[tensor].dims;
	type = type_of(o->model->tensors[tensor].type);
	if (rank == 3)
		give(o, type, 3, (int32_t[]){ d[0], d[3], d[2] });
	else
		give(o, type, 4, (int32_t[]){ d[0], d[3], d[1], d[2] });
	onnx_out(o)->last = tensor;
}

void onnx_give(struct onnx *o, int rank, bool is_last, int tensor)
{
	if (is_last)
		onnx_give_last(o, rank, tensor);
	else
		onnx_give_plain(o, tensor);
}

void onnx_give_view(struct onnx *o, int from, int rank, const int32_t *dims)
{
	const struct onnx_value *v = &o->values[from];

	give(o, v->type, rank, dims);
	onnx_out(o)->is_shifted = v->is_shifted;
	onnx_out(o)->origin = v->origin >= 0 ? v->origin : from;
}

void onnx_take_over(struct onnx *o, const struct onnx_value *in)
{
	struct onnx_value *out = onnx_out(o);
	struct onnx_slice name = out->name;
	int uses = out->uses;

	*out = *in;
	out->name = name;
	out->uses = uses;
}

/* One tensor under two names: nothing may be fused into it. */
void onnx_give_alias(struct onnx *o, struct onnx_value *in)
{
	onnx_take_over(o, in);
	onnx_out(o)->uses += in->uses;
	in->uses += onnx_out(o)->uses;
}

/* ---- constants --------------------------------------------------------- */

static enum kern_type kern_type_of(enum onnx_type type)
{
	switch (type) {
	case ONNX_FLOAT: return KERN_F32;
	case ONNX_INT8: return KERN_S8;
	case ONNX_INT32: return KERN_S32;
	case ONNX_INT64: return KERN_S64;
	default: return KERN_U8;
	}
}

static void put(void *data, enum kern_type type, int64_t at,
		const struct onnx_value *v, int64_t from)
{
	size_t bytes = kern_type_bytes(type);

	memcpy((uint8_t *)data + (size_t)at * bytes, v->is_float ?
	       (const void *)&v->floats[from] : (const void *)&v->ints[from],
	       bytes);	/* little-endian */
}

/* A constant as a tensor: plain, or N C P as N P C (points p, channels c). */
static int constant(struct onnx *o, const struct onnx_value *v, int rank,
		    const int32_t *dims, int64_t c, int64_t p)
{
	enum kern_type type = kern_type_of(v->type);
	int64_t n = onnx_elements(v);
	int i;
	void *data;

	for (int a = 0; a < rank; a++)
		if (dims[a] < 1)
			return onnx_fail(o, ERR_UNSUPPORTED, "a constant is "
					 "empty"), -1;
	i = onnx_new_of(o, type, rank, dims);
	data = i < 0 ? NULL : model_alloc(o->model, (size_t)n *
					  kern_type_bytes(type));
	if (!data)
		return onnx_fail(o, ERR_MEM, "a constant"), -1;
	o->model->tensors[i].data = data;
	for (int64_t k = 0; k < n; k++) {
		int64_t batch = k / (c * p), at = k % (c * p);

		put(data, type, batch * c * p + at % p * c + at / p, v, k);
	}
	if (v->scales.n == 1)
		model_set_quant(o->model, i, v->scales.scales[0], 0);
	return i;
}

/* ---- orders of axes ---------------------------------------------------- */

static void last_dims(const struct onnx_value *v, int32_t dims[4])
{
	dims[0] = v->dims[0];
	dims[1] = v->rank == 4 ? v->dims[2] : 1;
	dims[2] = v->dims[v->rank - 1];
	dims[3] = v->dims[1];
}

static bool is_padded(const struct onnx_value *v)
{
	return v->pads[0] | v->pads[1] | v->pads[2] | v->pads[3];
}

/* Zeros around an image become an operation: nobody took them. */
static void settle_pads(struct onnx *o, struct onnx_value *v)
{
	struct onnx_value *from = &o->values[v->origin];
	bool is_last;
	int tensor = onnx_near(o, from, &is_last), rank = v->rank;
	int32_t amounts[8] = { 0 };

	if (tensor < 0)
		return;
	for (int i = 2; i < rank; i++) {
		int at = onnx_axis(rank, is_last, i);

		amounts[2 * at] = v->pads[rank == 4 ? i - 2 : 1];
		amounts[2 * at + 1] = v->pads[rank == 4 ? i : 3];
	}
	tensor = onnx_padded(o, tensor, amounts, 0);
	memset(v->pads, 0, sizeof(v->pads));
	v->origin = -1;
	*(is_last ? &v->last : &v->plain) = tensor;
}

int onnx_plain(struct onnx *o, struct onnx_value *v)
{
	int32_t d[4];
	int from, perm[] = { 0, 3, 1, 2 };

	if (v->plain < 0 && v->kind == ONNX_CONST)
		v->plain = constant(o, v, v->rank, v->dims, 1, 1);
	if (v->plain < 0 && is_padded(v))
		settle_pads(o, v);
	if (v->plain >= 0 || o->err->kind)
		return v->plain;
	if (v->origin >= 0) {
		from = onnx_plain(o, &o->values[v->origin]);
	} else {
		last_dims(v, d);
		from = v->last;
		if (d[3] > 1 && d[1] * d[2] > 1)
			from = onnx_permuted(o, from, perm);
	}
	v->plain = onnx_reshaped(o, from, v->rank, v->dims);
	return v->plain;
}

int onnx_last(struct onnx *o, struct onnx_value *v)
{
	int32_t d[4];
	int from, perm4[] = { 0, 2, 3, 1 }, perm3[] = { 0, 2, 1 };

	if (v->rank != 3 && v->rank != 4) {
		onnx_fail(o, ERR_UNSUPPORTED, "its input has %d axes instead "
			  "of 4 (N C H W) or 3 (N C L)", v->rank);
		return -1;
	}
	last_dims(v, d);
	if (v->last < 0 && v->kind == ONNX_CONST)
		v->last = constant(o, v, 4, d, d[3], d[1] * d[2]);
	if (v->last < 0 && is_padded(v))
		settle_pads(o, v);
	if (v->last >= 0 || o->err->kind)
		return v->last;
	from = onnx_plain(o, v);
	if (d[3] > 1 && d[1] * d[2] > 1)
		from = onnx_permuted(o, from, v->rank == 4 ? perm4 : perm3);
	v->last = onnx_reshaped(o, from, 4, d);
	return v->last;
}

int onnx_near(struct onnx *o, struct onnx_value *v, bool *is_last)
{
	if (is_padded(v))
		settle_pads(o, v);
	*is_last = onnx_lies_last(v);
	return *is_last ? v->last : onnx_plain(o, v);
}

int onnx_shaped(struct onnx *o, struct onnx_value *v, int rank,
		const int32_t *dims)
{
	if (v->plain < 0 && !is_padded(v) && v->origin >= 0)
		v = &o->values[v->origin];
	return onnx_reshaped(o, onnx_plain(o, v), rank, dims);
}
