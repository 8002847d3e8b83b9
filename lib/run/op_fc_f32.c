#include "bits/err.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load_constants(const struct run_step *step,
			  const struct model_image_fc *p, struct kern_fc_f32 *k)
{
	uint32_t bytes = step_product((int32_t[]){
		k->out_depth, k->in_depth, 4 }, 3);
	const void *bias;
	int err = step_bias(step, p->bias_at, k->out_depth, &bias);

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

static int load(const struct run_step *step, struct kern_fc_f32 *k)
{
	struct model_image_fc p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err)
		err = step_fc_shape(step, &k->batches, &k->in_depth,
				    &k->out_depth);
	return err ? err : load_constants(step, &p, k);
}

int run_fc_f32_check(const struct run_step *step)
{
	struct kern_fc_f32 k;

	return load(step, &k);
}

void run_fc_f32_call(const struct run_step *step)
{
	struct kern_fc_f32 k;

	if (!load(step, &k))
		kern_fc_f32(&k, step_data(step, &step->in[0]),
			    step_data(step, &step->out));
}
