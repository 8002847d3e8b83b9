#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

int step_fc(const struct run_step *step, struct model_image_fc *p,
	    struct kern_fc_s8 *k)
{
	int err = model_image_params(&step->run->image, &step->op, p,
				     sizeof(*p));

	if (!err)
		err = step_fc_shape(step, &k->batches, &k->in_depth,
				    &k->out_depth);
	if (err)
		return err;
	k->in_zero = step->in[0].zero;
	k->out_zero = step->out.zero;
	k->act_min = p->act_min;
	k->act_max = p->act_max;
	return step_clamp_valid(p->act_min, p->act_max) ? 0 : ERR_RANGE;
}

int step_fc_constants(const struct run_step *step,
		      const struct model_image_fc *p, uint32_t bytes,
		      size_t align, struct kern_fc_s8 *k)
{
	const void *bias;
	int err = step_bias(step, p->bias_at, k->out_depth, &bias);

	k->bias = bias;
	k->weights = model_image_const(&step->run->image, p->weights_at,
				       bytes, align);
	if (err || !bytes || bytes != p->weights_bytes || !k->weights)
		return ERR_RANGE;
	return step_requant(step, p->multipliers_at, p->shifts_at,
			    p->requant_count, k->out_depth, &k->requant);
}

static int load(const struct run_step *step, struct kern_fc_s8 *k)
{
	struct model_image_fc p;
	int err = step_fc(step, &p, k);

	return err ? err : step_fc_constants(step, &p,
		step_product((int32_t[]){ k->out_depth, k->in_depth }, 2), 1,
		k);
}

int run_fc_s8_check(const struct run_step *step)
{
	struct kern_fc_s8 k;
	int err = load(step, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kern_fc_s8_scratch_bytes(&k))
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.out_depth, -31, 30);
}

void run_fc_s8_call(const struct run_step *step)
{
	struct kern_fc_s8 k;

	if (!load(step, &k))
		kern_fc_s8(&k, step_data(step, &step->in[0]),
			   step_data(step, &step->out), step_scratch(step));
}
