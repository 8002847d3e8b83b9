#include "bits/err.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_fc_f32 *k)
{
	struct step_constants_f32 c;
	struct model_image_fc p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err)
		err = step_fc_shape(step, &k->batches, &k->in_depth,
				    &k->out_depth);
	if (err)
		return err;
	err = step_constants_f32(step, &p.constants, step_product((int32_t[]){
		k->out_depth, k->in_depth, 4 }, 3), k->out_depth, &c);
	k->weights = c.weights;
	k->bias = c.bias;
	return err ? err : step_clamp_f32(p.act_min, p.act_max, &k->act_min,
					  &k->act_max);
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
