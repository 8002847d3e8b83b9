/*
 * refused - models that are damaged, and what model_check says of them.
 */
#ifndef TINYML_TESTS_REFUSED_H
#define TINYML_TESTS_REFUSED_H

#include <criterion/criterion.h>
#include <string.h>

#include "model/model.h"

/* Build the model m and damage it, then expect a refusal that holds these
 * words. */
#define REFUSED_MODEL(build, kind, words, damage) do { \
	struct model model, *m = &model; \
	struct err err = { 0 }; \
	\
	build; \
	damage; \
	cr_assert_eq(model_check(m, &err), kind, "%s", err.text); \
	cr_assert(strstr(err.text, words), "%s", err.text); \
	model_release(m); \
} while (0)

/* Input i of operation op. */
static inline struct model_tensor *in(struct model *m, int op, int i)
{
	return &m->tensors[m->ops[op].inputs[i]];
}

#endif
