#include <string.h>

#include "model/flat_write.h"
#include "model/tflite_priv.h"

/* What an operation has beside its tensors, as its table of options. */

/* Bits of a float, for a field. */
static uint32_t float_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static uint8_t bias_type(const struct model_attr *a)
{
	return a->is_narrow ? TFLITE_INT32 : 0;
}

static void put_conv(const struct model_attr *a, size_t hole, struct buf *out)
{
	struct flat_field options[] = {
		[CONV_PADDING] = FLAT_U8(a->padding),
		[CONV_STRIDE_W] = FLAT_U32(a->stride_w),
		[CONV_STRIDE_H] = FLAT_U32(a->stride_h),
		[CONV_ACT] = FLAT_U8(a->act),
		[CONV_DILATION_W] = FLAT_U32(a->dilation_w),
		[CONV_DILATION_H] = FLAT_U32(a->dilation_h),
		[CONV_BIAS_TYPE] = FLAT_U8(bias_type(a)),
	};

	flat_put_table(out, hole, options, a->is_narrow ? 7 : 6);
}

static void put_transpose_conv(const struct model_attr *a, size_t hole,
			       struct buf *out)
{
	struct flat_field options[] = {
		[TRANSPOSE_CONV_PADDING] = FLAT_U8(a->padding),
		[TRANSPOSE_CONV_STRIDE_W] = FLAT_U32(a->stride_w),
		[TRANSPOSE_CONV_STRIDE_H] = FLAT_U32(a->stride_h),
		[TRANSPOSE_CONV_ACT] = FLAT_U8(a->act),
	};

	flat_put_table(out, hole, options, 4);
}

static void put_depthwise(const struct model_attr *a, int32_t multiplier,
			  size_t hole, struct buf *out)
{
	struct flat_field options[] = {
		[DEPTHWISE_PADDING] = FLAT_U8(a->padding),
		[DEPTHWISE_STRIDE_W] = FLAT_U32(a->stride_w),
		[DEPTHWISE_STRIDE_H] = FLAT_U32(a->stride_h),
		[DEPTHWISE_MULTIPLIER] = FLAT_U32(multiplier),
		[DEPTHWISE_ACT] = FLAT_U8(a->act),
		[DEPTHWISE_DILATION_W] = FLAT_U32(a->dilation_w),
		[DEPTHWISE_DILATION_H] = FLAT_U32(a->dilation_h),
	};

	flat_put_table(out, hole, options, 7);
}

static void put_pool(const struct model_attr *a, size_t hole, struct buf *out)
{
	struct flat_field options[] = {
		[POOL_PADDING] = FLAT_U8(a->padding),
		[POOL_STRIDE_W] = FLAT_U32(a->stride_w),
		[POOL_STRIDE_H] = FLAT_U32(a->stride_h),
		[POOL_FILTER_W] = FLAT_U32(a->filter_w),
		[POOL_FILTER_H] = FLAT_U32(a->filter_h),
		[POOL_ACT] = FLAT_U8(a->act),
	};

	flat_put_table(out, hole, options, 6);
}

static void put_slice(const struct model_attr *a, size_t hole, struct buf *out)
{
	struct flat_field options[] = {
		[SLICE_BEGIN] = FLAT_U32(a->begin_mask),
		[SLICE_END] = FLAT_U32(a->end_mask),
		[SLICE_ELLIPSIS] = FLAT_U32(0),
		[SLICE_NEW_AXIS] = FLAT_U32(0),
		[SLICE_SHRINK] = FLAT_U32(a->shrink_mask),
	};

	flat_put_table(out, hole, options, 5);
}

static void put_concat(const struct model_attr *a, size_t hole,
		       struct buf *out)
{
	struct flat_field options[] = {
		[CONCAT_AXIS] = FLAT_U32(a->axis),
		[CONCAT_ACT] = FLAT_U8(a->act),
	};

	flat_put_table(out, hole, options, 2);
}

static void put_fc(const struct model_attr *a, bool keeps_dims, size_t hole,
		   struct buf *out)
{
	struct flat_field options[] = {
		[FC_ACT] = FLAT_U8(a->act),
		[FC_FORMAT] = FLAT_U8(0),
		[FC_KEEP_DIMS] = FLAT_U8(keeps_dims),
		[FC_ASYMMETRIC] = FLAT_U8(0),
		[FC_BIAS_TYPE] = FLAT_U8(bias_type(a)),
	};

	flat_put_table(out, hole, options, a->is_narrow ? 5 : 3);
}

static void put_svdf(const struct model_attr *a, size_t hole, struct buf *out)
{
	struct flat_field options[] = {
		[SVDF_RANK] = FLAT_U32(a->rank),
		[SVDF_ACT] = FLAT_U8(a->act),
	};

	flat_put_table(out, hole, options, 2);
}

