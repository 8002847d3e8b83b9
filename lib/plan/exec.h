/*
 * exec - a model made ready to run on this machine: plan, image, arena, run.
 *
 *     exec_open(&x, &model, KERN_SET_HOST, &err);
 *     memcpy(run_input(&x.run, 0).data, ...);
 *     run_invoke(&x.run);
 *     exec_close(&x);
 *
 * The same planner and the same loop as on a board, so what comes out here
 * comes out there.
 */
#ifndef TINYML_PLAN_EXEC_H
#define TINYML_PLAN_EXEC_H

#include "plan/plan.h"

struct exec {
	struct plan plan;
	struct buf image;
	uint8_t *arena;
	struct run run;
};

/* The model must have passed model_check and outlive the exec. As plan_init;
 * exec_close in every case. */
int exec_open(struct exec *x, const struct model *model, enum kern_set set,
	      struct err *err);
void exec_close(struct exec *x);

#endif
