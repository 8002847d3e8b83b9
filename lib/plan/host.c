#include <string.h>

#include "plan/plan_priv.h"

/* Parameter blocks of the operations that only a host runs. */

enum { AXES = MODEL_IMAGE_RANK_MAX };

static size_t curve_params(const struct plan *plan, int op,
			   union plan_params *block)
{
	float alpha = plan->model->ops[op].attr.alpha;

	memcpy(&block->curve.alpha, &alpha, sizeof(alpha));
	return sizeof(block->curve);
}

static size_t pair_params(const struct plan *plan, int op,
			  union plan_params *block)
{
	block->pair = (struct model_image_pair){ 0, 0 };
	if (plan_output(plan, op)->type == KERN_F32)
		plan_act_range(plan, op, &block->pair.act_min,
			       &block->pair.act_max);
	return sizeof(block->pair);
}

static size_t axis_params(const struct plan *plan, int op,
			  union plan_params *block)
{
	block->axis.axis = model_axis(plan->model, op);
	return sizeof(block->axis);
}

struct model_image_kept plan_kept(const struct plan *plan, int op)
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	unsigned reduced = model_reduced(plan->model, op);
	int32_t d[AXES] = { 1, 1, 1, 1 };

	for (int i = 0; i < in->rank; i++)
		d[AXES - in->rank + i] = reduced >> i & 1 ? 1 : in->dims[i];
	return (struct model_image_kept){ d[0], d[1], d[2], d[3] };
}

static bool is_plain(const struct plan *plan, int op)
{
	enum kern_type type = plan_output(plan, op)->type;

	return type == KERN_F32 || type == KERN_S32;
}

bool plan_host_params(const struct plan *plan, int op,
		      union plan_params *block, size_t *bytes)
{
	enum kern_op kind = plan->model->ops[op].op;

	*bytes = 0;
	switch (kind) {
	case KERN_CAST:
	case KERN_SHAPE:
	case KERN_DEQUANTIZE:
	case KERN_BATCH_MATMUL:
	case KERN_LOG_SOFTMAX:
		return true;
	case KERN_GATHER:
	case KERN_ARG_MAX:
		*bytes = axis_params(plan, op, block);
		return true;
	case KERN_MEAN:
		if (!is_plain(plan, op))
			return false;
		/* fall through */
	case KERN_SUM:
	case KERN_REDUCE_MAX:
		block->kept = plan_kept(plan, op);
		*bytes = sizeof(block->kept);
		return true;
	case KERN_QUANTIZE:
		return plan_input(plan, op, 0)->type == KERN_F32;
	case KERN_ADD:
		if (plan_output(plan, op)->type != KERN_S32)
			return false;
		break;
	case KERN_SUB: case KERN_MUL: case KERN_DIV:
	case KERN_MINIMUM: case KERN_MAXIMUM:
		if (!is_plain(plan, op))
			return false;
		break;
	default:
		if (!model_is_curve(kind) || !is_plain(plan, op))
			return false;
		*bytes = curve_params(plan, op, block);
		return true;
	}
	*bytes = pair_params(plan, op, block);
	return true;
}
