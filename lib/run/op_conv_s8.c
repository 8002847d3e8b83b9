#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

static int load_block(const struct run_step *step, struct model_image_conv *p,
		      struct kern_conv_s8 *k)
{
	int err = model_image_params(&step->run->image, &step->op, p,
				     sizeof(*p));

	if (err)
		return err;
	k->win = (struct kern_window){
		.kernel_h = p->kernel_h, .kernel_w = p->kernel_w,
		.stride_h = p->stride_h, .stride_w = p->stride_w,
		.dilation_h = p->dilation_h, .dilation_w = p->dilation_w,
		.pad_top = p->pad_top, .pad_left = p->pad_left,
	};
	k->in_zero = step->in[0].zero;
	k->out_zero = step->out.zero;
	k->act_min = p->act_min;
	k->act_max = p->act_max;
	return step_clamp_valid(p->act_min, p->act_max) ? 0 : ERR_RANGE;
}

/* depth: input channels that one output channel reads. */
static int load_constants(const struct run_step *step,
			  const struct model_image_conv *p, int32_t depth,
			  struct kern_conv_s8 *k)
{
	int32_t channels = k->win.out.c;
	uint32_t bytes = step_product((int32_t[]){
		channels, p->kernel_h, p->kernel_w, depth }, 4);
	const void *bias;
	int err = step_bias(step, p->bias_at, channels, &bias);

	k->bias = bias;
	k->weights = model_image_const(&step->run->image, p->weights_at,
				       bytes, 1);
	if (err || !bytes || bytes != p->weights_bytes || !k->weights)
		return ERR_RANGE;
	return step_requant(step, p->multipliers_at, p->shifts_at,
			    p->requant_count, channels, &k->requant);
}

static int load(const struct run_step *step, bool depthwise,
		struct kern_conv_s8 *k)
{
	struct model_image_conv p;
	int err = load_block(step, &p, k);

	if (!err)
		err = step_window(step, &k->win);
	if (!err && depthwise && k->win.out.c % k->win.in.c)
		err = ERR_RANGE;
	if (!err)
		err = load_constants(step, &p, depthwise ? 1 : k->win.in.c, k);
	return err;
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
	return step_requant_check(&k.requant, k.win.out.c);
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
