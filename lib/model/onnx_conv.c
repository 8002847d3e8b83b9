#include <string.h>

#include "model/onnx_priv.h"

enum { STEP_MAX = 32767 };

/* Window attributes of a node, in two dimensions. */
struct window {
	int64_t filter[2], stride[2], dilation[2], pads[4];	/* t l b r */
	int32_t in[2], out[2];
};

/* One or two numbers per dimension; the first of two is 1 (0 for pads) where
 * the net has one dimension. */
static int pairs(struct onnx *o, const char *name, int axes, int64_t absent,
		 int64_t pair[2])
{
	int64_t items[2] = { absent, absent };
	int n = onnx_ints(o, name, items, 2);

	if (n >= 0 && n != axes)
		return onnx_fail(o, ERR_UNSUPPORTED, "%s needs %d numbers",
				 name, axes);
	pair[0] = axes == 2 ? items[0] : absent;
	pair[1] = items[axes - 1];
	for (int i = 0; i < 2; i++)
		if (pair[i] < 1 || pair[i] > STEP_MAX)
			return onnx_fail(o, ERR_RANGE, "%s is not in 1 to %d",
					 name, STEP_MAX);
	return 0;
}

static int read_pads(struct onnx *o, int axes, struct window *w)
{
	int64_t items[4] = { 0 };
	int n = onnx_ints(o, "pads", items, 4);

	if (n >= 0 && n != 2 * axes)
		return onnx_fail(o, ERR_UNSUPPORTED, "pads needs %d numbers",
				 2 * axes);
	for (int i = 0; i < 4; i++)
		if (items[i] < 0 || items[i] > STEP_MAX)
			return onnx_fail(o, ERR_RANGE, "pads are not in 0 to "
					 "%d", STEP_MAX);
	if (axes == 2) {
		memcpy(w->pads, items, sizeof(items));
	} else {
		w->pads[1] = items[0];
		w->pads[3] = items[1];
	}
	return 0;
}

/* auto_pad: SAME_UPPER and SAME_LOWER differ in where the odd one goes. */
static int auto_pads(struct onnx *o, struct window *w)
{
	struct onnx_slice how = onnx_text(o, "auto_pad");
	bool is_lower = onnx_is(how, "SAME_LOWER");

	if (how.n == 0 || onnx_is(how, "NOTSET") || onnx_is(how, "VALID"))
		return 0;
	if (!is_lower && !onnx_is(how, "SAME_UPPER"))
		return onnx_fail(o, ERR_UNSUPPORTED, "unknown auto_pad");
	for (int i = 0; i < 2; i++) {
		int64_t out = (w->in[i] - 1) / w->stride[i] + 1;
		int64_t total = (out - 1) * w->stride[i] +
			(w->filter[i] - 1) * w->dilation[i] + 1 - w->in[i];

		if (total < 0)
			total = 0;
		w->pads[i] = is_lower ? total - total / 2 : total / 2;
		w->pads[i + 2] = total - w->pads[i];
	}
	return 0;
}

/* ceil_mode: the last window may hang over the end, but must begin before the
 * padding there. */
static void set_out(struct window *w, bool is_ceil)
{
	for (int i = 0; i < 2; i++) {
		int64_t effective = (w->filter[i] - 1) * w->dilation[i] + 1;
		int64_t room = w->in[i] + w->pads[i] + w->pads[i + 2] -
			       effective;
		int64_t out = room < 0 ? 0 : room / w->stride[i] + 1;

		if (is_ceil && room >= 0 && room % w->stride[i] &&
		    out * w->stride[i] < w->in[i] + w->pads[i]) {
			w->pads[i + 2] += w->stride[i] - room % w->stride[i];
			out++;
		}
		w->out[i] = (int32_t)out;
	}
}

static int read_window(struct onnx *o, struct window *w)
{
	const struct onnx_value *in = onnx_in(o, 0);
	int axes = in->rank - 2;
	int kind;

	if (axes != 1 && axes != 2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input has %d axes "
				 "instead of 4 (N C H W) or 3 (N C L)",
				 in->rank);
	w->in[0] = axes == 2 ? in->dims[2] : 1;
	w->in[1] = in->dims[in->rank - 1];
	kind = pairs(o, "strides", axes, 1, w->stride);
	if (!kind)
		kind = pairs(o, "dilations", axes, 1, w->dilation);
	if (!kind)
		kind = read_pads(o, axes, w);
	if (!kind)
		kind = auto_pads(o, w);
	return kind;
}

static void add_pads(struct window *w, const int32_t pads[4])
{
	for (int i = 0; i < 4; i++)
		w->pads[i] += pads[i];
}

