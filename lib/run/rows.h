/*
 * rows - the check and call functions a set's table is made of.
 *
 * ROW(name) declares a pair; the table entry names the same pair, so a set is
 * a list of lines (run/set_ref.c).  Where nothing else is said, the constants
 * are packed as in kern/kern.h.
 */
#ifndef TINYML_RUN_ROWS_H
#define TINYML_RUN_ROWS_H

#include "run/run.h"

#define ROW(name) \
	int run_##name##_check(const struct run_step *step); \
	void run_##name##_call(const struct run_step *step);

/* int8 */
ROW(conv_s8)
ROW(depthwise_s8)
ROW(transpose_conv_s8)
ROW(fc_s8)
ROW(average_pool_s8)
ROW(max_pool_s8)
ROW(add_s8)
ROW(sub_s8)
ROW(mul_s8)
ROW(minimum_s8)
ROW(maximum_s8)
ROW(softmax_s8)
ROW(softmax_s16)
ROW(svdf_s8)
ROW(resize_bilinear_s8)
ROW(lstm_s8)
ROW(lookup_s8)

/* int8, weights packed as in kern/s4.h */
ROW(conv_s4)
ROW(fc_s4)

/* int16 */
ROW(conv_s16)
ROW(depthwise_s16)
ROW(transpose_conv_s16)
ROW(fc_s16)
ROW(average_pool_s16)
ROW(max_pool_s16)
ROW(mul_s16)
ROW(add_s16)
ROW(sub_s16)
ROW(rescale)
ROW(curve_s16)

/* int8, constants packed as in kern/m4/m4.h */
ROW(conv_m4)
ROW(depthwise_m4)
ROW(depthwise_quads_m4)
ROW(fc_m4)
ROW(add_m4)

/* int8, constants packed as in kern/m0/m0.h */
ROW(conv_m0)
ROW(depthwise_m0)
ROW(fc_m0)
ROW(add_m0)
ROW(average_pool_m0)

/* int8, constants packed as in kern/x86/x86.h */
ROW(conv_x86)
ROW(depthwise_x86)
ROW(fc_x86)
ROW(add_x86)

/* int8, constants packed as in kern/m55/m55.h */
ROW(conv_m55)
ROW(depthwise_m55)
ROW(fc_m55)
ROW(add_m55)
ROW(average_pool_m55)

/* float32 */
ROW(conv_f32)
ROW(depthwise_f32)
ROW(fc_f32)
ROW(average_pool_f32)
ROW(max_pool_f32)
ROW(add_f32)
ROW(softmax_f32)
ROW(svdf_f32)
ROW(lstm_f32)
ROW(curve_f32)
ROW(pair_f32)
ROW(matmul_f32)
ROW(reduce_f32)
ROW(log_softmax_f32)

/* int32, and from one type to another */
ROW(pair_s32)
ROW(arg_max)
ROW(shape)
ROW(take)
ROW(cast)
ROW(quantize)
ROW(dequantize)

/* any type */
ROW(reshape)
ROW(mean)
ROW(resize_nearest)
ROW(gather)
ROW(pad)
ROW(concat)

#undef ROW

