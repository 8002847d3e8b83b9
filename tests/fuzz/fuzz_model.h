/*
 * fuzz_model - what becomes of a model that a reader took: it is planned, and
 * runs inside its guards.  Only small work is done, as inputs count, not their
 * size.
 */
#ifndef TINYML_TESTS_FUZZ_MODEL_H
#define TINYML_TESTS_FUZZ_MODEL_H

#include <stdlib.h>

#include "plan/runner.h"

enum {
	FUZZ_MODEL_OPS = 64,
	FUZZ_MODEL_TENSOR_BYTES = 1 << 14,
	FUZZ_MODEL_MACS = 1 << 14,
};

static inline bool fuzz_model_is_small(const struct model *m)
{
	uint64_t macs = 0;

	for (int i = 0; i < m->tensor_count; i++)
		if (model_bytes(&m->tensors[i]) > FUZZ_MODEL_TENSOR_BYTES)
			return false;
	for (int i = 0; i < m->op_count; i++)
		macs += model_macs(m, i);
	return m->op_count <= FUZZ_MODEL_OPS && macs <= FUZZ_MODEL_MACS;
}

static inline void fuzz_model(const struct model *m)
{
	struct err err = { 0 };
	struct plan_runner r;
	uint8_t *in, *out;

	if (!fuzz_model_is_small(m) || plan_runner_open_model(&r, m, &err))
		return;
	in = calloc(r.input_bytes + 1, 1);
	out = calloc(r.output_bytes + 1, 1);
	if (!in || !out)
		abort();
	plan_runner_infer(&r, in, out);
	if (!plan_runner_guards_hold(&r))
		abort();
	plan_runner_close(&r);
	free(in);
	free(out);
}

#endif
