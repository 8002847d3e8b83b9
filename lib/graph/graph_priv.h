/*
 * graph_priv - one kind of change each, and the moves they share.
 */
#ifndef TINYML_GRAPH_GRAPH_PRIV_H
#define TINYML_GRAPH_GRAPH_PRIV_H

#include "graph/graph.h"

/* Each tries one operation; true when it changed the model, whose operations
 * may then have other numbers. */
bool graph_constant(struct model *m, int op);
bool graph_identity(struct model *m, int op);
bool graph_fuse(struct model *m, int op, enum graph_for what_for);
bool graph_fold(struct model *m, int op);
bool graph_pool(struct model *m, int op);
bool graph_spell(struct model *m, int op, enum graph_for what_for);
bool graph_dead(struct model *m, int op);

/* ---- moves (graph/edit.c) ------------------------------------------------ */

bool graph_is_output(const struct model *m, int tensor);

/* Equal type, and for integers equal scale and zero point. */
bool graph_same_values(const struct model_tensor *a,
		       const struct model_tensor *b);

/* The operation that writes tensor when one reader gets all of it, or -1. */
int graph_feeder(const struct model *m, int tensor);

/* Take out an operation; its output is read by nobody afterwards. */
void graph_remove(struct model *m, int op);

/* Take out an operation whose output is its first input.  False when that
 * would tie an input or constant of the model to an output. */
bool graph_bypass(struct model *m, int op);

/* Take out operation op; the one before it, feeder, writes its output. */
void graph_merge(struct model *m, int feeder, int op);

#endif
