/*
 * recorded - the labelled recordings behind an artifact, opened in one go.
 *
 * Every stage after label needs the same four things: labels.tar, the
 * dataset.tar it names, and both read and checked.
 */
#ifndef TINYML_LABELS_RECORDED_H
#define TINYML_LABELS_RECORDED_H

#include "labels/labels.h"
#include "project/stage.h"

struct recorded {
	struct artifact *labels_tar, *dataset_tar;
	struct dataset dataset;
	struct labels labels;
};

/* labels_tar is owned from now on, also on failure. recorded_close in every
 * case. */
int recorded_open(struct recorded *recorded, struct stage *stage,
		  struct artifact *labels_tar, struct err *err);

/* The same for an artifact that names its labels: a trained model. */
int recorded_open_behind(struct recorded *recorded, struct stage *stage,
			 const struct artifact *model_tar, struct err *err);

void recorded_close(struct recorded *recorded);

#endif
