#include <math.h>
#include <string.h>

#include "onnx/onnx_priv.h"

/* Zeros, or another value, around the image; the window then has none. */
static int pad_image(struct onnx *o, int from, struct onnx_window *w,
		     float value)
{
	int32_t amounts[8] = { 0, 0, (int32_t)w->pads[0], (int32_t)w->pads[2],
			       (int32_t)w->pads[1], (int32_t)w->pads[3], 0, 0 };

	if (!(w->pads[0] | w->pads[1] | w->pads[2] | w->pads[3]))
		return from;
	for (int i = 0; i < 2; i++) {
		w->in[i] += (int32_t)(w->pads[i] + w->pads[i + 2]);
		w->pads[i] = w->pads[i + 2] = 0;
	}
	return onnx_padded(o, from, amounts, value);
}

/* ---- maxima tap by tap ------------------------------------------------- */

/* Is there nothing that MAX_POOL_2D cannot do? */
static bool is_plain(struct onnx *o, const struct onnx_window *w)
{
	return w->dilation[0] * w->dilation[1] == 1 &&
	       (o->node.output_count < 2 || o->node.outputs[1] < 0 ||
		!o->values[o->node.outputs[1]].uses);
}

/* What tap (i, j) of every window sees. */
static int tap(struct onnx *o, int from, const struct onnx_window *w, int64_t i,
	       int64_t j)
{
	const int32_t *d;
	struct onnx_range ranges[4];

	if (from < 0)
		return -1;
	d = o->model->tensors[from].dims;
	ranges[0] = (struct onnx_range){ 0, 1, d[0] };
	ranges[1] = (struct onnx_range){ i * w->dilation[0], w->stride[0],
					 w->out[0] };
	ranges[2] = (struct onnx_range){ j * w->dilation[1], w->stride[1],
					 w->out[1] };
	ranges[3] = (struct onnx_range){ 0, 1, d[3] };
	return onnx_sliced(o, from, ranges);
}

enum { TAPS_MAX = 256 };

/* Where tap t of each window lies in the image, flattened as the file has
 * it. */
static int places(struct onnx *o, const struct onnx_value *in,
		  const struct onnx_window *w, int64_t t, bool is_column,
		  const int32_t *d)
{
	int64_t height = in->rank == 4 ? in->dims[2] : 1;
	int64_t width = in->dims[in->rank - 1];
	int64_t n = (int64_t)d[0] * d[1] * d[2] * d[3];
	int at = onnx_new_of(o, KERN_S32, 4, d);
	int32_t *to = at < 0 ? NULL : model_alloc(o->model, (size_t)n * 4);

	if (!to)
		return -1;
	o->model->tensors[at].data = to;
	for (int64_t k = 0; k < n; k++) {
		int64_t c = k % d[3], x = k / d[3] % d[2];
		int64_t y = k / d[3] / d[2] % d[1], b = k / d[3] / d[2] / d[1];
		int64_t row = y * w->stride[0] - w->pads[0] +
			      t / w->filter[1] * w->dilation[0];
		int64_t col = x * w->stride[1] - w->pads[1] +
			      t % w->filter[1] * w->dilation[1];

		to[k] = (int32_t)((b * d[3] + c) * height * width +
				  (is_column ? col * height + row :
				   row * width + col));
	}
	return at;
}

/* The place of the first greatest: that of a later tap where it is greater
 * than all before.  greater is max - before, above 0 there, brought to 1. */
static int better(struct onnx *o, int best, int before, int place, int here)
{
	int sign = onnx_both(o, KERN_SUB, best, before);

	sign = onnx_with(o, KERN_MUL, sign, INFINITY);	/* 0 x inf is NaN */
	sign = onnx_with(o, KERN_MINIMUM, sign, 1);
	sign = onnx_with(o, KERN_MAXIMUM, sign, 0);
	sign = onnx_cast(o, sign, KERN_S32);
	here = onnx_both(o, KERN_MUL, sign, onnx_both(o, KERN_SUB, here,
						      place));
	return onnx_both(o, KERN_ADD, place, here);
}

static int max_by_taps(struct onnx *o, const struct onnx_value *in, int from,
		       const struct onnx_window *window)
{
	int64_t taps = window->filter[0] * window->filter[1];
	bool has_places = o->node.output_count > 1 && o->node.outputs[1] >= 0;
	bool is_column = onnx_int(o, "storage_order", 0) != 0;
	struct onnx_window w = *window;
	int best, place = -1;
	int32_t d[4];

	if (taps > TAPS_MAX || onnx_elements(in) > INT32_MAX / 4)
		return onnx_fail(o, ERR_LIMIT, "a window of more than %d with "
				 "dilation or places", TAPS_MAX);
	from = pad_image(o, from, &w, -INFINITY);
	best = tap(o, from, &w, 0, 0);
	if (best < 0)
		return o->err->kind;
	memcpy(d, o->model->tensors[best].dims, sizeof(d));
	if (has_places)
		place = places(o, in, window, 0, is_column, d);
	for (int64_t t = 1; t < taps && best >= 0; t++) {
		int before = best;

		best = onnx_both(o, KERN_MAXIMUM, best,
				 tap(o, from, &w, t / w.filter[1],
				     t % w.filter[1]));
		if (has_places)
			place = better(o, best, before, place,
				       places(o, in, window, t, is_column, d));
	}
	onnx_give_last(o, in->rank, best);
	if (has_places) {
		o->which = 1;
		onnx_give_last(o, in->rank, onnx_cast(o, place, KERN_S64));
	}
	return o->err->kind;
}

/* How far the last window reaches behind what is padded. */
static int64_t hang_over(const struct onnx_window *w,
			 const struct onnx_window *padded, int i)
{
	int64_t end = (w->out[i] - 1) * w->stride[i] + w->filter[i];

	return end > padded->in[i] ? end - padded->in[i] : 0;
}

