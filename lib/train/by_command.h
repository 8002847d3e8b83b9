/*
 * by_command - the train stage done by a program of the user's
 * (command/command.h): features out, a model in, measured by us.
 *
 * Members of model.tar that differ from train/stage.h's:
 *
 *     model.tflite    what the program left, read and written again by us; a
 *                     softmax behind it when its answers are no probabilities
 *     metrics.json    as usual, without epochs; measured by lib/run
 *     metrics.csv, curves.svg, network.txt   are absent
 *     command/...     other files that it left, not looked at
 */
#ifndef TINYML_TRAIN_BY_COMMAND_H
#define TINYML_TRAIN_BY_COMMAND_H

#include "labels/recorded.h"
#include "train/stage.h"

/* How far the sum of probabilities may lie from 1. */
#define BY_COMMAND_SUM 1e-3f

struct by_command {
	struct stage *stage;		/* with a command for train */
	const struct recorded *recorded;
	int threads;			/* 0: one per processor */
	const struct progress *progress;
};

/*
 * ERR_TOOL, ERR_TIMEOUT: the program failed; ERR_MISSING, ERR_FORMAT,
 * ERR_UNSUPPORTED, ERR_RANGE: what it left is not one float model from these
 * features to these classes; and those of reading and writing.  This process
 * must have no second thread.
 */
int train_by_command(const struct by_command *how,
		     struct train_summary *summary, struct err *err);

#endif
