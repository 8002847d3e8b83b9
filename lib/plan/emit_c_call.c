#include "plan/emit_c_priv.h"

/* One call per operation: which kernel, on which places. */

static const struct emit_c_names names[] = {
	{ KERN_CONV_2D, "conv", "conv", true },
	{ KERN_DEPTHWISE_CONV_2D, "conv", "depthwise", true },
	{ KERN_TRANSPOSE_CONV, "conv", "transpose_conv", true },
	{ KERN_FULLY_CONNECTED, "fc", "fc", true },
	{ KERN_AVERAGE_POOL_2D, "pool", "average_pool", true },
	{ KERN_MAX_POOL_2D, "pool", "max_pool", true },
	{ KERN_ADD, "add", "add", true },
	{ KERN_SUB, "add", "sub", true },
	{ KERN_MUL, "mul", "mul", true },
	{ KERN_MINIMUM, "pair", "minimum", true },
	{ KERN_MAXIMUM, "pair", "maximum", true },
	{ KERN_SOFTMAX, "softmax", "softmax", true },
	{ KERN_MEAN, "mean", "mean", false },
	{ KERN_RESIZE_NEAREST_NEIGHBOR, "resize_nearest", "resize_nearest",
	  false },
	{ KERN_RESIZE_BILINEAR, "resize_bilinear", "resize_bilinear", true },
	{ KERN_LOGISTIC, "curve_s16", "curve_s16", false },
	{ KERN_TANH, "curve_s16", "curve_s16", false },
	{ KERN_SVDF, "svdf", "svdf", true },
	{ KERN_UNIDIRECTIONAL_SEQUENCE_LSTM, "lstm", "lstm", true },
	{ KERN_PAD, "pad", "pad", false },
	{ KERN_PADV2, "pad", "pad", false },
	{ KERN_STRIDED_SLICE, "gather", "gather", false },
	{ KERN_TRANSPOSE, "gather", "gather", false },
	{ KERN_CONCATENATION, "concat", "concat", false },
	{ KERN_LEAKY_RELU, "rescale", "rescale", false },
	{ KERN_QUANTIZE, "rescale", "rescale", false },
};

const struct emit_c_names *emit_c_names(enum kern_op op)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].op == op)
			return &names[i];
	return NULL;
}

/* Only layers have a struct of their own for int16. */
const char *emit_c_suffix(const struct source *s, int op, bool is_block)
{
	if (!emit_c_names(s->plan->model->ops[op].op)->is_typed)
		return "";
	if (emit_c_is_float(s, op))
		return "_f32";
	if (!is_block && s->plan->ops[op].packing == KERN_PACK_S4)
		return "_s4";
	return emit_c_is_s16(s, op) &&
	       (!is_block || plan_is_layer(s->plan, op)) ? "_s16" : "_s8";
}

void emit_c_at(struct source *s, uint32_t offset)
{
	uint32_t fast = s->plan->arena_bytes - s->plan->slow_bytes;
	bool is_slow = s->plan->slow_bytes && offset >= fast;

	buf_addf(s->out, "%s + %u", is_slow ? "slow" : "arena",
		 offset - (is_slow ? fast : 0));
}

/* An operand: a place in the arena or an own table. */
static void put_place(struct source *s, int op, int i)
{
	int tensor = s->plan->model->ops[op].inputs[i];
	const struct model_tensor *t = &s->plan->model->tensors[tensor];

	if (t->data) {
		buf_addf(s->out, "op%d_in%.*s", op, i > 0, &"12345678"[i]);
		return;
	}
	buf_adds(s->out, "(const void *)(");
	emit_c_at(s, s->plan->tensors[tensor].offset);
	buf_addc(s->out, ')');
}

static const struct emit_c_set sets[] = {
	{ KERN_SET_M4, "m4", "dsp", { KERN_ADD } },
	{ KERN_SET_M55, "m55", "mve", { KERN_ADD, KERN_AVERAGE_POOL_2D } },
	{ KERN_SET_M0, "m0", "thumb", { KERN_ADD, KERN_AVERAGE_POOL_2D } },
};

const struct emit_c_set *emit_c_set(enum kern_set set)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (sets[i].set == set)
			return &sets[i];
	return NULL;
}

static bool is_own(const struct source *s, int op)
{
	const struct emit_c_set *set = emit_c_set(s->plan->set);
	enum kern_op kind = s->plan->model->ops[op].op;

	if (s->plan->ops[op].packing == KERN_PACK_S4)
		return false;
	if (s->plan->ops[op].packing != KERN_PACK_REF)
		return true;
	return set && plan_output(s->plan, op)->type == KERN_S8 &&
	       (kind == set->own[0] || kind == set->own[1]);
}

static void put_function(struct source *s, int op)
{
	const struct emit_c_names *n = emit_c_names(s->plan->model->ops[op].op);
	const struct model_tensor *out = plan_output(s->plan, op);
	bool is_quads = s->plan->ops[op].packing == KERN_PACK_M4_QUADS;

	if (n && !s->plan->ops[op].table)
		buf_addf(s->out, "\tkern_%s%s%s%s%s(&op%d, ", is_own(s, op) ?
			 emit_c_set(s->plan->set)->name : "",
			 is_own(s, op) ? "_" : "", n->function, is_quads ?
			 "_quads" : "", emit_c_suffix(s, op, false), op);
	else if (s->plan->ops[op].table)
		buf_addf(s->out, "\tkern_lookup_s8(%zu, op%d_table, ",
			 model_elements(out), op);
	else
		buf_addf(s->out, "\tkern_reshape(%zu, ", model_bytes(out));
}

void emit_c_call(struct source *s, int op)
{
	const struct model_op *node = &s->plan->model->ops[op];
	const struct kern_op_info *info = kern_op_info(node->op);
	uint32_t to = s->plan->tensors[node->output].offset;
	bool is_list = node->op == KERN_CONCATENATION;
	bool has_scratch = !emit_c_is_float(s, op) && !emit_c_is_s16(s, op) &&
		(node->op == KERN_CONV_2D || node->op == KERN_FULLY_CONNECTED ||
		 node->op == KERN_DEPTHWISE_CONV_2D);
	char from[MODEL_TYPE_TEXT], shape[MODEL_TYPE_TEXT];

	model_type_text(plan_input(s->plan, op, 0), from);
	model_type_text(plan_output(s->plan, op), shape);
	buf_addf(s->out, "\t/* %d: %s %s -> %s */\n", op, info->name, from,
		 shape);
	put_function(s, op);
	if (is_list)
		buf_addf(s->out, "(const void *[%d]){ ",
			 KERN_CONCAT_INPUTS);
	for (int i = 0; i < model_acts(node); i++) {
		put_place(s, op, i);
		buf_adds(s->out, ",\n\t\t");
	}
	if (is_list)
		buf_adds(s->out, "}, ");
	emit_c_state_places(s, op);
	buf_adds(s->out, "(void *)(");
	emit_c_at(s, to);
	buf_addc(s->out, ')');
	if (has_scratch)
		buf_addf(s->out, ", arena + %u", s->plan->ops[op].scratch);
	buf_adds(s->out, ");\n");
}
