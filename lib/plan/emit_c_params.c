#include <string.h>

#include "plan/emit_c_priv.h"

/* One parameter struct per operation: what its kernel takes beside data. */

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

	if (!emit_c_is_float(s, op)) {
		buf_addf(s->out, "\t.act_min = %d, .act_max = %d,\n",
			 (int)min, (int)max);
		return;
	}
	memcpy(&low, &min, sizeof(low));
	memcpy(&high, &max, sizeof(high));
	buf_adds(s->out, "\t.act_min = ");
	emit_c_real(s, low);
	buf_adds(s->out, ", .act_max = ");
	emit_c_real(s, high);
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
	if (emit_c_is_float(s, op))
		return;
	if (!p->channels)
		buf_addf(s->out, "\t.requant = { op%d_multipliers, "
			 "op%d_shifts, %d },\n", at, at,
			 p->requant_count > 1);
	if (emit_c_is_s16(s, op)) {
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
	if (kind != KERN_MINIMUM && kind != KERN_MAXIMUM &&
	    !emit_c_is_float(s, op))
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
	if (emit_c_is_float(s, op))
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
	if (emit_c_is_float(s, op))
		buf_addf(s->out, "\t.beta = %af,\n",
			 (double)model_attr(s->plan->model, op).beta);
	else
		buf_addf(s->out, "\t.multiplier = %d, .left_shift = %d, "
			 ".diff_min = %d,\n", (int)p->multiplier,
			 (int)p->left_shift, (int)p->diff_min);
}

void emit_c_params(struct source *s, int op)
{
	enum kern_op kind = s->plan->model->ops[op].op;
	union plan_params p;

	plan_params(s->plan, op, &p);
	if (!emit_c_names(kind) || s->plan->ops[op].table)
		return;
	buf_addf(s->out, "static const struct kern_%s%s op%d = {\n",
		 emit_c_names(kind)->block, emit_c_suffix(s, op, true), op);
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
