#include "bits/err.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load(const struct run_step *step, struct kern_svdf_f32 *k)
{
	struct model_image_svdf p;
	struct step_svdf_shape shape;
	const void *bias;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err && step->in[1].type != KERN_F32)
		err = ERR_UNSUPPORTED;
	if (!err)
		err = step_svdf_shape(step, &p, &shape);
	if (!err)
		err = step_bias(step, p.bias_at, shape.units, &bias);
	if (err)
		return err;
	*k = (struct kern_svdf_f32){
		.batches = shape.batches, .in_depth = shape.in_depth,
		.units = shape.units, .rank = p.rank, .memory = p.memory,
		.weights = step_matrix(step, p.weights_at,
				       (int32_t)shape.filters, shape.in_depth,
				       4),
		.time = step_matrix(step, p.time_at, (int32_t)shape.filters,
				    p.memory, 4),
		.bias = bias,
	};
	if (!k->weights || !k->time ||
	    p.weights_bytes != shape.filters * (uint32_t)shape.in_depth * 4 ||
	    p.time_bytes != shape.filters * (uint32_t)p.memory * 4)
		return ERR_RANGE;
	return step_clamp_f32(p.act_min, p.act_max, &k->act_min, &k->act_max);
}

int run_svdf_f32_check(const struct run_step *step)
{
	struct kern_svdf_f32 k;

	return load(step, &k);
}

void run_svdf_f32_call(const struct run_step *step)
{
	struct kern_svdf_f32 k;

	if (!load(step, &k))
		kern_svdf_f32(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->in[1]),
			      step_data(step, &step->out));
}
