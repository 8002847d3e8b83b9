/*
 * kern - the kernels: what a model's operations compute, one C source for
 * host and board.
 *
 * A kernel gets one parameter struct (shapes, constants, quantisation), its
 * input and output bytes, and scratch.  It allocates nothing, keeps nothing
 * and checks nothing: whoever fills the struct answers for it (lib/run checks
 * a model image completely before the first kernel runs).
 *
 * Axes: n batch, h rows, w columns, c channels; element (n,h,w,c) of a tensor
 * lies at ((n * H + h) * W + w) * C + c.  A tensor of lower rank has leading
 * ones.
 *
 * Files: ref/NAME_s8.c is the definition, plain and never optimised; a folder
 * per architecture holds faster ones under the same signature that give the
 * same bytes.  f32/NAME_f32.c are the float kernels for the host; a board
 * build does not list them.
 *
 * Integer results equal TensorFlow Lite's reference kernels with double
 * rounding, to the last bit (kern/requant.h has the arithmetic).  Sums wrap
 * modulo 2^32, so no content is undefined behaviour.
 *
 * Float results are specified, not compiled: products enter a sum in the
 * order given at each kernel, by fused multiply-add.
 */
#ifndef TINYML_KERN_KERN_H
#define TINYML_KERN_KERN_H

#include <stddef.h>
#include <stdint.h>

/* Element types; the number stands in a model image. */
enum kern_type {
	KERN_S8 = 1,
	KERN_S16 = 2,
	KERN_S32 = 3,
	KERN_F32 = 4,
	KERN_U8 = 5,
	KERN_S64 = 6,
};

enum kern_types {
	KERN_TYPES_S8 = 1 << KERN_S8,
	KERN_TYPES_S16 = 1 << KERN_S16,
	KERN_TYPES_S32 = 1 << KERN_S32,
	KERN_TYPES_F32 = 1 << KERN_F32,
	KERN_TYPES_U8 = 1 << KERN_U8,
	KERN_TYPES_S64 = 1 << KERN_S64,
	KERN_TYPES_ALL = 0x7e,
};

enum kern_op {
#define OP(name, id, tflite, acts_min, acts_max, consts, inplace, types) \
	KERN_##name = (id),
#include "kern/ops.def"
#undef OP
};

/* One row of ops.def. */
struct kern_op_info {
	const char *name;
	uint16_t id, tflite;
	uint8_t acts_min, acts_max, consts, inplace, types;
};

/* The row of an id, or NULL. */
const struct kern_op_info *kern_op_info(unsigned id);

/* State tensors that an operation has, at most KERN_STATES_MAX: it reads and
 * writes them, and they keep their content from run to run. */
enum { KERN_STATES_MAX = 2 };
unsigned kern_op_states(unsigned id);

/* The row of a BuiltinOperator code, or NULL. */
const struct kern_op_info *kern_op_of_tflite(unsigned code);

/* Bytes of one element; 0 for a number that is no type. */
size_t kern_type_bytes(unsigned type);

struct kern_shape {
	int32_t n, h, w, c;	/* each >= 1 */
};

/*
 * A window that slides over an input: convolutions and pools.
 *
 * Output row y looks at input rows y * stride_h - pad_top + i * dilation_h
 * for i in [0, kernel_h); rows outside the input count as the real value 0
 * (convolution) or do not count (pools).  The same for columns.  Bottom and
 * right padding follow from the output's size.
 * Pools have dilation 1, and every window meets the input.
 */
struct kern_window {
	struct kern_shape in, out;
	int32_t kernel_h, kernel_w;
	int32_t stride_h, stride_w;
	int32_t dilation_h, dilation_w;
	int32_t pad_top, pad_left;
};

/* Weights that an output channel of CONV_2D has; 0 when they are more than
 * INT32_MAX. */
int32_t kern_conv_depth(const struct kern_window *win);

/*
 * How an int32 sum becomes an output value: see requant_mul.
 * Entry c * step belongs to output channel c: step 1 has one entry a channel,
 * step 0 one for all.
 */
