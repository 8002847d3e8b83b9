#include "bits/err.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_softmax_f32 *k)
{
	struct model_image_softmax p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	k->depth = step_depth(&step->out);
	k->rows = (int32_t)step_elements(&step->out) / k->depth;
	k->beta = step_float(p.beta);
	if (step->in[0].type != KERN_F32)
		return ERR_UNSUPPORTED;
	if (!step_same_shape(&step->in[0], &step->out) || !(k->beta > 0))
		return ERR_RANGE;
	return 0;
}

int run_softmax_f32_check(const struct run_step *step)
{
	struct kern_softmax_f32 k;

	return load(step, &k);
}

void run_softmax_f32_call(const struct run_step *step)
{
	struct kern_softmax_f32 k;

	if (!load(step, &k))
		kern_softmax_f32(&k, step_data(step, &step->in[0]),
				 step_data(step, &step->out));
}
