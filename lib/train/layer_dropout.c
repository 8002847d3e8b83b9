/* Dropout (Srivastava et al. 2014): kept values are scaled up in training, so
 * that nothing is left to do afterwards. */
#include "train/pass_priv.h"
#include "train/random_priv.h"

enum { PLACE_BITS = 20 };	/* of a sample in its batch */

/* 0 or 1 / (1 - share), drawn by step, layer, place in the batch, value. */
static void draw(const struct work *k, int layer, size_t sample, float *mask)
{
	const struct tensor *t = work_tensor(k, layer);
	float share = work_layer(k, layer)->net.share;
	float kept = 1.0f / (1.0f - share);
	struct rng rng;

	random_stream(&rng, k->pass->seed, RANDOM_DROPOUT, k->pass->step,
		      ((uint64_t)layer << PLACE_BITS) + k->shard->first +
		      sample);
	for (size_t i = 0; i < t->positions * t->c; i++)
		mask[i] = i % t->c < t->real && rng_unit(&rng) >= share ?
			kept : 0;
}

static void forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *t = work_tensor(k, layer);
	size_t plane = t->positions * t->c;

	for (size_t n = 0; n < k->shard->n; n++) {
		const float *x = train_rows(k, l->net.from, n * t->positions,
					    t->positions, k->s->block);
		float *y = work_value(k, layer) + n * plane;
		float *mask = k->s->arena + t->extra + n * plane;

		if (k->training)
			draw(k, layer, n, mask);
		for (size_t i = 0; i < plane; i++)
			y[i] = k->training ? x[i] * mask[i] : x[i];
	}
}

static void back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *t = work_tensor(k, layer);
	const float *mask = k->s->arena + t->extra;
	const float *dy = work_gradient(k, layer);
	float *dx;

	if (l->net.from == NET_INPUT)
		return;
	dx = work_gradient(k, l->net.from);
	for (size_t i = 0; i < k->shard->n * t->positions * t->c; i++)
		dx[i] = l->adds[0] ? __builtin_fmaf(dy[i], mask[i], dx[i]) :
			dy[i] * mask[i];
}

const struct layer_kind train_dropout = { forward, back };
