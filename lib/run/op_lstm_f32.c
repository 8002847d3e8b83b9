#include "bits/err.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load_gate(const struct run_step *step,
		     const struct model_image_lstm_gate *p,
		     const struct kern_lstm_f32 *k,
		     struct kern_lstm_gate_f32 *gate)
{
	*gate = (struct kern_lstm_gate_f32){
		step_matrix(step, p->weights_at, k->units, k->in_depth, 4),
		step_matrix(step, p->recurrent_at, k->units, k->units, 4),
		step_matrix(step, p->bias_at, k->units, 1, 4),
	};
	return gate->weights && gate->recurrent && gate->bias ? 0 : ERR_RANGE;
}

static int load(const struct run_step *step, struct kern_lstm_f32 *k)
{
	struct model_image_lstm p;
	struct step_lstm_shape s;
	int err = step_lstm(step, KERN_F32, KERN_F32, &p, &s);

	if (err)
		return err;
	k->batches = s.batches;
	k->steps = s.steps;
	k->in_depth = s.in_depth;
	k->units = s.units;
	k->is_time_major = s.is_time_major;
	k->cell_clip = step_float((uint32_t)p.cell_clip);
	for (int i = 0; i < KERN_LSTM_GATES && !err; i++)
		err = load_gate(step, &p.gates[i], k, &k->gates[i]);
	return err;
}

int run_lstm_f32_check(const struct run_step *step)
{
	struct kern_lstm_f32 k;

	return load(step, &k);
}

void run_lstm_f32_call(const struct run_step *step)
{
	struct kern_lstm_f32 k;

	if (!load(step, &k))
		kern_lstm_f32(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->in[1]),
			      step_data(step, &step->in[2]),
			      step_data(step, &step->out));
}
