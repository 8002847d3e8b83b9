/* All values of a sample as one row. */
#include "train/pass_priv.h"

static const float *input_rows(const struct work *k, const struct layer *l)
{
	return train_rows(k, l->net.from, 0, k->shard->n *
			  work_tensor(k, l->net.from)->positions,
			  k->s->block);
}

static void forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);

	train_norm_open(k, layer);
	k->pass->isa->product(&(struct isa_product){
		.out = work_value(k, layer), .left = input_rows(k, l),
		.right = k->pass->parameters + l->w, .left_step = l->rows,
		.rows = k->shard->n, .groups = 1, .terms = l->rows,
		.c = l->columns });
	train_norm_rows(k, layer, 0, k->shard->n);
	train_norm_close(k, layer);
}

static void back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	float *dz = k->s->block_back;

	train_back_open(k, layer);
	train_back_rows(k, layer, 0, k->shard->n, dz);
	k->pass->isa->outer(&(struct isa_outer){
		.out = k->shard->gradient + l->w, .left = input_rows(k, l),
		.right = dz, .left_step = l->rows, .right_step = l->columns,
		.rows = l->rows, .terms = k->shard->n, .c = l->columns });
	if (l->net.from == NET_INPUT)
		return;
	k->pass->isa->product(&(struct isa_product){
		.out = work_gradient(k, l->net.from), .left = dz,
		.right = k->pass->turned + l->turned,
		.left_step = l->columns, .rows = k->shard->n, .groups = 1,
		.terms = l->columns, .c = l->rows, .add = l->adds[0] });
}

const struct layer_kind train_dense = { forward, back };
