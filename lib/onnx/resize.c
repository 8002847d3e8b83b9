#include <math.h>
#include <string.h>

#include "onnx/onnx_priv.h"

/*
 * Resize and Upsample to the nearest element: along each axis, output i is
 * the input at a place that the mode computes (onnx.ai, operator Resize).
 */
struct resize {
	struct onnx_slice where, which;	/* the two modes */
	double scale[MODEL_RANK_MAX];
	int64_t size[MODEL_RANK_MAX];	/* of the output */
};

enum { SIDE_MAX = 1 << 16 };

/* ---- sizes -------------------------------------------------------------- */

static int scales_of(struct onnx *o, const struct onnx_value *v,
		     const int64_t *axes, int n, struct resize *r)
{
	const struct onnx_value *in = onnx_in(o, 0);

	if (!onnx_is_floats(v) || onnx_elements(v) != n)
		return onnx_fail(o, ERR_UNSUPPORTED, "its scales are not %d "
				 "float32 constants", n);
	for (int i = 0; i < n; i++) {
		int axis = onnx_one_axis(o, axes[i], in->rank);
		double scale = (double)v->floats[i];

		if (axis < 0)
			return o->err->kind;
		if (!(scale > 0 && scale < SIDE_MAX))
			return onnx_fail(o, ERR_RANGE, "a scale");
		r->scale[axis] = scale;
		r->size[axis] = (int64_t)floor(in->dims[axis] * scale);
	}
	return 0;
}

/* One scale for all: the smallest or the greatest that the sizes ask for. */
static void keep_aspect(struct onnx *o, struct resize *r, const int64_t *axes,
			int n, bool is_larger)
{
	const struct onnx_value *in = onnx_in(o, 0);
	double scale = 0;

	for (int i = 0; i < n; i++) {
		int a = (int)(axes[i] < 0 ? axes[i] + in->rank : axes[i]);

		if (i == 0 || (is_larger ? r->scale[a] > scale :
			       r->scale[a] < scale))
			scale = r->scale[a];
	}
	for (int i = 0; i < n; i++) {
		int a = (int)(axes[i] < 0 ? axes[i] + in->rank : axes[i]);

		r->scale[a] = scale;
		r->size[a] = (int64_t)floor(in->dims[a] * scale + 0.5);
	}
}

static int sizes_of(struct onnx *o, const struct onnx_value *v,
		    const int64_t *axes, int n, struct resize *r)
{
	struct onnx_slice policy = onnx_text(o, "keep_aspect_ratio_policy");
	const struct onnx_value *in = onnx_in(o, 0);

	if (v->kind != ONNX_CONST || v->is_float || onnx_elements(v) != n)
		return onnx_fail(o, ERR_UNSUPPORTED, "its sizes are not %d "
				 "integer constants", n);
	for (int i = 0; i < n; i++) {
		int axis = onnx_one_axis(o, axes[i], in->rank);

		if (axis < 0)
			return o->err->kind;
		if (v->ints[i] < 1 || v->ints[i] > SIDE_MAX)
			return onnx_fail(o, ERR_RANGE, "a size of %lld",
					 (long long)v->ints[i]);
		r->size[axis] = v->ints[i];
		r->scale[axis] = (double)v->ints[i] / in->dims[axis];
	}
	if (onnx_is(policy, "not_larger") || onnx_is(policy, "not_smaller"))
		keep_aspect(o, r, axes, n, onnx_is(policy, "not_smaller"));
	return 0;
}

/* Scales and sizes are inputs 2 and 3, scales 1 before operator set 11 and an
 * attribute before 9. */
static int read_sizes(struct onnx *o, struct resize *r)
{
	const struct onnx_value *in = onnx_in(o, 0);
	bool is_old = o->opset < 11 || onnx_is(o->node.op, "Upsample");
	const struct onnx_value *scales = onnx_in(o, is_old ? 1 : 2);
	const struct onnx_value *sizes = is_old ? NULL : onnx_in(o, 3);
	int64_t axes[MODEL_RANK_MAX];
	int n = onnx_ints(o, "axes", axes, MODEL_RANK_MAX);

	for (int i = 0; i < in->rank; i++) {
		r->scale[i] = 1;
		r->size[i] = in->dims[i];
		if (n < 0)
			axes[i] = i;
	}
	n = n < 0 ? in->rank : n;
	if (sizes && (sizes->kind != ONNX_CONST || onnx_elements(sizes)))
		return sizes_of(o, sizes, axes, n, r);
	return scales_of(o, scales, axes, n, r);
}

/* ---- places ------------------------------------------------------------- */

static double place(const struct resize *r, double i, double in, double out,
		    double scale)
{
	if (onnx_is(r->where, "asymmetric"))
		return i / scale;
	if (onnx_is(r->where, "align_corners"))
		return out == 1 ? 0 : i * (in - 1) / (out - 1);
	if (onnx_is(r->where, "tf_half_pixel_for_nn"))
		return (i + 0.5) / scale;
	if (onnx_is(r->where, "pytorch_half_pixel") && out == 1)
		return 0;
	if (onnx_is(r->where, "half_pixel_symmetric"))
		return in / 2 * (1 - out / (scale * in)) + (i + 0.5) / scale -
		       0.5;
	return (i + 0.5) / scale - 0.5;
}

