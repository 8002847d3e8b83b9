#include <ctype.h>
#include <math.h>
#include <string.h>

#include "plan/emit_c_priv.h"

/*
 * One C file: head, const tables operation by operation, the arena, one
 * parameter struct and one call per operation.
 */

/* ---- tables ------------------------------------------------------------- */

enum { LINE_NUMBERS = 12 };

static void put_table(struct source *s, const char *type, int op,
		      const char *what, uint32_t n)
{
	buf_addf(s->out, "static const _Alignas(4) %s op%d_%s[%u] = {", type,
		 op, what, n);
}

static void put_number(struct source *s, uint32_t i, int32_t value)
{
	buf_adds(s->out, i % LINE_NUMBERS ? " " : "\n\t");
	if (value == INT32_MIN)
		buf_adds(s->out, "INT32_MIN,");
	else
		buf_addf(s->out, "%d,", (int)value);
}

static void end_table(struct source *s)
{
	buf_adds(s->out, "\n};\n");
}

static void put_s8(struct source *s, int op, const char *what,
		   const int8_t *items, uint32_t n)
{
	put_table(s, "int8_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		put_number(s, i, items[i]);
	end_table(s);
}

static void put_s16(struct source *s, int op, const char *what,
		    const int16_t *items, uint32_t n)
{
	put_table(s, "int16_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		put_number(s, i, items[i]);
	end_table(s);
}

static void put_s32(struct source *s, int op, const char *what,
		    const int32_t *items, uint32_t n)
{
	put_table(s, "int32_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		put_number(s, i, items[i]);
	end_table(s);
}

static void put_s64(struct source *s, int op, const char *what,
		    const int64_t *items, uint32_t n)
{
	buf_addf(s->out, "static const _Alignas(8) int64_t op%d_%s[%u] = {",
		 op, what, n);
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(s->out, i % 4 ? " " : "\n\t");
		if (items[i] == INT64_MIN)
			buf_adds(s->out, "INT64_MIN,");
		else
			buf_addf(s->out, "INT64_C(%lld),",
				 (long long)items[i]);
	}
	end_table(s);
}

static void put_words(struct source *s, int op, const char *what,
		      const uint32_t *items, uint32_t n)
{
	put_table(s, "uint32_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		buf_addf(s->out, "%s0x%08x,", i % 6 ? " " : "\n\t", items[i]);
	end_table(s);
}

/* Hexadecimal floats are exact. */
static void put_real(struct source *s, float value)
{
	if (isnan(value))
		buf_adds(s->out, "__builtin_nanf(\"\")");
	else if (isinf(value))
		buf_addf(s->out, "%s__builtin_inff()", value < 0 ? "-" : "");
	else
		buf_addf(s->out, "%af", (double)value);
}

static void put_f32(struct source *s, int op, const char *what,
		    const float *items, uint32_t n)
{
	put_table(s, "float", op, what, n);
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(s->out, i % 4 ? " " : "\n\t");
		put_real(s, items[i]);
		buf_addc(s->out, ',');
	}
	end_table(s);
}

void emit_c_const(struct source *s, int op, const char *what,
		  const struct model_tensor *t)
{
	uint32_t n = (uint32_t)model_elements(t);

	if (t->type == KERN_S8)
		put_s8(s, op, what, t->data, n);
	else if (t->type == KERN_S16)
		put_s16(s, op, what, t->data, n);
	else if (t->type == KERN_S32)
		put_s32(s, op, what, t->data, n);
	else if (t->type == KERN_S64)
		put_s64(s, op, what, t->data, n);
	else
		put_f32(s, op, what, t->data, n);
}

static bool is_float(const struct source *s, int op)
{
	return plan_output(s->plan, op)->type == KERN_F32;
}

static bool is_s16(const struct source *s, int op)
{
	return plan_output(s->plan, op)->type == KERN_S16;
}

static void put_tables(struct source *s, int op)
{
	static const char *const names[] = { "in", "weights", "bias" };
	static const char *const acts[KERN_CONCAT_INPUTS] = {
		"in", "in2", "in3", "in4", "in5", "in6", "in7", "in8",
	};
	const struct model_op *node = &s->plan->model->ops[op];
	const struct plan_op *p = &s->plan->ops[op];
	bool is_packed = p->packing != KERN_PACK_REF;
	bool is_layer = plan_is_layer(s->plan, op);
	int n = is_packed ? 1 : is_layer ? 3 : model_acts(node);

	if (p->constants_of != op)
		return;
	if (emit_c_state_tables(s, op))
		n = 1;
	emit_c_sample_tables(s, op);
	if (is_packed)
		put_s8(s, op, "weights", p->weights, p->weights_bytes);
	if (p->bias)
		put_s32(s, op, "bias", p->bias, p->bias_count);
	if (p->channels)
		put_words(s, op, "channels", p->channels,
			  p->channels_bytes / 4);
	for (int i = 0; i < n; i++) {
		const struct model_tensor *t = plan_input(s->plan, op, i);

		if (t && t->data)
			emit_c_const(s, op, is_layer ? names[i] : acts[i], t);
	}
	if (p->table)
		put_s8(s, op, "table", p->table, KERN_LOOKUP_BYTES);
	if (p->requant_count) {
		put_s32(s, op, "multipliers", p->multipliers,
			p->requant_count);
		put_s8(s, op, "shifts", p->shifts, p->requant_count);
	}
}

/* ---- parameter structs -------------------------------------------------- */

static void put_shape(struct source *s, const char *member,
		      const struct kern_shape *d)
{
	buf_addf(s->out, ".%s = { %d, %d, %d, %d },", member, (int)d->n,
		 (int)d->h, (int)d->w, (int)d->c);
}

static void put_window(struct source *s, int op)
{
	struct kern_window w = plan_window(s->plan, op);

	buf_adds(s->out, "\t.win = {\n\t\t");
	put_shape(s, "in", &w.in);
	buf_adds(s->out, "\n\t\t");
	put_shape(s, "out", &w.out);
	buf_addf(s->out, "\n\t\t.kernel_h = %d, .kernel_w = %d,\n"
		 "\t\t.stride_h = %d, .stride_w = %d,\n"
		 "\t\t.dilation_h = %d, .dilation_w = %d,\n"
		 "\t\t.pad_top = %d, .pad_left = %d,\n\t},\n",
		 (int)w.kernel_h, (int)w.kernel_w, (int)w.stride_h,
		 (int)w.stride_w, (int)w.dilation_h, (int)w.dilation_w,
		 (int)w.pad_top, (int)w.pad_left);
}

void emit_c_range(struct source *s, int op, int32_t min, int32_t max)
{
	float low, high;

	if (!is_float(s, op)) {
		buf_addf(s->out, "\t.act_min = %d, .act_max = %d,\n",
			 (int)min, (int)max);
		return;
	}
	memcpy(&low, &min, sizeof(low));
	memcpy(&high, &max, sizeof(high));
	buf_adds(s->out, "\t.act_min = ");
	put_real(s, low);
	buf_adds(s->out, ", .act_max = ");
	put_real(s, high);
	buf_adds(s->out, ",\n");
}

static int32_t zero_of(const struct model_tensor *t)
{
	return t->quant.n ? t->quant.zeros[0] : 0;
}

/* Weights, bias, requantisation and zero points. */
static void put_layer(struct source *s, int op)
{
	const struct plan_op *p = &s->plan->ops[op];
	int at = p->constants_of;

	buf_addf(s->out, "\t.weights = op%d_weights,\n", at);
	if (p->channels)
		buf_addf(s->out, "\t.channels = op%d_channels,\n", at);
	else if (p->bias || plan_input(s->plan, op, 2))
		buf_addf(s->out, "\t.bias = op%d_bias,\n", at);
	if (is_float(s, op))
		return;
	if (!p->channels)
		buf_addf(s->out, "\t.requant = { op%d_multipliers, "
			 "op%d_shifts, %d },\n", at, at,
			 p->requant_count > 1);
	if (is_s16(s, op)) {
		buf_addf(s->out, "\t.is_wide = %d,\n",
			 model_is_wide(s->plan->model, op));
		return;
	}
	buf_addf(s->out, "\t.in_zero = %d, .out_zero = %d,\n",
		 (int)zero_of(plan_input(s->plan, op, 0)),
		 (int)zero_of(plan_output(s->plan, op)));
}

static void put_fc(struct source *s, int op)
{
	const struct model_tensor *filter = plan_input(s->plan, op, 1);
	size_t batches = model_elements(plan_output(s->plan, op)) /
			 (size_t)filter->dims[0];

	buf_addf(s->out, "\t.batches = %zu, .in_depth = %d, "
		 ".out_depth = %d,\n", batches, (int)filter->dims[1],
		 (int)filter->dims[0]);
	put_layer(s, op);
}

static void put_shape_line(struct source *s, const char *member,
			   const struct model_tensor *t)
{
	struct kern_shape d = plan_shape(t);

	buf_addc(s->out, '\t');
	put_shape(s, member, &d);
	buf_addc(s->out, '\n');
}

/* Shapes and zero points of an operation with two operands. */
static void put_pair(struct source *s, int op)
{
	const struct model_tensor *a = plan_input(s->plan, op, 0);
	const struct model_tensor *b = plan_input(s->plan, op, 1);
	const struct model_tensor *out = plan_output(s->plan, op);
	enum kern_op kind = s->plan->model->ops[op].op;

	put_shape_line(s, "a", a);
	put_shape_line(s, "b", b);
	put_shape_line(s, "out", out);
	if (kind != KERN_MINIMUM && kind != KERN_MAXIMUM && !is_float(s, op))
		buf_addf(s->out, "\t.a_zero = %d, .b_zero = %d, "
			 ".out_zero = %d,\n", (int)zero_of(a),
			 (int)zero_of(b), (int)zero_of(out));
}

static void put_mul(struct source *s, int op, const struct model_image_mul *p)
{
	put_pair(s, op);
	buf_addf(s->out, "\t.multiplier = %d, .shift = %d,\n",
		 (int)p->multiplier, (int)p->shift);
}

static void put_bytes_of(struct source *s, int op)
{
	buf_addf(s->out, "\t.element_bytes = %zu,\n",
		 kern_type_bytes(plan_output(s->plan, op)->type));
}

static void put_rescale(struct source *s, int op,
			const struct model_image_rescale *p)
{
	const struct model_tensor *in = plan_input(s->plan, op, 0);
	const struct model_tensor *out = plan_output(s->plan, op);

	buf_addf(s->out, "\t.count = %zu, .in_type = %d, .in_zero = %d,\n"
		 "\t.multiplier = %d, .shift = %d,\n"
		 "\t.below_multiplier = %d, .below_shift = %d,\n"
		 "\t.out_type = %d, .out_zero = %d,\n",
		 model_elements(in), (int)in->type, (int)zero_of(in),
		 (int)p->multiplier, (int)p->shift, (int)p->below_multiplier,
		 (int)p->below_shift, (int)out->type, (int)zero_of(out));
}

static void put_gather(struct source *s, int op,
		       const struct model_image_gather *p)
{
	put_shape_line(s, "out", plan_output(s->plan, op));
	buf_addf(s->out, "\t.start = %d, .step = { %d, %d, %d, %d },\n",
		 (int)p->start, (int)p->step_n, (int)p->step_h,
		 (int)p->step_w, (int)p->step_c);
	put_bytes_of(s, op);
}

static void put_pad(struct source *s, int op, const struct model_image_pad *p)
{
	put_shape_line(s, "in", plan_input(s->plan, op, 0));
	put_shape_line(s, "out", plan_output(s->plan, op));
	buf_addf(s->out, "\t.before = { %d, %d, %d, %d }, .value = %d,\n",
		 (int)p->before_n, (int)p->before_h, (int)p->before_w,
		 (int)p->before_c, (int)p->value);
	put_bytes_of(s, op);
}

static void put_concat(struct source *s, int op, int32_t axis)
{
	const struct model_tensor *out = plan_output(s->plan, op);
	size_t rows = 1;

	axis -= MODEL_IMAGE_RANK_MAX - out->rank;
	for (int i = 0; i < axis; i++)
		rows *= (size_t)out->dims[i];
	buf_addf(s->out, "\t.rows = %zu, .count = %d, .bytes = {", rows,
		 model_acts(&s->plan->model->ops[op]));
	for (int i = 0; i < model_acts(&s->plan->model->ops[op]); i++)
		buf_addf(s->out, " %zu,",
			 model_bytes(plan_input(s->plan, op, i)) / rows);
	buf_adds(s->out, " },\n");
}

static void put_add(struct source *s, int op,
		    const struct model_image_add *p)
{
	put_pair(s, op);
	if (is_float(s, op))
		return;
	buf_addf(s->out, "\t.left_shift = %d,\n"
		 "\t.a_multiplier = %d, .a_shift = %d,\n"
		 "\t.b_multiplier = %d, .b_shift = %d,\n"
		 "\t.out_multiplier = %d, .out_shift = %d,\n",
		 (int)p->left_shift, (int)p->a_multiplier, (int)p->a_shift,
		 (int)p->b_multiplier, (int)p->b_shift,
		 (int)p->out_multiplier, (int)p->out_shift);
}

static void put_softmax(struct source *s, int op,
			const struct model_image_softmax *p)
{
	const struct model_tensor *t = plan_output(s->plan, op);
	int32_t depth = t->dims[t->rank - 1];

	buf_addf(s->out, "\t.rows = %zu, .depth = %d,\n",
		 model_elements(t) / (size_t)depth, (int)depth);
	if (is_float(s, op))
		buf_addf(s->out, "\t.beta = %af,\n",
			 (double)model_attr(s->plan->model, op).beta);
	else
		buf_addf(s->out, "\t.multiplier = %d, .left_shift = %d, "
			 ".diff_min = %d,\n", (int)p->multiplier,
			 (int)p->left_shift, (int)p->diff_min);
}

/* The struct and the function of an operation, without the set's prefix and
 * the type's suffix. Functions of one value have no struct. */
static const struct names {
	enum kern_op op;
	const char *block, *function;
	bool is_typed;
} names[] = {
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

static const struct names *names_of(enum kern_op op)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].op == op)
			return &names[i];
	return NULL;
}