static void put_lstm(const struct model_attr *a, size_t hole, struct buf *out)
{
	struct flat_field options[] = {
		[LSTM_ACT] = FLAT_U8(TFLITE_TANH),
		[LSTM_CELL_CLIP] = FLAT_U32(float_bits(a->cell_clip)),
		[LSTM_PROJECTION_CLIP] = FLAT_NONE,
		[LSTM_TIME_MAJOR] = FLAT_U8(a->is_time_major),
	};

	flat_put_table(out, hole, options, 4);
}

/* Operations with weights or a window; false for others. */
static bool put_layer(const struct model *m, int index, size_t hole,
		      struct buf *out)
{
	const struct model_op *op = &m->ops[index];
	const struct model_tensor *to = &m->tensors[op->output];
	struct model_attr a = model_attr(m, index);

	switch (tflite_options_type(op->op)) {
	case OPTIONS_CONV:
		put_conv(&a, hole, out);
		return true;
	case OPTIONS_DEPTHWISE:
		put_depthwise(&a, to->dims[3] /
			      m->tensors[op->inputs[0]].dims[3], hole, out);
		return true;
	case OPTIONS_POOL:
		put_pool(&a, hole, out);
		return true;
	case OPTIONS_TRANSPOSE_CONV:
		put_transpose_conv(&a, hole, out);
		return true;
	case OPTIONS_FC:
		put_fc(&a, to->rank != 2, hole, out);
		return true;
	case OPTIONS_SVDF:
		put_svdf(&a, hole, out);
		return true;
	case OPTIONS_LSTM:
		put_lstm(&a, hole, out);
		return true;
	default:
		return false;
	}
}

void tflite_put_options(const struct model *m, int index, size_t hole,
			struct buf *out)
{
	const struct model_op *op = &m->ops[index];
	const struct model_tensor *to = &m->tensors[op->output];
	const struct model_tensor *in = &m->tensors[op->inputs[0]];
	struct model_attr a = model_attr(m, index);
	struct flat_field softmax[] = { FLAT_U32(float_bits(a.beta)) };
	struct flat_field add[] = { FLAT_U8(a.act) };
	struct flat_field leaky[] = { FLAT_U32(float_bits(a.alpha)) };
	struct flat_field gather[] = {
		[GATHER_AXIS] = FLAT_U32(a.axis),
		[GATHER_BATCH_DIMS] = FLAT_U32(0),
	};
	struct flat_field reduce[] = { FLAT_U8(to->rank == in->rank) };
	struct flat_field types[] = { FLAT_U8(tflite_type_code(in->type)),
				      FLAT_U8(tflite_type_code(to->type)) };
	struct flat_field resize[] = {
		[BILINEAR_HEIGHT] = FLAT_NONE,
		[BILINEAR_WIDTH] = FLAT_NONE,
		[BILINEAR_ALIGN_CORNERS] = FLAT_U8(a.align_corners),
		[BILINEAR_HALF_PIXEL] = FLAT_U8(a.half_pixel),
	};
	struct flat_field reshape[] = { FLAT_HOLE }, none[] = { FLAT_NONE };

	if (put_layer(m, index, hole, out))
		return;
	switch (tflite_options_type(op->op)) {
	case OPTIONS_SOFTMAX:
		flat_put_table(out, hole, softmax, 1);
		break;
	case OPTIONS_ADD:
	case OPTIONS_SUB:
	case OPTIONS_MUL:
	case OPTIONS_DIV:
		flat_put_table(out, hole, add, 1);
		break;
	case OPTIONS_CONCAT:
		put_concat(&a, hole, out);
		break;
	case OPTIONS_STRIDED_SLICE:
		put_slice(&a, hole, out);
		break;
	case OPTIONS_NEAREST:
		flat_put_table(out, hole, resize + BILINEAR_ALIGN_CORNERS, 2);
		break;
	case OPTIONS_BILINEAR:
		flat_put_table(out, hole, resize, 4);
		break;
	case OPTIONS_LEAKY_RELU:
		flat_put_table(out, hole, leaky, 1);
		break;
	case OPTIONS_GATHER:
		flat_put_table(out, hole, gather, 2);
		break;
	case OPTIONS_REDUCE:
		flat_put_table(out, hole, reduce, 1);
		break;
	case OPTIONS_CAST:
		flat_put_table(out, hole, types, 2);
		break;
	case OPTIONS_ARG_MAX:
	case OPTIONS_SHAPE:
		flat_put_table(out, hole, types + 1, 1);
		break;
	case OPTIONS_RESHAPE:
		flat_put_table(out, hole, reshape, 1);
		flat_put_vector(out, reshape[0].at, to->dims,
				(uint32_t)to->rank, 4, 4);
		break;
	case 0:
		break;
	default:
		flat_put_table(out, hole, none, 1);
		break;
	}
}