static int32_t nearest(const struct resize *r, double x, int32_t in)
{
	double at;

	if (onnx_is(r->which, "floor"))
		at = floor(x);
	else if (onnx_is(r->which, "ceil"))
		at = ceil(x);
	else if (onnx_is(r->which, "round_prefer_ceil"))
		at = floor(x + 0.5);
	else
		at = ceil(x - 0.5);
	return at < 0 ? 0 : at >= in ? in - 1 : (int32_t)at;
}

static int resize_axis(struct onnx *o, const struct resize *r, int from,
		       int axis, int at)
{
	int32_t in = onnx_in(o, 0)->dims[axis], *indices;
	int64_t out = r->size[axis];

	if (out < 1 || out > SIDE_MAX)
		return onnx_fail(o, ERR_RANGE, "a size of %lld",
				 (long long)out), -1;
	indices = arena_array(&o->memory, (size_t)out, sizeof(*indices));
	if (!indices)
		return err_nomem(o->err), -1;
	for (int32_t i = 0; i < out; i++)
		indices[i] = nearest(r, place(r, i, in, (double)out,
					      r->scale[axis]), in);
	return onnx_taken(o, from, at, (int)out, indices);
}

/* Does every element of an axis stand there k times? */
static bool repeats(const struct resize *r, int32_t in, int axis)
{
	int64_t out = r->size[axis], k = in ? out / in : 0;

	if (k < 1 || out != k * in || out > SIDE_MAX)
		return false;
	for (int32_t i = 0; i < out; i++)
		if (nearest(r, place(r, i, in, (double)out, r->scale[axis]),
			    in) != i / k)
			return false;
	return true;
}

/* Rows and columns of an image that repeat: RESIZE_NEAREST_NEIGHBOR, which
 * boards have; its half pixels are far from where single precision rounds. */
static bool repeat_image(struct onnx *o, const struct resize *r)
{
	const struct model_attr attr = { .half_pixel = 1 };
	struct onnx_value *in = onnx_in(o, 0);
	int32_t size[2] = { (int32_t)r->size[2], (int32_t)r->size[3] };
	int tensor;

	if (in->rank != 4 || !onnx_lies_last(in) ||
	    (size[0] == in->dims[2] && size[1] == in->dims[3]) ||
	    r->size[0] != in->dims[0] || r->size[1] != in->dims[1] ||
	    !repeats(r, in->dims[2], 2) || !repeats(r, in->dims[3], 3))
		return false;
	tensor = onnx_last(o, in);
	if (tensor < 0 || o->model->tensors[tensor].type != KERN_F32)
		return false;
	tensor = onnx_do(o, &(struct onnx_step){ KERN_RESIZE_NEAREST_NEIGHBOR,
			 &attr, (int[]){ tensor,
			 onnx_numbers(o, "size", 2, size) }, 2 }, 4,
			 (int32_t[]){ in->dims[0], size[0], size[1],
				      in->dims[1] });
	onnx_give_last(o, 4, tensor);
	return true;
}

static bool is_one_of(struct onnx_slice word, const char *const *words)
{
	for (; *words; words++)
		if (onnx_is(word, *words))
			return true;
	return word.n == 0;
}

static int read_modes(struct onnx *o, struct resize *r)
{
	static const char *const wheres[] = {
		"asymmetric", "align_corners", "half_pixel",
		"half_pixel_symmetric", "pytorch_half_pixel",
		"tf_half_pixel_for_nn", NULL };
	static const char *const whiches[] = {
		"floor", "ceil", "round_prefer_floor", "round_prefer_ceil",
		NULL };
	struct onnx_slice mode = onnx_text(o, "mode");

	r->where = onnx_text(o, "coordinate_transformation_mode");
	r->which = onnx_text(o, "nearest_mode");
	if (o->opset < 11 || onnx_is(o->node.op, "Upsample")) {
		r->where = (struct onnx_slice){
			(const uint8_t *)"asymmetric", 10 };
		r->which = (struct onnx_slice){ (const uint8_t *)"floor", 5 };
	}
	if ((mode.n && !onnx_is(mode, "nearest")) ||
	    !is_one_of(r->where, wheres) || !is_one_of(r->which, whiches))
		return onnx_fail(o, ERR_UNSUPPORTED, "only to the nearest "
				 "element, without a region");
	return 0;
}

int onnx_resize(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct resize r = { 0 };
	bool is_last;
	int tensor;

	if (read_modes(o, &r) || read_sizes(o, &r))
		return o->err->kind;
	if (repeat_image(o, &r))
		return o->err->kind;
	tensor = onnx_near(o, in, &is_last);
	for (int i = 0; i < in->rank && tensor >= 0; i++)
		if (r.size[i] != in->dims[i] || r.scale[i] != 1)
			tensor = resize_axis(o, &r, tensor, i,
					     onnx_axis(in->rank, is_last, i));
	onnx_give(o, in->rank, is_last, tensor);
	return o->err->kind;
}
