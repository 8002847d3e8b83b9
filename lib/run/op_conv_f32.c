#include "bits/err.h"
#include "run/op.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load_constants(const struct run_step *step,
			  const struct model_image_conv *p, int32_t depth,
			  struct kern_conv_f32 *k)
{
	int32_t channels = k->win.out.c;
	uint32_t bytes = step_product((int32_t[]){
		channels, p->kernel_h, p->kernel_w, depth, 4 }, 5);
	const void *bias;
	int err = step_bias(step, p->bias_at, channels, &bias);

	k->bias = bias;
	k->weights = model_image_const(&step->run->image, p->weights_at,
				       bytes, 4);
	if (err || !bytes || bytes != p->weights_bytes || !k->weights ||
	    !step_no_requant(p->multipliers_at, p->shifts_at,
			     p->requant_count))
		return ERR_RANGE;
	return step_clamp_f32(p->act_min, p->act_max, &k->act_min,
			      &k->act_max);
}

static int load(const struct run_step *step, bool depthwise,
		struct kern_conv_f32 *k)
{
	struct model_image_conv p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	k->win = step_block_window(&p);
	err = step_window(step, &k->win);
	if (err)
		return err;
	if (depthwise && k->win.out.c % k->win.in.c)
		return ERR_RANGE;
	return load_constants(step, &p, depthwise ? 1 : k->win.in.c, k);
}

int run_conv_f32_check(const struct run_step *step)
{
	struct kern_conv_f32 k;

	return load(step, false, &k);
}

void run_conv_f32_call(const struct run_step *step)
{
	struct kern_conv_f32 k;

	if (!load(step, false, &k))
		kern_conv_f32(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->out));
}

int run_depthwise_f32_check(const struct run_step *step)
{
	struct kern_conv_f32 k;

	return load(step, true, &k);
}

void run_depthwise_f32_call(const struct run_step *step)
{
	struct kern_conv_f32 k;

	if (!load(step, true, &k))
		kern_depthwise_f32(&k, step_data(step, &step->in[0]),
				   step_data(step, &step->out));
}
