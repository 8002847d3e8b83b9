#include "plan/emit_c_priv.h"

/* What RESIZE_*, MEAN, and LOGISTIC and TANH on int16 need of the C file. */

static void put_places(struct source *s, int op, const char *what, int32_t n,
		       int16_t (*place)(const struct plan *, int, int32_t))
{
	buf_addf(s->out, "static const _Alignas(4) int16_t op%d_%s[%d] = {",
		 op, what, (int)n);
	for (int32_t i = 0; i < n; i++)
		buf_addf(s->out, "%s%d,", i % 12 ? " " : "\n\t",
			 place(s->plan, op, i));
	buf_adds(s->out, "\n};\n");
}

void emit_c_sample_tables(struct source *s, int op)
{
	const int32_t *out = plan_output(s->plan, op)->dims;

	if (s->plan->model->ops[op].op != KERN_RESIZE_NEAREST_NEIGHBOR)
		return;
	put_places(s, op, "rows", out[1], plan_nearest_row);
	put_places(s, op, "columns", out[2], plan_nearest_column);
}

static void put_shape(struct source *s, const char *member,
		      const struct kern_shape *d)
{
	buf_addf(s->out, "\t.%s = { %d, %d, %d, %d },\n", member, (int)d->n,
		 (int)d->h, (int)d->w, (int)d->c);
}

static void mean_params(struct source *s, int op)
{
	const struct model_tensor *in = plan_input(s->plan, op, 0);
	const struct model_tensor *out = plan_output(s->plan, op);
	struct kern_shape from = plan_shape(in);
	struct model_image_mean p;

	plan_mean(s->plan, op, &p);
	put_shape(s, "in", &from);
	put_shape(s, "out", &(struct kern_shape){
		p.kept.n, p.kept.h, p.kept.w, p.kept.c });
	buf_addf(s->out, "\t.type = %d, .in_zero = %d, .out_zero = %d,\n"
		 "\t.multiplier = %d, .shift = %d,\n", (int)out->type,
		 (int)in->quant.zeros[0], (int)out->quant.zeros[0],
		 (int)p.multiplier, (int)p.shift);
}

static void curve_params(struct source *s, int op)
{
	const struct model_tensor *out = plan_output(s->plan, op);
	struct model_image_curve_s16 p;

	plan_curve_s16(s->plan, op, &p);
	buf_addf(s->out, "\t.op = %s, .count = %zu,\n"
		 "\t.multiplier = %d, .shift = %d,\n",
		 s->plan->model->ops[op].op == KERN_TANH ? "KERN_TANH" :
		 "KERN_LOGISTIC", model_elements(out), (int)p.multiplier,
		 (int)p.shift);
}

static void resize_params(struct source *s, int op)
{
	const struct model_tensor *out = plan_output(s->plan, op);
	struct kern_shape from = plan_shape(plan_input(s->plan, op, 0));
	struct kern_shape to = plan_shape(out);
	struct model_image_resize_bilinear p;

	put_shape(s, "in", &from);
	put_shape(s, "out", &to);
	if (s->plan->model->ops[op].op == KERN_RESIZE_NEAREST_NEIGHBOR) {
		buf_addf(s->out, "\t.rows = op%d_rows, .columns = "
			 "op%d_columns, .element_bytes = %zu,\n", op, op,
			 kern_type_bytes(out->type));
		return;
	}
	plan_bilinear(s->plan, op, &p);
	buf_addf(s->out, "\t.scale_h = %d, .scale_w = %d, "
		 ".is_half_pixel = %d,\n", (int)p.scale_h, (int)p.scale_w,
		 (int)p.is_half_pixel);
}

void emit_c_sample_params(struct source *s, int op)
{
	switch (s->plan->model->ops[op].op) {
	case KERN_MEAN:
		mean_params(s, op);
		break;
	case KERN_LOGISTIC:
	case KERN_TANH:
		curve_params(s, op);
		break;
	default:
		resize_params(s, op);
		break;
	}
}
