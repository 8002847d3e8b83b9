/*
 * f32 - kernels that only a host has, beside those at the end of kern/kern.h:
 * float32 functions, arithmetic of plain integers, conversions.
 *
 * Shapes and layouts as kern/kern.h has them.  Float arithmetic is IEEE 754
 * in the order written; exp, log and tanh are fixed sequences of it
 * (math_f32.h), so results are the same on every machine.  NaN passes
 * through.  out may be in where nothing else is said.
 */
#ifndef TINYML_KERN_F32_F32_H
#define TINYML_KERN_F32_F32_H

#include "kern/kern.h"

/*
 * Functions of one value:
 *     RELU max(x, 0)            RELU6 min(max(x, 0), 6)
 *     LEAKY_RELU x < 0 ? alpha x : x
 *     ELU x < 0 ? e^x - 1 : x   (alpha is 1, as TensorFlow has it)
 *     HARD_SWISH x * min(max(x + 3, 0), 6) / 6
 *     LOGISTIC 1 / (1 + e^-x)   TANH  EXP  LOG  SQRT  ABS  NEG
 *     FLOOR  CEIL  ROUND (to nearest, halves to even)
 */
struct kern_curve_f32 {
	enum kern_op op;
	size_t count;
	float alpha;
};

void kern_curve_f32(const struct kern_curve_f32 *k, const float *in,
		    float *out);

/* SUB, MUL, DIV, MINIMUM, MAXIMUM, broadcasting as ADD, then clamped. */
struct kern_pair_f32 {
	enum kern_op op;
	struct kern_shape a, b, out;
	float act_min, act_max;
};

void kern_pair_f32(const struct kern_pair_f32 *k, const float *a,
		   const float *b, float *out);

/* The same and ADD on plain int32: modulo 2^32; DIV truncates, and gives 0
 * for a division by 0. The clamp is not looked at. */
void kern_pair_s32(const struct kern_pair_f32 *k, const int32_t *a,
		   const int32_t *b, int32_t *out);

/*
 * BATCH_MATMUL: out[n][h] = a[n][h] x b[n][h], matrices of (w, c) elements; a
 * batch axis of size 1 repeats.  Sums as FULLY_CONNECTED's.  out is apart.
 */
struct kern_matmul_f32 {
	struct kern_shape a, b, out;
};

void kern_matmul_f32(const struct kern_matmul_f32 *k, const float *a,
		     const float *b, float *out);

/*
 * MEAN, SUM and REDUCE_MAX: an axis of out is in's, or 1 and reduced.  Sums
 * take the elements in the order they lie.  out is apart.
 */
struct kern_reduce_f32 {
	enum kern_op op;
	struct kern_shape in, out;
};

void kern_reduce_f32(const struct kern_reduce_f32 *k, const float *in,
		     float *out);

/* An axis of size elements, in outer rows of inner things. */
struct kern_axis {
	int32_t outer, size, inner;
};

/* ARG_MAX along the axis, the first of equals; out is outer x inner numbers
 * of 4 or 8 bytes, apart. */
void kern_arg_max_f32(const struct kern_axis *k, size_t index_bytes,
		      const float *in, void *out);

/*
 * GATHER of any type: count numbers choose along the axis, inner is bytes.
 * Numbers are of 4 or 8 bytes; those below 0 count from the end, and those
 * outside choose the nearest element.  out is apart.
 */
struct kern_take {
	struct kern_axis axis;
	int32_t count;
	size_t index_bytes;
};

void kern_take(const struct kern_take *k, const void *in, const void *indices,
	       void *out);

/* LOG_SOFTMAX of rows of depth: x - max - log(sum of e^(x - max)). */
void kern_log_softmax_f32(int32_t rows, int32_t depth, const float *in,
			  float *out);

/*
 * CAST: numbers of one type to another.  Floats lose their fraction, and
 * those beyond int64 (NaN too) become its bounds (0); then integers keep
 * their low bits.
 */
struct kern_cast {
	size_t count;
	enum kern_type from, to;
};

void kern_cast(const struct kern_cast *k, const void *in, void *out);

/* SHAPE: numbers of 4 or 8 bytes, the count of the last axes of shape. */
void kern_shape_of(const struct kern_shape *shape, int32_t count,
		   size_t index_bytes, void *out);

/* QUANTIZE from float32: clamp(round(x / scale) + zero), halves away from
 * zero, NaN to zero; and DEQUANTIZE: scale * (q - zero). out is apart. */
struct kern_scale {
	size_t count;
	float scale;			/* > 0 */
	int32_t zero;
};

void kern_quantize_f32(const struct kern_scale *k, const float *in,
		       int8_t *out);
void kern_dequantize_s8(const struct kern_scale *k, const int8_t *in,
			float *out);

#endif
