/*
 * op - one operation of an image, decoded: what the kernels of a set get.
 *
 * A set's row has two functions, check and call.  Both load the parameter
 * block into a kernel's struct by the same loader, so nothing runs on numbers
 * that were not checked; check also reads the tables, once.
 *
 * What run_open has made sure of before check is called: the operation's
 * arity fits ops.def, all its tensors have the row's element type, outputs lie
 * in the arena, nothing overlaps that may not.
 */
#ifndef TINYML_RUN_OP_H
#define TINYML_RUN_OP_H

#include <stdbool.h>

#include "kern/overlap.h"
#include "run/run.h"

/* The first inputs; CONCATENATION alone may have more (step_input). */
enum { RUN_STEP_INPUTS = 4 };

struct run_step {
	const struct run *run;
	struct model_image_op op;
	struct model_image_tensor in[RUN_STEP_INPUTS], out;
};

/* Decode operation index of an opened image. */
void step_load(struct run_step *step, const struct run *run, unsigned index);

/* Any input by its number, below op.input_count. */
struct model_image_tensor step_input(const struct run_step *step, unsigned i);

/* The row of the set for this step, or NULL. */
const struct run_kernel *step_kernel(const struct run_step *step);

/* Where a tensor's bytes are. Those of a constant must not be written. */
void *step_data(const struct run_step *step,
		const struct model_image_tensor *tensor);
void *step_scratch(const struct run_step *step);

/* dims with leading ones. */
struct kern_shape step_shape(const struct model_image_tensor *tensor);

/* The last dimension, 1 for rank 0. */
int32_t step_depth(const struct model_image_tensor *tensor);

/* Elements of a tensor. */
uint32_t step_elements(const struct model_image_tensor *tensor);

/* The product of n positive numbers, or 0 when it is above
 * MODEL_IMAGE_BYTES_MAX. */
uint32_t step_product(const int32_t *factors, unsigned n);

bool step_same_shape(const struct model_image_tensor *a,
		     const struct model_image_tensor *b);

/* -128 <= min <= max <= 127, and the same in the range of int16. */
bool step_clamp_valid(int32_t min, int32_t max);
bool step_clamp_valid_s16(int32_t min, int32_t max);

/* Both inputs broadcast to the output. */
bool step_pair_shapes(const struct run_step *step, struct kern_shape *a,
		      struct kern_shape *b, struct kern_shape *out);

/* 0 <= multiplier, and shift in [min, max] (within -31 ... 30). */
bool step_factor_valid(int32_t multiplier, int32_t shift, int32_t min,
		       int32_t max);

/*
 * Check a window whose numbers come from an image; its in and out are set
 * from the step's tensors.  After 0:
 *   - all numbers are in the ranges of struct model_image_conv
 *   - in.n = out.n
 *   - every window starts before the input's end and ends behind its start,
 *     so without dilation it meets the input
 *   - no row or column number of the kernels leaves int32
 */
int step_window(const struct run_step *step, struct kern_window *win);

/* The same for a TRANSPOSE_CONV: ranges, in.n = out.n, and dilation 1. */
int step_transpose_window(const struct run_step *step, struct kern_window *win);

/* What the kernel of a convolution allows (kern/overlap.h); step 0 for other
 * operations. packing: enum kern_packing. */
struct kern_overlap run_overlap(unsigned op, unsigned packing, unsigned type,
				const struct kern_window *win);

/* May the step's output lie over its first input as the two lie?  Answered
 * from shapes, whatever the image claims; false when its parameters are bad. */
bool step_may_overlap(const struct run_step *step);

/* The window of a pool, checked as above. Channels stay, and the part of a
 * window inside the input has at most STEP_POOL_AREA_MAX elements, so that
 * their sum stays in int32. ERR_RANGE. */
enum { STEP_POOL_AREA_MAX = 1 << 23 };
int step_pool_window(const struct run_step *step,
		     const struct model_image_pool *p, struct kern_window *win);

/* Is every axis of in that of out, or 1? */
bool step_broadcasts(const struct kern_shape *in, const struct kern_shape *out);

/* The sizes of a fully connected layer from its tensors: out_depth is the
 * output's last dimension, batches its other elements, and the input's
 * elements are batches times in_depth. ERR_RANGE when they do not divide. */
int step_fc_shape(const struct run_step *step, int32_t *batches,
		  int32_t *in_depth, int32_t *out_depth);

/* Find bias ([channels] of 4 or, for _wide, 8 bytes, NULL when absent) and
 * requantisation tables of a convolution or fully connected layer. */
int step_bias(const struct run_step *step, uint32_t at, int32_t channels,
	      const void **bias);
int step_bias_wide(const struct run_step *step, uint32_t at, int32_t channels,
		   const void **bias);
int step_requant(const struct run_step *step, uint32_t multipliers_at,
		 uint32_t shifts_at, uint32_t count, int32_t channels,
		 struct kern_requant *requant);

/* Find the table of kern/channels.h at a place of CONST, and check it. */
int step_channels(const struct run_step *step, uint32_t at, int32_t channels,
		  const uint32_t **table);

/* Every entry of the tables is in range, shifts in min ... max. */
int step_requant_check(const struct kern_requant *requant, int32_t channels,
		       int32_t min, int32_t max);

/* A block's window; in and out are left 0. */
struct kern_window step_block_window(const struct model_image_conv *p);

/* Window, zero points and bounds of an int8 convolution; *p becomes its
 * parameter block. The constants are not looked at. */
int step_conv(const struct run_step *step, struct model_image_conv *p,
	      struct kern_conv_s8 *k);

/* Its constants: bytes of weights (0 is refused), aligned to align; *bias is
 * NULL when absent. */
int step_conv_constants(const struct run_step *step,
			const struct model_image_conv *p, uint32_t bytes,
			size_t align, struct kern_conv_s8 *k);

/* Everything of an int8 pool. */
int step_pool(const struct run_step *step, struct kern_pool_s8 *k);

/* Everything of an int8 ADD. */
int step_add(const struct run_step *step, struct kern_add_s8 *k);

/* The sizes of an SVDF or LSTM from its tensors and block; the elements of
 * the states agree. ERR_RANGE. */
struct step_svdf_shape {
	int32_t batches, in_depth, units;
	uint32_t filters;
};
int step_svdf_shape(const struct run_step *step,
		    const struct model_image_svdf *p,
		    struct step_svdf_shape *shape);

struct step_lstm_shape {
	int32_t batches, steps, in_depth, units, is_time_major;
};
int step_lstm_shape(const struct run_step *step,
		    const struct model_image_lstm *p,
		    struct step_lstm_shape *shape);

/* rows x cols constants of size bytes each, aligned to their size; NULL when
 * they do not lie in CONST. */
const void *step_matrix(const struct run_step *step, uint32_t at,
			int32_t rows, int32_t cols, uint32_t size);

/* As step_conv, of an int8 fully connected layer. */
int step_fc(const struct run_step *step, struct model_image_fc *p,
	    struct kern_fc_s8 *k);
int step_fc_constants(const struct run_step *step,
		      const struct model_image_fc *p, uint32_t bytes,
		      size_t align, struct kern_fc_s8 *k);

#endif
