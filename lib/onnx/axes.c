#include <string.h>

#include "onnx/onnx_priv.h"

/* Operations that move values along axes, added to the model. */

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

/* More than four axes: each in turn goes to its place, past those between,
 * with what lies before and behind as one axis each. */
static int one_by_one(struct onnx *o, int from, const struct onnx_merged *m)
{
	static const int32_t swap[] = { 0, 2, 1, 3 };
	int now[MODEL_RANK_MAX], inputs[2];

	for (int i = 0; i < m->n; i++)
		now[i] = i;
	for (int k = 0; k < m->n; k++) {
		int32_t d[4] = { 1, 1, m->in[m->order[k]], 1 };
		int at = k;

		while (now[at] != m->order[k])
			at++;
		for (int i = 0; i < m->n; i++)
			if (i != at)
				d[i < k ? 0 : i < at ? 1 : 3] *= m->in[now[i]];
		memmove(now + k + 1, now + k, (size_t)(at - k) * sizeof(*now));
		now[k] = m->order[k];
		if (at == k)
			continue;
		inputs[0] = onnx_reshaped(o, from, 4, d);
		inputs[1] = onnx_numbers(o, "order", 4, swap);
		from = onnx_do(o, &(struct onnx_step){ KERN_TRANSPOSE, NULL,
			       inputs, 2 }, 4,
			       (int32_t[]){ d[0], d[2], d[1], d[3] });
	}
	return from;
}

int onnx_turned(struct onnx *o, int from, const struct onnx_merged *m)
{
	int inputs[2];

	if (m->n > 4)
		return one_by_one(o, from, m);
	if (m->n < 2)
		return from;
	inputs[0] = onnx_reshaped(o, from, m->n, m->in);
	inputs[1] = onnx_numbers(o, "order", m->n, m->order);
	return onnx_do(o, &(struct onnx_step){ KERN_TRANSPOSE, NULL, inputs,
		       2 }, m->n, m->out);
}

int onnx_permuted(struct onnx *o, int from, const int *perm)
{
	int32_t to[MODEL_RANK_MAX];
	struct onnx_merged m;
	struct model_tensor t;

	if (from < 0)
		return -1;
	t = o->model->tensors[from];
	for (int i = 0; i < t.rank; i++)
		to[i] = t.dims[perm[i]];
	onnx_merge(t.rank, t.dims, perm, &m);
	return onnx_reshaped(o, onnx_turned(o, from, &m), t.rank, to);
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
	return onnx_do(o, &(struct onnx_step){ KERN_GATHER, &attr, (int[]){
		       from, onnx_numbers(o, "indices", n, indices) }, 2 },
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
	return onnx_do(o, &(struct onnx_step){ KERN_STRIDED_SLICE, &attr,
		       (int[]){ from,
		       onnx_numbers(o, "begin", t.rank, begin),
		       onnx_numbers(o, "end", t.rank, end),
		       onnx_numbers(o, "step", t.rank, step) }, 4 }, t.rank,
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
	inputs[1] = onnx_const(o, "pads", KERN_S32, 2,
			       (int32_t[]){ t.rank, 2 }, amounts);
	if (value == 0)
		return onnx_do(o, &(struct onnx_step){ KERN_PAD, NULL, inputs,
			       2 }, t.rank, dims);
	inputs[2] = onnx_scalar(o, value);
	return onnx_do(o, &(struct onnx_step){ KERN_PADV2, NULL, inputs, 3 },
		       t.rank, dims);
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
		whole = onnx_do(o, &(struct onnx_step){ KERN_CONCATENATION,
				&attr, part, k },
				o->model->tensors[whole].rank, dims);
	}
	return whole;
}