struct kern_requant {
	const int32_t *multiplier;	/* real factor * 2^(31 - shift) */
	const int8_t *shift;		/* -31 ... 30; positive is left */
	int32_t step;
};

/*
 * CONV_2D.  Weights [out.c][kernel_h][kernel_w][in.c], as .tflite has them;
 * bias [out.c] or NULL.
 *
 *     sum = bias[o] + SUM (in - in_zero) * weight
 *     out = clamp(out_zero + requant(sum, o), act_min, act_max)
 *
 * DEPTHWISE_CONV_2D uses the same struct with weights
 * [kernel_h][kernel_w][out.c]; output channel o reads input channel
 * o / (out.c / in.c), and out.c is a multiple of in.c.
 */
struct kern_conv_s8 {
	struct kern_window win;
	const int8_t *weights;
	const int32_t *bias;
	struct kern_requant requant;
	const uint32_t *channels;	/* of packed kernels: kern/channels.h */
	int32_t in_zero, out_zero;	/* -128 ... 127 */
	int32_t act_min, act_max;	/* -128 <= min <= max <= 127 */
};

void kern_conv_s8(const struct kern_conv_s8 *k, const int8_t *in, int8_t *out,
		  void *scratch);
size_t kern_conv_s8_scratch_bytes(const struct kern_conv_s8 *k);

void kern_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
		       int8_t *out, void *scratch);
size_t kern_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k);

/*
 * TRANSPOSE_CONV, with the same struct and weights as CONV_2D; dilation is 1.
 * Input row y adds to output rows y * stride_h - pad_top + i, i in
 * [0, kernel_h), as far as they exist; columns likewise:
 *
 *     sum[y * stride_h - pad_top + i][x * stride_w - pad_left + j][o] +=
 *         SUM over c of (in[y][x][c] - in_zero) * weight[o][i][j][c]
 */
void kern_transpose_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
			    int8_t *out);

/*
 * The same operations on int16 values with int8 weights; zero points are 0.
 *
 * TensorFlow Lite has two arithmetics, told apart by the bias.  Narrow: bias
 * int32, sums wrap modulo 2^32, requant_mul.  Wide: bias int64, sums in 64
 * bits, requant_mul_wide, whose shifts are -31 ... 7.
 */
struct kern_conv_s16 {
	struct kern_window win;
	const int8_t *weights;
	int32_t is_wide;
	const void *bias;		/* int32 or, wide, int64; or NULL */
	struct kern_requant requant;
	int32_t act_min, act_max;	/* in int16 */
};

void kern_conv_s16(const struct kern_conv_s16 *k, const int16_t *in,
		   int16_t *out);
void kern_depthwise_s16(const struct kern_conv_s16 *k, const int16_t *in,
			int16_t *out);
void kern_transpose_conv_s16(const struct kern_conv_s16 *k, const int16_t *in,
			     int16_t *out);

/*
 * FULLY_CONNECTED.  Weights [out_depth][in_depth], bias [out_depth] or NULL;
 * in [batches][in_depth], out [batches][out_depth].  Formula as CONV_2D.
 */
struct kern_fc_s8 {
	int32_t batches, in_depth, out_depth;
	const int8_t *weights;
	const int32_t *bias;
	struct kern_requant requant;
	const uint32_t *channels;
	int32_t in_zero, out_zero;
	int32_t act_min, act_max;
};

void kern_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		void *scratch);
size_t kern_fc_s8_scratch_bytes(const struct kern_fc_s8 *k);

/* The same on int16, narrow or wide as struct kern_conv_s16. */
struct kern_fc_s16 {
	int32_t batches, in_depth, out_depth;
	const int8_t *weights;
	int32_t is_wide;
	const void *bias;
	struct kern_requant requant;
	int32_t act_min, act_max;
};

void kern_fc_s16(const struct kern_fc_s16 *k, const int16_t *in, int16_t *out);

