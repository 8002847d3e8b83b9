/*
 * layers - questions about layers that follow each other.
 *
 * A layer is CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED; its channels lie
 * along the last axis of its input and output.
 */
#ifndef TINYML_QUANT_LAYERS_H
#define TINYML_QUANT_LAYERS_H

#include "model/model.h"

bool layer_is(const struct model_op *op);

/* Elements along the last axis; 1 for a scalar. */
int32_t layer_channels(const struct model_tensor *t);

/* The only reader of a tensor, or -1; an output of the model has none. */
int layer_reader(const struct model *m, int tensor);

/* May its constants change without another operation's changing? */
bool layer_owns_constants(const struct model *m, const struct model_op *op);

/* Does channel c of its input meet only the weights of channel c? */
bool layer_by_channel(const struct model *m, const struct model_op *op);

/* The channel of the output, and of the input, that weight i belongs to. */
size_t layer_out_channel(const struct model *m, const struct model_op *op,
			 size_t i);
size_t layer_in_channel(const struct model *m, const struct model_op *op,
			size_t i);

#endif
