/*
 * ports - int8 inputs and outputs for a model that is quantised inside.
 *
 * Exporters of quantised networks leave floats at the ends: ONNX in QDQ form
 * always does, a .tflite when its inference type was left at float.
 *
 *     float - QUANTIZE - int8 ... int8 - DEQUANTIZE - float     becomes
 *                        int8 ... int8
 *
 * with the scales and zero points of these two, as TensorFlow Lite's own full
 * integer models have them.  Operations at the ends that only move values or
 * take the largest change sides with QUANTIZE and DEQUANTIZE, in both
 * directions the same answer.  A SOFTMAX, LOGISTIC or TANH in float behind a
 * DEQUANTIZE becomes the int8 one, whose output has the scale that int8 gives
 * it; this moves its answers by up to a step.
 */
#ifndef TINYML_QUANT_PORTS_H
#define TINYML_QUANT_PORTS_H

#include "model/model.h"

/* Does some operation make int8 or int16 of what is not float?  Such a model
 * was quantised before it came here. */
bool quant_is_done(const struct model *model);

/*
 * model has passed model_check, and passes it afterwards; the order and the
 * names of inputs and outputs stay.
 * ERR_UNSUPPORTED names the first operation that stays float, which boards do
 * not run; ERR_MEM, ERR_LIMIT.  On failure the model is good for nothing but
 * model_release.
 */
int quant_ports(struct model *model, struct err *err);

#endif
