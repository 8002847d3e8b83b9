/*
 * model - what a finished training leaves behind, and where it is kept while
 * it runs.
 */
#ifndef TINYML_TRAIN_MODEL_PRIV_H
#define TINYML_TRAIN_MODEL_PRIV_H

#include "train/plan_priv.h"

struct train_model {
	struct train_plan plan;
	float input_scale;
	float *parameters;	/* one block: parameters, then statistics */
	float *statistics;
	struct train_row *rows;	/* room for every epoch */
	size_t row_count;
	int best_epoch;
};

/* A model at its random start, or at the job's. */
int train_model_start(struct train_model **out, const struct train_job *job,
		      struct err *err);

/* Floats in the block. */
size_t train_model_floats(const struct train_model *model);

/* ERR_RANGE when data is not for this network: labels, values. Every sample is
 * fetched once for that; scale becomes 1 / RMS of all, 1 for silence. */
int train_check_data(const struct train_plan *plan,
		     const struct train_data *data, float *scale,
		     struct err *err);

/* The power of two next below an input scale: weights divided by it and
 * multiplied by it again are what they were. */
float train_exact_scale(float scale);

#endif
