/*
 * report - the readable members of model.tar.
 */
#ifndef TINYML_TRAIN_REPORT_PRIV_H
#define TINYML_TRAIN_REPORT_PRIV_H

#include "artifact/artifact.h"
#include "train/anomaly.h"
#include "train/metrics.h"
#include "train/train.h"

struct report {
	const char *const *classes;
	size_t class_count;
	size_t parameters;
	const struct net *net;			/* of model */
	const struct train_model *model;	/* NULL: not trained by us */
	const struct train_metrics *metrics;	/* [LABELS_PARTS] */
	const struct anomaly *anomaly;		/* or NULL */
};

/* Add classes.txt, metrics.json, confusion.tsv and .svg; and metrics.csv,
 * curves.svg and network.txt when we trained it. ERR_MEM. */
int train_report_add(const struct report *report, struct artifact_maker *maker,
		     struct err *err);

#endif
