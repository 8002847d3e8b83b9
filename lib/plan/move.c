#include "plan/plan_priv.h"

enum { AXES = MODEL_IMAGE_RANK_MAX };

/* Elements between neighbours along an axis. */
static int32_t stride_of(const struct model_tensor *t, int axis)
{
	int32_t n = 1;

	while (++axis < t->rank)
		n *= t->dims[axis];
	return n;
}

static void transpose(const struct plan *plan, int op, int32_t steps[AXES])
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	const int32_t *order = plan_input(plan, op, 1)->data;

	for (int i = 0; i < in->rank; i++)
		steps[AXES - in->rank + i] = stride_of(in, order[i]);
}

/* Axes that vanish are left out; the others end at the last one. */
static int32_t slice(const struct plan *plan, int op, int32_t steps[AXES])
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	int32_t shrink = plan->model->ops[op].attr.shrink_mask, start = 0;
	int to = AXES;

	for (int i = in->rank - 1; i >= 0; i--) {
		struct model_slice s = model_slice(plan->model, op, i);

		start += s.start * stride_of(in, i);
		if (!(shrink >> i & 1))
			steps[--to] = s.count > 1 ?
				s.step * stride_of(in, i) : 0;
	}
	return start;
}

void plan_gather(const struct plan *plan, int op, struct model_image_gather *p)
{
	int32_t steps[AXES] = { 0 };

	*p = (struct model_image_gather){ 0 };
	if (plan->model->ops[op].op == KERN_TRANSPOSE)
		transpose(plan, op, steps);
	else
		p->start = slice(plan, op, steps);
	p->step_n = steps[0];
	p->step_h = steps[1];
	p->step_w = steps[2];
	p->step_c = steps[3];
}

/* PAD fills with the zero point, the real value 0. */
static int32_t fill_value(const struct plan *plan, int op)
{
	const struct model_tensor *value = plan_input(plan, op, 2);
	bool is_float = plan_output(plan, op)->type == KERN_F32;

	if (plan->model->ops[op].op == KERN_PAD || !value)
		return is_float ? 0 : plan_output(plan, op)->quant.zeros[0];
	if (is_float)
		return *(int32_t *)value->data;
	return value->type == KERN_S8 ? *(int8_t *)value->data
				      : *(int16_t *)value->data;
}

void plan_pad(const struct plan *plan, int op, struct model_image_pad *p)
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	const int32_t *pads = plan_input(plan, op, 1)->data;
	int32_t before[AXES] = { 0 };

	for (int i = 0; i < in->rank; i++)
		before[AXES - in->rank + i] = pads[2 * i];
	*p = (struct model_image_pad){
		before[0], before[1], before[2], before[3],
		fill_value(plan, op),
	};
}

int32_t plan_concat_axis(const struct plan *plan, int op)
{
	int32_t axis = plan->model->ops[op].attr.axis;
	int32_t rank = plan_output(plan, op)->rank;

	return AXES - rank + axis + (axis < 0 ? rank : 0);
}
