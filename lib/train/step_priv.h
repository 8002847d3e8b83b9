/*
 * step - one batch: shards in parallel, gradients added in shard order, a step
 * of the optimiser, running statistics.
 */
#ifndef TINYML_TRAIN_STEP_PRIV_H
#define TINYML_TRAIN_STEP_PRIV_H

#include "base/pool.h"
#include "train/model_priv.h"
#include "train/optimise_priv.h"
#include "train/pass_priv.h"

/* Everything a training needs besides the model; opened once. */
struct trainer {
	struct train_model *model;
	const struct train_data *data;
	const struct train_options *options;
	struct pass pass;
	struct pool *pool;
	struct scratch *scratches;
	float *gradients;	/* (shards, parameters) */
	float *shard_statistics;	/* (shards, statistics) */
	float *gradient;	/* (parameters) */
	float *turned;
	float *loss;		/* (batch) */
	float *probabilities;	/* (batch, classes) */
	struct optimiser optimiser;
	/* the batch at hand */
	const uint32_t *order;	/* its samples */
	int epoch;
};

/* trainer_close in every case. */
int trainer_open(struct trainer *trainer, struct train_model *model,
		 const struct train_data *data,
		 const struct train_options *options, struct err *err);
void trainer_close(struct trainer *trainer);

/* Train on n samples, at most the batch; adds to the sums. */
void trainer_step(struct trainer *trainer, const uint32_t *order, size_t n,
		  double rate, double *loss, size_t *right);

#endif
