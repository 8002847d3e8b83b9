/*
 * run - make what is missing or stale, stage by stage.
 *
 * The stages are programs of their own; who starts them is the caller's
 * business (make_stage).  The lock is written after every stage, so a killed
 * run goes on where it stopped; two runs in one project exclude each other.
 * What killed stages left half-written is removed first.
 */
#ifndef TINYML_PROJECT_RUN_H
#define TINYML_PROJECT_RUN_H

#include "project/state.h"

struct run_options {
	bool dry_run;		/* judge, make nothing */
	bool keep_going;	/* after a failure make what does not need it */
	bool force;		/* make the chosen stages though fresh */
	bool chosen[STAGE_COUNT]; /* these and what they need; none: all */
};

struct run_caller {
	/* a stage was judged; say so */
	void (*judged)(void *ctx, enum project_stage which,
		       const struct state_stage *state);
	/* make the artifact of a stage; 0 or ERR_* with err filled */
	int (*make_stage)(void *ctx, enum project_stage which,
			  struct err *err);
	void *ctx;
};

struct run_result {
	int made, fresh, failed;
};

/* ERR_BUSY when another run works here; otherwise the first failure. */
int run_project(const struct project *project,
		const struct run_options *options,
		const struct run_caller *caller, struct run_result *result,
		struct err *err);

#endif
