/*
 * finetune - a float model of any origin, trained further.
 *
 * The graph is read as a list of layers (train/net.h) with its weights: batch
 * norm is folded into weights and biases already, so there is none.  What has
 * been taken out of it (quant/prune.h) stays out; a weight that is 0 is a
 * weight like any other.
 */
#ifndef TINYML_TRAIN_FINETUNE_H
#define TINYML_TRAIN_FINETUNE_H

#include "model/model.h"
#include "train/train.h"

enum { TRAIN_FRESH = -1 };	/* a layer that starts at random */

struct train_imported {
	struct net net;
	int ops[NET_LAYERS_MAX];	/* the operation a layer was, or
					   TRAIN_FRESH */
};

/*
 * Read a checked graph of one input and one output: CONV_2D,
 * DEPTHWISE_CONV_2D (multiplier 1), FULLY_CONNECTED, MAX_POOL_2D,
 * AVERAGE_POOL_2D, ADD and CONCATENATION of two, RESHAPE to a row, and a
 * SOFTMAX at its end.  ERR_UNSUPPORTED names what else is there.
 */
int train_import(const struct model *graph, struct train_imported *out,
		 struct err *err);

/* Where the last layer does not give one value a class, a dense layer of as
 * many takes its place, at its random start.  ERR_UNSUPPORTED when the last
 * one is no dense layer; errors of net_shapes. */
int train_new_head(struct train_imported *imported, int classes,
		   struct err *err);

/*
 * The start of a job on imported->net: the weights that graph has, divided by
 * the input scale that the job's data gives where they read the input.  Of the
 * job data, freeze and the seed are looked at.  The caller closes out; it is
 * NULL on failure.  Errors of train_untrained and ERR_RANGE for the data.
 */
int train_start_from(struct train_model **out, const struct model *graph,
		     const struct train_imported *imported,
		     const struct train_job *job, struct err *err);

/*
 * Train graph on a job whose net and start are not looked at; out is the
 * float graph of the best epoch, which the caller releases.  With the rate of
 * a fresh training it forgets what it knows; a tenth of it is usual.
 * Errors of train_import and train_run; on failure out is empty.
 */
int train_finetune(const struct model *graph, const struct train_job *job,
		   struct model *out, struct err *err);

#endif
