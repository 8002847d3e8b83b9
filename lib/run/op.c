#include "run/op.h"

#include "bits/err.h"

void step_load(struct run_step *step, const struct run *run, unsigned index)
{
	step->run = run;
	step->op = model_image_op(&run->image, index);
	for (int i = 0; i < RUN_STEP_INPUTS && i < step->op.input_count; i++)
		step->in[i] = model_image_tensor(&run->image,
						 step->op.inputs[i]);
	if (step->op.output_count)
		step->out = model_image_tensor(&run->image,
					       step->op.outputs[0]);
}

struct model_image_tensor step_input(const struct run_step *step, unsigned i)
{
	return model_image_tensor(&step->run->image, step->op.inputs[i]);
}

const struct run_kernel *step_kernel(const struct run_step *step)
{
	const struct run_set *set = step->run->set;

	for (size_t i = 0; i < set->count; i++) {
		const struct run_kernel *k = &set->kernels[i];

		if (k->op == step->op.op && k->type == step->out.type &&
		    k->packing == step->op.kernel &&
		    k->version == step->op.version)
			return k;
	}
	return NULL;
}

/* Byte `offset` of the arena. Nothing lies across its two memories. */
static uint8_t *arena_at(const struct run *run, uint32_t offset)
{
	return offset < run->fast_bytes || !run->slow ? run->arena + offset :
	       run->slow + (offset - run->fast_bytes);
}

void *step_data(const struct run_step *step,
		const struct model_image_tensor *tensor)
{
	const struct model_image *img = &step->run->image;

	if (tensor->place != MODEL_IMAGE_IN_CONST)
		return arena_at(step->run, tensor->offset);
	return (void *)(uintptr_t)(img->bytes + img->consts.offset +
				   tensor->offset);
}

void *step_scratch(const struct run_step *step)
{
	return arena_at(step->run, step->op.scratch);
}

struct kern_shape step_shape(const struct model_image_tensor *tensor)
{
	int32_t d[MODEL_IMAGE_RANK_MAX] = { 1, 1, 1, 1 };
	int lead = MODEL_IMAGE_RANK_MAX - tensor->rank;

	for (int i = 0; i < tensor->rank; i++)
		d[lead + i] = tensor->dims[i];
	return (struct kern_shape){ d[0], d[1], d[2], d[3] };
}

int32_t step_depth(const struct model_image_tensor *tensor)
{
	return tensor->rank ? tensor->dims[tensor->rank - 1] : 1;
}

uint32_t step_elements(const struct model_image_tensor *tensor)
{
	return tensor->bytes / (uint32_t)kern_type_bytes(tensor->type);
}

uint32_t step_product(const int32_t *factors, unsigned n)
{
	uint64_t product = 1;

	while (n--) {
		product *= (uint32_t)*factors++;
		if (product > MODEL_IMAGE_BYTES_MAX)
			return 0;
	}
	return (uint32_t)product;
}

bool step_same_shape(const struct model_image_tensor *a,
		     const struct model_image_tensor *b)
{
	struct kern_shape x = step_shape(a), y = step_shape(b);

	return x.n == y.n && x.h == y.h && x.w == y.w && x.c == y.c;
}

bool step_clamp_valid(int32_t min, int32_t max)
{
	return INT8_MIN <= min && min <= max && max <= INT8_MAX;
}

bool step_factor_valid(int32_t multiplier, int32_t shift, int32_t min,
		       int32_t max)
{
	return multiplier >= 0 && shift >= min && shift <= max;
}

bool step_clamp_valid_s16(int32_t min, int32_t max)
{
	return INT16_MIN <= min && min <= max && max <= INT16_MAX;
}

static bool in_range(int32_t x, int32_t min, int32_t max)
{
	return x >= min && x <= max;
}

/* One axis of a window. */
static bool axis_valid(int32_t in, int32_t out, int32_t kernel, int32_t stride,
		       int32_t dilation, int32_t pad)
{
	if (!in_range(kernel, 1, INT16_MAX) ||
	    !in_range(stride, 1, INT16_MAX) ||
	    !in_range(dilation, 1, INT16_MAX) || !in_range(pad, 0, INT16_MAX))
		return false;
	return pad <= (kernel - 1) * dilation &&
	       (int64_t)(out - 1) * stride - pad < in;
}

int step_window(const struct run_step *step, struct kern_window *win)
{
	win->in = step_shape(&step->in[0]);
	win->out = step_shape(&step->out);
	if (win->in.n != win->out.n ||
	    !axis_valid(win->in.h, win->out.h, win->kernel_h, win->stride_h,
			win->dilation_h, win->pad_top) ||
	    !axis_valid(win->in.w, win->out.w, win->kernel_w, win->stride_w,
			win->dilation_w, win->pad_left))
		return ERR_RANGE;
	return 0;
}

int step_transpose_window(const struct run_step *step, struct kern_window *win)
{
	win->in = step_shape(&step->in[0]);
	win->out = step_shape(&step->out);
	if (win->in.n != win->out.n || win->dilation_h != 1 ||
	    win->dilation_w != 1 || !in_range(win->kernel_h, 1, INT16_MAX) ||
	    !in_range(win->kernel_w, 1, INT16_MAX) ||
	    !in_range(win->stride_h, 1, INT16_MAX) ||
	    !in_range(win->stride_w, 1, INT16_MAX) ||
	    !in_range(win->pad_top, 0, INT16_MAX) ||
	    !in_range(win->pad_left, 0, INT16_MAX))
		return ERR_RANGE;
	return 0;
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

int step_pool_window(const struct run_step *step,
		     const struct model_image_pool *p, struct kern_window *win)
{
	int err;

	*win = (struct kern_window){
		.kernel_h = p->kernel_h, .kernel_w = p->kernel_w,
		.stride_h = p->stride_h, .stride_w = p->stride_w,
		.dilation_h = 1, .dilation_w = 1,
		.pad_top = p->pad_top, .pad_left = p->pad_left,
	};
	err = step_window(step, win);
	if (err)
		return err;
	if (win->in.c != win->out.c ||
	    (int64_t)smaller(win->kernel_h, win->in.h) *
	    smaller(win->kernel_w, win->in.w) > STEP_POOL_AREA_MAX)
		return ERR_RANGE;
	return 0;
}

static bool axis_broadcasts(int32_t in, int32_t out)
{
	return in == 1 || in == out;
}

bool step_broadcasts(const struct kern_shape *in, const struct kern_shape *out)
{
	return axis_broadcasts(in->n, out->n) &&
	       axis_broadcasts(in->h, out->h) &&
	       axis_broadcasts(in->w, out->w) && axis_broadcasts(in->c, out->c);
}

bool step_pair_shapes(const struct run_step *step, struct kern_shape *a,
		      struct kern_shape *b, struct kern_shape *out)
{
	*a = step_shape(&step->in[0]);
	*b = step_shape(&step->in[1]);
	*out = step_shape(&step->out);
	return step_broadcasts(a, out) && step_broadcasts(b, out);
}

int step_fc_shape(const struct run_step *step, int32_t *batches,
		  int32_t *in_depth, int32_t *out_depth)
{
	uint32_t in = step_elements(&step->in[0]);
	uint32_t out = step_elements(&step->out), rows;

	*out_depth = step_depth(&step->out);
	rows = out / (uint32_t)*out_depth;
	if (in % rows)
		return ERR_RANGE;
	*batches = (int32_t)rows;
	*in_depth = (int32_t)(in / rows);
	return 0;
}
