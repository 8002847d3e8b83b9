#include "bits/err.h"
#include "kern/f32/f32.h"
#include "run/op_f32.h"
#include "run/rows.h"

/* ---- functions of one value --------------------------------------------- */

static int load_curve(const struct run_step *step, struct kern_curve_f32 *k)
{
	struct model_image_curve p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_curve_f32){ step->op.op, step_elements(&step->out),
				      step_float(p.alpha) };
	return step->in[0].bytes == step->out.bytes ? 0 : ERR_RANGE;
}

int run_curve_f32_check(const struct run_step *step)
{
	struct kern_curve_f32 k;

	return load_curve(step, &k);
}

void run_curve_f32_call(const struct run_step *step)
{
	struct kern_curve_f32 k;

	if (!load_curve(step, &k))
		kern_curve_f32(&k, step_data(step, &step->in[0]),
			       step_data(step, &step->out));
}

/* ---- pairs -------------------------------------------------------------- */

static int load_pair(const struct run_step *step, struct kern_pair_f32 *k)
{
	struct model_image_pair p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	k->op = step->op.op;
	if (!step_pair_shapes(step, &k->a, &k->b, &k->out))
		return ERR_RANGE;
	if (step->out.type == KERN_S32)
		return 0;
	return step_clamp_f32(p.act_min, p.act_max, &k->act_min, &k->act_max);
}

int run_pair_f32_check(const struct run_step *step)
{
	struct kern_pair_f32 k;

	return load_pair(step, &k);
}

void run_pair_f32_call(const struct run_step *step)
{
	struct kern_pair_f32 k;

	if (!load_pair(step, &k))
		kern_pair_f32(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->in[1]),
			      step_data(step, &step->out));
}

int run_pair_s32_check(const struct run_step *step)
{
	struct kern_pair_f32 k;

	return load_pair(step, &k);
}

void run_pair_s32_call(const struct run_step *step)
{
	struct kern_pair_f32 k;

	if (!load_pair(step, &k))
		kern_pair_s32(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->in[1]),
			      step_data(step, &step->out));
}
