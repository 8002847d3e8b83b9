#include "run/op_f32.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_pool_f32 *k)
{
	struct model_image_pool p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err)
		err = step_pool_window(step, &p, &k->win);
	return err ? err : step_clamp_f32(p.act_min, p.act_max, &k->act_min,
					  &k->act_max);
}

int run_average_pool_f32_check(const struct run_step *step)
{
	struct kern_pool_f32 k;

	return load(step, &k);
}

void run_average_pool_f32_call(const struct run_step *step)
{
	struct kern_pool_f32 k;

	if (!load(step, &k))
		kern_average_pool_f32(&k, step_data(step, &step->in[0]),
				      step_data(step, &step->out));
}

int run_max_pool_f32_check(const struct run_step *step)
{
	struct kern_pool_f32 k;

	return load(step, &k);
}

void run_max_pool_f32_call(const struct run_step *step)
{
	struct kern_pool_f32 k;

	if (!load(step, &k))
		kern_max_pool_f32(&k, step_data(step, &step->in[0]),
				  step_data(step, &step->out));
}