/* Only layers have a struct of their own for int16. */
static const char *suffix(const struct source *s, int op, bool is_block)
{
	if (!names_of(s->plan->model->ops[op].op)->is_typed)
		return "";
	if (is_float(s, op))
		return "_f32";
	if (!is_block && s->plan->ops[op].packing == KERN_PACK_S4)
		return "_s4";
	return is_s16(s, op) && (!is_block || plan_is_layer(s->plan, op)) ?
		"_s16" : "_s8";
}

static void put_params(struct source *s, int op)
{
	enum kern_op kind = s->plan->model->ops[op].op;
	union plan_params p;

	plan_params(s->plan, op, &p);
	if (!names_of(kind) || s->plan->ops[op].table)
		return;
	buf_addf(s->out, "static const struct kern_%s%s op%d = {\n",
		 names_of(kind)->block, suffix(s, op, true), op);
	switch (kind) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
	case KERN_TRANSPOSE_CONV:
		put_window(s, op);
		put_layer(s, op);
		emit_c_range(s, op, p.conv.act_min, p.conv.act_max);
		break;
	case KERN_FULLY_CONNECTED:
		put_fc(s, op);
		emit_c_range(s, op, p.fc.act_min, p.fc.act_max);
		break;
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		put_window(s, op);
		emit_c_range(s, op, p.pool.act_min, p.pool.act_max);
		break;
	case KERN_ADD:
	case KERN_SUB:
		put_add(s, op, &p.add);
		emit_c_range(s, op, p.add.act_min, p.add.act_max);
		break;
	case KERN_MUL:
		put_mul(s, op, &p.mul);
		emit_c_range(s, op, p.mul.act_min, p.mul.act_max);
		break;
	case KERN_MINIMUM:
	case KERN_MAXIMUM:
		put_pair(s, op);
		break;
	case KERN_PAD:
	case KERN_PADV2:
		put_pad(s, op, &p.pad);
		break;
	case KERN_STRIDED_SLICE:
	case KERN_TRANSPOSE:
		put_gather(s, op, &p.gather);
		break;
	case KERN_LEAKY_RELU:
	case KERN_QUANTIZE:
		put_rescale(s, op, &p.rescale);
		break;
	case KERN_MEAN:
	case KERN_RESIZE_NEAREST_NEIGHBOR:
	case KERN_RESIZE_BILINEAR:
	case KERN_LOGISTIC:
	case KERN_TANH:
		emit_c_sample_params(s, op);
		break;
	case KERN_SVDF:
	case KERN_UNIDIRECTIONAL_SEQUENCE_LSTM:
		emit_c_state_params(s, op);
		break;
	case KERN_CONCATENATION:
		put_concat(s, op, p.concat.axis);
		break;
	default:
		put_softmax(s, op, &p.softmax);
		break;
	}
	buf_adds(s->out, "};\n");
}