/* SAME and VALID where they say the same: other tools know those. */
static struct model_attr attr_of(const struct window *w)
{
	struct model_attr a = {
		.padding = MODEL_PAD_EXPLICIT,
		.pad_top = (int32_t)w->pads[0], .pad_left = (int32_t)w->pads[1],
		.pad_bottom = (int32_t)w->pads[2],
		.pad_right = (int32_t)w->pads[3],
		.stride_h = (int32_t)w->stride[0],
		.stride_w = (int32_t)w->stride[1],
		.dilation_h = (int32_t)w->dilation[0],
		.dilation_w = (int32_t)w->dilation[1],
		.filter_h = (int32_t)w->filter[0],
		.filter_w = (int32_t)w->filter[1],
	};
	bool is_same = true;

	for (int i = 0; i < 2; i++) {
		int64_t out = (w->in[i] - 1) / w->stride[i] + 1;
		int64_t total = (out - 1) * w->stride[i] +
			(w->filter[i] - 1) * w->dilation[i] + 1 - w->in[i];

		if (total < 0)
			total = 0;
		if (w->out[i] != out || w->pads[i] != total / 2)
			is_same = false;
	}
	if (!(w->pads[0] | w->pads[1] | w->pads[2] | w->pads[3]))
		a.padding = MODEL_PAD_VALID;
	else if (is_same)
		a.padding = MODEL_PAD_SAME;
	return a;
}

static void give_window(struct onnx *o, enum kern_op op,
			const struct window *w, const int *inputs, int n,
			int32_t channels)
{
	const struct onnx_value *in = onnx_in(o, 0);
	struct model_attr attr = attr_of(w);
	int rank = in->rank, to;

	to = onnx_new(o, 4, (int32_t[]){ in->dims[0], w->out[0], w->out[1],
					 channels });
	if (onnx_add(o, op, &attr, inputs, n, to) >= 0)
		onnx_give_last(o, rank, to);
}

/* ---- Conv -------------------------------------------------------------- */

/* O I H W to O H W I, with zeros where a group does not see a channel; or, a
 * group per channel, to 1 H W O. */
static int turn_filter(struct onnx *o, const struct onnx_value *w,
		       const struct window *win, int64_t groups,
		       int32_t channels)
{
	int32_t out = w->dims[0], in = w->dims[1];
	int32_t area = (int32_t)(win->filter[0] * win->filter[1]);
	bool is_depthwise = groups == channels && groups > 1;
	int32_t h = (int32_t)win->filter[0], v = (int32_t)win->filter[1];
	float *data;
	int i;

	if (is_depthwise)
		i = onnx_weights(o, "filter", 4,
				 (int32_t[]){ 1, h, v, out }, &data);
	else
		i = onnx_weights(o, "filter", 4,
				 (int32_t[]){ out, h, v, channels }, &data);
	for (int32_t oc = 0; oc < out && data; oc++)
		for (int32_t ic = 0; ic < in; ic++)
			for (int32_t p = 0; p < area; p++) {
				int64_t first = oc / (out / groups) * in;
				float x = w->floats[((int64_t)oc * in + ic) *
						    area + p];

				if (is_depthwise)
					data[(int64_t)p * out + oc] = x;
				else
					data[((int64_t)oc * area + p) *
					     channels + first + ic] = x;
			}
	return i;
}

static int check_filter(struct onnx *o, const struct onnx_value *in,
			const struct onnx_value *w, int64_t groups)
{
	if (!w || w->kind != ONNX_CONST || !w->is_float) {
		onnx_fail(o, ERR_UNSUPPORTED, "its filter is not a float32 "
			  "constant");
		err_hint(o->err, "export the model with its weights inside");
		return ERR_UNSUPPORTED;
	}
	if (w->rank != in->rank || onnx_elements(w) < 1 || groups < 1 ||
	    groups > in->dims[1] || w->dims[0] % groups ||
	    w->dims[1] * groups != in->dims[1])
		return onnx_fail(o, ERR_FORMAT, "its filter does not fit %d "
				 "channels in %lld groups", (int)in->dims[1],
				 (long long)groups);
	return 0;
}

