/*
 * prune - take out what computes nothing.
 *
 * Operations whose output nobody reads and tensors that nobody writes or
 * reads go; inputs of the model stay.  Tensors get new numbers, in the same
 * order.  Indices must be in range, each tensor written before it is read;
 * model_check need not have been called.  ERR_MEM.
 */
#ifndef TINYML_MODEL_PRUNE_H
#define TINYML_MODEL_PRUNE_H

#include "model/model.h"

int model_prune(struct model *model, struct err *err);

#endif
