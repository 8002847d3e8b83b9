#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "quant/quantise_priv.h"

const struct quant_format quant_int8 = { .has_s16 = false };
const struct quant_format quant_int16x8 = { .has_s16 = true };

static bool has_weights(enum kern_op op)
{
	return op == KERN_CONV_2D || op == KERN_DEPTHWISE_CONV_2D ||
	       op == KERN_FULLY_CONNECTED || op == KERN_TRANSPOSE_CONV;
}

static int claim(struct job *j, int tensor, enum role role, int op)
{
	struct use *use = &j->uses[tensor];

	if (use->op >= 0)
		return err_set(j->err, ERR_UNSUPPORTED, "constant '%s' serves "
			       "operations %d and %d: give each its own",
			       j->from->tensors[tensor].name, use->op, op);
	*use = (struct use){ role, op };
	return 0;
}

static int find_roles(struct job *j)
{
	int ret = 0;

	for (int t = 0; t < j->from->tensor_count; t++)
		j->uses[t] = (struct use){
			j->from->tensors[t].type == KERN_S32 ? ROLE_SHAPE :
			ROLE_ACTIVATION, -1 };
	for (int i = 0; i < j->from->op_count && !ret; i++) {
		const struct model_op *op = &j->from->ops[i];

		if (!has_weights(op->op))
			continue;
		ret = claim(j, op->inputs[1], ROLE_WEIGHTS, i);
		if (!ret && op->input_count > 2 && op->inputs[2] >= 0)
			ret = claim(j, op->inputs[2], ROLE_BIAS, i);
	}
	return ret;
}

/* ---- activations --------------------------------------------------------- */

static void put_constant(struct model_tensor *to, const float *x,
			 const struct quant_params *p)
{
	for (size_t i = 0; i < model_elements(to); i++) {
		double q = quant_round(x[i] / (double)p->scale.scale);

		if (p->type == KERN_S16)
			((int16_t *)to->data)[i] = (int16_t)fmax(
				-INT16_MAX, fmin(INT16_MAX, q));
		else
			((int8_t *)to->data)[i] = quant_s8(p->scale, x[i],
							   -128);
	}
}

static void add_activation(struct job *j, int t)
{
	const struct model_tensor *from = &j->from->tensors[t];
	const struct quant_params *p = &j->params[t];
	int id;

	if (!from->data) {
		id = model_add_tensor(j->to, from->name, p->type, from->rank,
				      from->dims);
	} else {
		id = model_add_const(j->to, from->name, p->type, from->rank,
				     from->dims, NULL);
		if (id >= 0)
			put_constant(&j->to->tensors[id], from->data, p);
	}
	if (id >= 0)
		model_set_quant(j->to, id, p->scale.scale, p->scale.zero);
}

static int add_tensors(struct job *j)
{
	int ret = 0;

	for (int t = 0; t < j->from->tensor_count && !ret; t++) {
		const struct model_tensor *from = &j->from->tensors[t];

		if (j->uses[t].role == ROLE_WEIGHTS)
			ret = quant_add_weights(j, t);
		else if (j->uses[t].role == ROLE_BIAS)
			quant_add_bias(j, t);
		else if (j->uses[t].role == ROLE_SHAPE)
			model_add_copy(j->to, from);
		else
			add_activation(j, t);
		if (j->to->failed)
			return err_set(j->err, j->to->failed, "the quantised "
				       "model cannot be built");
	}
	for (int t = 0; t < j->from->tensor_count && !ret; t++)
		if (j->uses[t].role == ROLE_BIAS)
			ret = quant_fill_bias(j, t);
	return ret;
}

/* ---- operations ---------------------------------------------------------- */

/* Tensor t as p says: itself, or what a QUANTIZE makes of it. */
static int requantised(struct job *j, int t, const struct quant_params *p)
{
	const struct model_tensor *from = &j->from->tensors[t];
	const struct quant_params *now = &j->params[t];
	char name[MODEL_NAME_MAX + 1];
	int id;

	if (now->type == p->type && now->scale.scale == p->scale.scale &&
	    now->scale.zero == p->scale.zero)
		return t;
	snprintf(name, sizeof(name), "%.240s/%s", from->name,
		 model_type_name(p->type));
	if (from->data) {
		id = model_add_const(j->to, name, p->type, from->rank,
				     from->dims, NULL);
		if (id >= 0)
			put_constant(&j->to->tensors[id], from->data, p);
	} else {
		id = model_add_tensor(j->to, name, p->type, from->rank,
				      from->dims);
		model_add_op(j->to, KERN_QUANTIZE, NULL, &t, 1, id);
	}
	model_set_quant(j->to, id, p->scale.scale, p->scale.zero);
	return id;
}

static void add_op(struct job *j, int index)
{
	struct model_op op = j->from->ops[index];

	for (int k = 0; k < op.input_count; k++) {
		int t = op.inputs[k];
		struct quant_params wanted;

		if (t < 0 || j->uses[t].role != ROLE_ACTIVATION)
			continue;
		wanted = quant_wanted(j->from, index, k, j->params);
		op.inputs[k] = requantised(j, t, &wanted);
	}
	model_add_op(j->to, op.op, &op.attr, op.inputs, op.input_count,
		     op.output);
}

static void add_output(struct job *j, int tensor)
{
	struct quant_params p = j->params[tensor];

	if (j->format->has_s8_ports && p.type == KERN_S16) {
		p.type = KERN_S8;
		p.scale = quant_scale_in(KERN_S8, p.range);
		tensor = requantised(j, tensor, &p);
	}
	model_add_output(j->to, tensor);
}

static void add_ops(struct job *j)
{
	const struct model *m = j->from;

	for (int i = 0; i < m->op_count; i++)
		add_op(j, i);
	for (int i = 0; i < m->input_count; i++)
		model_add_input(j->to, m->inputs[i]);
	for (int i = 0; i < m->output_count; i++)
		add_output(j, m->outputs[i]);
}

int quant_model(const struct model *model, const struct quant_range *ranges,
		const struct quant_format *format, struct model *out,
		struct err *err)
{
	size_t n = (size_t)model->tensor_count;
	struct job j = { .from = model, .format = format, .to = out,
			 .err = err };
	int ret = 0;

	model_init(out, model->name);
	j.uses = calloc(n + 1, sizeof(*j.uses));
	j.params = calloc(n + 1, sizeof(*j.params));
	if (!j.uses || !j.params)
		ret = err_nomem(err);
	if (!ret)
		ret = quant_params(model, ranges, format, j.params, err);
	if (!ret)
		ret = find_roles(&j);
	if (!ret)
		ret = add_tensors(&j);
	if (!ret) {
		add_ops(&j);
		ret = model_check(out, err);
	}
	free(j.uses);
	free(j.params);
	if (ret)
		model_release(out);
	return ret;
}
