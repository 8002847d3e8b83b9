/*
 * stage - `tinyml train`: labels in, feature recipe and float model out.
 *
 * The payload of model.tar (stage "train"):
 *
 *     model.tflite    float32; input: raw features (1, frames, coefficients,
 *                     1), output: probabilities in the order of classes.txt
 *     features.bin    the recipe block of dsp/recipe.h, tables included
 *     features.yaml   the same for people
 *     classes.txt     one a line; line number from 0 = index
 *     metrics.json    per part: samples, accuracy, loss, and per class
 *                     precision, recall, f1; epochs, best epoch, parameters
 *     confusion.tsv   of the test part, or of validation when test is empty
 *     confusion.svg   the same to look at
 *     metrics.csv     one line an epoch
 *     curves.svg      the same to look at
 *     network.txt     layers, shapes, parameters, multiply-accumulates
 *
 * Floats in metrics come from the engine's own inference, before the model
 * was written.  Nothing in the artifact depends on threads, instruction set,
 * clock or place.
 */
#ifndef TINYML_TRAIN_STAGE_H
#define TINYML_TRAIN_STAGE_H

#include "base/progress.h"
#include "labels/labels.h"
#include "model/model.h"
#include "project/stage.h"
#include "train/train.h"

enum { TRAIN_FORMAT = 1 };

/* What would be trained. */
struct train_preview {
	const struct project *project;
	const struct net *net;
	const struct model *graph;	/* at its random start */
	const void *recipe;
	size_t recipe_bytes;
	const char *const *classes;
	size_t class_count;
};
typedef int train_preview_fn(void *ctx, const struct train_preview *preview,
			     struct err *err);

/*
 * In a project the training is kept in .tinyml/train.checkpoint, keyed by the
 * parameters and the labels, until the artifact is written.
 */
struct train_stage {
	struct stage_args common;
	const char *operand;	/* labels.tar, or NULL: the project's */
	int threads;		/* 0: one per processor */
	enum train_isa_choice isa;
	/* Called right before the first step, or NULL; its failure is the
	 * stage's. */
	train_preview_fn *before;
	void *ctx;
};

/* For the last line on a terminal. NaN where a part is empty. */
struct train_summary {
	double accuracy[LABELS_PARTS];
	size_t samples[LABELS_PARTS];
	int epochs, best_epoch;
	size_t parameters;
	bool finds_anomalies;	/* then auc and f1 are set, of what is
				   anomalous (train/anomaly.h) */
	double auc[LABELS_PARTS], f1[LABELS_PARTS];
};

/*
 * Errors of reading, of train_run and of writing; ERR_UNSUPPORTED for a
 * network or a kind of data that there is no recipe for; ERR_RANGE for a class
 * without training samples.  Nothing is written then.  summary may be NULL.
 */
int train_stage(const struct train_stage *args, const struct progress *progress,
		struct train_summary *summary, struct err *err);

/* Call show with the network of the project before it is trained; nothing is
 * computed or written.  Errors as of train_stage, and show's. */
int train_preview(const struct train_stage *args, train_preview_fn *show,
		  void *ctx, struct err *err);

#endif
