#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

enum {
	SCALE_1_256 = 0x3b800000,	/* float bits of 1/256 */
	ZERO = -128,
};

static int load(const struct run_step *step, struct kern_softmax_s8 *k)
{
	struct model_image_softmax p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	k->depth = step_depth(&step->out);
	k->rows = (int32_t)step_elements(&step->out) / k->depth;
	k->multiplier = p.multiplier;
	k->left_shift = p.left_shift;
	k->diff_min = p.diff_min;
	if (step->in[0].type != KERN_S8)
		return ERR_UNSUPPORTED;
	if (k->depth > KERN_SOFTMAX_DEPTH_MAX ||
	    !step_same_shape(&step->in[0], &step->out) || p.diff_min > 0 ||
	    !step_factor_valid(p.multiplier, p.left_shift, 0, 31))
		return ERR_RANGE;
	return 0;
}

int run_softmax_s8_check(const struct run_step *step)
{
	struct kern_softmax_s8 k;

	if (step->out.scale != SCALE_1_256 || step->out.zero != ZERO)
		return ERR_UNSUPPORTED;
	return load(step, &k);
}

void run_softmax_s8_call(const struct run_step *step)
{
	struct kern_softmax_s8 k;

	if (!load(step, &k))
		kern_softmax_s8(&k, step_data(step, &step->in[0]),
				step_data(step, &step->out));
}

int run_softmax_s16_check(const struct run_step *step)
{
	struct kern_softmax_s8 k;

	if (step->out.zero != INT16_MIN)
		return ERR_UNSUPPORTED;
	return load(step, &k);
}

void run_softmax_s16_call(const struct run_step *step)
{
	struct kern_softmax_s8 k;

	if (!load(step, &k))
		kern_softmax_s16(&k, step_data(step, &step->in[0]),
				 step_data(step, &step->out));
}
