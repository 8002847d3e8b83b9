#include <string.h>

#include "kern/s4.h"
#include "plan/plan_priv.h"

/* Smaller filters save too little for slower kernels. */
enum { WEIGHTS_MIN = 256 };

/* The values a filter takes, rising. */
struct values {
	int8_t list[KERN_S4_VALUES];
	int n;
	uint8_t number[256];	/* of value v at v + 128 */
};

static bool find_values(const int8_t *w, size_t n, struct values *v)
{
	bool seen[256] = { false };

	memset(v, 0, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		seen[w[i] + 128] = true;
	for (int i = 0; i < 256; i++) {
		if (!seen[i])
			continue;
		if (v->n == KERN_S4_VALUES)
			return false;
		v->number[i] = (uint8_t)v->n;
		v->list[v->n++] = (int8_t)(i - 128);
	}
	return true;
}

static void put_rows(const struct model_tensor *filter,
		     const struct values *v, int8_t *to)
{
	size_t rows = (size_t)filter->dims[0];
	size_t depth = model_elements(filter) / rows;
	const int8_t *w = filter->data;
	uint8_t *at = (uint8_t *)to + KERN_S4_VALUES;

	memcpy(to, v->list, KERN_S4_VALUES);
	for (size_t r = 0; r < rows; r++, at += (depth + 1) / 2)
		for (size_t i = 0; i < depth; i++, w++)
			at[i / 2] |= (uint8_t)(v->number[*w + 128]
					       << i % 2 * 4);
}

static int32_t *copied_bias(struct plan *plan, int index, size_t channels)
{
	const struct model_tensor *bias = plan_input(plan, index, 2);
	int32_t *copy = arena_array(&plan->memory, channels, sizeof(*copy));

	if (copy && bias)
		memcpy(copy, bias->data, channels * sizeof(*copy));
	return copy;
}

bool plan_pack_s4(struct plan *plan, int index, int *kind, struct err *err)
{
	const struct model_op *op = &plan->model->ops[index];
	const struct model_tensor *filter = plan_input(plan, index, 1);
	struct plan_op *p = &plan->ops[index];
	struct values v;
	size_t rows, bytes;
	int8_t *weights;

	*kind = 0;
	if ((op->op != KERN_CONV_2D && op->op != KERN_FULLY_CONNECTED) ||
	    model_elements(filter) < WEIGHTS_MIN ||
	    !find_values(filter->data, model_elements(filter), &v))
		return false;
	rows = (size_t)filter->dims[0];
	bytes = (size_t)kern_s4_bytes(filter->dims[0], (int64_t)(
		model_elements(filter) / rows));
	weights = arena_array(&plan->memory, bytes, 1);
	p->bias = copied_bias(plan, index, rows);
	if (!weights || !p->bias) {
		*kind = err_nomem(err);
		return true;
	}
	put_rows(filter, &v, weights);
	p->packing = KERN_PACK_S4;
	p->weights = weights;
	p->weights_bytes = (uint32_t)bytes;
	p->bias_count = (uint32_t)rows;
	return true;
}