/*
 * AVERAGE_POOL_2D and MAX_POOL_2D.  Input and output share scale and zero
 * point.  The average is rounded to nearest, halves away from zero, over the
 * elements that lie inside the input.
 */
struct kern_pool_s8 {
	struct kern_window win;
	int32_t act_min, act_max;
};

void kern_average_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
			  int8_t *out);
void kern_max_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
		      int8_t *out);
void kern_average_pool_s16(const struct kern_pool_s8 *k, const int16_t *in,
			   int16_t *out);
void kern_max_pool_s16(const struct kern_pool_s8 *k, const int16_t *in,
		       int16_t *out);

/*
 * ADD.  Each of a, b equals out in every axis or is 1 there (broadcast).
 *
 *     x = requant((a - a_zero) << left_shift, a_multiplier, a_shift)
 *     y = the same of b
 *     out = clamp(out_zero + requant(x + y, out_multiplier, out_shift), ...)
 *
 * TFLite takes left_shift 20, twice_max = 2 * max(a_scale, b_scale), the real
 * factors a_scale / twice_max, b_scale / twice_max and
 * twice_max / (2^20 * out_scale), all below one: shifts are <= 0.
 * out may be a or b when that one has out's shape.
 */
struct kern_add_s8 {
	struct kern_shape a, b, out;
	int32_t a_zero, b_zero, out_zero;
	int32_t left_shift;		/* 0 ... 20 */
	int32_t a_multiplier, a_shift;	/* shifts -31 ... 0 */
	int32_t b_multiplier, b_shift;
	int32_t out_multiplier, out_shift;
	int32_t act_min, act_max;
};

void kern_add_s8(const struct kern_add_s8 *k, const int8_t *a, const int8_t *b,
		 int8_t *out);

/* SUB: requant(x - y, ...) in the last line, otherwise as ADD. */
void kern_sub_s8(const struct kern_add_s8 *k, const int8_t *a, const int8_t *b,
		 int8_t *out);

/* The same on int16: TFLite takes left_shift 15, and zero points are 0. */
void kern_add_s16(const struct kern_add_s8 *k, const int16_t *a,
		  const int16_t *b, int16_t *out);
void kern_sub_s16(const struct kern_add_s8 *k, const int16_t *a,
		  const int16_t *b, int16_t *out);

/*
 * MUL, broadcasting as ADD; the real factor is a_scale * b_scale / out_scale.
 *
 *     out = clamp(out_zero + requant((a - a_zero) * (b - b_zero)), ...)
 */
struct kern_mul_s8 {
	struct kern_shape a, b, out;
	int32_t a_zero, b_zero, out_zero;
	int32_t multiplier, shift;	/* shift -31 ... 30 */
	int32_t act_min, act_max;
};

void kern_mul_s8(const struct kern_mul_s8 *k, const int8_t *a, const int8_t *b,
		 int8_t *out);
void kern_mul_s16(const struct kern_mul_s8 *k, const int16_t *a,
		  const int16_t *b, int16_t *out);

/* MINIMUM and MAXIMUM of values in one scale, broadcasting as ADD. */
struct kern_pair_s8 {
	struct kern_shape a, b, out;
};

void kern_minimum_s8(const struct kern_pair_s8 *k, const int8_t *a,
		     const int8_t *b, int8_t *out);
void kern_maximum_s8(const struct kern_pair_s8 *k, const int8_t *a,
		     const int8_t *b, int8_t *out);

/*
 * Any function of one int8 value, element by element: out = table[in + 128].
 * RELU, RELU6, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH and QUANTIZE from int8
 * to int8 run so; plan/table.c says what stands in the table.
 * out may be in.
 */
enum { KERN_LOOKUP_BYTES = 256 };

void kern_lookup_s8(size_t n, const int8_t table[KERN_LOOKUP_BYTES],
		    const int8_t *in, int8_t *out);

/*
 * QUANTIZE between int8, int16 and int32, and LEAKY_RELU on int16, element by
 * element:
 *
 *     out = clamp(requant(in - in_zero) + out_zero)
 *
 * with the factor below for values under 0.  Differences wrap modulo 2^32;
 * out may be in when the types are equal.
 */
