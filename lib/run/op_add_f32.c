#include "bits/err.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_add_f32 *k)
{
	struct model_image_add p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	k->a = step_shape(&step->in[0]);
	k->b = step_shape(&step->in[1]);
	k->out = step_shape(&step->out);
	if (!step_broadcasts(&k->a, &k->out) ||
	    !step_broadcasts(&k->b, &k->out))
		return ERR_RANGE;
	return step_clamp_f32(p.act_min, p.act_max, &k->act_min, &k->act_max);
}

int run_add_f32_check(const struct run_step *step)
{
	struct kern_add_f32 k;

	return load(step, &k);
}

void run_add_f32_call(const struct run_step *step)
{
	struct kern_add_f32 k;

	if (!load(step, &k))
		kern_add_f32(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->in[1]),
			     step_data(step, &step->out));
}
