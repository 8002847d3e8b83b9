/*
 * transfer - a network that starts from a model there is already: train.start
 * and train.freeze of tinyml.yaml.
 */
#ifndef TINYML_TRAIN_TRANSFER_H
#define TINYML_TRAIN_TRANSFER_H

#include "artifact/digest.h"
#include "model/model.h"
#include "project/stage.h"
#include "train/finetune.h"

struct transfer {
	struct model graph;
	struct train_imported imported;	/* with one value a class */
	struct digest digest;		/* of the file, or the artifact's id */
	int freeze;
};

/*
 * Read the file of train.start, relative to the project: a .tflite of floats,
 * or a model.tar that is trusted as other inputs are.  Both are untrusted
 * bytes.  *out stays NULL when train.start is empty; transfer_close frees it,
 * NULL too.
 *
 * ERR_FORMAT  its input is not the features' (H, W, C), nor (H, 1, W C);
 *             train.freeze without train.start, train.layers beside it
 * ERR_RANGE   train.freeze leaves no layer to train
 * Errors of artifact_open, model_read_tflite, train_import, train_new_head.
 */
int transfer_open(struct transfer **out, const struct stage *stage,
		  struct net_shape input, int classes, struct err *err);
void transfer_close(struct transfer *transfer);

/* The start of a job, and its freeze.  Errors of train_start_from. */
int transfer_start(const struct transfer *transfer, struct train_job *job,
		   struct train_model **start, struct err *err);

/* Record which file it was. */
void transfer_params(const struct transfer *transfer,
		     struct artifact_maker *maker);

#endif
