/*
 * stage - the work of `tinyml label`: from a dataset to signed labels.tar,
 * with labels/labels.tsv kept between them.
 */
#ifndef TINYML_LABELS_STAGE_H
#define TINYML_LABELS_STAGE_H

#include "base/progress.h"
#include "labels/make.h"
#include "project/stage.h"

struct label_args {
	struct stage_args stage;
	const char *dataset;	/* operand; NULL: the project's */
	const char *file;	/* instead of labels/labels.tsv; outside a
				   project NULL keeps none */
	const char *from, *pattern, *group;	/* instead of the project's */
	const struct progress *progress;	/* what a command says */
};

/*
 * labels.tsv is replaced (at once or not at all) only when its content
 * changes, and also when the labels cannot be used, so that it can be edited.
 * report starts as zeros; labels_report_release in every case.
 */
int label_stage(const struct label_args *args, struct labels_report *report,
		struct err *err);

#endif
