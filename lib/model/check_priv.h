/*
 * check_priv - shared by check.c (the graph) and check_ops.c (operations).
 */
#ifndef TINYML_MODEL_CHECK_PRIV_H
#define TINYML_MODEL_CHECK_PRIV_H

#include "model/model.h"

/* One operation under examination. */
struct check {
	const struct model *model;
	const struct model_op *op;
	int index;
	struct err *err;
};

/* "operation 3 (CONV_2D): " and the words. Returns the kind. */
int check_fail(const struct check *c, int kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The operation's own rule: shapes, attributes, quantisation. Indices, arity
 * and order are known to be right. */
int check_op(const struct check *c);

/* The rules of operations without weights (check_more.c). */
int check_more(const struct check *c);

/* Those of operations that only a host runs (check_host.c). */
int check_host(const struct check *c);

/* Those of operations with a state (check_state.c). */
int check_stateful(const struct check *c);

/* Values are handed on as they are: all of one scale and zero point. */
int check_same_scale(const struct check *c);

/* Two inputs broadcast to the output. */
int check_broadcast(const struct check *c);

/* Input number i; NULL when it is left out. */
static inline const struct model_tensor *check_input(const struct check *c,
						     int i)
{
	if (i >= c->op->input_count || c->op->inputs[i] < 0)
		return NULL;
	return &c->model->tensors[c->op->inputs[i]];
}

#endif
