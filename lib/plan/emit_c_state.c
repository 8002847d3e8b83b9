#include <string.h>

#include "plan/emit_c_priv.h"

/* What operations with states need of the C file. */

static const char *const gates[KERN_LSTM_GATES] = {
	"input", "forget", "candidate", "output",
};

static const char *const parts[] = { "weights", "recurrent", "bias" };
static const int part_at[] = { MODEL_LSTM_WEIGHTS, MODEL_LSTM_RECURRENT,
			       MODEL_LSTM_BIASES };

enum { PARTS = 3 };

static int32_t zero_of(const struct source *s, int op, int input)
{
	return plan_input(s->plan, op, input)->quant.zeros[0];
}

/* ---- tables ------------------------------------------------------------- */

static void svdf_tables(struct source *s, int op)
{
	const struct model_tensor *bias = plan_input(s->plan, op,
						     MODEL_SVDF_BIAS);

	emit_c_const(s, op, "weights",
		     plan_input(s->plan, op, MODEL_SVDF_FEATURE));
	emit_c_const(s, op, "time", plan_input(s->plan, op, MODEL_SVDF_TIME));
	if (bias)
		emit_c_const(s, op, "bias", bias);
}

static void lstm_tables(struct source *s, int op)
{
	char what[40];

	for (int i = 0; i < KERN_LSTM_GATES; i++)
		for (int k = 0; k < PARTS; k++) {
			strcpy(what, gates[i]);
			strcat(strcat(what, "_"), parts[k]);
			emit_c_const(s, op, what, plan_input(s->plan, op,
							part_at[k] + i));
		}
}

bool emit_c_state_tables(struct source *s, int op)
{
	enum kern_op kind = s->plan->model->ops[op].op;

	if (kind == KERN_SVDF)
		svdf_tables(s, op);
	else if (kind == KERN_UNIDIRECTIONAL_SEQUENCE_LSTM)
		lstm_tables(s, op);
	else
		return false;
	return true;
}

/* ---- parameter structs -------------------------------------------------- */

static void svdf_params(struct source *s, int op)
{
	const struct model_tensor *x = plan_input(s->plan, op, 0);
	struct model_image_svdf p;

	plan_svdf(s->plan, op, &p);
	buf_addf(s->out, "\t.batches = %d, .in_depth = %d, .units = %d,\n"
		 "\t.rank = %d, .memory = %d,\n"
		 "\t.weights = op%d_weights, .time = op%d_time,\n",
		 (int)x->dims[0], (int)x->dims[1],
		 (int)plan_output(s->plan, op)->dims[1], (int)p.rank,
		 (int)p.memory, op, op);
	if (plan_input(s->plan, op, MODEL_SVDF_BIAS))
		buf_addf(s->out, "\t.bias = op%d_bias,\n", op);
	if (emit_c_is_float(s, op)) {
		emit_c_range(s, op, p.act_min, p.act_max);
		return;
	}
	buf_addf(s->out, "\t.state_type = %d,\n\t.in_zero = %d, "
		 ".state_zero = %d, .out_zero = %d,\n"
		 "\t.state_multiplier = %d, .state_shift = %d,\n"
		 "\t.out_multiplier = %d, .out_shift = %d,\n",
		 (int)plan_input(s->plan, op, MODEL_SVDF_STATE)->type,
		 (int)zero_of(s, op, 0), (int)zero_of(s, op, MODEL_SVDF_STATE),
		 (int)plan_output(s->plan, op)->quant.zeros[0],
		 (int)p.state_multiplier, (int)p.state_shift,
		 (int)p.out_multiplier, (int)p.out_shift);
}

static void lstm_gate(struct source *s, int op, int gate,
		      const struct model_image_lstm_gate *p)
{
	buf_adds(s->out, "\t\t{");
	for (int k = 0; k < PARTS; k++)
		buf_addf(s->out, " op%d_%s_%s,", op, gates[gate], parts[k]);
	if (!emit_c_is_float(s, op))
		buf_addf(s->out, "\n\t\t  %d, %d, %d, %d", (int)p->multiplier,
			 (int)p->shift, (int)p->recurrent_multiplier,
			 (int)p->recurrent_shift);
	buf_adds(s->out, " },\n");
}

static void lstm_factors(struct source *s, int op,
			 const struct model_image_lstm *p)
{
	buf_addf(s->out, "\t.in_zero = %d, .hidden_zero = %d,\n"
		 "\t.forget_multiplier = %d, .forget_shift = %d,\n"
		 "\t.input_multiplier = %d, .input_shift = %d,\n"
		 "\t.hidden_multiplier = %d, .hidden_shift = %d,\n"
		 "\t.tanh_multiplier = %d, .tanh_shift = %d, "
		 ".cell_clip = %d,\n", (int)zero_of(s, op, 0),
		 (int)zero_of(s, op, MODEL_LSTM_HIDDEN),
		 (int)p->forget_multiplier, (int)p->forget_shift,
		 (int)p->input_multiplier, (int)p->input_shift,
		 (int)p->hidden_multiplier, (int)p->hidden_shift,
		 (int)p->tanh_multiplier, (int)p->tanh_shift,
		 (int)p->cell_clip);
}

static void lstm_params(struct source *s, int op)
{
	const struct model_tensor *x = plan_input(s->plan, op, 0);
	const struct model_attr *attr = &s->plan->model->ops[op].attr;
	bool is_major = attr->is_time_major;
	struct model_image_lstm p;

	plan_lstm(s->plan, op, &p);
	buf_addf(s->out, "\t.batches = %d, .steps = %d, .in_depth = %d, "
		 ".units = %d,\n\t.is_time_major = %d,\n\t.gates = {\n",
		 (int)x->dims[is_major], (int)x->dims[!is_major],
		 (int)x->dims[2], (int)plan_output(s->plan, op)->dims[2],
		 is_major);
	for (int i = 0; i < KERN_LSTM_GATES; i++)
		lstm_gate(s, op, i, &p.gates[i]);
	buf_adds(s->out, "\t},\n");
	if (emit_c_is_float(s, op))
		buf_addf(s->out, "\t.cell_clip = %af,\n",
			 (double)attr->cell_clip);
	else
		lstm_factors(s, op, &p);
}

bool emit_c_state_params(struct source *s, int op)
{
	enum kern_op kind = s->plan->model->ops[op].op;

	if (kind == KERN_SVDF)
		svdf_params(s, op);
	else if (kind == KERN_UNIDIRECTIONAL_SEQUENCE_LSTM)
		lstm_params(s, op);
	else
		return false;
	return true;
}

/* ---- calls -------------------------------------------------------------- */

void emit_c_state_places(struct source *s, int op)
{
	const struct model_op *node = &s->plan->model->ops[op];

	for (unsigned i = 0; i < kern_op_states(node->op); i++)
		buf_addf(s->out, "(void *)(arena + %u),\n\t\t",
			 s->plan->tensors[model_state(node, i)].offset);
}

void emit_c_reset(struct source *s)
{
	const struct model *m = s->plan->model;

	buf_addf(s->out, "\nvoid %s_reset(void);\nvoid %s_reset(void)\n{\n",
		 s->prefix, s->prefix);
	for (int i = 0; i < m->tensor_count; i++) {
		const struct model_tensor *t = &m->tensors[i];
		const struct plan_tensor *place = &s->plan->tensors[i];

		if (t->is_state)
			buf_addf(s->out, "\tmemset(arena + %u, %d, %u);\n",
				 place->offset, t->type == KERN_S8 ?
				 (int)t->quant.zeros[0] : 0, place->bytes);
	}
	buf_adds(s->out, "}\n");
}
