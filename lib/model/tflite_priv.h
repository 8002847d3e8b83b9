/*
 * tflite_priv - the TensorFlow Lite schema's numbers, for reader and writer.
 *
 * Field numbers count the fields of a table of schema.fbs (version 3) from 0;
 * a union takes two, its type and its value.
 */
#ifndef TINYML_MODEL_TFLITE_PRIV_H
#define TINYML_MODEL_TFLITE_PRIV_H

#include <stdint.h>

#include "base/buf.h"
#include "model/flat.h"
#include "model/model.h"

#define TFLITE_IDENTIFIER "TFL3"

enum { TFLITE_SCHEMA_VERSION = 3, TFLITE_CUSTOM = 32, TFLITE_SQUEEZE = 43,
       TFLITE_EXPAND_DIMS = 70 };
enum { TFLITE_INT32 = 2, TFLITE_INT4 = 17 };	/* TensorType */
enum { TFLITE_TANH = 4 };	/* ActivationFunctionType */

enum { ROOT_VERSION, ROOT_CODES, ROOT_SUBGRAPHS, ROOT_DESCRIPTION,
       ROOT_BUFFERS, ROOT_METADATA_BUFFER, ROOT_METADATA, ROOT_SIGNATURES };
enum { CODE_OLD, CODE_CUSTOM, CODE_VERSION, CODE_BUILTIN };
enum { SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS,
       SUBGRAPH_OPERATORS, SUBGRAPH_NAME };
enum { TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_QUANT,
       TENSOR_IS_VARIABLE, TENSOR_SPARSITY, TENSOR_SIGNATURE,
       TENSOR_HAS_RANK, TENSOR_VARIANTS, TENSOR_EXTERNAL };
enum { QUANT_MIN, QUANT_MAX, QUANT_SCALE, QUANT_ZERO, QUANT_DETAILS_TYPE,
       QUANT_DETAILS, QUANT_AXIS };
enum { OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS,
       OPERATOR_OPTIONS_TYPE, OPERATOR_OPTIONS, OPERATOR_CUSTOM };

/* custom_options of a builtin layer with attr.rounds_once. */
#define TFLITE_ROUNDS_ONCE "tinyml: rounds once"
enum { BUFFER_DATA, BUFFER_OFFSET, BUFFER_SIZE };
enum { SIGNATURE_INPUTS, SIGNATURE_OUTPUTS, SIGNATURE_KEY,
       SIGNATURE_TAG, SIGNATURE_SUBGRAPH };
enum { MAP_NAME, MAP_TENSOR };

/* BuiltinOptions and their fields. */
enum { OPTIONS_CONV = 1, OPTIONS_DEPTHWISE = 2, OPTIONS_POOL = 5,
       OPTIONS_FC = 8, OPTIONS_SOFTMAX = 9, OPTIONS_CONCAT = 10,
       OPTIONS_ADD = 11, OPTIONS_RESHAPE = 17, OPTIONS_MUL = 21,
       OPTIONS_PAD = 22, OPTIONS_TRANSPOSE = 26, OPTIONS_SUB = 28,
       OPTIONS_STRIDED_SLICE = 32, OPTIONS_MAXIMUM_MINIMUM = 39,
       OPTIONS_PADV2 = 43, OPTIONS_TRANSPOSE_CONV = 49,
       OPTIONS_LEAKY_RELU = 75, OPTIONS_QUANTIZE = 89,
       OPTIONS_HARD_SWISH = 91, OPTIONS_GATHER = 23, OPTIONS_REDUCE = 27,
       OPTIONS_DIV = 29, OPTIONS_EXP = 33, OPTIONS_LOG_SOFTMAX = 36,
       OPTIONS_CAST = 37, OPTIONS_DEQUANTIZE = 38, OPTIONS_ARG_MAX = 40,
       OPTIONS_NEG = 42, OPTIONS_SHAPE = 55, OPTIONS_ABS = 78,
       OPTIONS_BATCH_MATMUL = 101, OPTIONS_SVDF = 6, OPTIONS_LSTM = 71,
       OPTIONS_BILINEAR = 15, OPTIONS_NEAREST = 74 };
enum { CONV_PADDING, CONV_STRIDE_W, CONV_STRIDE_H, CONV_ACT,
       CONV_DILATION_W, CONV_DILATION_H, CONV_BIAS_TYPE };
enum { TRANSPOSE_CONV_PADDING, TRANSPOSE_CONV_STRIDE_W,
       TRANSPOSE_CONV_STRIDE_H, TRANSPOSE_CONV_ACT };
enum { DEPTHWISE_PADDING, DEPTHWISE_STRIDE_W, DEPTHWISE_STRIDE_H,
       DEPTHWISE_MULTIPLIER, DEPTHWISE_ACT, DEPTHWISE_DILATION_W,
       DEPTHWISE_DILATION_H };
enum { POOL_PADDING, POOL_STRIDE_W, POOL_STRIDE_H, POOL_FILTER_W,
       POOL_FILTER_H, POOL_ACT };
enum { FC_ACT, FC_FORMAT, FC_KEEP_DIMS, FC_ASYMMETRIC, FC_BIAS_TYPE };
enum { SOFTMAX_BETA };
enum { ADD_ACT };
enum { RESHAPE_SHAPE };
enum { CONCAT_AXIS, CONCAT_ACT };
enum { SLICE_BEGIN, SLICE_END, SLICE_ELLIPSIS, SLICE_NEW_AXIS, SLICE_SHRINK,
       SLICE_OFFSET };
enum { LEAKY_ALPHA };
enum { SVDF_RANK, SVDF_ACT };
enum { NEAREST_ALIGN_CORNERS, NEAREST_HALF_PIXEL };
enum { BILINEAR_HEIGHT, BILINEAR_WIDTH, BILINEAR_ALIGN_CORNERS,
       BILINEAR_HALF_PIXEL };
enum { LSTM_ACT, LSTM_CELL_CLIP, LSTM_PROJECTION_CLIP, LSTM_TIME_MAJOR };
enum { GATHER_AXIS, GATHER_BATCH_DIMS };
enum { REDUCE_KEEP_DIMS };
enum { CAST_FROM, CAST_TO };
enum { ARG_MAX_TYPE };
enum { MATMUL_TURN_A, MATMUL_TURN_B };

/* Names by code; NULL and "unknown" for codes that the table lacks. */
const char *tflite_op_name(int32_t code);
const char *tflite_type_name(int32_t code);

/* TensorType to ours and back; 0 and -1 when there is none. */
enum kern_type tflite_type(int32_t code);
int32_t tflite_type_code(enum kern_type type);

/* The member of BuiltinOptions that an operation has; 0 when it has none. */
int tflite_options_type(enum kern_op op);

/* Attributes from an operator's options (which may be absent). False when a
 * value means something we cannot do; *what names it. */
bool tflite_options(enum kern_op op, const struct flat_table *options,
		    struct model_attr *attr, const char **what);

/* The options of an operation as a table, which the hole is to point to. */
void tflite_put_options(const struct model *m, int index, size_t hole,
			struct buf *out);

#endif
