#include "model/tflite_priv.h"

static const struct { enum kern_type type; int32_t code; } types[] = {
	{ KERN_F32, 0 }, { KERN_S32, TFLITE_INT32 }, { KERN_U8, 3 },
	{ KERN_S64, 4 }, { KERN_S16, 7 }, { KERN_S8, 9 },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

enum kern_type tflite_type(int32_t code)
{
	for (int i = 0; i < TYPES; i++)
		if (types[i].code == code)
			return types[i].type;
	return 0;
}

int32_t tflite_type_code(enum kern_type type)
{
	for (int i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return types[i].code;
	return -1;
}

int tflite_options_type(enum kern_op op)
{
	switch (op) {
	case KERN_CONV_2D: return OPTIONS_CONV;
	case KERN_DEPTHWISE_CONV_2D: return OPTIONS_DEPTHWISE;
	case KERN_FULLY_CONNECTED: return OPTIONS_FC;
	case KERN_TRANSPOSE_CONV: return OPTIONS_TRANSPOSE_CONV;
	case KERN_AVERAGE_POOL_2D: return OPTIONS_POOL;
	case KERN_MAX_POOL_2D: return OPTIONS_POOL;
	case KERN_ADD: return OPTIONS_ADD;
	case KERN_RESHAPE: return OPTIONS_RESHAPE;
	case KERN_SOFTMAX: return OPTIONS_SOFTMAX;
	case KERN_PAD: return OPTIONS_PAD;
	case KERN_PADV2: return OPTIONS_PADV2;
	case KERN_STRIDED_SLICE: return OPTIONS_STRIDED_SLICE;
	case KERN_TRANSPOSE: return OPTIONS_TRANSPOSE;
	case KERN_CONCATENATION: return OPTIONS_CONCAT;
	case KERN_SUB: return OPTIONS_SUB;
	case KERN_MUL: return OPTIONS_MUL;
	case KERN_MINIMUM: return OPTIONS_MAXIMUM_MINIMUM;
	case KERN_MAXIMUM: return OPTIONS_MAXIMUM_MINIMUM;
	case KERN_LEAKY_RELU: return OPTIONS_LEAKY_RELU;
	case KERN_HARD_SWISH: return OPTIONS_HARD_SWISH;
	case KERN_QUANTIZE: return OPTIONS_QUANTIZE;
	case KERN_SVDF: return OPTIONS_SVDF;
	case KERN_RESIZE_NEAREST_NEIGHBOR: return OPTIONS_NEAREST;
	case KERN_RESIZE_BILINEAR: return OPTIONS_BILINEAR;
	case KERN_UNIDIRECTIONAL_SEQUENCE_LSTM: return OPTIONS_LSTM;
	case KERN_DEQUANTIZE: return OPTIONS_DEQUANTIZE;
	case KERN_MEAN:
	case KERN_SUM:
	case KERN_REDUCE_MAX: return OPTIONS_REDUCE;
	case KERN_DIV: return OPTIONS_DIV;
	case KERN_GATHER: return OPTIONS_GATHER;
	case KERN_BATCH_MATMUL: return OPTIONS_BATCH_MATMUL;
	case KERN_CAST: return OPTIONS_CAST;
	case KERN_ARG_MAX: return OPTIONS_ARG_MAX;
	case KERN_LOG_SOFTMAX: return OPTIONS_LOG_SOFTMAX;
	case KERN_SHAPE: return OPTIONS_SHAPE;
	case KERN_EXP: return OPTIONS_EXP;
	case KERN_ABS: return OPTIONS_ABS;
	case KERN_NEG: return OPTIONS_NEG;
	default: return 0;
	}
}

/* Padding and ActivationFunctionType count as our enums do. */
static void read_conv(const struct flat_table *t, struct model_attr *a)
{
	a->padding = flat_u8(t, CONV_PADDING, 0);
	a->stride_w = flat_i32(t, CONV_STRIDE_W, 0);
	a->stride_h = flat_i32(t, CONV_STRIDE_H, 0);
	a->act = flat_u8(t, CONV_ACT, 0);
	a->dilation_w = flat_i32(t, CONV_DILATION_W, 1);
	a->dilation_h = flat_i32(t, CONV_DILATION_H, 1);
	a->is_narrow = flat_u8(t, CONV_BIAS_TYPE, 0) == TFLITE_INT32;
}

static void read_transpose_conv(const struct flat_table *t,
				struct model_attr *a)
{
	a->padding = flat_u8(t, TRANSPOSE_CONV_PADDING, 0);
	a->stride_w = flat_i32(t, TRANSPOSE_CONV_STRIDE_W, 0);
	a->stride_h = flat_i32(t, TRANSPOSE_CONV_STRIDE_H, 0);
	a->act = flat_u8(t, TRANSPOSE_CONV_ACT, 0);
}

static void read_depthwise(const struct flat_table *t, struct model_attr *a)
{
	a->padding = flat_u8(t, DEPTHWISE_PADDING, 0);
	a->stride_w = flat_i32(t, DEPTHWISE_STRIDE_W, 0);
	a->stride_h = flat_i32(t, DEPTHWISE_STRIDE_H, 0);
	a->depth_multiplier = flat_i32(t, DEPTHWISE_MULTIPLIER, 0);
	a->act = flat_u8(t, DEPTHWISE_ACT, 0);
	a->dilation_w = flat_i32(t, DEPTHWISE_DILATION_W, 1);
	a->dilation_h = flat_i32(t, DEPTHWISE_DILATION_H, 1);
}

static void read_pool(const struct flat_table *t, struct model_attr *a)
{
	a->padding = flat_u8(t, POOL_PADDING, 0);
	a->stride_w = flat_i32(t, POOL_STRIDE_W, 0);
	a->stride_h = flat_i32(t, POOL_STRIDE_H, 0);
	a->filter_w = flat_i32(t, POOL_FILTER_W, 0);
	a->filter_h = flat_i32(t, POOL_FILTER_H, 0);
	a->act = flat_u8(t, POOL_ACT, 0);
}

static void read_slice(const struct flat_table *t, struct model_attr *a,
		       const char **what)
{
	a->begin_mask = flat_i32(t, SLICE_BEGIN, 0);
	a->end_mask = flat_i32(t, SLICE_END, 0);
	a->shrink_mask = flat_i32(t, SLICE_SHRINK, 0);
	if (flat_i32(t, SLICE_ELLIPSIS, 0) || flat_i32(t, SLICE_NEW_AXIS, 0) ||
	    flat_u8(t, SLICE_OFFSET, 0))
		*what = "an ellipsis, a new axis or an end that is a size";
}

static void read_lstm(const struct flat_table *t, struct model_attr *a,
		      const char **what)
{
	a->cell_clip = flat_f32(t, LSTM_CELL_CLIP, 0);
	a->is_time_major = flat_u8(t, LSTM_TIME_MAJOR, 0) != 0;
	if (flat_u8(t, LSTM_ACT, 0) != TFLITE_TANH)
		*what = "a cell activation other than TANH";
}

bool tflite_options(enum kern_op op, const struct flat_table *t,
		    struct model_attr *a, const char **what)
{
	*what = NULL;
	switch (tflite_options_type(op)) {
	case OPTIONS_CONV:
		read_conv(t, a);
		break;
	case OPTIONS_DEPTHWISE:
		read_depthwise(t, a);
		break;
	case OPTIONS_POOL:
		read_pool(t, a);
		break;
	case OPTIONS_TRANSPOSE_CONV:
		read_transpose_conv(t, a);
		break;
	case OPTIONS_FC:
		a->act = flat_u8(t, FC_ACT, 0);
		a->is_narrow = flat_u8(t, FC_BIAS_TYPE, 0) == TFLITE_INT32;
		if (flat_u8(t, FC_FORMAT, 0) != 0)
			*what = "shuffled weights";
		break;
	case OPTIONS_SOFTMAX:
		a->beta = flat_f32(t, SOFTMAX_BETA, 0);
		if (a->beta == 0)
			*what = "beta 0";
		break;
	case OPTIONS_GATHER:
		a->axis = flat_i32(t, GATHER_AXIS, 0);
		if (flat_i32(t, GATHER_BATCH_DIMS, 0))
			*what = "batch axes";
		break;
	case OPTIONS_BATCH_MATMUL:
		if (flat_u8(t, MATMUL_TURN_A, 0) ||
		    flat_u8(t, MATMUL_TURN_B, 0))
			*what = "a turned side";
		break;
	case OPTIONS_ADD:
	case OPTIONS_SUB:
	case OPTIONS_MUL:
	case OPTIONS_DIV:
		a->act = flat_u8(t, ADD_ACT, 0);
		break;
	case OPTIONS_CONCAT:
		a->axis = flat_i32(t, CONCAT_AXIS, 0);
		a->act = flat_u8(t, CONCAT_ACT, 0);
		break;
	case OPTIONS_STRIDED_SLICE:
		read_slice(t, a, what);
		break;
	case OPTIONS_SVDF:
		a->rank = flat_i32(t, SVDF_RANK, 0);
		a->act = flat_u8(t, SVDF_ACT, 0);
		break;
	case OPTIONS_NEAREST:
		a->align_corners = flat_u8(t, NEAREST_ALIGN_CORNERS, 0) != 0;
		a->half_pixel = flat_u8(t, NEAREST_HALF_PIXEL, 0) != 0;
		break;
	case OPTIONS_BILINEAR:
		a->align_corners = flat_u8(t, BILINEAR_ALIGN_CORNERS, 0) != 0;
		a->half_pixel = flat_u8(t, BILINEAR_HALF_PIXEL, 0) != 0;
		break;
	case OPTIONS_LSTM:
		read_lstm(t, a, what);
		break;
	case OPTIONS_LEAKY_RELU:
		a->alpha = flat_f32(t, LEAKY_ALPHA, 0);
		break;
	}
	if ((unsigned)a->act >= MODEL_ACT_COUNT)
		*what = "a fused activation other than RELU, RELU_N1_TO_1 "
			"and RELU6";
	if ((unsigned)a->padding > MODEL_PAD_VALID)
		*what = "an unknown padding";
	return *what == NULL;
}
