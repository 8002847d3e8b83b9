/*
 * checkpoint - a training on disk, to be taken up after a kill.
 *
 * Written whole between epochs (base/file.h: the old one or the new one is
 * there, never half of one) and found again by its key, so a training that is
 * killed and run again ends in the bytes of one that was not.
 *
 *     "tinymlck1\n" and 6 zeros
 *     key (32 bytes), then numbers of 64 bits: floats in a block, epochs done,
 *     best epoch, steps; beta1^steps, beta2^steps (f64)
 *     rows of the epochs done
 *     blocks of f32: model, best, v; m and the average where there are any
 *     SHA-256 of all before it
 *
 * A file that is not exactly that is as good as none.
 */
#ifndef TINYML_TRAIN_CHECKPOINT_PRIV_H
#define TINYML_TRAIN_CHECKPOINT_PRIV_H

#include "train/optimise_priv.h"

/* What a checkpoint holds, in place. */
struct checkpoint {
	struct train_model *model;	/* parameters, statistics, rows */
	struct optimiser *optimiser;
	float *best;			/* as the model's block */
};

/* Errors of file_write; ERR_MEM. */
int checkpoint_save(const struct checkpoint *c,
		    const struct train_keep *keep, struct err *err);

/* False, and nothing is changed, without a checkpoint of this key and size. */
bool checkpoint_load(const struct checkpoint *c,
		     const struct train_keep *keep);

#endif
