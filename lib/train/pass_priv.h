/*
 * pass - one shard of samples through the network and back.
 *
 * Axes: S samples of the shard, P = S * H * W positions of a tensor, C its
 * padded channels, M outputs of the network.
 *
 * A layer with batch norm keeps what it computed before it; whoever reads the
 * layer gets rows or planes normalised on the way, in the first cache, so that
 * no normalised tensor is ever stored or kept for the way back.  Layers
 * without batch norm store their output.
 */
#ifndef TINYML_TRAIN_PASS_PRIV_H
#define TINYML_TRAIN_PASS_PRIV_H

#include <stdbool.h>

#include "train/isa.h"
#include "train/plan_priv.h"

/* What all shards of a step share; read only. */
struct pass {
	const struct train_plan *plan;
	const struct train_isa *isa;
	const float *parameters, *statistics, *turned;
	float input_scale;
	float smoothing;
	uint64_t seed;
	size_t step;
	size_t batch;		/* samples of the whole step */
};

/* The samples of one shard and where its results go. */
struct shard {
	const float *x[TRAIN_SHARD];	/* (H, W, C input) each */
	int32_t y[TRAIN_SHARD];
	const float *soft[TRAIN_SHARD];	/* (M), or NULL */
	float weight[TRAIN_SHARD];	/* of the sample's loss */
	size_t n;
	size_t first;		/* place of the first sample in the batch */
	float *gradient;	/* (parameters), written whole */
	float *statistics;	/* (statistics): the shard's own */
	float *loss;		/* (S), or NULL */
	float *probabilities;	/* (S, M); NET_REBUILD: what was rebuilt */
};

/* One thread's memory for one shard, a single block. */
struct scratch {
	float *memory;
	float *input;			/* (S, H, W, C input), for fetching */
	float *arena;
	float *block, *block_back;	/* rows at hand */
	float *border, *border_back;	/* padded planes */
	float *ones, *zeros;		/* (widest) */
	/* tables for isa.h, of windows and of phases */
	int32_t *in_at, *out_at, *tap_at, *phase_at, *back_at;
};

/* Sample i of the shard: what to answer for sample index of data. */
void train_shard_target(struct shard *shard, size_t i,
			const struct train_data *data, size_t index,
			size_t classes);

int train_scratch_open(struct scratch *scratch, const struct train_plan *plan,
		       struct err *err);
void train_scratch_close(struct scratch *scratch);

/* Outputs with the running statistics; loss too when it is not NULL. */
void train_pass_infer(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard);

/* Forward with the shard's statistics and dropout, then back: gradient of
 * sum(loss) / batch, statistics, loss, outputs. */
void train_pass_train(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard);

/* Its first half, which is also how answers are found (not training). */
void train_pass_forward(const struct pass *pass, struct scratch *scratch,
			const struct shard *shard, bool training);

/* ---- for layers ---------------------------------------------------------- */

struct work {
	const struct pass *pass;
	struct scratch *s;
	const struct shard *shard;
	bool training;
};

/* What a kind of layer does; back may be NULL. */
struct layer_kind {
	void (*forward)(const struct work *k, int layer);
	void (*back)(const struct work *k, int layer);
};

extern const struct layer_kind train_conv, train_depthwise, train_dense,
	train_max_pool, train_average_pool, train_global_pool, train_add,
	train_concat, train_dropout, train_lstm;

static inline const struct layer *work_layer(const struct work *k, int layer)
{
	return &k->pass->plan->layers[layer];
}

static inline const struct tensor *work_tensor(const struct work *k,
					       int layer)
{
	return plan_tensor(k->pass->plan, layer);
}

static inline float *work_value(const struct work *k, int layer)
{
	return k->s->arena + work_tensor(k, layer)->value;
}

static inline float *work_gradient(const struct work *k, int layer)
{
	return k->s->arena + work_tensor(k, layer)->gradient;
}

static inline float *work_channel(const struct work *k, int layer, int which)
{
	const struct tensor *t = work_tensor(k, layer);

	return k->s->arena + t->channel + (size_t)which * t->c;
}

/* Rows to work on together so that they stay in the first cache. */
size_t train_block_rows(const struct work *k, int layer);

/* Output rows [first, first + n) of a layer: where they lie, or made in room
 * (n, C). */
const float *train_rows(const struct work *k, int layer, size_t first,
			size_t n, float *room);

/*
 * The same of one sample's plane into the middle of zeros (window h, w, C):
 * train_border_open writes the zeros, train_border_fill the middle.
 */
void train_border_open(const struct work *k, int layer,
		       const struct plan_window *window);
void train_border_fill(const struct work *k, int layer, size_t sample,
		       const struct plan_window *window);

/* A layer with weights has written its rows [first, first + n) in ascending
 * order: count them for batch norm, or add bias and apply the activation. */
void train_norm_rows(const struct work *k, int layer, size_t first, size_t n);
void train_norm_open(const struct work *k, int layer);
void train_norm_close(const struct work *k, int layer);

/* On the way back: gradients of gamma and beta or the bias, once; then the
 * gradient of rows [first, first + n) before norm and activation, into out. */
void train_back_open(const struct work *k, int layer);
void train_back_rows(const struct work *k, int layer, size_t first, size_t n,
		     float *out);
/* One sample's plane into the middle of border_back, which was opened. */
void train_back_border_open(const struct work *k, int layer);
void train_back_border_fill(const struct work *k, int layer, size_t sample);

/* Tables of places in the padded input and padded gradient (window.c), in
 * floats; C of the layer's input and output. */
void train_input_places(const struct work *k, int layer, int32_t *at);
void train_tap_places(const struct work *k, int layer, int32_t *at);
void train_gradient_places(const struct work *k, int layer, int32_t *at);
/* Positions of all phases, one phase after the other: of the input (unpadded)
 * into phase_at, of their windows in the padded gradient into back_at. */
void train_all_phases(const struct work *k, int layer);
/* How many of them are of this phase. */
size_t train_phase_count(const struct work *k, int layer,
			 const struct plan_phase *phase);

/* Loss and the last layer's gradient (loss.c). */
void train_loss(const struct work *k);

#endif
