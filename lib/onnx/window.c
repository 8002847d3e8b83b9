#include <string.h>

#include "onnx/onnx_priv.h"

/* What convolutions and pools share: the window that slides. */

enum { STEP_MAX = 32767 };

/* One or two numbers per dimension; the first of two is 1 (0 for pads) where
 * the net has one dimension. */
int onnx_pairs(struct onnx *o, const char *name, int axes, int64_t absent,
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

static int read_pads(struct onnx *o, int axes, struct onnx_window *w)
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

/* SAME: as many outputs as there are strides in the input, and the padding
 * that this takes, before and behind together. */
static int64_t same_out(const struct onnx_window *w, int i)
{
	return (w->in[i] - 1) / w->stride[i] + 1;
}

static int64_t same_total(const struct onnx_window *w, int i)
{
	int64_t total = (same_out(w, i) - 1) * w->stride[i] +
		(w->filter[i] - 1) * w->dilation[i] + 1 - w->in[i];

	return total < 0 ? 0 : total;
}

/* auto_pad: SAME_UPPER and SAME_LOWER differ in where the odd one goes. */
static int auto_pads(struct onnx *o, struct onnx_window *w)
{
	struct onnx_slice how = onnx_text(o, "auto_pad");
	bool is_lower = onnx_is(how, "SAME_LOWER");

	if (how.n == 0 || onnx_is(how, "NOTSET") || onnx_is(how, "VALID"))
		return 0;
	if (!is_lower && !onnx_is(how, "SAME_UPPER"))
		return onnx_fail(o, ERR_UNSUPPORTED, "unknown auto_pad");
	for (int i = 0; i < 2; i++) {
		int64_t total = same_total(w, i);

		w->pads[i] = is_lower ? total - total / 2 : total / 2;
		w->pads[i + 2] = total - w->pads[i];
	}
	return 0;
}

/* ceil_mode: the last window may hang over the end, but must begin before the
 * padding there. */
void onnx_set_out(struct onnx_window *w, bool is_ceil)
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

int onnx_read_window(struct onnx *o, const struct onnx_value *in,
		     struct onnx_window *w)
{
	int axes = in->rank - 2;
	int kind;

	if (axes != 1 && axes != 2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its input has %d axes "
				 "instead of 4 (N C H W) or 3 (N C L)",
				 in->rank);
	w->in[0] = axes == 2 ? in->dims[2] : 1;
	w->in[1] = in->dims[in->rank - 1];
	kind = onnx_pairs(o, "strides", axes, 1, w->stride);
	if (!kind)
		kind = onnx_pairs(o, "dilations", axes, 1, w->dilation);
	if (!kind)
		kind = read_pads(o, axes, w);
	if (!kind)
		kind = auto_pads(o, w);
	return kind;
}

/* SAME and VALID where they say the same: other tools know those. */
struct model_attr onnx_window_attr(const struct onnx_window *w)
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

	for (int i = 0; i < 2; i++)
		if (w->out[i] != same_out(w, i) ||
		    w->pads[i] != same_total(w, i) / 2)
			is_same = false;
	if (!(w->pads[0] | w->pads[1] | w->pads[2] | w->pads[3]))
		a.padding = MODEL_PAD_VALID;
	else if (is_same)
		a.padding = MODEL_PAD_SAME;
	return a;
}

void onnx_give_window(struct onnx *o, const struct onnx_step *step,
		      const struct onnx_window *w, int rank, int32_t channels)
{
	struct model_attr attr = onnx_window_attr(w);
	struct onnx_step slides = *step;
	int32_t batch;

	if (step->inputs[0] < 0)
		return;
	slides.attr = &attr;
	batch = o->model->tensors[step->inputs[0]].dims[0];
	onnx_give_last(o, rank, onnx_do(o, &slides, 4, (int32_t[]){
		       batch, w->out[0], w->out[1], channels }));
}