struct kern_rescale {
	int32_t count;
	int32_t in_type;		/* KERN_S8, KERN_S16 or KERN_S32 */
	int32_t in_zero;
	int32_t multiplier, shift;	/* shifts -31 ... 30 */
	int32_t below_multiplier, below_shift;
	int32_t out_type;		/* the same */
	int32_t out_zero;
};

void kern_rescale(const struct kern_rescale *k, const void *in, void *out);

/*
 * STRIDED_SLICE and TRANSPOSE of any type: element (n,h,w,c) of the output is
 * element start + n * step.n + h * step.h + w * step.w + c * step.c of the
 * input; steps may be negative or 0.
 */
struct kern_gather {
	struct kern_shape out;
	int32_t start;
	struct { int32_t n, h, w, c; } step;
	int32_t element_bytes;		/* of the type; PAD: at most 4 */
};

void kern_gather(const struct kern_gather *k, const void *in, void *out);

/*
 * PAD and PADV2 of any type: element i of an output axis is element
 * i - before of the input, or value where the input has none.
 */
struct kern_pad {
	struct kern_shape in, out;
	struct { int32_t n, h, w, c; } before;	/* each >= 0 */
	int32_t value;
	int32_t element_bytes;		/* of the type; PAD: at most 4 */
};

void kern_pad(const struct kern_pad *k, const void *in, void *out);

/* RESIZE_NEAREST_NEIGHBOR of any type: output (y, x) is input (rows[y],
 * columns[x]). */
struct kern_resize_nearest {
	struct kern_shape in, out;
	const int16_t *rows, *columns;	/* [out.h], [out.w] */
	int32_t element_bytes;		/* 1, 2 or 4 */
};

void kern_resize_nearest(const struct kern_resize_nearest *k, const void *in,
			 void *out);

/*
 * RESIZE_BILINEAR.  Output row y lies at place y * scale_h, in 1024ths of an
 * input row, and with is_half_pixel at + scale_h / 2 - 512 (truncated); the
 * rows before and after it weigh by their distance, columns likewise, and the
 * sum is rounded, halves away from zero.
 */
struct kern_resize_bilinear_s8 {
	struct kern_shape in, out;
	int32_t scale_h, scale_w;	/* size * scale below 2^30 */
	int32_t is_half_pixel;
};

void kern_resize_bilinear_s8(const struct kern_resize_bilinear_s8 *k,
			     const int8_t *in, int8_t *out);

/*
 * MEAN: an axis of out is in's, or 1 and summed over.
 *
 *     out = clamp(out_zero + requant(SUM in - count * in_zero))
 *
 * The factor has the division by count in it.  Sums wrap modulo 2^32.
 */
struct kern_mean {
	struct kern_shape in, out;
	int32_t type;			/* KERN_S8 or KERN_S16 */
	int32_t in_zero, out_zero;
	int32_t multiplier, shift;	/* shift -31 ... 30 */
};

void kern_mean(const struct kern_mean *k, const void *in, void *out);

/* LOGISTIC and TANH on int16: in * multiplier / 2^shift in steps of 1 / 12288
 * to steps of 2^-15 (kern/ref/curve_s16.h). out may be in. */
enum { KERN_CURVE_MULTIPLIER_MAX = 49152 };

struct kern_curve_s16 {
	int32_t op;			/* KERN_LOGISTIC or KERN_TANH */
	int32_t count;
	int32_t multiplier, shift;	/* 0 ... 49152, 0 ... 31 */
};

void kern_curve_s16(const struct kern_curve_s16 *k, const int16_t *in,
		    int16_t *out);

/*
 * CONCATENATION of any type: the output is rows times a piece of each input,
 * one after another.
 */
enum { KERN_CONCAT_INPUTS = 8 };

struct kern_concat {
	int32_t rows;
	int32_t count;				/* inputs */
	int32_t bytes[KERN_CONCAT_INPUTS];	/* of an input's piece */
};

