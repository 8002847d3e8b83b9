#include "bits/err.h"
#include "kern/channels.h"
#include "kern/m4/m4.h"
#include "run/op.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_fc_s8 *k)
{
	struct model_image_fc p;
	uint64_t bytes;
	int err = step_fc(step, &p, k);

	if (err)
		return err;
	bytes = kern_m4_rows_bytes(k->out_depth, k->in_depth);
	if (bytes > MODEL_IMAGE_BYTES_MAX)
		return ERR_RANGE;
	k->weights = model_image_const(&step->run->image, p.weights_at,
				       (size_t)bytes, 4);
	if (bytes != p.weights_bytes || !k->weights)
		return ERR_RANGE;
	return step_channels(step, p.bias_at, k->out_depth, &k->channels);
}

int run_fc_m4_check(const struct run_step *step)
{
	struct kern_fc_s8 k;
	int err = load(step, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kern_m4_fc_s8_scratch_bytes(&k) ||
	    !kern_channels_valid(k.channels, (uint32_t)k.out_depth))
		return ERR_RANGE;
	return 0;
}

void run_fc_m4_call(const struct run_step *step)
{
	struct kern_fc_s8 k;

	if (!load(step, &k))
		kern_m4_fc_s8(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->out),
			      step_scratch(step));
}