int onnx_conv(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *w = onnx_in(o, 1);
	struct onnx_value *b = onnx_in(o, 2), *from = in;
	int64_t groups = onnx_int(o, "group", 1);
	struct window win = { 0 };
	int inputs[3], n = 2;
	bool is_depthwise;
	float *bias;

	if (in->kind != ONNX_FLOW)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input is constant");
	if (read_window(o, &win) || check_filter(o, in, w, groups))
		return o->err->kind;
	win.filter[0] = in->rank == 4 ? w->dims[2] : 1;
	win.filter[1] = w->dims[in->rank - 1];
	if (auto_pads(o, &win))
		return o->err->kind;
	if (in->plain < 0 && in->last < 0 && in->origin >= 0 &&
	    (in->pads[0] | in->pads[1] | in->pads[2] | in->pads[3])) {
		add_pads(&win, in->pads);
		from = &o->values[in->origin];
		win.in[0] -= in->rank == 4 ? in->pads[0] + in->pads[2] : 0;
		win.in[1] -= in->pads[1] + in->pads[3];
	}
	set_out(&win, false);
	is_depthwise = groups == in->dims[1] && groups > 1;
	inputs[0] = onnx_last(o, from);
	inputs[1] = turn_filter(o, w, &win, groups, in->dims[1]);
	if (b) {
		if (b->kind != ONNX_CONST || !b->is_float ||
		    onnx_elements(b) != w->dims[0])
			return onnx_fail(o, ERR_FORMAT, "its bias is not a "
					 "constant of %d", (int)w->dims[0]);
		inputs[n++] = onnx_weights(o, "bias", 1, w->dims, &bias);
		if (bias)
			memcpy(bias, b->floats, (size_t)w->dims[0] * 4);
	}
	give_window(o, is_depthwise ? KERN_DEPTHWISE_CONV_2D : KERN_CONV_2D,
		    &win, inputs, n, w->dims[0]);
	return o->err->kind;
}

/* ---- Pad --------------------------------------------------------------- */

/* The amounts: an attribute until operator set 10, then an input. */
static int pad_amounts(struct onnx *o, int64_t *items, int rank)
{
	const struct onnx_value *v = onnx_in(o, 1), *fill = onnx_in(o, 2);
	float value = onnx_float(o, "value", 0);
	int n;

	if (onnx_in(o, 3))
		return onnx_fail(o, ERR_UNSUPPORTED, "axes are not read");
	if (fill && (fill->kind != ONNX_CONST || !fill->is_float))
		return onnx_fail(o, ERR_UNSUPPORTED, "its value is not a "
				 "float32 constant");
	if (fill && onnx_elements(fill) > 0)
		value = fill->floats[0];
	if (value != 0)
		return onnx_fail(o, ERR_UNSUPPORTED, "it pads with %g; only "
				 "zeros are taken", (double)value);
	if (!v) {
		n = onnx_ints(o, "pads", items, 2 * MODEL_RANK_MAX);
	} else {
		n = (int)onnx_elements(v);
		if (v->kind != ONNX_CONST || v->is_float || n != 2 * rank)
			return onnx_fail(o, ERR_UNSUPPORTED, "the amounts are "
					 "not %d constants", 2 * rank);
		memcpy(items, v->ints, (size_t)n * sizeof(*items));
	}
	if (n != 2 * rank)
		return onnx_fail(o, ERR_FORMAT, "it needs %d amounts",
				 2 * rank);
	return 0;
}

int onnx_pad(struct onnx *o)
{
	struct onnx_slice mode = onnx_text(o, "mode");
	const struct onnx_value *in = onnx_in(o, 0);
	int rank = in->rank, from = o->node.inputs[0];
	int64_t items[2 * MODEL_RANK_MAX];
	int32_t dims[MODEL_RANK_MAX];
	bool is_any = false;

	if ((mode.n && !onnx_is(mode, "constant")) || rank < 3 || rank > 4)
		return onnx_fail(o, ERR_UNSUPPORTED, "only zeros around an "
				 "image or a sequence are taken");
	if (pad_amounts(o, items, rank))
		return o->err->kind;
	for (int i = 0; i < rank; i++) {
		if (items[i] < 0 || items[i + rank] < 0 ||
		    items[i] > STEP_MAX || items[i + rank] > STEP_MAX ||
		    (i < 2 && (items[i] || items[i + rank])))
			return onnx_fail(o, ERR_UNSUPPORTED, "an amount is "
					 "negative, too large, or of another "
					 "axis than the image's");
		dims[i] = in->dims[i] + (int32_t)(items[i] + items[i + rank]);
		is_any = is_any || items[i] || items[i + rank];
	}
	if (is_any && in->origin >= 0 && onnx_plain(o, onnx_in(o, 0)) < 0)
		return o->err->kind;
	onnx_give_view(o, from, rank, dims);
	if (is_any) {
		struct onnx_value *out = onnx_out(o);

		out->origin = from;
		out->pads[0] = rank == 4 ? (int32_t)items[2] : 0;
		out->pads[1] = (int32_t)items[rank - 1];
		out->pads[2] = rank == 4 ? (int32_t)items[rank + 2] : 0;
		out->pads[3] = (int32_t)items[2 * rank - 1];
	}
	return 0;
}

