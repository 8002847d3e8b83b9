/*
 * runner - run a model on this machine, as boards run it: the bytes of a
 * file become a model image in memory, and lib/run executes it.
 *
 *     struct plan_runner r;
 *
 *     plan_runner_open(&r, bytes, n, &err);
 *     plan_runner_infer(&r, in, out);
 *     plan_runner_close(&r);
 *
 * A model is planned with the fastest kernels that this processor has, unless
 * others are asked for by name; all give the same bytes.  An image runs with
 * the kernels it was made for.
 *
 * A model with several inputs or outputs has them one after another, in the
 * model's order, as raw little-endian elements.  An open runner stays where it
 * is: it points into itself.
 */
#ifndef TINYML_PLAN_RUNNER_H
#define TINYML_PLAN_RUNNER_H

#include "base/buf.h"
#include "plan/plan.h"

struct plan_runner {
	struct model model;	/* empty when a model image was opened */
	struct plan plan;	/* the same; plan.model is NULL then */
	struct run_set set;	/* of a model planned here */
	struct run run;
	size_t input_bytes, output_bytes;	/* of one inference */
	uint8_t *image;		/* aligned for lib/run */
	size_t image_bytes;
	uint8_t *memory;	/* guard, arena, guard */
	size_t arena_bytes;
};

/*
 * bytes: a .tflite file, an .onnx file, a model in text form (model/text.h) or
 * a model image, told apart by how they begin; untrusted and only borrowed.
 * Errors of model_read_tflite, onnx_read_model, model_parse, plan_init and
 * run_open;
 * ERR_FORMAT when it is none of them.  On failure there is nothing to close.
 */
int plan_runner_open(struct plan_runner *runner, const void *bytes, size_t n,
		     struct err *err);

/*
 * The same with kernels chosen by name: "ref" (kern/ref), "plain", "avx2",
 * "avx512" (kern/x86/x86.h), or "best" of these.  ERR_USAGE for another name,
 * ERR_UNSUPPORTED when this processor or this build lacks them.
 */
int plan_runner_open_isa(struct plan_runner *runner, const char *isa,
			 const void *bytes, size_t n, struct err *err);

/* As plan_runner_open for a graph in memory, which is copied. */
int plan_runner_open_model(struct plan_runner *runner,
			   const struct model *model, struct err *err);

void plan_runner_close(struct plan_runner *runner);

/* input_bytes from in, output_bytes to out. Never fails.  _infer begins anew;
 * _stream goes on with the states that the last run left (none at first). */
void plan_runner_infer(struct plan_runner *runner, const void *in, void *out);
void plan_runner_stream(struct plan_runner *runner, const void *in, void *out);

/* Are the bytes before and behind the arena as they were? False is a bug. */
bool plan_runner_guards_hold(const struct plan_runner *runner);

/* Multiply-accumulates of one operation of the image, below run_op_count: of
 * convolutions and fully connected layers; 0 of others. */
uint64_t plan_runner_macs(const struct plan_runner *runner, unsigned op);

#endif
