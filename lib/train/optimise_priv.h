/*
 * optimise - from a gradient to new parameters.
 *
 *     adamw   Loshchilov and Hutter, arXiv 1711.05101
 *     sgd     v = momentum v + g, w = w (1 - rate decay) - rate v
 *
 * Weight decay works on weights, not on batch norm and biases.  A gradient
 * whose Euclidean norm is above `clip` is scaled down to it.  With `ema` a
 * running average of parameters and statistics is kept beside them, which is
 * what is evaluated and handed out: a = d a + (1 - d) w with d = min(ema,
 * (1 + step) / (10 + step)), so that the first steps do not weigh for ever.
 */
#ifndef TINYML_TRAIN_OPTIMISE_PRIV_H
#define TINYML_TRAIN_OPTIMISE_PRIV_H

#include "train/isa.h"
#include "train/model_priv.h"

struct optimiser {
	struct train_model *model;
	const struct train_options *options;
	const struct train_isa *isa;
	float *m, *v;		/* (parameters); sgd has no m */
	float *average;		/* (parameters, statistics), or NULL */
	double beta1_power, beta2_power;	/* beta^step, adamw */
	uint64_t steps;
	float *frozen;		/* (parameters) at the start, or NULL */
	size_t frozen_layers;
};

/* optimise_close in every case. ERR_MEM. */
int optimise_open(struct optimiser *o, struct train_model *model,
		  const struct train_options *options,
		  const struct train_isa *isa, struct err *err);
void optimise_close(struct optimiser *o);

/* The parameters of that many layers, all at most, stay as they are now: their
 * gradient counts as 0, also for the norm, and neither decay nor the rounding
 * of an average moves them.  ERR_MEM. */
int optimise_freeze(struct optimiser *o, size_t layers, struct err *err);

/* One step along gradient, which may be changed. */
void optimise_step(struct optimiser *o, float *gradient, double rate);

/* After the step's statistics are in. */
void optimise_average(struct optimiser *o);

/* The block to evaluate and to keep. */
const float *optimise_block(const struct optimiser *o);

#endif
