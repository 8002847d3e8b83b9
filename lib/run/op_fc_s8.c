#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

/* Sizes, zero points and bounds; *p becomes the parameter block. */
static int load_shape(const struct run_step *step, struct model_image_fc *p,
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

static int load(const struct run_step *step,
		const struct step_fc_kernel *kernel, struct kern_fc_s8 *k)
{
	struct step_constants constants;
	struct model_image_fc p;
	int err = load_shape(step, &p, k);

	if (err)
		return err;
	err = step_constants_load(step, &p.constants, kernel->form,
				  kernel->weight_bytes(k->out_depth,
						       k->in_depth),
				  k->out_depth, &constants);
	k->weights = constants.weights;
	k->bias = constants.bias;
	k->requant = constants.requant;
	k->channels = constants.channels;
	return err;
}

int step_fc_check(const struct run_step *step,
		  const struct step_fc_kernel *kernel)
{
	struct kern_fc_s8 k;
	int err = load(step, kernel, &k);

	if (err)
		return err;
	if (kernel->scratch_bytes &&
	    step->op.scratch_bytes < kernel->scratch_bytes(&k))
		return ERR_RANGE;
	return step_constants_check(kernel->form, k.out_depth, &k.requant,
				    k.channels);
}

void step_fc_call(const struct run_step *step,
		  const struct step_fc_kernel *kernel, step_fc_fn *fn)
{
	struct kern_fc_s8 k;

	if (!load(step, kernel, &k))
		fn(&k, step_data(step, &step->in[0]),
		   step_data(step, &step->out), step_scratch(step));
}

/* ---- the reference kernel ------------------------------------------------ */

static uint64_t weight_bytes(int32_t rows, int64_t depth)
{
	return (uint64_t)rows * (uint64_t)depth;
}

static const struct step_fc_kernel fc = {
	STEP_PLAIN, weight_bytes, kern_fc_s8_scratch_bytes,
};

STEP_FC_ROW(fc_s8, &fc, kern_fc_s8)
