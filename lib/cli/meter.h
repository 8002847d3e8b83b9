/*
 * meter - the progress line of a command: bar, rate, time left.
 *
 * Shown on a terminal only, on standard error, at most ten times a second, in
 * one line however narrow it is; elsewhere ticks are silent and kept lines
 * (progress_line) are printed as they come.  One meter at a time.
 */
#ifndef TINYML_CLI_METER_H
#define TINYML_CLI_METER_H

#include <stdbool.h>

#include "base/progress.h"

struct meter {
	struct progress progress;	/* hand &meter.progress to a library */
	bool terminal, quiet, shown;
	char what[48];
	double start_s, start_done, last_s;
};

void meter_init(struct meter *meter, bool quiet);

/* Wipe the line; call before printing results. */
void meter_finish(struct meter *meter);

#endif
