/*
 * pass - one shard of samples through the network and back.
 *
 * Axes: S samples of the shard, P = S * H' * W' positions, C, M as in plan.
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
	const float *soft[TRAIN_SHARD];	/* (classes), or NULL */
	float weight[TRAIN_SHARD];	/* of the sample's loss */
	size_t n;
	size_t first;		/* place of the first sample in the batch */
	float *gradient;	/* (parameters), written whole */
	float *statistics;	/* (statistics): the shard's own */
	float *loss;		/* (S) */
	float *probabilities;	/* (S, classes) */
};

/* The activations of one layer and what its way back needs. */
struct trace {
	float *z, *y;			/* (P, C) before and after norm */
	float *mean, *variance;		/* (C) used by the norm */
	float *inverse, *scale, *offset;	/* (C) */
};

/* One thread's memory for one shard, a single block. */
struct scratch {
	float *memory;
	float *input;			/* (S, H, W, C input) */
	float *columns;			/* (P, conv rows) */
	struct trace layers[LAYERS_MAX];
	float *border;			/* (H' + 2, W' + 2, C) */
	float *d, *d_next;		/* (P, C) */
	float *sum, *dot, *by_z, *constant;	/* (C) */
	float *pooled, *mask, *d_pooled;	/* (S, C) */
	float *logits, *d_logits;		/* (S, M) */
};

/* Sample i of the shard: what to answer for sample index of data. */
void train_shard_target(struct shard *shard, size_t i,
			const struct train_data *data, size_t index,
			size_t classes);

int train_scratch_open(struct scratch *scratch, const struct train_plan *plan,
		       struct err *err);
void train_scratch_close(struct scratch *scratch);

/* Probabilities with the running statistics; loss too when it is not NULL. */
void train_pass_infer(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard);

/* Forward with the shard's statistics and dropout, then back: gradient of
 * sum(loss) / batch, statistics, loss, probabilities. */
void train_pass_train(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard);

/* Its first half, which is also how answers are found (not training). */
void train_pass_forward(const struct pass *pass, struct scratch *scratch,
			const struct shard *shard, bool training);

/* Logits to probabilities, loss and d_logits (head.c). */
void train_head_forward(const struct pass *pass, struct scratch *scratch,
			const struct shard *shard, bool training);
void train_head_backward(const struct pass *pass, struct scratch *scratch,
			 const struct shard *shard);

/* Copy a plane (H', W', C) into the middle of a border of zeros. */
void train_border_fill(const struct train_plan *plan, float *border,
		       const float *plane);

#endif
