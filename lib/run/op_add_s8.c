#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

static bool clamp_valid(const struct run_step *step,
			const struct model_image_add *p)
{
	if (step->out.type == KERN_S8)
		return step_clamp_valid(p->act_min, p->act_max);
	return step_clamp_valid_s16(p->act_min, p->act_max);
}

static bool factors_valid(const struct model_image_add *p)
{
	return p->left_shift >= 0 && p->left_shift <= 20 &&
	       step_factor_valid(p->a_multiplier, p->a_shift, -31, 0) &&
	       step_factor_valid(p->b_multiplier, p->b_shift, -31, 0) &&
	       step_factor_valid(p->out_multiplier, p->out_shift, -31, 0);
}

static int load(const struct run_step *step, struct kern_add_s8 *k)
{
	struct model_image_add p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_add_s8){
		.a_zero = step->in[0].zero, .b_zero = step->in[1].zero,
		.out_zero = step->out.zero, .left_shift = p.left_shift,
		.a_multiplier = p.a_multiplier, .a_shift = p.a_shift,
		.b_multiplier = p.b_multiplier, .b_shift = p.b_shift,
		.out_multiplier = p.out_multiplier, .out_shift = p.out_shift,
		.act_min = p.act_min, .act_max = p.act_max,
	};
	if (!step_pair_shapes(step, &k->a, &k->b, &k->out) ||
	    !factors_valid(&p) || !clamp_valid(step, &p))
		return ERR_RANGE;
	return 0;
}

void step_add_call(const struct run_step *step, step_add_fn *fn)
{
	struct kern_add_s8 k;

	if (!load(step, &k))
		fn(&k, step_data(step, &step->in[0]),
		   step_data(step, &step->in[1]),
		   step_data(step, &step->out));
}

int run_add_s8_check(const struct run_step *step)
{
	struct kern_add_s8 k;

	return load(step, &k);
}

void run_add_s8_call(const struct run_step *step)
{
	step_add_call(step, kern_add_s8);
}

int run_sub_s8_check(const struct run_step *step)
{
	struct kern_add_s8 k;

	return load(step, &k);
}

void run_sub_s8_call(const struct run_step *step)
{
	step_add_call(step, kern_sub_s8);
}

int run_add_s16_check(const struct run_step *step)
{
	struct kern_add_s8 k;

	return load(step, &k);
}

void run_add_s16_call(const struct run_step *step)
{
	struct kern_add_s8 k;

	if (!load(step, &k))
		kern_add_s16(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->in[1]),
			     step_data(step, &step->out));
}

int run_sub_s16_check(const struct run_step *step)
{
	struct kern_add_s8 k;

	return load(step, &k);
}

void run_sub_s16_call(const struct run_step *step)
{
	struct kern_add_s8 k;

	if (!load(step, &k))
		kern_sub_s16(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->in[1]),
			     step_data(step, &step->out));
}
