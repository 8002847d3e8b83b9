#include <stdio.h>

#include "train/export_priv.h"

enum { GATES = 4 };

/* The input as (1, steps, channels). */
static int steps_of(struct export *e, int layer)
{
	const struct tensor *t = export_tensor(e, layer);
	int x = e->at[layer + 1];
	int y = model_add_tensor(e->to, "steps", KERN_F32,
				 MODEL_SHAPE(1, (int)t->h, (int)t->real));

	model_add_op(e->to, KERN_RESHAPE, NULL, &x, 1, y);
	return y;
}

/* Gate g of rows [first, first + inputs) of the weights: (units, inputs). */
static int add_weights(struct export *e, int i, size_t g, bool recurrent)
{
	static const char *const names[] = { "input", "forget", "cell",
					     "output" };
	const struct layer *l = export_layer(e, i);
	const struct tensor *in = export_tensor(e, l->net.from);
	const struct tensor *out = export_tensor(e, i);
	size_t inputs = recurrent ? out->real : in->real;
	const float *w = e->from->parameters + l->w + g * out->c +
		(recurrent ? in->c * l->columns : 0);
	float scale = !recurrent && l->net.from == NET_INPUT ?
		e->from->input_scale : 1, *to;
	char name[EXPORT_NAME_MAX], part[EXPORT_NAME_MAX + 40];
	int tensor;

	export_name(e, i, name);
	snprintf(part, sizeof(part), "%s/%s_to_%s", name,
		 recurrent ? "recurrent" : "input", names[g]);
	tensor = model_add_const(e->to, part, KERN_F32,
				 MODEL_SHAPE((int)out->real, (int)inputs),
				 NULL);
	if (tensor < 0)
		return tensor;
	to = e->to->tensors[tensor].data;
	for (size_t o = 0; o < out->real; o++)
		for (size_t k = 0; k < inputs; k++)
			to[o * inputs + k] = w[k * l->columns + o] * scale;
	return tensor;
}

static int add_bias(struct export *e, int i, size_t g)
{
	const struct tensor *out = export_tensor(e, i);

	return model_add_const(e->to, "gate_bias", KERN_F32,
			       MODEL_SHAPE((int)out->real),
			       e->from->parameters +
			       export_layer(e, i)->beta + g * out->c);
}

/* Step steps - 1 of x (1, steps, units). */
static int last_step(struct export *e, int x, int steps, int units)
{
	int y = model_add_tensor(e->to, "last_step", KERN_F32,
				 MODEL_SHAPE(1, 1, units));
	int begin = model_add_const(e->to, "last_step/begin", KERN_S32,
				    MODEL_SHAPE(3),
				    (int32_t[]){ 0, steps - 1, 0 });
	int end = model_add_const(e->to, "last_step/end", KERN_S32,
				  MODEL_SHAPE(3),
				  (int32_t[]){ 1, steps, units });
	int stride = model_add_const(e->to, "last_step/stride", KERN_S32,
				     MODEL_SHAPE(3), (int32_t[]){ 1, 1, 1 });

	model_add_op(e->to, KERN_STRIDED_SLICE, NULL,
		     (int[]){ x, begin, end, stride }, 4, y);
	return y;
}

/* Back to the plane (1, steps, 1, units) that other layers read. */
static int plane_of(struct export *e, int x, int steps, int units)
{
	int y = model_add_tensor(e->to, "plane", KERN_F32,
				 MODEL_SHAPE(1, steps, 1, units));

	model_add_op(e->to, KERN_RESHAPE, NULL, &x, 1, y);
	return y;
}

void export_lstm(struct export *e, int i)
{
	const struct net_layer *l = &export_layer(e, i)->net;
	int steps = (int)export_tensor(e, l->from)->h;
	int units = (int)export_tensor(e, i)->real, y;
	int inputs[MODEL_OP_INPUTS_MAX];
	char name[EXPORT_NAME_MAX];

	for (int k = 0; k < MODEL_OP_INPUTS_MAX; k++)
		inputs[k] = -1;
	inputs[0] = steps_of(e, l->from);
	for (int g = 0; g < GATES; g++) {
		inputs[MODEL_LSTM_WEIGHTS + g] =
			add_weights(e, i, (size_t)g, false);
		inputs[MODEL_LSTM_RECURRENT + g] =
			add_weights(e, i, (size_t)g, true);
		inputs[MODEL_LSTM_BIASES + g] = add_bias(e, i, (size_t)g);
	}
	inputs[MODEL_LSTM_HIDDEN] = model_add_state(e->to, "hidden", KERN_F32,
						    MODEL_SHAPE(1, units));
	inputs[MODEL_LSTM_CELL] = model_add_state(e->to, "cell", KERN_F32,
						  MODEL_SHAPE(1, units));
	export_name(e, i, name);
	y = model_add_tensor(e->to, name, KERN_F32,
			     MODEL_SHAPE(1, steps, units));
	model_add_op(e->to, KERN_UNIDIRECTIONAL_SEQUENCE_LSTM, NULL, inputs,
		     MODEL_OP_INPUTS_MAX, y);
	if (!l->sequence && steps > 1)
		y = last_step(e, y, steps, units);
	e->at[i + 1] = plane_of(e, y, l->sequence ? steps : 1, units);
}