/* ---- calls -------------------------------------------------------------- */

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

/* A kernel set with folders of its own: lib/kern/NAME, whose kernels are
 * called kern_NAME_..., and in it the folder for the core itself.  own: what
 * has a kernel of the set without packed constants. */
static const struct own_set {
	enum kern_set set;
	const char *name, *core;
	enum kern_op own[2];
} own_sets[] = {
	{ KERN_SET_M4, "m4", "dsp", { KERN_ADD } },
	{ KERN_SET_M55, "m55", "mve", { KERN_ADD, KERN_AVERAGE_POOL_2D } },
	{ KERN_SET_M0, "m0", "thumb", { KERN_ADD, KERN_AVERAGE_POOL_2D } },
};

/* NULL when the reference kernels are all there is. */
static const struct own_set *own_set(enum kern_set set)
{
	for (size_t i = 0; i < sizeof(own_sets) / sizeof(own_sets[0]); i++)
		if (own_sets[i].set == set)
			return &own_sets[i];
	return NULL;
}

static bool is_own(const struct source *s, int op)
{
	const struct own_set *set = own_set(s->plan->set);
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
	const struct names *n = names_of(s->plan->model->ops[op].op);
	const struct model_tensor *out = plan_output(s->plan, op);
	bool is_quads = s->plan->ops[op].packing == KERN_PACK_M4_QUADS;

	if (n && !s->plan->ops[op].table)
		buf_addf(s->out, "\tkern_%s%s%s%s%s(&op%d, ", is_own(s, op) ?
			 own_set(s->plan->set)->name : "",
			 is_own(s, op) ? "_" : "", n->function, is_quads ?
			 "_quads" : "", suffix(s, op, false), op);
	else if (s->plan->ops[op].table)
		buf_addf(s->out, "\tkern_lookup_s8(%zu, op%d_table, ",
			 model_elements(out), op);
	else
		buf_addf(s->out, "\tkern_reshape(%zu, ", model_bytes(out));
}

