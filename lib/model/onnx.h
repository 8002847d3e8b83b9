/*
 * onnx - read ONNX files (onnx.ai, "Open Neural Network Exchange", onnx.proto)
 * into a graph of ours.
 *
 * The bytes are protobuf (protobuf.dev, "Encoding").  The reader is our own,
 * in onnx_wire.c: it borrows the file, allocates nothing for what it skips
 * and bounds every step, where a generated one would copy the whole file,
 * and a weight twice, before the first check.
 *
 * ONNX computes on N C H W (images) and N C L (sequences); we compute on
 * N H W C.  A value is kept in the order that its operations want, both orders
 * at most once each, and weights are turned here; a Gemm behind a flattened
 * image gets its columns in our order, and nothing moves.  Inputs and outputs
 * keep the file's shape and order of bytes: where an image with several
 * channels and several points enters or leaves, it is turned once, by a
 * CONV_2D with an identity filter, which every kernel set has.
 *
 * What becomes what:
 *     Conv                    CONV_2D, DEPTHWISE_CONV_2D; other groups CONV_2D
 *                             with zeros between them
 *     Gemm, MatMul            FULLY_CONNECTED; the right side is constant
 *     BatchNormalization, Mul by a constant per channel
 *                             folded into the weights before, otherwise a
 *                             DEPTHWISE_CONV_2D of 1 x 1
 *     Relu, Clip(0, 6), Clip(-1, 1)
 *                             fused, otherwise ADD of 0 with an activation
 *     MaxPool, AveragePool, Global*Pool, ReduceMean over the image
 *                             *_POOL_2D; padding that counts in the mean
 *                             DEPTHWISE_CONV_2D
 *     Add, Sub of a constant  ADD
 *     Pad with zeros          the padding of the convolution behind it
 *     Reshape, Flatten, Squeeze, Unsqueeze, Identity, Dropout
 *                             nothing or RESHAPE
 *     Transpose               between N C H W and N H W C, and where nothing
 *                             moves: nothing or what turns an input
 *     Softmax                 SOFTMAX
 *     what depends on constants and shapes alone (Constant, Shape, Gather,
 *     Slice, Concat, Cast, ...) is computed here.
 *
 * Refused in words, with the node's index, operator and name: every other
 * operator, other domains, element types that are not float32, dimensions
 * without a size (except the first, the batch, which becomes 1), weights
 * outside the file, control flow.
 */
#ifndef TINYML_MODEL_ONNX_H
#define TINYML_MODEL_ONNX_H

#include "model/model.h"

enum {
	ONNX_VALUES_MAX = 16384,	/* names of a graph */
	ONNX_NODES_MAX = 4096,
	ONNX_NODE_PORTS_MAX = 16,	/* inputs, and outputs, of a node */
	ONNX_FOLD_MAX = 1 << 16,	/* elements of a computed constant */
	ONNX_WEIGHTS_MAX = 1 << 24,	/* elements of a filter */
	ONNX_OPSET_MAX = 25,
};

/* Could these bytes be an .onnx file? (They have no magic number: the first
 * field of a model is its format version.) */
bool model_is_onnx(const void *bytes, size_t n);

/*
 * The file's n bytes are untrusted and only borrowed.  On failure the model
 * is empty and needs no release.  ERR_FORMAT (malformed), ERR_UNSUPPORTED
 * (well formed, beyond us), ERR_RANGE, ERR_LIMIT, ERR_MEM.
 */
int model_read_onnx(struct model *model, const void *bytes, size_t n,
		    struct err *err);

#endif
