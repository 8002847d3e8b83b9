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

static void place_layer(struct trace *t, float *base, size_t *used, size_t p,
			size_t c)
{
	t->z = take(base, used, p * c);
	t->y = take(base, used, p * c);
	t->mean = take(base, used, c);
	t->variance = take(base, used, c);
	t->inverse = take(base, used, c);
	t->scale = take(base, used, c);
	t->offset = take(base, used, c);
}

/* Lay everything out from base; the floats needed. */
static size_t place(struct scratch *s, const struct train_plan *plan,
		    float *base)
{
	size_t c = plan->c, m = plan->m, used = 0;
	size_t p = TRAIN_SHARD * plan->h * plan->w;

	s->input = take(base, &used, TRAIN_SHARD * train_plan_values(plan));
	s->columns = take(base, &used, p * plan->layers[0].rows);
	for (size_t i = 0; i < plan->layer_count; i++)
		place_layer(&s->layers[i], base, &used, p, c);
	s->border = take(base, &used, (plan->h + 2) * (plan->w + 2) * c);
	s->d = take(base, &used, p * c);
	s->d_next = take(base, &used, p * c);
	s->sum = take(base, &used, c);
	s->dot = take(base, &used, c);
	s->by_z = take(base, &used, c);
	s->constant = take(base, &used, c);
	s->pooled = take(base, &used, TRAIN_SHARD * c);
	s->mask = take(base, &used, TRAIN_SHARD * c);
	s->d_pooled = take(base, &used, TRAIN_SHARD * c);
	s->logits = take(base, &used, TRAIN_SHARD * m);
	s->d_logits = take(base, &used, TRAIN_SHARD * m);
	return used;
}

int train_scratch_open(struct scratch *scratch, const struct train_plan *plan,
		       struct err *err)
{
	size_t bytes = place(scratch, plan, NULL) * sizeof(float);

	scratch->memory = aligned_alloc(LINE, bytes);
	if (!scratch->memory)
		return err_nomem(err);
	memset(scratch->memory, 0, bytes);
	place(scratch, plan, scratch->memory);
	return 0;
}

void train_scratch_close(struct scratch *scratch)
{
	free(scratch->memory);
	scratch->memory = NULL;
}