void kern_concat(const struct kern_concat *k,
		 const void *const in[KERN_CONCAT_INPUTS], void *out);

/* RESHAPE of any type: the bytes stay; out may be in. */
void kern_reshape(size_t bytes, const void *in, void *out);

/*
 * SOFTMAX along the last axis: rows of depth elements.
 *
 * Output scale is 1/256 and zero point -128.  multiplier, left_shift and
 * diff_min describe beta * in_scale in TFLite's terms:
 *     min(beta * in_scale * 2^26, 2^31 - 1) = multiplier * 2^(left_shift - 31)
 *     diff_min = -floor(31 * 2^(26 - left_shift)); lower differences give 0
 * out may be in.
 */
struct kern_softmax_s8 {
	int32_t rows, depth;		/* depth <= KERN_SOFTMAX_DEPTH_MAX */
	int32_t multiplier, left_shift;	/* left_shift 0 ... 31 */
	int32_t diff_min;		/* <= 0 */
};

/* The sum of a row's exponentials, in units of 2^-19, stays below 2^31. */
enum { KERN_SOFTMAX_DEPTH_MAX = 4095 };

void kern_softmax_s8(const struct kern_softmax_s8 *k, const int8_t *in,
		     int8_t *out);

/* The same with an output in steps of 2^-16 from -32768 on; out is apart. */
void kern_softmax_s16(const struct kern_softmax_s8 *k, const int8_t *in,
		      int16_t *out);

/*
 * SVDF: a matrix applied to each input, and a filter over time for each of
 * its rows, summed by rank rows to a unit.  The state has the last memory
 * results of every filter, [batches][filters][memory], the newest last;
 * filters = units * rank.
 *
 *     state[f] moves down by one; its last value becomes
 *         state_zero + clamp(requant_1(SUM (in - in_zero) * weight[f][d]))
 *     sum = bias[u] + SUM over the unit's f and over t of
 *         (state[f][t] - state_zero) * time[f][t]
 *     out = clamp(out_zero + requant_2(sum))
 *
 * The first clamp is to the state's type; the zero point is added modulo its
 * size.  time and state are int8 or int16 alike.
 */
struct kern_svdf_s8 {
	int32_t batches, in_depth, units, rank, memory;
	const int8_t *weights;		/* [filters][in_depth] */
	const void *time;		/* [filters][memory] */
	const int32_t *bias;		/* [units] or NULL */
	int32_t state_type;		/* KERN_S8 or KERN_S16 */
	int32_t in_zero, state_zero, out_zero;
	int32_t state_multiplier, state_shift;	/* shifts -31 ... 30 */
	int32_t out_multiplier, out_shift;
};

void kern_svdf_s8(const struct kern_svdf_s8 *k, const int8_t *in, void *state,
		  int8_t *out);

/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM with four gates, as Keras has it.  in is
 * [batches][steps][in_depth], or [steps][batches][in_depth] when
 * is_time_major, out the same with units; the states are [batches][units].
 * At each step, for every unit, from the hidden state before it:
 *
 *     gate = function(clamp16(clamp16(requant(SUM (in - in_zero) * weight +
 *            bias)) + clamp16(requant(SUM (hidden - hidden_zero) * weight))))
 *     cell = clamp16(clamp16(requant(forget * cell)) +
 *                    clamp16(requant(input * candidate)))
 *     hidden = out = clamp(hidden_zero + requant(tanh(cell) * output))
 *
 * Gates enter their function in steps of 2^-12 and leave it in steps of
 * 2^-15: tanh for the candidate, logistic for the others
 * (kern/ref/curve_s16.h).  The cell is clamped to +-cell_clip if that is above
 * 0, and enters tanh as cell * tanh_multiplier / 2^tanh_shift.
 */
struct kern_lstm_gate {
	const int8_t *weights;		/* [units][in_depth] */
	const int8_t *recurrent;	/* [units][units] */
	const int32_t *bias;		/* [units] */
	int32_t multiplier, shift;	/* of the input's sums */
	int32_t recurrent_multiplier, recurrent_shift;
};

