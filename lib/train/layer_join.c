/* Two tensors into one: their sum, or the channels of both. */
#include <string.h>

#include "train/pass_priv.h"

static void add_forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *t = work_tensor(k, layer);
	size_t p = k->shard->n * t->positions, n;
	size_t most = train_block_rows(k, layer);

	for (size_t i = 0; i < p; i += n) {
		n = p - i < most ? p - i : most;
		k->pass->isa->join(work_value(k, layer) + i * t->c,
				   train_rows(k, l->net.from, i, n,
					      k->s->block),
				   train_rows(k, l->net.with, i, n,
					      k->s->block_back),
				   l->low, l->high, n * t->c);
	}
}

static void add_back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *t = work_tensor(k, layer);
	const int to[] = { l->net.from, l->net.with };

	for (int i = 0; i < 2; i++)
		if (to[i] != NET_INPUT)
			k->pass->isa->part(work_gradient(k, to[i]),
					   work_gradient(k, layer),
					   work_value(k, layer), l->low,
					   l->high, k->shard->n *
					   t->positions * t->c, l->adds[i]);
}

static void concat_forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *out = work_tensor(k, layer);
	const struct tensor *a = work_tensor(k, l->net.from);
	const struct tensor *b = work_tensor(k, l->net.with);
	float *y = work_value(k, layer);

	memset(y, 0, k->shard->n * out->positions * out->c * sizeof(float));
	for (size_t i = 0; i < k->shard->n * out->positions; i++) {
		memcpy(y + i * out->c,
		       train_rows(k, l->net.from, i, 1, k->s->block),
		       a->real * sizeof(float));
		memcpy(y + i * out->c + a->real,
		       train_rows(k, l->net.with, i, 1, k->s->block),
		       b->real * sizeof(float));
	}
}

/* Channels [first, first + real) of the sum's gradient to one of the two. */
static void concat_part(const struct work *k, int layer, int to, size_t first,
			bool add)
{
	const struct tensor *out = work_tensor(k, layer);
	const struct tensor *t = work_tensor(k, to);
	const float *dy = work_gradient(k, layer) + first;
	float *dx = to == NET_INPUT ? NULL : work_gradient(k, to);
	size_t p = k->shard->n * out->positions;

	if (!dx)
		return;
	if (!add)
		memset(dx, 0, p * t->c * sizeof(float));
	for (size_t i = 0; i < p; i++, dx += t->c, dy += out->c)
		for (size_t c = 0; c < t->real; c++)
			dx[c] += dy[c];
}

static void concat_back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);

	concat_part(k, layer, l->net.from, 0, l->adds[0]);
	concat_part(k, layer, l->net.with, work_tensor(k, l->net.from)->real,
		    l->adds[1]);
}

const struct layer_kind train_add = { add_forward, add_back };
const struct layer_kind train_concat = { concat_forward, concat_back };
