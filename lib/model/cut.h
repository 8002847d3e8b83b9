/*
 * cut - a run of operations as a model of its own.
 */
#ifndef TINYML_MODEL_CUT_H
#define TINYML_MODEL_CUT_H

#include "model/model.h"

/*
 * Operations [first, end) of a checked model as an own, checked model.
 *
 * Its inputs are the tensors that cross into it (written before first, or
 * inputs of the whole, and read inside), its outputs those that cross out
 * (written inside, and read from end on or outputs of the whole), each in
 * the order of their index in the whole; tensors keep names, types and
 * quantisation.  Running [0, k) and feeding its outputs to [k, op_count)
 * gives the whole model's bytes, when every output of the whole is written
 * by the last part.
 *
 * ERR_RANGE for an empty or impossible range, ERR_LIMIT when more than
 * MODEL_PORTS_MAX tensors cross, ERR_MEM.  On failure part is empty.
 */
int model_cut(struct model *part, const struct model *whole, int first,
	      int end, struct err *err);

#endif
