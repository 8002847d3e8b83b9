#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

static int load_mul(const struct run_step *step, struct kern_mul_s8 *k)
{
	struct model_image_mul p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_mul_s8){
		.a_zero = step->in[0].zero, .b_zero = step->in[1].zero,
		.out_zero = step->out.zero, .multiplier = p.multiplier,
		.shift = p.shift, .act_min = p.act_min, .act_max = p.act_max,
	};
	if (!step_pair_shapes(step, &k->a, &k->b, &k->out) ||
	    !step_factor_valid(p.multiplier, p.shift, -31, 30) ||
	    !(step->out.type == KERN_S16 ?
	      step_clamp_valid_s16(p.act_min, p.act_max) :
	      step_clamp_valid(p.act_min, p.act_max)))
		return ERR_RANGE;
	return 0;
}

int run_mul_s8_check(const struct run_step *step)
{
	struct kern_mul_s8 k;

	return load_mul(step, &k);
}

void run_mul_s8_call(const struct run_step *step)
{
	struct kern_mul_s8 k;

	if (!load_mul(step, &k))
		kern_mul_s8(&k, step_data(step, &step->in[0]),
			    step_data(step, &step->in[1]),
			    step_data(step, &step->out));
}

int run_mul_s16_check(const struct run_step *step)
{
	struct kern_mul_s8 k;

	return load_mul(step, &k);
}

void run_mul_s16_call(const struct run_step *step)
{
	struct kern_mul_s8 k;

	if (!load_mul(step, &k))
		kern_mul_s16(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->in[1]),
			     step_data(step, &step->out));
}

static int load_pair(const struct run_step *step, struct kern_pair_s8 *k)
{
	if (step->op.params_bytes)
		return ERR_FORMAT;
	return step_pair_shapes(step, &k->a, &k->b, &k->out) ? 0 : ERR_RANGE;
}

int run_minimum_s8_check(const struct run_step *step)
{
	struct kern_pair_s8 k;

	return load_pair(step, &k);
}

void run_minimum_s8_call(const struct run_step *step)
{
	struct kern_pair_s8 k;

	if (!load_pair(step, &k))
		kern_minimum_s8(&k, step_data(step, &step->in[0]),
				step_data(step, &step->in[1]),
				step_data(step, &step->out));
}

int run_maximum_s8_check(const struct run_step *step)
{
	return run_minimum_s8_check(step);
}

void run_maximum_s8_call(const struct run_step *step)
{
	struct kern_pair_s8 k;

	if (!load_pair(step, &k))
		kern_maximum_s8(&k, step_data(step, &step->in[0]),
				step_data(step, &step->in[1]),
				step_data(step, &step->out));
}