enum kern_lstm_gates { KERN_LSTM_INPUT, KERN_LSTM_FORGET, KERN_LSTM_CANDIDATE,
		       KERN_LSTM_OUTPUT, KERN_LSTM_GATES };

struct kern_lstm_s8 {
	int32_t batches, steps, in_depth, units, is_time_major;
	struct kern_lstm_gate gates[KERN_LSTM_GATES];
	int32_t in_zero, hidden_zero;
	int32_t forget_multiplier, forget_shift;	/* -31 ... 30 */
	int32_t input_multiplier, input_shift;
	int32_t hidden_multiplier, hidden_shift;
	int32_t tanh_multiplier, tanh_shift;	/* 0 ... 49152, 0 ... 31 */
	int32_t cell_clip;			/* 0 ... 32767 */
};

void kern_lstm_s8(const struct kern_lstm_s8 *k, const int8_t *in,
		  int8_t *hidden, int16_t *cell, int8_t *out);

/* ---- float32, host only -------------------------------------------------- */

/*
 * The float kernels: shapes and layouts as their integer twins; bias may be
 * NULL.  Order of every sum: it starts at 0 (+0.0f), takes the products in
 * the order kernel_h, kernel_w, in.c (depth for FULLY_CONNECTED) by fused
 * multiply-add, skips elements outside the input, and adds the bias last.
 * A result is clamped to [act_min, act_max]; -INFINITY and INFINITY mean no
 * activation.  NaN passes through.
 */
struct kern_conv_f32 {
	struct kern_window win;
	const float *weights, *bias;
	float act_min, act_max;
};

struct kern_fc_f32 {
	int32_t batches, in_depth, out_depth;
	const float *weights, *bias;
	float act_min, act_max;
};

struct kern_pool_f32 {
	struct kern_window win;
	float act_min, act_max;
};

struct kern_add_f32 {
	struct kern_shape a, b, out;
	float act_min, act_max;
};

struct kern_softmax_f32 {
	int32_t rows, depth;
	float beta;
};

void kern_conv_f32(const struct kern_conv_f32 *k, const float *in, float *out);
void kern_depthwise_f32(const struct kern_conv_f32 *k, const float *in,
			float *out);
void kern_fc_f32(const struct kern_fc_f32 *k, const float *in, float *out);

/* Sum in the order kernel_h, kernel_w, divided by the count. */
void kern_average_pool_f32(const struct kern_pool_f32 *k, const float *in,
			   float *out);
void kern_max_pool_f32(const struct kern_pool_f32 *k, const float *in,
		       float *out);
void kern_add_f32(const struct kern_add_f32 *k, const float *a, const float *b,
		  float *out);

/* exp((x - max) * beta) / sum, exp being f32/exp_f32.h's fixed sequence. */
void kern_softmax_f32(const struct kern_softmax_f32 *k, const float *in,
		      float *out);

/* SVDF and LSTM as above, without quantisation.  The time filter's sum adds
 * its products from the oldest on, then unit's filters in order to the bias;
 * a gate is (input's sum + bias) + hidden state's sum. */
struct kern_svdf_f32 {
	int32_t batches, in_depth, units, rank, memory;
	const float *weights, *time, *bias;
	float act_min, act_max;
};

void kern_svdf_f32(const struct kern_svdf_f32 *k, const float *in,
		   float *state, float *out);

struct kern_lstm_gate_f32 {
	const float *weights, *recurrent, *bias;
};

struct kern_lstm_f32 {
	int32_t batches, steps, in_depth, units, is_time_major;
	struct kern_lstm_gate_f32 gates[KERN_LSTM_GATES];
	float cell_clip;
};

void kern_lstm_f32(const struct kern_lstm_f32 *k, const float *in,
		   float *hidden, float *cell, float *out);

/* kern/f32/f32.h has the rest. */

#endif
