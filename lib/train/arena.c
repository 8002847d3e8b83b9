/* The arena of one shard: which tensors live when, and so where.
 *
 * Times: 0 the input, i + 1 layer i forward, L + 1 the loss, 2 L + 1 - i layer
 * i back. */
#include <stdlib.h>

#include "plan/offsets.h"
#include "train/plan_priv.h"

enum { SEARCH_STEPS = 2000, BLOCKS_MAX = 3 * (NET_LAYERS_MAX + 1) };

struct lives {
	const struct train_plan *plan;
	struct offsets_block blocks[BLOCKS_MAX];
	size_t *places[BLOCKS_MAX];
	int n;
	bool too_large;		/* a block that int32_t cannot index */
};

static int back_time(const struct train_plan *plan, int layer)
{
	return 2 * (int)plan->layer_count + 1 - layer;
}

static void add(struct lives *lives, size_t *place, size_t floats, int first,
		int last)
{
	lives->blocks[lives->n] = (struct offsets_block){
		.first = first, .last = last,
		.bytes = (uint32_t)((floats + TRAIN_LANES - 1) / TRAIN_LANES),
		.step = 1 };
	lives->places[lives->n++] = place;
	if (floats > INT32_MAX)
		lives->too_large = true;
}

static bool reads(const struct net_layer *l, int tensor)
{
	return l->from == tensor ||
		((l->kind == NET_ADD || l->kind == NET_CONCAT) &&
		 l->with == tensor);
}

/* The last time that a tensor's value is looked at. */
static int value_end(const struct train_plan *plan, int tensor)
{
	int end = (int)plan->layer_count + 1, last = 0;

	for (int i = tensor + 1; i < (int)plan->layer_count; i++) {
		const struct net_layer *l = &plan->layers[i].net;

		if (!reads(l, tensor))
			continue;
		last = last > i + 1 ? last : i + 1;
		if (train_needs_input(l) && back_time(plan, i) > last)
			last = back_time(plan, i);
	}
	if (tensor + 1 == (int)plan->layer_count ||
	    (tensor == NET_INPUT && plan->net.task == NET_REBUILD))
		last = last > end ? last : end;
	if (tensor >= 0 && (train_has_weights(plan->layers[tensor].net.kind) ||
			    plan->layers[tensor].net.kind == NET_ADD ||
			    plan->layers[tensor].net.kind == NET_MAX_POOL))
		last = back_time(plan, tensor);
	return last;
}

static int gradient_start(const struct train_plan *plan, int tensor)
{
	int first = (int)plan->layer_count + 1;

	if (tensor + 1 == (int)plan->layer_count)
		return first;
	for (int i = tensor + 1; i < (int)plan->layer_count; i++)
		if (reads(&plan->layers[i].net, tensor))
			first = back_time(plan, i);
	return first;
}

static void add_tensor(struct lives *lives, struct train_plan *plan, int i)
{
	struct tensor *t = &plan->tensors[i + 1];
	size_t floats = TRAIN_SHARD * t->positions * t->c;

	add(lives, &t->value, floats, i + 1, value_end(plan, i));
	if (i < 0)
		return;
	add(lives, &t->gradient, floats, gradient_start(plan, i),
	    back_time(plan, i));
	if (t->extra_floats > 0)
		add(lives, &t->extra, t->extra_floats, i + 1,
		    back_time(plan, i));
}

/* All bytes together, in vectors, must stay below 2^32. */
static int check_total(const struct lives *lives, struct err *err)
{
	uint64_t sum = 0;

	for (int i = 0; i < lives->n; i++)
		sum += lives->blocks[i].bytes;
	if (sum >= UINT32_MAX || lives->too_large)
		return err_set(err, ERR_RANGE, "network: its layers are too "
			       "large to train");
	return 0;
}

static void settle(struct train_plan *plan, const struct lives *lives,
		   uint32_t total)
{
	plan->arena = (size_t)total * TRAIN_LANES;
	for (int i = 0; i < lives->n; i++)
		*lives->places[i] = (size_t)lives->blocks[i].offset *
			TRAIN_LANES;
	for (int i = 0; i < (int)plan->layer_count; i++) {
		struct tensor *t = &plan->tensors[i + 1];

		t->channel = plan->arena;
		plan->arena += CHANNEL_VECTORS * t->c;
	}
}

int train_plan_arena(struct train_plan *plan, struct err *err)
{
	struct lives *lives = calloc(1, sizeof(*lives));
	struct offsets_result result;
	int status;

	if (!lives)
		return err_nomem(err);
	for (int i = NET_INPUT; i < (int)plan->layer_count; i++)
		add_tensor(lives, plan, i);
	status = check_total(lives, err);
	if (status == 0)
		status = offsets_solve(lives->blocks, lives->n,
				       2 * (int)plan->layer_count + 2,
				       SEARCH_STEPS, &result, err);
	if (status == 0)
		settle(plan, lives, result.total);
	free(lives);
	return status;
}