/* ---- pools ------------------------------------------------------------- */

int onnx_pool(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	bool is_max = onnx_is(o->node.op, "MaxPool");
	bool is_ceil = onnx_int(o, "ceil_mode", 0) != 0;
	struct onnx_window w = { 0 }, padded;
	int from;

	if (in->rank != 3 && in->rank != 4)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input has %d axes "
				 "instead of 4 (N C H W) or 3 (N C L)",
				 in->rank);
	if (onnx_pairs(o, "kernel_shape", in->rank - 2, 1, w.filter) ||
	    onnx_read_window(o, in, &w))
		return o->err->kind;
	from = onnx_last(o, in);
	if (!is_max && w.dilation[0] * w.dilation[1] != 1)
		return onnx_fail(o, ERR_UNSUPPORTED, "a mean with dilation");
	padded = w;
	onnx_set_out(&w, is_ceil);
	if (!is_max && onnx_int(o, "count_include_pad", 0)) {
		from = pad_image(o, from, &padded, 0);
		for (int i = 0; i < 2; i++) {
			padded.pads[i + 2] = hang_over(&w, &padded, i);
			padded.out[i] = w.out[i];
		}
		w = padded;
	}
	if (is_max && !is_plain(o, &w))
		return max_by_taps(o, in, from, &w);
	onnx_give_window(o, &(struct onnx_step){ is_max ? KERN_MAX_POOL_2D :
			 KERN_AVERAGE_POOL_2D, NULL, &from, 1 }, &w, in->rank,
			 in->dims[1]);
	return o->err->kind;
}

static void pool_all(struct onnx *o, enum kern_op op)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct onnx_window w = { .stride = { 1, 1 }, .dilation = { 1, 1 },
				 .out = { 1, 1 } };
	int from = onnx_last(o, in);

	if (from < 0)
		return;
	w.in[0] = in->rank == 4 ? in->dims[2] : 1;
	w.in[1] = in->dims[in->rank - 1];
	w.filter[0] = w.in[0];
	w.filter[1] = w.in[1];
	onnx_give_window(o, &(struct onnx_step){ op, NULL, &from, 1 }, &w,
			 in->rank, in->dims[1]);
}

int onnx_global_pool(struct onnx *o)
{
	pool_all(o, onnx_is(o->node.op, "GlobalMaxPool") ? KERN_MAX_POOL_2D :
		 KERN_AVERAGE_POOL_2D);
	return o->err->kind;
}

/* ---- ReduceMean, ReduceSum, ReduceMax ---------------------------------- */

/* A bit for each axis; all of them when none is named. */
static int reduced_axes(struct onnx *o, int rank)
{
	int64_t items[MODEL_RANK_MAX];
	int n = onnx_list(o, "axes", 1, items, MODEL_RANK_MAX), bits = 0;

	if (n == -2) {
		onnx_fail(o, ERR_UNSUPPORTED, "its axes are not constant");
		return -1;
	}
	for (int i = 0; i < n; i++) {
		int axis = onnx_one_axis(o, items[i], rank);

		if (axis < 0)
			return -1;
		bits |= 1 << axis;
	}
	if (n > 0 || onnx_int(o, "noop_with_empty_axes", 0))
		return bits;
	return (1 << rank) - 1;
}

/* Without axes of size 1 that were taken together. */
static int without(struct onnx *o, int tensor, int bits)
{
	int32_t dims[MODEL_RANK_MAX];
	struct model_tensor t;
	int rank = 0;

	if (tensor < 0)
		return -1;
	t = o->model->tensors[tensor];
	for (int i = 0; i < t.rank; i++)
		if (!(bits >> i & 1))
			dims[rank++] = t.dims[i];
	return onnx_reshaped(o, tensor, rank, dims);
}

int onnx_reduced(struct onnx *o, enum kern_op op, int tensor, int bits)
{
	int32_t dims[MODEL_RANK_MAX], list[MODEL_RANK_MAX], n = 0;
	struct model_tensor t;

	if (tensor < 0)
		return -1;
	t = o->model->tensors[tensor];
	for (int i = 0; i < t.rank; i++) {
		dims[i] = bits >> i & 1 ? 1 : t.dims[i];
		if (bits >> i & 1)
			list[n++] = i;
	}
	if (!n)
		return tensor;
	return onnx_do(o, &(struct onnx_step){ op, NULL, (int[]){ tensor,
		       onnx_numbers(o, "axes", n, list) }, 2 }, t.rank, dims);
}

int onnx_reduce(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	bool keeps = onnx_int(o, "keepdims", 1) != 0;
	int rank = in->rank, bits = reduced_axes(o, rank), tensor;
	enum kern_op op = onnx_is(o->node.op, "ReduceMax") ? KERN_REDUCE_MAX :
		onnx_is(o->node.op, "ReduceSum") ? KERN_SUM : KERN_MEAN;

	if (bits < 0)
		return o->err->kind;
	if (op == KERN_MEAN && (rank == 3 || rank == 4) &&
	    bits == (rank == 4 ? 12 : 4)) {
		pool_all(o, KERN_AVERAGE_POOL_2D);
		tensor = onnx_out(o)->last;
		if (!keeps && tensor >= 0) {
			onnx_out(o)->last = -1;
			onnx_give_plain(o, onnx_reshaped(o, tensor, 2,
							 in->dims));
		}
		return o->err->kind;
	}
	tensor = onnx_reduced(o, op, onnx_plain(o, in), bits);
	onnx_give_plain(o, keeps ? tensor : without(o, tensor, bits));
	return o->err->kind;
}
