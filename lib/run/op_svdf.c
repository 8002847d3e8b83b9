#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

int step_svdf_shape(const struct run_step *step,
		    const struct model_image_svdf *p,
		    struct step_svdf_shape *shape)
{
	uint32_t state = step_elements(&step->in[1]);

	if (p->rank < 1 || p->memory < 1 || p->rank > MODEL_IMAGE_BYTES_MAX ||
	    p->memory > MODEL_IMAGE_BYTES_MAX)
		return ERR_RANGE;
	shape->in_depth = step_depth(&step->in[0]);
	shape->units = step_depth(&step->out);
	shape->batches = (int32_t)step_elements(&step->out) / shape->units;
	shape->filters = step_product((int32_t[]){ shape->units, p->rank }, 2);
	if (!shape->filters ||
	    step_elements(&step->in[0]) / (uint32_t)shape->in_depth !=
	    (uint32_t)shape->batches ||
	    step_product((int32_t[]){ shape->batches, (int32_t)shape->filters,
				      p->memory }, 3) != state)
		return ERR_RANGE;
	return 0;
}

static int load_constants(const struct run_step *step,
			  const struct model_image_svdf *p, int32_t filters,
			  struct kern_svdf_s8 *k)
{
	uint32_t size = k->state_type == KERN_S8 ? 1 : 2;
	const void *bias;
	int err = step_bias(step, p->bias_at, k->units, &bias);

	k->bias = bias;
	k->weights = step_matrix(step, p->weights_at, filters, k->in_depth, 1);
	k->time = step_matrix(step, p->time_at, filters, p->memory, size);
	if (err || !k->weights || !k->time ||
	    p->weights_bytes != (uint32_t)filters * (uint32_t)k->in_depth ||
	    p->time_bytes != (uint32_t)filters * (uint32_t)p->memory * size)
		return ERR_RANGE;
	return 0;
}

static int load(const struct run_step *step, struct kern_svdf_s8 *k)
{
	struct model_image_svdf p;
	struct step_svdf_shape shape;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err)
		err = step_svdf_shape(step, &p, &shape);
	if (err)
		return err;
	*k = (struct kern_svdf_s8){
		.batches = shape.batches, .in_depth = shape.in_depth,
		.units = shape.units, .rank = p.rank, .memory = p.memory,
		.state_type = step->in[1].type, .in_zero = step->in[0].zero,
		.state_zero = step->in[1].zero, .out_zero = step->out.zero,
		.state_multiplier = p.state_multiplier,
		.state_shift = p.state_shift,
		.out_multiplier = p.out_multiplier, .out_shift = p.out_shift,
	};
	if (step->in[0].type != KERN_S8 ||
	    (k->state_type != KERN_S8 && k->state_type != KERN_S16))
		return ERR_UNSUPPORTED;
	if (!step_factor_valid(p.state_multiplier, p.state_shift, -31, 30) ||
	    !step_factor_valid(p.out_multiplier, p.out_shift, -31, 30))
		return ERR_RANGE;
	return load_constants(step, &p, (int32_t)shape.filters, k);
}

int run_svdf_s8_check(const struct run_step *step)
{
	struct kern_svdf_s8 k;

	return load(step, &k);
}

void run_svdf_s8_call(const struct run_step *step)
{
	struct kern_svdf_s8 k;

	if (!load(step, &k))
		kern_svdf_s8(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->in[1]),
			     step_data(step, &step->out));
}