/* The rows of run_ref, which every other set holds too. */
#define RUN_ROWS_REF(ROW) \
	ROW(CONV_2D, KERN_S8, conv_s8) \
	ROW(DEPTHWISE_CONV_2D, KERN_S8, depthwise_s8) \
	ROW(TRANSPOSE_CONV, KERN_S8, transpose_conv_s8) \
	ROW(FULLY_CONNECTED, KERN_S8, fc_s8) \
	ROW(AVERAGE_POOL_2D, KERN_S8, average_pool_s8) \
	ROW(MAX_POOL_2D, KERN_S8, max_pool_s8) \
	ROW(ADD, KERN_S8, add_s8) \
	ROW(RESHAPE, KERN_S8, reshape) \
	ROW(SOFTMAX, KERN_S8, softmax_s8) \
	ROW(SOFTMAX, KERN_S16, softmax_s16) \
	ROW(SVDF, KERN_S8, svdf_s8) \
	ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, KERN_S8, lstm_s8) \
	ROW(SUB, KERN_S8, sub_s8) \
	ROW(MUL, KERN_S8, mul_s8) \
	ROW(MINIMUM, KERN_S8, minimum_s8) \
	ROW(MAXIMUM, KERN_S8, maximum_s8) \
	ROW(RELU, KERN_S8, lookup_s8) \
	ROW(RELU6, KERN_S8, lookup_s8) \
	ROW(LEAKY_RELU, KERN_S8, lookup_s8) \
	ROW(HARD_SWISH, KERN_S8, lookup_s8) \
	ROW(LOGISTIC, KERN_S8, lookup_s8) \
	ROW(TANH, KERN_S8, lookup_s8) \
	ROW(QUANTIZE, KERN_S8, lookup_s8) \
	ROW(PAD, KERN_S8, pad) \
	ROW(PADV2, KERN_S8, pad) \
	ROW(STRIDED_SLICE, KERN_S8, gather) \
	ROW(TRANSPOSE, KERN_S8, gather) \
	ROW(CONCATENATION, KERN_S8, concat) \
	ROW(PAD, KERN_S16, pad) \
	ROW(PADV2, KERN_S16, pad) \
	ROW(STRIDED_SLICE, KERN_S16, gather) \
	ROW(TRANSPOSE, KERN_S16, gather) \
	ROW(CONCATENATION, KERN_S16, concat) \
	ROW(CONV_2D, KERN_S16, conv_s16) \
	ROW(DEPTHWISE_CONV_2D, KERN_S16, depthwise_s16) \
	ROW(TRANSPOSE_CONV, KERN_S16, transpose_conv_s16) \
	ROW(FULLY_CONNECTED, KERN_S16, fc_s16) \
	ROW(AVERAGE_POOL_2D, KERN_S16, average_pool_s16) \
	ROW(MAX_POOL_2D, KERN_S16, max_pool_s16) \
	ROW(MUL, KERN_S16, mul_s16) \
	ROW(ADD, KERN_S16, add_s16) \
	ROW(SUB, KERN_S16, sub_s16) \
	ROW(RESHAPE, KERN_S16, reshape) \
	ROW(LEAKY_RELU, KERN_S16, rescale) \
	ROW(QUANTIZE, KERN_S16, rescale) \
	ROW(QUANTIZE, KERN_S32, rescale) \
	ROW(MEAN, KERN_S8, mean) \
	ROW(MEAN, KERN_S16, mean) \
	ROW(LOGISTIC, KERN_S16, curve_s16) \
	ROW(TANH, KERN_S16, curve_s16) \
	ROW(RESIZE_NEAREST_NEIGHBOR, KERN_S8, resize_nearest) \
	ROW(RESIZE_NEAREST_NEIGHBOR, KERN_S16, resize_nearest) \
	ROW(RESIZE_BILINEAR, KERN_S8, resize_bilinear_s8)

#define RUN_ROWS_F32(ROW) \
	ROW(CONV_2D, KERN_F32, conv_f32) \
	ROW(DEPTHWISE_CONV_2D, KERN_F32, depthwise_f32) \
	ROW(FULLY_CONNECTED, KERN_F32, fc_f32) \
	ROW(AVERAGE_POOL_2D, KERN_F32, average_pool_f32) \
	ROW(MAX_POOL_2D, KERN_F32, max_pool_f32) \
	ROW(ADD, KERN_F32, add_f32) \
	ROW(RESHAPE, KERN_F32, reshape) \
	ROW(SVDF, KERN_F32, svdf_f32) \
	ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, KERN_F32, lstm_f32) \
	ROW(SOFTMAX, KERN_F32, softmax_f32) \
	ROW(RESIZE_NEAREST_NEIGHBOR, KERN_F32, resize_nearest) \
	ROW(RELU, KERN_F32, curve_f32) \
	ROW(RELU6, KERN_F32, curve_f32) \
	ROW(LEAKY_RELU, KERN_F32, curve_f32) \
	ROW(ELU, KERN_F32, curve_f32) \
	ROW(HARD_SWISH, KERN_F32, curve_f32) \
	ROW(LOGISTIC, KERN_F32, curve_f32) \
	ROW(TANH, KERN_F32, curve_f32) \
	ROW(EXP, KERN_F32, curve_f32) \
	ROW(LOG, KERN_F32, curve_f32) \
	ROW(SQRT, KERN_F32, curve_f32) \
	ROW(ABS, KERN_F32, curve_f32) \
	ROW(NEG, KERN_F32, curve_f32) \
	ROW(FLOOR, KERN_F32, curve_f32) \
	ROW(CEIL, KERN_F32, curve_f32) \
	ROW(ROUND, KERN_F32, curve_f32) \
	ROW(SUB, KERN_F32, pair_f32) \
	ROW(MUL, KERN_F32, pair_f32) \
	ROW(DIV, KERN_F32, pair_f32) \
	ROW(MINIMUM, KERN_F32, pair_f32) \
	ROW(MAXIMUM, KERN_F32, pair_f32) \
	ROW(BATCH_MATMUL, KERN_F32, matmul_f32) \
	ROW(MEAN, KERN_F32, reduce_f32) \
	ROW(SUM, KERN_F32, reduce_f32) \
	ROW(REDUCE_MAX, KERN_F32, reduce_f32) \
	ROW(LOG_SOFTMAX, KERN_F32, log_softmax_f32) \
	ROW(PAD, KERN_F32, pad) \
	ROW(PADV2, KERN_F32, pad) \
	ROW(DEQUANTIZE, KERN_F32, dequantize)