static void put_call(struct source *s, int op)
{
	const struct model_op *node = &s->plan->model->ops[op];
	const struct kern_op_info *info = kern_op_info(node->op);
	uint32_t to = s->plan->tensors[node->output].offset;
	bool is_list = node->op == KERN_CONCATENATION;
	bool has_scratch = !is_float(s, op) && !is_s16(s, op) &&
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

/* ---- the whole ---------------------------------------------------------- */

static bool has_s4(const struct plan *plan)
{
	for (int i = 0; i < plan->model->op_count; i++)
		if (plan->ops[i].packing == KERN_PACK_S4)
			return true;
	return false;
}

static void put_head(struct source *s, const char *source)
{
	const struct plan *p = s->plan;
	const struct own_set *set = own_set(p->set);

	buf_addf(s->out, "/*\n * %s - a neural network as C, written by "
		 "tinyml " TINYML_VERSION ".\n *\n"
		 " * made from   %s\n"
		 " * arena       %u bytes\n"
		 " * constants   %u bytes\n"
		 " * MACs        %llu\n *\n"
		 " * Compile with -I of tinyml's lib/ and link lib/kern.  Do "
		 "not edit: make it\n * again from the model.\n", s->prefix,
		 source, p->arena_bytes, p->const_bytes,
		 (unsigned long long)p->macs);
	if (set)
		buf_addf(s->out, " *\n * lib/kern/%s itself is compiled with "
			 "-I of its folder %s for the core, or of\n"
			 " * portable elsewhere.\n", set->name, set->core);
	buf_adds(s->out, " */\n");
	if (p->state_bytes)
		buf_adds(s->out, "#include <string.h>\n\n");
	buf_adds(s->out, "#include \"kern/kern.h\"\n");
	if (has_s4(p))
		buf_adds(s->out, "#include \"kern/s4.h\"\n");
	if (set)
		buf_addf(s->out, "#include \"kern/%s/%s.h\"\n", set->name,
			 set->name);
	buf_adds(s->out, "\n");
}

static void put_ports(struct source *s, const char *what, const int *ports,
		      int n)
{
	buf_addf(s->out, "\nvoid *%s_%s(unsigned i);\n"
		 "void *%s_%s(unsigned i)\n{\n"
		 "\tstatic uint8_t *const places[%d] = { ", s->prefix, what,
		 s->prefix, what, n);
	for (int i = 0; i < n; i++) {
		emit_c_at(s, s->plan->tensors[ports[i]].offset);
		buf_adds(s->out, ", ");
	}
	buf_adds(s->out, "};\n\n\treturn places[i];\n}\n");
}

/* The linker script says where .bss.slow lies. */
static void put_arena(struct source *s)
{
	const struct plan *p = s->plan;
	uint32_t fast = p->arena_bytes - p->slow_bytes;

	buf_addf(s->out, "\nstatic _Alignas(16) uint8_t arena[%u];\n",
		 fast ? fast : 1);
	if (p->slow_bytes)
		buf_addf(s->out, "static _Alignas(16) uint8_t slow[%u]\n"
			 "\t__attribute__((section(\".bss.slow\")));\n",
			 p->slow_bytes);
}

/* Names from outside would end a comment or a line: keep what cannot. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(" ._:-", *text))
			return false;
	return true;
}

static bool is_identifier(const char *text)
{
	if (!*text || isdigit((unsigned char)*text))
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '_')
			return false;
	return true;
}

/* Operations of lib/kern/f32 that run on a host stay there. */
static int check_ops(const struct plan *plan, struct err *err)
{
	for (int i = 0; i < plan->model->op_count; i++) {
		union plan_params block;
		size_t bytes;

		if (plan_host_params(plan, i, &block, &bytes))
			return err_set(err, ERR_UNSUPPORTED, "operation %d "
				       "(%s) is not written as C; quantise "
				       "the model", i, model_op_name(
					       plan->model->ops[i].op));
	}
	return 0;
}

int plan_emit_c(const struct plan *plan, const char *prefix,
		const char *source, struct buf *out, struct err *err)
{
	struct source s = { plan, prefix, out };
	const struct model *m = plan->model;
	int kind;

	if (!is_identifier(prefix) || !is_plain(source))
		return err_set(err, ERR_RANGE, "'%s' cannot name C functions, "
			       "or '%s' cannot stand in a comment", prefix,
			       source);
	kind = check_ops(plan, err);
	if (kind)
		return kind;
	put_head(&s, source);
	for (int i = 0; i < m->op_count; i++) {
		put_tables(&s, i);
		put_params(&s, i);
	}
	put_arena(&s);
	put_ports(&s, "input", m->inputs, m->input_count);
	put_ports(&s, "output", m->outputs, m->output_count);
	emit_c_reset(&s);
	buf_addf(out, "\nvoid %s_invoke(void);\nvoid %s_invoke(void)\n{\n",
		 prefix, prefix);
	for (int i = 0; i < m->op_count; i++)
		put_call(&s, i);
	buf_adds(out, "}\n");
	return out->failed ? err_nomem(err) : 0;
}
