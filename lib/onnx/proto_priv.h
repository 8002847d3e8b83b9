/*
 * onnx_proto - field numbers of onnx.proto, and what its readers share.
 */
#ifndef TINYML_ONNX_PROTO_PRIV_H
#define TINYML_ONNX_PROTO_PRIV_H

#include "onnx/onnx_priv.h"

enum { MODEL_IR_VERSION = 1, MODEL_GRAPH = 7, MODEL_OPSET = 8,
       MODEL_FUNCTIONS = 25 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11,
       GRAPH_OUTPUT = 12, GRAPH_SPARSE = 15 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4,
       NODE_ATTRIBUTE = 5, NODE_DOMAIN = 7 };
enum { ATTR_NAME = 1, ATTR_F = 2, ATTR_I = 3, ATTR_S = 4, ATTR_T = 5,
       ATTR_INTS = 8, ATTR_STRINGS = 9 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_FLOATS = 4, TENSOR_INT32S = 5,
       TENSOR_INT64S = 7, TENSOR_NAME = 8, TENSOR_RAW = 9,
       TENSOR_LOCATION = 14 };
enum { INFO_NAME = 1, INFO_TYPE = 2, TYPE_TENSOR = 1, TYPE_ELEMENT = 1,
       TYPE_SHAPE = 2, SHAPE_DIM = 1, DIM_VALUE = 1 };

/* "not an .onnx file, or a damaged one: " and what. ERR_FORMAT. */
int onnx_damaged(struct onnx *o, const char *what);

/* Numbers of one field of a message, packed or one by one: how many there
 * are, at most max. More, or a packed list that breaks off, are damage. */
int onnx_read_ints(struct onnx_slice message, uint32_t number, int64_t *items,
		   int max, bool *is_damaged);

/* The dimensions of a value, each at least least. */
int onnx_set_dims(struct onnx *o, struct onnx_value *value, int rank,
		  const int64_t *dims, int64_t least);

/* Is every field of an attribute whole? */
bool onnx_attribute_is_sound(struct onnx_slice attribute);

#endif
