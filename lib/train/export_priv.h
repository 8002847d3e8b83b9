/*
 * export - the graph in the making.
 */
#ifndef TINYML_TRAIN_EXPORT_PRIV_H
#define TINYML_TRAIN_EXPORT_PRIV_H

#include "model/model.h"
#include "train/model_priv.h"

enum { EXPORT_NAME_MAX = 40 };

struct export {
	const struct train_model *from;
	struct model *to;
	int at[NET_LAYERS_MAX + 1];	/* tensor of layer - 1 */
};

static inline const struct layer *export_layer(const struct export *e, int i)
{
	return &e->from->plan.layers[i];
}

static inline const struct tensor *export_tensor(const struct export *e, int i)
{
	return plan_tensor(&e->from->plan, i);
}

/* conv0, dense3: net_kind_name and its number; EXPORT_NAME_MAX bytes. */
void export_name(const struct export *e, int i, char *name);

/* UNIDIRECTIONAL_SEQUENCE_LSTM, and its last step unless all are kept. */
void export_lstm(struct export *e, int i);

#endif
