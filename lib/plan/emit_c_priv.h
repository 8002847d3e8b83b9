/*
 * emit_c_priv - shared by emit_c.c and emit_c_state.c: one C file in the
 * making.
 */
#ifndef TINYML_PLAN_EMIT_C_PRIV_H
#define TINYML_PLAN_EMIT_C_PRIV_H

#include "plan/plan_priv.h"

struct source {
	const struct plan *plan;
	const char *prefix;
	struct buf *out;
};

/* A place in the arena as a C expression of type uint8_t *. */
void emit_c_at(struct source *s, uint32_t offset);

/* A const table opOP_WHAT of a constant's elements. */
void emit_c_const(struct source *s, int op, const char *what,
		  const struct model_tensor *t);

/* Bounds act_min and act_max of an operation, from its parameter block. */
void emit_c_range(struct source *s, int op, int32_t min, int32_t max);

/* Tables and members of the struct of SVDF or LSTM; false for others. */
bool emit_c_state_tables(struct source *s, int op);
bool emit_c_state_params(struct source *s, int op);

/* The same of RESIZE_*, MEAN, and LOGISTIC and TANH on int16. */
void emit_c_sample_tables(struct source *s, int op);
void emit_c_sample_params(struct source *s, int op);

/* The states of an operation as arguments of its kernel. */
void emit_c_state_places(struct source *s, int op);

/* PREFIX_reset. */
void emit_c_reset(struct source *s);

#endif
