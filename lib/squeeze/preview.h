/*
 * preview - what the network of a project will need on its targets, said
 * before it is trained.
 *
 * The network at its random start is quantised on noise and planned: arena and
 * image (with eight golden vectors) have the size that squeeze will give
 * them, as neither depends on the values of weights; 4-bit, clustered and
 * pruned models are smaller still, and are not foreseen.  Instructions are
 * squeeze/estimate.h's.
 */
#ifndef TINYML_SQUEEZE_PREVIEW_H
#define TINYML_SQUEEZE_PREVIEW_H

#include "squeeze/squeeze.h"
#include "train/stage.h"

/* Append the table of layers and a line for each target.  ERR_NOFIT names the
 * first target that the network does not fit; the text is complete then. */
int squeeze_preview(const struct train_stage *args, struct buf *out,
		    struct err *err);

/* The same of a network that is at hand. */
int squeeze_foresee(const struct train_preview *preview, struct buf *out,
		    struct err *err);

#endif