/* Numbers of any type that only move, and plain integers. */
#define RUN_ROWS_PLAIN(ROW) \
	ROW(ADD, KERN_S32, pair_s32) \
	ROW(SUB, KERN_S32, pair_s32) \
	ROW(MUL, KERN_S32, pair_s32) \
	ROW(DIV, KERN_S32, pair_s32) \
	ROW(MINIMUM, KERN_S32, pair_s32) \
	ROW(MAXIMUM, KERN_S32, pair_s32) \
	ROW(STRIDED_SLICE, KERN_F32, gather) \
	ROW(TRANSPOSE, KERN_F32, gather) \
	ROW(CONCATENATION, KERN_F32, concat) \
	ROW(GATHER, KERN_F32, take) \
	ROW(STRIDED_SLICE, KERN_S32, gather) \
	ROW(TRANSPOSE, KERN_S32, gather) \
	ROW(CONCATENATION, KERN_S32, concat) \
	ROW(GATHER, KERN_S32, take) \
	ROW(STRIDED_SLICE, KERN_S64, gather) \
	ROW(TRANSPOSE, KERN_S64, gather) \
	ROW(CONCATENATION, KERN_S64, concat) \
	ROW(GATHER, KERN_S64, take) \
	ROW(STRIDED_SLICE, KERN_U8, gather) \
	ROW(TRANSPOSE, KERN_U8, gather) \
	ROW(CONCATENATION, KERN_U8, concat) \
	ROW(GATHER, KERN_U8, take) \
	ROW(RESHAPE, KERN_S32, reshape) \
	ROW(RESHAPE, KERN_S64, reshape) \
	ROW(RESHAPE, KERN_U8, reshape) \
	ROW(ARG_MAX, KERN_S32, arg_max) \
	ROW(ARG_MAX, KERN_S64, arg_max) \
	ROW(SHAPE, KERN_S32, shape) \
	ROW(SHAPE, KERN_S64, shape) \
	ROW(CAST, KERN_S8, cast) \
	ROW(CAST, KERN_S16, cast) \
	ROW(CAST, KERN_S32, cast) \
	ROW(CAST, KERN_S64, cast) \
	ROW(CAST, KERN_U8, cast) \
	ROW(CAST, KERN_F32, cast)

/* Everything beside a host's packed kernels; the first row that fits is
 * taken. */
#define RUN_ROWS_HOST(ROW) \
	ROW(QUANTIZE, KERN_S8, quantize) \
	RUN_ROWS_REF(ROW) \
	RUN_ROWS_F32(ROW) \
	RUN_ROWS_PLAIN(ROW)

/* And these. */
#define RUN_ROWS_S4 \
	RUN_ROW_OF_S4(CONV_2D, conv_s4) \
	RUN_ROW_OF_S4(FULLY_CONNECTED, fc_s4)

#define RUN_ROW_OF_S4(op, name) \
	{ KERN_##op, KERN_S8, KERN_PACK_S4, KERN_PACK_S4_VERSION, \
	  run_##name##_check, run_##name##_call },

#define RUN_ROW_OF_REF(op, type, name) \
	{ KERN_##op, type, KERN_PACK_REF, KERN_PACK_REF_VERSION, \
	  run_##name##_check, run_##name##_call },

#endif
