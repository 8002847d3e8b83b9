#include <stdlib.h>
#include <string.h>

#include "train/pass_priv.h"

enum { LINE = 64, LINE_FLOATS = LINE / sizeof(float) };

/* The next n floats from a cache line on; only counted while base is NULL. */
static float *take(float *base, size_t *used, size_t n)
{
	float *p = base ? base + *used : NULL;

	*used += (n + LINE_FLOATS - 1) / LINE_FLOATS * LINE_FLOATS;
	return p;
}

/* Lay everything out from base; the floats needed. */
static size_t place(struct scratch *s, const struct train_plan *plan,
		    float *base)
{
	size_t used = 0;

	s->input = take(base, &used, TRAIN_SHARD * train_plan_values(plan));
	s->arena = take(base, &used, plan->arena);
	s->block = take(base, &used, plan->block);
	s->block_back = take(base, &used, plan->block);
	s->border = take(base, &used, plan->border);
	s->border_back = take(base, &used, plan->border);
	s->ones = take(base, &used, plan->widest);
	s->zeros = take(base, &used, plan->widest);
	s->in_at = (int32_t *)take(base, &used, plan->places);
	s->out_at = (int32_t *)take(base, &used, plan->places);
	s->tap_at = (int32_t *)take(base, &used, plan->places);
	s->phase_at = (int32_t *)take(base, &used, plan->places);
	s->back_at = (int32_t *)take(base, &used, plan->places);
	return used;
}

int train_scratch_open(struct scratch *scratch, const struct train_plan *plan,
		       struct err *err)
{
	size_t bytes = place(scratch, plan, NULL) * sizeof(float);

	scratch->memory = aligned_alloc(LINE, bytes);
	if (!scratch->memory)
		return err_nomem(err);
	place(scratch, plan, scratch->memory);
	memset(scratch->zeros, 0, plan->widest * sizeof(float));
	for (size_t i = 0; i < plan->widest; i++)
		scratch->ones[i] = 1;
	return 0;
}

void train_scratch_close(struct scratch *scratch)
{
	free(scratch->memory);
	scratch->memory = NULL;
}
