/*
 * qdq - make integer operations of float ones between DEQUANTIZE and
 * QUANTIZE, as exporters write quantised networks.
 *
 *     int8 - DEQUANTIZE - CONV_2D - QUANTIZE - int8     becomes
 *     int8 ------------- CONV_2D ------------- int8
 *
 * An operation is changed when all its values come from DEQUANTIZE, are
 * constants that int8 can hold exactly, and its output goes to one QUANTIZE
 * alone.  A float32 filter that has scales (of DequantizeLinear) is whole
 * numbers times these; biases become int32 in the scale input x filter.
 * Where an operation hands on values in their scale, or has a scale of its
 * own, a QUANTIZE from int8 to int8 follows; values to be joined that have
 * scales of their own go through one first.  Operations that only move values
 * change sides with QUANTIZE and DEQUANTIZE, so that they part no others.
 * What cannot be changed stays float.  Nothing is taken out: model_prune does
 * that.
 */
#ifndef TINYML_MODEL_QDQ_H
#define TINYML_MODEL_QDQ_H

#include "model/model.h"

/* ERR_MEM and ERR_LIMIT stay in model->failed. */
void model_fuse_qdq(struct model *model);

/*
 * A part of it: operation op multiplies each channel of what a convolution
 * gives by a constant, or adds one, as training that knows of quantisation
 * leaves them where batch norm was; both go into the scales and the bias of the
 * filter, whose integers stay.  True when it did, and op is gone.
 */
bool model_fold_qdq(struct model *model, int op);

#endif