/* ---- pools ------------------------------------------------------------- */

/* A mean that counts padding as zeros is a convolution. */
static void counting_mean(struct onnx *o, const struct window *w)
{
	struct onnx_value *in = onnx_in(o, 0);
	int32_t channels = in->dims[1];
	int32_t h = (int32_t)w->filter[0], v = (int32_t)w->filter[1];
	float *data;
	int inputs[2];

	inputs[0] = onnx_last(o, in);
	inputs[1] = onnx_weights(o, "mean", 4,
				 (int32_t[]){ 1, h, v, channels }, &data);
	for (int32_t i = 0; data && i < h * v * channels; i++)
		data[i] = 1.0f / (float)(h * v);
	give_window(o, KERN_DEPTHWISE_CONV_2D, w, inputs, 2, channels);
}

int onnx_pool(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	bool is_max = onnx_is(o->node.op, "MaxPool");
	bool is_ceil = onnx_int(o, "ceil_mode", 0) != 0;
	struct window w = { 0 };
	int from;

	if (in->kind != ONNX_FLOW)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input is constant");
	if (read_window(o, &w) ||
	    pairs(o, "kernel_shape", in->rank - 2, 1, w.filter) ||
	    auto_pads(o, &w))
		return o->err->kind;
	if (w.dilation[0] * w.dilation[1] != 1)
		return onnx_fail(o, ERR_UNSUPPORTED, "pools with dilation");
	if (!is_max && onnx_int(o, "count_include_pad", 0) &&
	    (w.pads[0] | w.pads[1] | w.pads[2] | w.pads[3])) {
		if (is_ceil)
			return onnx_fail(o, ERR_UNSUPPORTED, "ceil_mode with "
					 "count_include_pad");
		set_out(&w, false);
		counting_mean(o, &w);
		return o->err->kind;
	}
	set_out(&w, is_ceil);
	from = onnx_last(o, in);
	give_window(o, is_max ? KERN_MAX_POOL_2D : KERN_AVERAGE_POOL_2D, &w,
		    &from, 1, in->dims[1]);
	return o->err->kind;
}

static void pool_all(struct onnx *o, enum kern_op op)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct window w = { .stride = { 1, 1 }, .dilation = { 1, 1 },
			    .out = { 1, 1 } };
	int from = onnx_last(o, in);

	if (from < 0)
		return;
	w.in[0] = in->rank == 4 ? in->dims[2] : 1;
	w.in[1] = in->dims[in->rank - 1];
	w.filter[0] = w.in[0];
	w.filter[1] = w.in[1];
	give_window(o, op, &w, &from, 1, in->dims[1]);
}

int onnx_global_pool(struct onnx *o)
{
	pool_all(o, onnx_is(o->node.op, "GlobalMaxPool") ? KERN_MAX_POOL_2D :
		 KERN_AVERAGE_POOL_2D);
	return o->err->kind;
}

int onnx_reduce_mean(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *list = onnx_in(o, 1);
	int64_t axes[MODEL_RANK_MAX];
	int n, tensor, seen = 0, rank = in->rank;

	n = onnx_ints(o, "axes", axes, MODEL_RANK_MAX);
	if (list && list->kind == ONNX_CONST && !list->is_float &&
	    onnx_elements(list) <= MODEL_RANK_MAX) {
		n = (int)onnx_elements(list);
		memcpy(axes, list->ints, (size_t)n * sizeof(*axes));
	}
	for (int i = 0; i < n; i++) {
		int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];

		if (axis >= 0 && axis < rank)
			seen |= 1 << axis;
	}
	if (rank < 3 || rank > 4 || seen != (rank == 4 ? 12 : 4)) {
		onnx_fail(o, ERR_UNSUPPORTED, "only the mean over an image or "
			  "a sequence is taken");
		err_hint(o->err, "reduce over the axes behind N and C");
		return ERR_UNSUPPORTED;
	}
	pool_all(o, KERN_AVERAGE_POOL_2D);
	tensor = onnx_out(o)->last;
	if (tensor >= 0 && !onnx_int(o, "keepdims", 1)) {
		int32_t dims[2] = { in->dims[0], in->dims[1] };
		int to = onnx_new(o, 2, dims);

		if (onnx_add(o, KERN_RESHAPE, NULL, &tensor, 1, to) >= 0) {
			onnx_out(o)->last = -1;
			onnx_give_plain(o, to);
		}
	}
	return o->err->kind;
}
