/*
 * emit_c_priv - shared by the emit_c*.c files: one C file in the making.
 */
#ifndef TINYML_PLAN_EMIT_C_PRIV_H
#define TINYML_PLAN_EMIT_C_PRIV_H

#include "plan/plan_priv.h"

struct source {
	const struct plan *plan;
	const char *prefix;
	struct buf *out;
};

/* What is written of an operation: its tables, its struct, its call. */
void emit_c_tables(struct source *s, int op);
void emit_c_params(struct source *s, int op);
void emit_c_call(struct source *s, int op);

/* The struct and the function of an operation, without the set's prefix and
 * the type's suffix.  Functions of one value have no struct: NULL. */
struct emit_c_names {
	enum kern_op op;
	const char *block, *function;
	bool is_typed;
};
const struct emit_c_names *emit_c_names(enum kern_op op);

/* The suffix of its struct, or of its function. */
const char *emit_c_suffix(const struct source *s, int op, bool is_block);

/* A kernel set with folders of its own: lib/kern/NAME, whose kernels are
 * called kern_NAME_..., and in it the folder for the core itself.  own: what
 * has a kernel of the set without packed constants. */
struct emit_c_set {
	enum kern_set set;
	const char *name, *core;
	enum kern_op own[2];
};

/* NULL when the reference kernels are all there is. */
const struct emit_c_set *emit_c_set(enum kern_set set);

static inline bool emit_c_is_float(const struct source *s, int op)
{
	return plan_output(s->plan, op)->type == KERN_F32;
}

static inline bool emit_c_is_s16(const struct source *s, int op)
{
	return plan_output(s->plan, op)->type == KERN_S16;
}

/* A float as a hexadecimal constant. */
void emit_c_real(struct source *s, float value);

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
