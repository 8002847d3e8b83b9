#include "train/pass_priv.h"

#include <string.h>

static const struct layer_kind *const kinds[NET_KINDS] = {
	[NET_CONV] = &train_conv, [NET_DEPTHWISE] = &train_depthwise,
	[NET_DENSE] = &train_dense, [NET_MAX_POOL] = &train_max_pool,
	[NET_AVERAGE_POOL] = &train_average_pool,
	[NET_GLOBAL_POOL] = &train_global_pool, [NET_ADD] = &train_add,
	[NET_CONCAT] = &train_concat, [NET_DROPOUT] = &train_dropout,
	[NET_LSTM] = &train_lstm
};

/* The samples, scaled, with zeros in padded channels. */
static void feed(const struct work *k)
{
	const struct tensor *t = work_tensor(k, NET_INPUT);
	float *out = work_value(k, NET_INPUT);

	for (size_t n = 0; n < k->shard->n; n++) {
		const float *x = k->shard->x[n];

		for (size_t p = 0; p < t->positions; p++, out += t->c) {
			for (size_t c = 0; c < t->real; c++)
				out[c] = *x++ * k->pass->input_scale;
			for (size_t c = t->real; c < t->c; c++)
				out[c] = 0;
		}
	}
}

void train_pass_forward(const struct pass *pass, struct scratch *scratch,
			const struct shard *shard, bool training)
{
	const struct work k = { pass, scratch, shard, training };

	feed(&k);
	for (int i = 0; i < (int)pass->plan->layer_count; i++)
		kinds[pass->plan->layers[i].net.kind]->forward(&k, i);
	train_loss(&k);
}

void train_pass_infer(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard)
{
	train_pass_forward(pass, scratch, shard, false);
}

void train_pass_train(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard)
{
	const struct work k = { pass, scratch, shard, true };

	train_pass_forward(pass, scratch, shard, true);
	memset(shard->gradient, 0, pass->plan->parameters * sizeof(float));
	for (int i = (int)pass->plan->layer_count - 1; i >= 0; i--)
		kinds[pass->plan->layers[i].net.kind]->back(&k, i);
}
