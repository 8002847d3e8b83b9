#include "onnx/onnx_priv.h"

/* Slice and Split. */

static int64_t clip(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

/* One axis; bounds count from the end when negative, and are clipped. */
static struct onnx_range range_of(int64_t size, int64_t start, int64_t end,
				  int64_t step)
{
	struct onnx_range r = { 0, step, 0 };

	start = clip(start, -size - 1, size);
	end = end < -size ? -size - 1 : clip(end, -size - 1, size);
	start += start < 0 ? size : 0;
	end += end < 0 ? size : 0;
	if (step > 0) {
		start = clip(start, 0, size);
		end = clip(end, 0, size);
		r.count = end > start ? (end - start - 1) / step + 1 : 0;
	} else {
		start = clip(start, 0, size - 1);
		end = clip(end, -1, size - 1);
		r.count = start > end ? (start - end - 1) / -step + 1 : 0;
	}
	r.start = start;
	return r;
}

int onnx_ranges(struct onnx *o, const struct onnx_value *in,
		struct onnx_range *ranges)
{
	int64_t starts[MODEL_RANK_MAX], ends[MODEL_RANK_MAX];
	int64_t axes[MODEL_RANK_MAX], steps[MODEL_RANK_MAX];
	int n = onnx_list(o, "starts", 1, starts, MODEL_RANK_MAX), seen = 0;
	int n_ends = onnx_list(o, "ends", 2, ends, MODEL_RANK_MAX);
	int n_axes = onnx_list(o, "axes", 3, axes, MODEL_RANK_MAX);
	int n_steps = onnx_list(o, "", 4, steps, MODEL_RANK_MAX);

	if (n == -2 || n_ends == -2 || n_axes == -2 || n_steps == -2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its bounds are not "
				 "constant");
	if (n < 0 || n_ends != n || (n_axes != -1 && n_axes != n) ||
	    (n_steps != -1 && n_steps != n) || n > in->rank)
		return onnx_fail(o, ERR_FORMAT, "its lists differ in length");
	for (int i = 0; i < in->rank; i++)
		ranges[i] = (struct onnx_range){ 0, 1, in->dims[i] };
	for (int i = 0; i < n; i++) {
		int a = onnx_one_axis(o, n_axes < 0 ? i : axes[i], in->rank);
		int64_t step = n_steps < 0 ? 1 : steps[i];

		if (a < 0 || seen & 1 << a || step == 0)
			return o->err->kind ? o->err->kind :
				onnx_fail(o, ERR_RANGE, "an axis or step");
		seen |= 1 << a;
		ranges[a] = range_of(in->dims[a], starts[i], ends[i],
				     clip(step, -INT32_MAX, INT32_MAX));
	}
	return 0;
}

static void give_part(struct onnx *o, struct onnx_value *in,
		      const struct onnx_range *ranges)
{
	struct onnx_range turned[MODEL_RANK_MAX];
	bool is_last;
	int from = onnx_near(o, in, &is_last);

	for (int i = 0; i < MODEL_RANK_MAX; i++)
		turned[i] = (struct onnx_range){ 0, 1, 1 };
	for (int i = 0; i < in->rank; i++)
		turned[onnx_axis(in->rank, is_last, i)] = ranges[i];
	onnx_give(o, in->rank, is_last, onnx_sliced(o, from, turned));
	onnx_out(o)->is_shifted = in->is_shifted;
}

int onnx_slices(struct onnx *o)
{
	struct onnx_range ranges[MODEL_RANK_MAX];
	struct onnx_value *in = onnx_in(o, 0);

	if (!onnx_ranges(o, in, ranges))
		give_part(o, in, ranges);
	return o->err->kind;
}

/* Sizes as an attribute or an input; otherwise equal parts, the last one
 * smaller when it does not divide. */
static int split_sizes(struct onnx *o, int64_t size, int64_t *sizes)
{
	int n = onnx_list(o, "split", 1, sizes, ONNX_NODE_PORTS_MAX);
	int64_t parts = o->node.output_count, sum = 0;

	if (n == -2)
		return onnx_fail(o, ERR_UNSUPPORTED, "its sizes are not "
				 "constant");
	if (n >= 0 && n != parts)
		return onnx_fail(o, ERR_FORMAT, "it has %d sizes for %d "
				 "outputs", n, (int)parts);
	for (int i = 0; i < parts; i++) {
		int64_t part = (size + parts - 1) / parts;

		if (n < 0)
			sizes[i] = size - sum < part ? size - sum : part;
		if (sizes[i] < 0 || sizes[i] > size - sum)
			return onnx_fail(o, ERR_RANGE, "its sizes are more "
					 "than %lld", (long long)size);
		sum += sizes[i];
	}
	return sum == size ? 0 : onnx_fail(o, ERR_RANGE, "its sizes are less "
					   "than %lld", (long long)size);
}

int onnx_split(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct onnx_range ranges[MODEL_RANK_MAX];
	int64_t sizes[ONNX_NODE_PORTS_MAX], start = 0;
	int axis = onnx_one_axis(o, onnx_int(o, "axis", 0), in->rank);

	if (axis < 0 || split_sizes(o, in->dims[axis], sizes))
		return o->err->kind;
	for (int i = 0; i < in->rank; i++)
		ranges[i] = (struct onnx_range){ 0, 1, in->dims[i] };
	for (int k = 0; k < o->node.output_count && !o->err->kind; k++) {
		ranges[axis].start = start;
		ranges[axis].count = sizes[k];
		start += sizes[k];
		o->which = k;
		if (o->node.outputs[k] >= 0 && onnx_out(o)->uses)
			give_part(o, in, ranges);
	}
	return o->err->kind;
}
