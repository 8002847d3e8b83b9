/*
 * graph - make a model smaller without changing what it computes.
 *
 *     constants   an operation on constants alone is computed here and now
 *     identities  RESHAPE, PAD, TRANSPOSE, STRIDED_SLICE, QUANTIZE, pools of
 *                 one element, CONCATENATION of one input that hand on what
 *                 they get; a sum with 0 and a product with 1; of several
 *                 RESHAPEs in a row the last one does
 *     pools       a MEAN over rows and columns of a float image is an
 *                 AVERAGE_POOL_2D, which boards have
 *     paddings    of convolutions that a .tflite cannot say become a PAD, for
 *                 files
 *     fused       RELU and RELU6 become the activation of the layer, sum,
 *                 product or pool before them; PAD becomes the padding of the
 *                 convolution behind it; a constant per channel that is
 *                 multiplied with or added to the output of a float layer
 *                 goes into its weights and bias (batch norm)
 *     dead        what nobody reads any more
 *
 * Integer models give the same bytes as before.  Float models too, except
 * where constants go into weights: the same products in another order.
 *
 * Models are changed in place; tensors get new numbers, inputs and outputs
 * keep their order.
 */
#ifndef TINYML_GRAPH_GRAPH_H
#define TINYML_GRAPH_GRAPH_H

#include "model/model.h"

/* What was done: operations that are gone or became simpler ones. */
struct graph_changes {
	int constants, identities, fused, dead;
};

enum graph_for {
	GRAPH_FOR_FILES,	/* what a .tflite can say */
	GRAPH_FOR_PLANS,	/* and paddings that it cannot */
};

/*
 * model has passed model_check, and passes it afterwards.  changes may be
 * NULL.  ERR_MEM, ERR_LIMIT; on failure the model is empty.
 */
int graph_simplify(struct model *model, enum graph_for what_for,
		   struct graph_changes *changes, struct err *err);

#endif
