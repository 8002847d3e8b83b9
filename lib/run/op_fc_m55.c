#include "bits/err.h"
#include "kern/m55/m55.h"
#include "run/op.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_fc_s8 *k)
{
	struct model_image_fc p;
	uint64_t bytes;
	int err = step_fc(step, &p, k);

	if (err)
		return err;
	bytes = kern_m55_rows_bytes(k->out_depth, k->in_depth);
	if (bytes > MODEL_IMAGE_BYTES_MAX)
		return ERR_RANGE;
	err = step_fc_constants(step, &p, (uint32_t)bytes, 4, k);
	return !err && !k->bias ? ERR_RANGE : err;
}

int run_fc_m55_check(const struct run_step *step)
{
	struct kern_fc_s8 k;
	int err = load(step, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kern_m55_fc_s8_scratch_bytes(&k))
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.out_depth, PACK_SHIFT_MIN,
				  PACK_SHIFT_MAX);
}

void run_fc_m55_call(const struct run_step *step)
{
	struct kern_fc_s8 k;

	if (!load(step, &k))
		kern_m55_fc_s8(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->out),
			      step_scratch(step));
}
