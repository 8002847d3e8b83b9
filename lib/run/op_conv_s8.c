#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

struct kern_window step_block_window(const struct model_image_conv *p)
{
	return (struct kern_window){
		.kernel_h = p->kernel_h, .kernel_w = p->kernel_w,
		.stride_h = p->stride_h, .stride_w = p->stride_w,
		.dilation_h = p->dilation_h, .dilation_w = p->dilation_w,
		.pad_top = p->pad_top, .pad_left = p->pad_left,
	};
}

/* Window, zero points and bounds; *p becomes the parameter block. */
static int load_shape(const struct run_step *step, struct model_image_conv *p,
		      struct kern_conv_s8 *k)
{
	int err = model_image_params(&step->run->image, &step->op, p,
				     sizeof(*p));

	if (err)
		return err;
	k->win = step_block_window(p);
	k->in_zero = step->in[0].zero;
	k->out_zero = step->out.zero;
	k->act_min = p->act_min;
	k->act_max = p->act_max;
	if (!step_clamp_valid(p->act_min, p->act_max))
		return ERR_RANGE;
	return step->op.op == KERN_TRANSPOSE_CONV ?
		step_transpose_window(step, &k->win) :
		step_window(step, &k->win);
}

static int load(const struct run_step *step,
		const struct step_conv_kernel *kernel, struct kern_conv_s8 *k)
{
	struct step_constants constants;
	struct model_image_conv p;
	int err = load_shape(step, &p, k);

	if (err)
		return err;
	if (step->op.op == KERN_DEPTHWISE_CONV_2D &&
	    k->win.out.c % k->win.in.c)
		return ERR_RANGE;
	err = step_constants_load(step, &p.constants, kernel->form,
				  kernel->weight_bytes(&k->win),
				  k->win.out.c, &constants);
	k->weights = constants.weights;
	k->bias = constants.bias;
	k->requant = constants.requant;
	k->channels = constants.channels;
	return err;
}

int step_conv_check(const struct run_step *step,
		    const struct step_conv_kernel *kernel)
{
	struct kern_conv_s8 k;
	int err = load(step, kernel, &k);

	if (err)
		return err;
	if (kernel->scratch_bytes &&
	    step->op.scratch_bytes < kernel->scratch_bytes(&k))
		return ERR_RANGE;
	return step_constants_check(kernel->form, k.win.out.c, &k.requant,
				    k.channels);
}

void step_conv_call(const struct run_step *step,
		    const struct step_conv_kernel *kernel, step_conv_fn *fn)
{
	struct kern_conv_s8 k;

	if (!load(step, kernel, &k))
		fn(&k, step_data(step, &step->in[0]),
		   step_data(step, &step->out), step_scratch(step));
}

/* ---- the reference kernels ----------------------------------------------- */

static uint64_t conv_bytes(const struct kern_window *win)
{
	return (uint64_t)win->out.c * (uint64_t)kern_conv_depth(win);
}

static uint64_t depthwise_bytes(const struct kern_window *win)
{
	return step_product((int32_t[]){ win->kernel_h, win->kernel_w,
					 win->out.c }, 3);
}

static const struct step_conv_kernel conv = {
	STEP_PLAIN, conv_bytes, kern_conv_s8_scratch_bytes,
}, depthwise = {
	STEP_PLAIN, depthwise_bytes, kern_depthwise_s8_scratch_bytes,
}, transpose_conv = {
	STEP_PLAIN, conv_bytes, NULL,
};

STEP_CONV_ROW(conv_s8, &conv, kern_conv_s8)
STEP_CONV_ROW(depthwise_s8, &depthwise, kern_depthwise_s8)

static void without_scratch(const struct kern_conv_s8 *k, const int8_t *in,
			    int8_t *out, void *scratch)
{
	(void)scratch;
	kern_transpose_conv_s8(k, in, out);
}

STEP_CONV_ROW(transpose_conv_s8, &transpose_conv, without_scratch)
