#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

/* States and output are as large as the input's batches and steps say. */
static bool sizes_agree(const struct run_step *step,
			const struct step_lstm_shape *s)
{
	uint32_t state = step_product((int32_t[]){ s->batches, s->units }, 2);
	uint32_t out = step_product((int32_t[]){ s->batches, s->steps,
						 s->units }, 3);

	return state && out && step_elements(&step->in[1]) == state &&
	       step_elements(&step->in[2]) == state &&
	       step_elements(&step->out) == out;
}

static int find_shape(const struct run_step *step,
		      const struct model_image_lstm *p,
		      struct step_lstm_shape *shape)
{
	struct kern_shape in = step_shape(&step->in[0]);

	if (in.n != 1 || p->is_time_major > 1)
		return ERR_RANGE;
	*shape = (struct step_lstm_shape){
		.batches = p->is_time_major ? in.w : in.h,
		.steps = p->is_time_major ? in.h : in.w,
		.in_depth = in.c, .units = step_depth(&step->out),
		.is_time_major = (int32_t)p->is_time_major,
	};
	return sizes_agree(step, shape) ? 0 : ERR_RANGE;
}

int step_lstm(const struct run_step *step, unsigned type, unsigned cell_type,
	      struct model_image_lstm *p, struct step_lstm_shape *shape)
{
	int err = model_image_params(&step->run->image, &step->op, p,
				     sizeof(*p));

	if (err)
		return err;
	if (step->in[0].type != type || step->in[1].type != type ||
	    step->in[2].type != cell_type)
		return ERR_UNSUPPORTED;
	return find_shape(step, p, shape);
}

static int load_gate(const struct run_step *step,
		     const struct model_image_lstm_gate *p,
		     const struct kern_lstm_s8 *k, struct kern_lstm_gate *gate)
{
	*gate = (struct kern_lstm_gate){
		step_matrix(step, p->weights_at, k->units, k->in_depth, 1),
		step_matrix(step, p->recurrent_at, k->units, k->units, 1),
		step_matrix(step, p->bias_at, k->units, 1, 4),
		p->multiplier, p->shift, p->recurrent_multiplier,
		p->recurrent_shift,
	};
	if (!gate->weights || !gate->recurrent || !gate->bias ||
	    !step_factor_valid(p->multiplier, p->shift, -31, 30) ||
	    !step_factor_valid(p->recurrent_multiplier, p->recurrent_shift,
			       -31, 30))
		return ERR_RANGE;
	return 0;
}

/* What does not depend on a gate. */
static int load_cell(const struct model_image_lstm *p, struct kern_lstm_s8 *k)
{
	k->forget_multiplier = p->forget_multiplier;
	k->forget_shift = p->forget_shift;
	k->input_multiplier = p->input_multiplier;
	k->input_shift = p->input_shift;
	k->hidden_multiplier = p->hidden_multiplier;
	k->hidden_shift = p->hidden_shift;
	k->tanh_multiplier = p->tanh_multiplier;
	k->tanh_shift = p->tanh_shift;
	k->cell_clip = p->cell_clip;
	if (!step_factor_valid(p->forget_multiplier, p->forget_shift, -31,
			       30) ||
	    !step_factor_valid(p->input_multiplier, p->input_shift, -31, 30) ||
	    !step_factor_valid(p->hidden_multiplier, p->hidden_shift, -31,
			       30) ||
	    !step_factor_valid(p->tanh_multiplier, p->tanh_shift, 0, 31) ||
	    p->tanh_multiplier > 49152 || p->cell_clip < 0 ||
	    p->cell_clip > INT16_MAX)
		return ERR_RANGE;
	return 0;
}

static int load(const struct run_step *step, struct kern_lstm_s8 *k)
{
	struct model_image_lstm p;
	struct step_lstm_shape s;
	int err = step_lstm(step, KERN_S8, KERN_S16, &p, &s);

	if (err)
		return err;
	k->batches = s.batches;
	k->steps = s.steps;
	k->in_depth = s.in_depth;
	k->units = s.units;
	k->is_time_major = s.is_time_major;
	k->in_zero = step->in[0].zero;
	k->hidden_zero = step->in[1].zero;
	err = load_cell(&p, k);
	for (int i = 0; i < KERN_LSTM_GATES && !err; i++)
		err = load_gate(step, &p.gates[i], k, &k->gates[i]);
	return err;
}

int run_lstm_s8_check(const struct run_step *step)
{
	struct kern_lstm_s8 k;

	return load(step, &k);
}

void run_lstm_s8_call(const struct run_step *step)
{
	struct kern_lstm_s8 k;

	if (!load(step, &k))
		kern_lstm_s8(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->in[1]),
			     step_data(step, &step->in[2]),
			     step_data(step, &step->out));
}
