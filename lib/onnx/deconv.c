#include <string.h>

#include "onnx/onnx_priv.h"

/*
 * ConvTranspose as a convolution: zeros between the elements of its input,
 * the filter turned about, and as much padding as the filter reaches.
 */

struct deconv {
	struct onnx_window w;
	int64_t reach[2];	/* dilated filter, less 1 */
	int64_t before[2], after[2];	/* padding of that convolution */
};

/* Cut of the whole result, from the attributes that name the result's size. */
static int shape_pads(struct onnx *o, int axes, struct deconv *d)
{
	struct onnx_slice how = onnx_text(o, "auto_pad");
	bool is_same = onnx_is(how, "SAME_UPPER") ||
		       onnx_is(how, "SAME_LOWER");
	int64_t extra[2] = { 0, 0 }, size[2];
	int n_extra = onnx_ints(o, "output_padding", extra, 2);
	int n = onnx_ints(o, "output_shape", size, 2);

	if ((n >= 0 && n != axes) || (n_extra >= 0 && n_extra != axes))
		return onnx_fail(o, ERR_FORMAT, "output_shape or "
				 "output_padding needs %d numbers", axes);
	for (int i = 0; i < 2; i++) {
		int k = i - (2 - axes);
		int64_t more = n_extra < 0 || k < 0 ? 0 : extra[k], cut, half;
		int64_t whole = (d->w.in[i] - 1) * d->w.stride[i] + more +
				d->reach[i] + 1;

		d->w.pads[i + 2] -= more;
		if (k < 0 || (n < 0 && !is_same))
			continue;
		cut = whole - (n < 0 ? d->w.in[i] * d->w.stride[i] : size[k]);
		half = cut < 0 ? -((1 - cut) / 2) : cut / 2;	/* floor */
		d->w.pads[i] = onnx_is(how, "SAME_UPPER") ? half : cut - half;
		d->w.pads[i + 2] = cut - d->w.pads[i] - more;
	}
	return 0;
}

/* The filter, I O/group H W, as a convolution's O I/group H W. */
static int turn(struct onnx *o, const struct onnx_value *w, int64_t groups,
		struct onnx_value *turned)
{
	int32_t in = w->dims[0] / (int32_t)groups, out = w->dims[1];
	int32_t area = w->rank == 4 ? w->dims[2] * w->dims[3] : w->dims[2];
	int64_t n = onnx_elements(w);

	*turned = *w;
	turned->dims[0] = out * (int32_t)groups;
	turned->dims[1] = in;
	turned->scales.n = 0;
	turned->floats = arena_array(&o->memory, (size_t)n, sizeof(float));
	if (!turned->floats)
		return err_nomem(o->err);
	for (int64_t k = 0; k < n; k++) {
		int64_t p = k % area, oc = k / area % out;
		int64_t ic = k / area / out, g = ic / in;

		turned->floats[((g * out + oc) * in + ic % in) * area + area -
			       1 - p] = w->floats[k];
	}
	return 0;
}

/* Rows (axis 1) or columns (2) apart: step - 1 zeros behind each. */
static int spread(struct onnx *o, int from, int axis, int64_t step)
{
	int32_t amounts[6] = { 0, 0, 0, (int32_t)step - 1, 0, 0 }, d[4];
	int32_t outer, inner;

	if (from < 0 || step == 1)
		return from;
	memcpy(d, o->model->tensors[from].dims, sizeof(d));
	outer = axis == 1 ? d[0] * d[1] : d[0] * d[1] * d[2];
	inner = axis == 1 ? d[2] * d[3] : d[3];
	if ((int64_t)d[axis] * step > INT32_MAX)
		return onnx_fail(o, ERR_LIMIT, "its result is too large"), -1;
	from = onnx_reshaped(o, from, 3, (int32_t[]){ outer, 1, inner });
	from = onnx_padded(o, from, amounts, 0);
	d[axis] *= (int32_t)step;
	return onnx_reshaped(o, from, 4, d);
}

