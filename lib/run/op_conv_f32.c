#include "bits/err.h"
#include "run/op.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load(const struct run_step *step, bool depthwise,
		struct kern_conv_f32 *k)
{
	struct step_constants_f32 c;
	struct model_image_conv p;
	uint32_t bytes;
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
	bytes = step_product((int32_t[]){
		k->win.out.c, p.kernel_h, p.kernel_w,
		depthwise ? 1 : k->win.in.c, 4 }, 5);
	err = step_constants_f32(step, &p.constants, bytes, k->win.out.c, &c);
	k->weights = c.weights;
	k->bias = c.bias;
	return err ? err : step_clamp_f32(p.act_min, p.act_max, &k->act_min,
					  &k->act_max);
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
