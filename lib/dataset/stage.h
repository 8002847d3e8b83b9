/*
 * stage - the work of `tinyml collect`: from the project's sources to a signed
 * dataset.tar.
 */
#ifndef TINYML_DATASET_STAGE_H
#define TINYML_DATASET_STAGE_H

#include "base/progress.h"
#include "dataset/quality.h"
#include "project/stage.h"

struct collect_args {
	struct stage_args stage;
	const char *path;	/* for collect.path; NULL: the project's */
	const char *source;	/* instead of collect.source, or NULL */
	long rate_hz, channels;	/* instead of the project's, or 0 */
	bool skip_bad;
	const struct progress *progress;
};

/* summary starts as zeros; dataset_summary_release in every case. */
int collect_stage(const struct collect_args *args,
		  struct dataset_summary *summary, struct err *err);

#endif