/* What padding would be negative is cut off. */
static int trim(struct onnx *o, int from, struct deconv *d)
{
	struct onnx_range ranges[4];

	if (from < 0)
		return -1;
	for (int i = 0; i < 4; i++)
		ranges[i] = (struct onnx_range){ 0, 1,
				o->model->tensors[from].dims[i] };
	for (int i = 0; i < 2; i++) {
		struct onnx_range *r = &ranges[i + 1];

		d->after[i] -= d->w.stride[i] - 1;
		if (d->before[i] < 0) {
			r->start = -d->before[i];
			r->count += d->before[i];
			d->before[i] = 0;
		}
		if (d->after[i] < 0) {
			r->count += d->after[i];
			d->after[i] = 0;
		}
	}
	return onnx_sliced(o, from, ranges);
}

static int bias(struct onnx *o, int32_t channels)
{
	struct onnx_value *b = onnx_in(o, 2);
	float *data;
	int i;

	if (!onnx_is_floats(b) || onnx_elements(b) != channels) {
		onnx_fail(o, ERR_UNSUPPORTED, "its bias is not a float32 "
			  "constant of %d", (int)channels);
		return -1;
	}
	i = onnx_weights(o, "bias", 1, &channels, &data);
	if (data)
		memcpy(data, b->floats, (size_t)channels * sizeof(float));
	return i;
}

static int check(struct onnx *o, const struct onnx_value *in,
		 const struct onnx_value *w, int64_t groups)
{
	if (!onnx_is_floats(w) || !in->is_float)
		return onnx_fail(o, ERR_UNSUPPORTED, "its filter is not a "
				 "float32 constant");
	if ((in->rank != 3 && in->rank != 4) || w->rank != in->rank ||
	    onnx_elements(w) < 1 || groups < 1 || groups > w->dims[0] ||
	    w->dims[0] % groups || w->dims[0] != in->dims[1])
		return onnx_fail(o, ERR_FORMAT, "its filter does not fit its "
				 "input");
	return 0;
}

/* The convolution behind the spread input. */
static void convolve(struct onnx *o, struct deconv *d, int from,
		     const struct onnx_value *filter, int64_t groups)
{
	struct onnx_window w = d->w;
	bool is_depthwise;
	int inputs[3], n = 2, rank = onnx_in(o, 0)->rank;

	from = trim(o, from, d);
	if (from < 0)
		return;
	for (int i = 0; i < 2; i++) {
		w.in[i] = o->model->tensors[from].dims[i + 1];
		w.stride[i] = 1;
		w.pads[i] = d->before[i];
		w.pads[i + 2] = d->after[i];
	}
	onnx_set_out(&w, false);
	inputs[0] = from;
	inputs[1] = onnx_filter(o, filter, groups, onnx_in(o, 0)->dims[1],
				&is_depthwise);
	if (onnx_in(o, 2))
		inputs[n++] = bias(o, filter->dims[0]);
	onnx_give_window(o, &(struct onnx_step){ is_depthwise ?
			 KERN_DEPTHWISE_CONV_2D : KERN_CONV_2D, NULL, inputs,
			 n }, &w, rank, filter->dims[0]);
}

int onnx_conv_transpose(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *w = onnx_in(o, 1), turned;
	int64_t groups = onnx_int(o, "group", 1);
	struct deconv d = { 0 };
	int from;

	if (check(o, in, w, groups) || turn(o, w, groups, &turned))
		return o->err->kind;
	d.w.filter[0] = in->rank == 4 ? w->dims[2] : 1;
	d.w.filter[1] = w->dims[in->rank - 1];
	if (onnx_read_window(o, in, &d.w))
		return o->err->kind;
	for (int i = 0; i < 2; i++)
		d.reach[i] = (d.w.filter[i] - 1) * d.w.dilation[i];
	if (shape_pads(o, in->rank - 2, &d))
		return o->err->kind;
	for (int i = 0; i < 2; i++) {
		d.before[i] = d.reach[i] - d.w.pads[i];
		d.after[i] = d.reach[i] - d.w.pads[i + 2];
	}
	from = spread(o, onnx_last(o, in), 1, d.w.stride[0]);
	convolve(o, &d, spread(o, from, 2, d.w.stride[1]), &turned, groups);
	return o->err->kind;
}
