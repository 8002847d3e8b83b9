#include <math.h>
#include <string.h>

#include "plan/plan_priv.h"

/* Parameters of the operations that keep a state, as TensorFlow Lite Micro's
 * kernels prepare them. */

static int32_t float_bits(float value)
{
	int32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static float scale_of(const struct plan *plan, int op, int input)
{
	return plan_input(plan, op, input)->quant.scales[0];
}

/* ---- SVDF --------------------------------------------------------------- */

/* Both factors are computed in single precision. */
static void svdf_factors(const struct plan *plan, int op,
			 struct model_image_svdf *p)
{
	float state = scale_of(plan, op, MODEL_SVDF_STATE);
	struct plan_multiplier m = plan_quantize((double)(
		scale_of(plan, op, 0) *
		scale_of(plan, op, MODEL_SVDF_FEATURE) / state));

	p->state_multiplier = m.multiplier;
	p->state_shift = m.shift;
	m = plan_quantize((double)(state *
		scale_of(plan, op, MODEL_SVDF_TIME) /
		plan_output(plan, op)->quant.scales[0]));
	p->out_multiplier = m.multiplier;
	p->out_shift = m.shift;
}

void plan_svdf(const struct plan *plan, int op, struct model_image_svdf *p)
{
	const struct model_tensor *time = plan_input(plan, op,
						     MODEL_SVDF_TIME);

	*p = (struct model_image_svdf){
		.rank = plan->model->ops[op].attr.rank,
		.memory = time->dims[1],
		.weights_bytes = (uint32_t)model_bytes(
			plan_input(plan, op, MODEL_SVDF_FEATURE)),
		.time_bytes = (uint32_t)model_bytes(time),
	};
	if (plan_output(plan, op)->type == KERN_F32)
		plan_act_range(plan, op, &p->act_min, &p->act_max);
	else
		svdf_factors(plan, op, p);
}

/* ---- LSTM --------------------------------------------------------------- */

/* Sums of input or hidden state x weights, in steps of 2^-12; the product of
 * the scales is rounded to single precision. */
static struct plan_multiplier gate_factor(const struct plan *plan, int op,
					  int values, int weights)
{
	float product = scale_of(plan, op, values) *
			scale_of(plan, op, weights);

	return plan_quantize((double)product / 0x1p-12);
}

static void lstm_gate(const struct plan *plan, int op, int gate,
		      struct model_image_lstm_gate *p)
{
	struct plan_multiplier x = gate_factor(plan, op, 0,
					       MODEL_LSTM_WEIGHTS + gate);
	struct plan_multiplier h = gate_factor(plan, op, MODEL_LSTM_HIDDEN,
					       MODEL_LSTM_RECURRENT + gate);

	p->multiplier = x.multiplier;
	p->shift = x.shift;
	p->recurrent_multiplier = h.multiplier;
	p->recurrent_shift = h.shift;
}

/* The whole number next to log2(x): the cell's scale is meant as a power of
 * two. */
static int log2_rounded(double x)
{
	int power;
	double fraction = frexp(x, &power);	/* 0.5 ... 1 */

	return fraction < sqrt(0.5) ? power - 1 : power;
}

/* tanh takes steps of 2^-12 / 3: the cell as it is, shifted left, or right. */
static void lstm_tanh(double cell, struct model_image_lstm *p)
{
	int shift = log2_rounded(cell) + 12;

	p->tanh_multiplier = shift < 0 ? 3 : 3 << shift;
	p->tanh_shift = shift < 0 ? -shift : 0;
}

static void lstm_factors(const struct plan *plan, int op,
			 struct model_image_lstm *p)
{
	double cell = (double)scale_of(plan, op, MODEL_LSTM_CELL);
	double hidden = (double)scale_of(plan, op, MODEL_LSTM_HIDDEN);
	double clip = (double)plan->model->ops[op].attr.cell_clip / cell;
	struct plan_multiplier m = plan_quantize(0x1p-15 * cell / cell);

	p->forget_multiplier = m.multiplier;
	p->forget_shift = m.shift;
	m = plan_quantize(0x1p-30 / cell);
	p->input_multiplier = m.multiplier;
	p->input_shift = m.shift;
	m = plan_quantize(0x1p-30 / hidden);
	p->hidden_multiplier = m.multiplier;
	p->hidden_shift = m.shift;
	lstm_tanh(cell, p);
	p->cell_clip = clip > 0 ? (int32_t)fmin(clip, INT16_MAX) : 0;
	for (int i = 0; i < KERN_LSTM_GATES; i++)
		lstm_gate(plan, op, i, &p->gates[i]);
}

void plan_lstm(const struct plan *plan, int op, struct model_image_lstm *p)
{
	const struct model_attr *attr = &plan->model->ops[op].attr;

	*p = (struct model_image_lstm){
		.is_time_major = attr->is_time_major != 0,
	};
	if (plan_output(plan, op)->type == KERN_F32)
		p->cell_clip = float_bits(attr->cell_clip);
	else
		lstm_factors(plan, op, p);
}

/* ---- places ------------------------------------------------------------- */

/* States lie one after another from the arena's start. */
int plan_place_states(struct plan *plan, struct err *err)
{
	const struct model *m = plan->model;
	uint64_t end = 0;

	for (int i = 0; i < m->tensor_count; i++) {
		struct plan_tensor *t = &plan->tensors[i];

		if (!m->tensors[i].is_state)
			continue;
		t->offset = (uint32_t)end;
		end += (t->bytes + PLAN_ALIGN - 1) / PLAN_ALIGN * PLAN_ALIGN;
		if (end > MODEL_IMAGE_BYTES_MAX)
			return err_set(err, ERR_LIMIT, "the states are larger "
				       "than %d bytes in all",
				       MODEL_IMAGE_BYTES_MAX);
	}
	plan->state_bytes = (uint32_t)end;
	return 0;
}
