#include "bits/err.h"
#include "kern/m0/m0.h"
#include "run/op.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_fc_s8 *k)
{
	struct model_image_fc p;
	int err = step_fc(step, &p, k);

	if (err)
		return err;
	err = step_fc_constants(step, &p, step_product((int32_t[]){
		k->out_depth, k->in_depth }, 2), 4, k);
	return !err && !k->bias ? ERR_RANGE : err;
}

int run_fc_m0_check(const struct run_step *step)
{
	struct kern_fc_s8 k;
	int err = load(step, &k);

	if (err)
		return err;
	return step_requant_check(&k.requant, k.out_depth, PACK_SHIFT_MIN,
				  PACK_SHIFT_MAX);
}

void run_fc_m0_call(const struct run_step *step)
{
	struct kern_fc_s8 k;

	if (!load(step, &k))
		kern_m0_fc_s8(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->out), NULL);
}
