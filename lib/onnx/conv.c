#include <string.h>

#include "onnx/onnx_priv.h"

static void add_pads(struct onnx_window *w, const int32_t pads[4])
{
	for (int i = 0; i < 4; i++)
		w->pads[i] += pads[i];
}

/* Scales of the filter's outputs go with its floats. */
static void set_scales(struct onnx *o, int tensor, int axis,
		       const struct onnx_value *w)
{
	if (tensor < 0 || !w->scales.n)
		return;
	if (w->scales.n == 1)
		model_set_quant(o->model, tensor, w->scales.scales[0], 0);
	else if (w->scales.axis == 0)
		model_set_quant_axis(o->model, tensor, axis, w->scales.n,
				     w->scales.scales, NULL);
}

static int depthwise_filter(struct onnx *o, const struct onnx_value *w,
			    int32_t h, int32_t v)
{
	int32_t out = w->dims[0], area = h * v;
	float *data;
	int i = onnx_weights(o, "filter", 4, (int32_t[]){ 1, h, v, out },
			     &data);

	for (int32_t oc = 0; oc < out && data; oc++)
		for (int32_t p = 0; p < area; p++)
			data[(int64_t)p * out + oc] =
				w->floats[(int64_t)oc * area + p];
	set_scales(o, i, 3, w);
	return i;
}

static int full_filter(struct onnx *o, const struct onnx_value *w, int32_t h,
		       int32_t v, int64_t groups)
{
	int32_t out = w->dims[0], in = w->dims[1], area = h * v;
	int32_t all = in * (int32_t)groups;
	float *data;
	int i = onnx_weights(o, "filter", 4, (int32_t[]){ out, h, v, all },
			     &data);

	for (int32_t oc = 0; oc < out && data; oc++) {
		int64_t first = oc / (out / groups) * in;

		for (int32_t ic = 0; ic < in; ic++)
			for (int32_t p = 0; p < area; p++)
				data[((int64_t)oc * area + p) * all + first +
				     ic] = w->floats[((int64_t)oc * in + ic) *
						     area + p];
	}
	set_scales(o, i, 0, w);
	return i;
}

int onnx_filter(struct onnx *o, const struct onnx_value *w, int64_t groups,
		int32_t channels, bool *is_depthwise)
{
	int32_t h = w->rank == 4 ? w->dims[2] : 1, v = w->dims[w->rank - 1];

	*is_depthwise = groups == channels && groups > 1;
	return *is_depthwise ? depthwise_filter(o, w, h, v) :
		full_filter(o, w, h, v, groups);
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

/* Zeros that were to be put around the input. */
static const struct onnx_value *take_pads(struct onnx *o,
					  struct onnx_value *in,
					  struct onnx_window *win)
{
	if (!(in->pads[0] | in->pads[1] | in->pads[2] | in->pads[3]))
		return in;
	add_pads(win, in->pads);
	win->in[0] -= in->rank == 4 ? in->pads[0] + in->pads[2] : 0;
	win->in[1] -= in->pads[1] + in->pads[3];
	return &o->values[in->origin];
}

static int conv_bias(struct onnx *o, int32_t channels)
{
	struct onnx_value *b = onnx_in(o, 2);
	float *bias;
	int i;

	if (!onnx_is_floats(b) || onnx_elements(b) != channels) {
		onnx_fail(o, ERR_UNSUPPORTED, "its bias is not a float32 "
			  "constant of %d", (int)channels);
		return -1;
	}
	i = onnx_weights(o, "bias", 1, &channels, &bias);
	if (bias)
		memcpy(bias, b->floats, (size_t)channels * 4);
	return i;
}

/* The padding must be smaller than the filter; more becomes an operation. */
static bool fits(const struct onnx_window *w)
{
	for (int i = 0; i < 4; i++)
		if (w->pads[i] >= w->filter[i % 2] * w->dilation[i % 2])
			return false;
	return true;
}

int onnx_conv(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *w = onnx_in(o, 1);
	int64_t groups = onnx_int(o, "group", 1);
	struct onnx_window win = { 0 }, padded;
	const struct onnx_value *from;
	int inputs[3], n = 2;
	bool is_depthwise;

	if (in->rank < 2 || check_filter(o, in, w, groups))
		return o->err->kind ? o->err->kind :
			onnx_fail(o, ERR_UNSUPPORTED, "its input has %d axes",
				  in->rank);
	win.filter[0] = in->rank == 4 ? w->dims[2] : 1;
	win.filter[1] = w->dims[in->rank - 1];
	if (onnx_read_window(o, in, &win))
		return o->err->kind;
	padded = win;
	from = take_pads(o, in, &padded);
	if (fits(&padded))
		win = padded;
	else
		from = in;
	onnx_set_out(&win, false);
	inputs[0] = onnx_last(o, (struct onnx_value *)(uintptr_t)from);
	inputs[1] = onnx_filter(o, w, groups, in->dims[1], &is_depthwise);
	if (onnx_in(o, 2))
		inputs[n++] = conv_bias(o, w->dims[0]);
	onnx_give_window(o, &(struct onnx_step){ is_depthwise ?
			 KERN_DEPTHWISE_CONV_2D : KERN_CONV_2D, NULL, inputs,
			 n }, &win, in->rank, w->dims[0]);
	return o->err->kind;
}
