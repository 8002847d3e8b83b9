#include "squeeze/estimate.h"

/* In hundredths of an instruction. */
struct price {
	uint64_t mac, tap, output;
};

static const struct price reference = { 900, 2200, 3000 };
static const struct price reference_depthwise = { 3000, 0, 3000 };
static const struct price wide = { 1200, 2500, 4000 };
static const struct price nibbles = { 520, 300, 4000 };
static const struct price m4 = { 115, 0, 1000 };
static const struct price m4_depthwise = { 270, 0, 1000 };
static const struct price m55 = { 32, 0, 500 };
static const struct price m55_depthwise = { 110, 0, 400 };

static bool is_depthwise(const struct plan *plan, int op)
{
	return plan->model->ops[op].op == KERN_DEPTHWISE_CONV_2D;
}

static const struct price *price_of(const struct plan *plan, int op)
{
	bool depthwise = is_depthwise(plan, op);

	if (plan->model->tensors[plan->model->ops[op].output].type ==
	    KERN_S16)
		return &wide;
	if (plan->ops[op].packing == KERN_PACK_S4)
		return &nibbles;
	if (plan->ops[op].packing == KERN_PACK_REF)
		return depthwise ? &reference_depthwise : &reference;
	if (plan->set == KERN_SET_M55)
		return depthwise ? &m55_depthwise : &m55;
	return depthwise ? &m4_depthwise : &m4;
}

/* Of the filter of one output channel; 1 for a dense layer. */
static uint64_t taps(const struct plan *plan, int op)
{
	const struct model_op *node = &plan->model->ops[op];
	const struct model_tensor *w = &plan->model->tensors[node->inputs[1]];

	return w->rank < 4 ? 1 : (uint64_t)w->dims[1] * (uint64_t)w->dims[2];
}

/* Of other operations: hundredths for each output element. */
static uint64_t price_of_element(const struct plan *plan, int op)
{
	switch (plan->model->ops[op].op) {
	case KERN_ADD:
	case KERN_SUB:
		return plan->set == KERN_SET_REF ? 6000 : 1200;
	case KERN_MUL:
		return 4000;
	case KERN_SOFTMAX:
		return 30000;
	case KERN_RESHAPE:
		return 50;
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		return 2000;
	default:
		return 800;
	}
}

/* A pool looks at every input element. */
static uint64_t pooled(const struct plan *plan, int op)
{
	const struct model_op *node = &plan->model->ops[op];

	if (node->op != KERN_AVERAGE_POOL_2D && node->op != KERN_MAX_POOL_2D)
		return 0;
	return 800 * model_elements(&plan->model->tensors[node->inputs[0]]);
}

uint64_t estimate_instructions(const struct plan *plan)
{
	uint64_t sum = 0;

	for (int i = 0; i < plan->model->op_count; i++) {
		uint64_t n = model_elements(&plan->model->tensors[
			plan->model->ops[i].output]);
		const struct price *p = price_of(plan, i);

		if (plan->ops[i].macs)
			sum += p->mac * plan->ops[i].macs +
			       n * (p->tap * taps(plan, i) + p->output);
		else
			sum += n * price_of_element(plan, i) +
			       pooled(plan, i);
	}
	return sum / 100;
}
