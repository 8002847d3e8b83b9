#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_pool_s8 *k)
{
	struct model_image_pool p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	err = step_pool_window(step, &p, &k->win);
	k->act_min = p.act_min;
	k->act_max = p.act_max;
	if (!err && !(step->out.type == KERN_S16 ?
		      step_clamp_valid_s16(p.act_min, p.act_max) :
		      step_clamp_valid(p.act_min, p.act_max)))
		err = ERR_RANGE;
	return err;
}

void step_pool_call(const struct run_step *step, step_pool_fn *fn)
{
	struct kern_pool_s8 k;

	if (!load(step, &k))
		fn(&k, step_data(step, &step->in[0]),
		   step_data(step, &step->out));
}

int run_average_pool_s8_check(const struct run_step *step)
{
	struct kern_pool_s8 k;

	return load(step, &k);
}

void run_average_pool_s8_call(const struct run_step *step)
{
	step_pool_call(step, kern_average_pool_s8);
}

int run_max_pool_s8_check(const struct run_step *step)
{
	struct kern_pool_s8 k;

	return load(step, &k);
}

void run_max_pool_s8_call(const struct run_step *step)
{
	step_pool_call(step, kern_max_pool_s8);
}

int run_average_pool_s16_check(const struct run_step *step)
{
	struct kern_pool_s8 k;

	return load(step, &k);
}

void run_average_pool_s16_call(const struct run_step *step)
{
	struct kern_pool_s8 k;

	if (!load(step, &k))
		kern_average_pool_s16(&k, step_data(step, &step->in[0]),
				      step_data(step, &step->out));
}

int run_max_pool_s16_check(const struct run_step *step)
{
	struct kern_pool_s8 k;

	return load(step, &k);
}

void run_max_pool_s16_call(const struct run_step *step)
{
	struct kern_pool_s8 k;

	if (!load(step, &k))
		kern_max_pool_s16(&k, step_data(step, &step->in[0]),
				  step_data(step, &step->out));
}
