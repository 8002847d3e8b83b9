/*
 * onnx - read ONNX files (onnx.ai, "Open Neural Network Exchange", onnx.proto)
 * into a graph of ours.
 *
 * The bytes are protobuf (protobuf.dev, "Encoding").  The reader is our own,
 * in wire.c: it borrows the file, allocates nothing for what it skips
 * and bounds every step, where a generated one would copy the whole file,
 * and a weight twice, before the first check.
 *
 * ONNX computes on N C H W (images) and N C L (sequences); we compute on
 * N H W C.  A value is kept in the order that its operations want, both orders
 * at most once each, and weights are turned here; a Gemm behind a flattened
 * image gets its columns in our order, and nothing moves.  Inputs and outputs
 * keep the file's shape and order of bytes: where an image with several
 * channels and several points enters or leaves, it is turned once, by a
 * TRANSPOSE.
 *
 * What becomes what:
 *     Conv            CONV_2D, DEPTHWISE_CONV_2D; other groups CONV_2D with
 *                     zeros between them
 *     ConvTranspose   zeros between the elements (PAD) and a CONV_2D
 *     Gemm, MatMul    FULLY_CONNECTED, or BATCH_MATMUL when the right side is
 *                     no constant of two axes
 *     BatchNormalization, and a constant per channel times or plus a layer
 *                     folded into the layer, otherwise a DEPTHWISE_CONV_2D
 *     Relu, Clip      fused, otherwise RELU, RELU6 or MINIMUM and MAXIMUM
 *     MaxPool, AveragePool, Global*Pool, ReduceMean over the image
 *                     *_POOL_2D, padding that counts is a PAD; a MaxPool with
 *                     dilation or places is a MAXIMUM of slices
 *     LSTM, GRU, RNN  step by step: layers, slices and functions
 *     Pad, Slice, Split, Concat, Transpose, Gather, Resize (nearest)
 *                     the padding of the convolution behind it; PAD, PADV2,
 *                     STRIDED_SLICE, CONCATENATION, TRANSPOSE, GATHER
 *     Reshape, Flatten, Squeeze, Unsqueeze, Identity, Dropout
 *                     nothing or RESHAPE
 *     Softmax, LogSoftmax and functions of one or two values
 *                     the same here, or two or three in their place
 *     QuantizeLinear, DequantizeLinear, QLinearConv, QLinearMatMul
 *                     QUANTIZE and DEQUANTIZE, then integer layers where both
 *                     sides allow (model/qdq.h); uint8 is int8, 128 less.
 *                     Scales per axis, and integers without a scale, are
 *                     computed in float32 and cast
 *     what depends on constants and shapes alone (Constant, Shape, Gather,
 *     Slice, Concat, Cast, ...) is computed here.
 *
 * QUANTIZE from float32 rounds halves away from zero, as TensorFlow Lite has
 * it, where ONNX rounds them to even.  What is beyond the integers stays at
 * their bounds, except in a QLinearMatMul whose weights less their zero point
 * are beyond int8: there the low bits stay, as in ONNX's evaluator.
 *
 * Refused in words, with the node's index, operator and name: every other
 * operator, other domains, element types other than float32, int8, uint8,
 * int32 and int64, dimensions without a size (except the first, the batch,
 * which becomes 1), weights that are not constant, weights outside of the
 * file, control flow.
 */
#ifndef TINYML_ONNX_ONNX_H
#define TINYML_ONNX_ONNX_H

#include "model/model.h"

enum {
	ONNX_VALUES_MAX = 16384,	/* names of a graph */
	ONNX_NODES_MAX = 4096,
	ONNX_NODE_PORTS_MAX = 16,	/* inputs, and outputs, of a node */
	ONNX_FOLD_MAX = 1 << 20,	/* elements of a computed constant */
	ONNX_FOLDED_MAX = 1 << 23,	/* and of all of them */
	ONNX_WEIGHTS_MAX = 1 << 24,	/* elements of a filter */
	ONNX_OPSET_MAX = 25,
};

/* Could these bytes be an .onnx file? (They have no magic number: the first
 * field of a model is its format version.) */
bool onnx_is_model(const void *bytes, size_t n);

/*
 * The file's n bytes are untrusted and only borrowed.  On failure the model
 * is empty and needs no release.  ERR_FORMAT (malformed), ERR_UNSUPPORTED
 * (well formed, beyond us), ERR_RANGE, ERR_LIMIT, ERR_MEM.
 */
int onnx_read_model(struct model *model, const void *bytes, size_t n,
		    struct err *err);

#endif
