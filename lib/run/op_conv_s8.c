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

int step_conv(const struct run_step *step, struct model_image_conv *p,
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

int step_conv_constants(const struct run_step *step,
			const struct model_image_conv *p, uint32_t bytes,
			size_t align, struct kern_conv_s8 *k)
{
	int32_t channels = k->win.out.c;
	const void *bias;
	int err = step_bias(step, p->bias_at, channels, &bias);

	k->bias = bias;
	k->weights = model_image_const(&step->run->image, p->weights_at,
				       bytes, align);
	if (err || !bytes || bytes != p->weights_bytes || !k->weights)
		return ERR_RANGE;
	return step_requant(step, p->multipliers_at, p->shifts_at,
			    p->requant_count, channels, &k->requant);
}

static int load(const struct run_step *step, bool depthwise,
		struct kern_conv_s8 *k)
{
	struct model_image_conv p;
	uint32_t bytes;
	int err = step_conv(step, &p, k);

	if (err)
		return err;
	if (depthwise && k->win.out.c % k->win.in.c)
		return ERR_RANGE;
	/* input channels that one output channel reads: 1 or all */
	bytes = step_product((int32_t[]){
		k->win.out.c, p.kernel_h, p.kernel_w,
		depthwise ? 1 : k->win.in.c }, 4);
	return step_conv_constants(step, &p, bytes, 1, k);
}

static int check(const struct run_step *step, bool depthwise)
{
	struct kern_conv_s8 k;
	size_t scratch;
	int err = load(step, depthwise, &k);

	if (err)
		return err;
	scratch = depthwise ? kern_depthwise_s8_scratch_bytes(&k)
			    : kern_conv_s8_scratch_bytes(&k);
	if (step->op.scratch_bytes < scratch)
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.win.out.c, -31, 30);
}

int run_conv_s8_check(const struct run_step *step)
{
	return check(step, false);
}

void run_conv_s8_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, false, &k))
		kern_conv_s8(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->out), step_scratch(step));
}

int run_depthwise_s8_check(const struct run_step *step)
{
	return check(step, true);
}

void run_depthwise_s8_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, true, &k))
		kern_depthwise_s8(&k, step_data(step, &step->in[0]),
				  step_data(step, &step->out),
				  step_scratch(step));
}

int run_transpose_conv_s8_check(const struct run_step *step)
{
	struct kern_conv_s8 k;
	int err = load(step, false, &k);

	return err ? err : step_requant_check(&k.requant, k.win.out.c, -31,
					      30);
}

void run_transpose_conv_s8_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, false, &k))
		kern_transpose_conv_s8(&k, step_data(step, &step->in[0]),
				       step_data(step, &step->out));
}
