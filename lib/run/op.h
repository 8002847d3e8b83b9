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

/* ---- constants of a layer (op_constants.c) ------------------------------- */

/* The weights, if they are so many bytes (0 is refused) and aligned to align;
 * otherwise NULL. */
const void *step_weights(const struct run_step *step,
			 const struct model_image_constants *at,
			 uint64_t bytes, size_t align);

/* Find a bias ([channels] of 4 or, for _wide, 8 bytes, NULL when absent) and
 * requantisation tables. */
int step_bias(const struct run_step *step, uint32_t at, int32_t channels,
	      const void **bias);
int step_bias_wide(const struct run_step *step, uint32_t at, int32_t channels,
		   const void **bias);
int step_requant(const struct run_step *step,
		 const struct model_image_constants *at, int32_t channels,
		 struct kern_requant *requant);

/* Every entry of the tables is in range, shifts in min ... max. */
int step_requant_check(const struct kern_requant *requant, int32_t channels,
		       int32_t min, int32_t max);

/* rows x cols constants of size bytes each, aligned to their size; NULL when
 * they do not lie in CONST. */
const void *step_matrix(const struct run_step *step, uint32_t at,
			int32_t rows, int32_t cols, uint32_t size);

/* What an int8 kernel wants its constants to be. */
enum step_form {
	STEP_PLAIN,	/* as kern/kern.h says; the bias may be absent */
	STEP_FOLDED,	/* weights aligned to 4, and a bias */
	STEP_FAST,	/* the same, with the shifts of kern/pack.h */
	STEP_TABLE,	/* weights aligned to 4; the table of kern/channels.h
			   holds bias and factors */
};

/* Constants of one form: with STEP_TABLE weights and channels, otherwise all
 * but channels. */
struct step_constants {
	const int8_t *weights;
	const int32_t *bias;
	struct kern_requant requant;
	const uint32_t *channels;
};

/* Find them. */
int step_constants_load(const struct run_step *step,
			const struct model_image_constants *at,
			enum step_form form, uint64_t weight_bytes,
			int32_t channels, struct step_constants *c);

/* Is every factor and shift found in the form's range?  table: channels. */
int step_constants_check(enum step_form form, int32_t channels,
			 const struct kern_requant *requant,
			 const uint32_t *table);

/* ---- int8 convolutions of every kernel set (op_conv_s8.c) ---------------- */

/* A block's window; in and out are left 0. */
struct kern_window step_block_window(const struct model_image_conv *p);

/* What the kernel wants of an image.  weight_bytes is called with windows
 * that passed step_window, depthwise ones with a multiple of the input's
 * channels; it returns 0 for shapes that are not taken. */
struct step_conv_kernel {
	enum step_form form;
	uint64_t (*weight_bytes)(const struct kern_window *win);
	size_t (*scratch_bytes)(const struct kern_conv_s8 *k);	/* or NULL */
};

typedef void step_conv_fn(const struct kern_conv_s8 *k, const int8_t *in,
			  int8_t *out, void *scratch);

/* The two functions of a row, and both at once. */
int step_conv_check(const struct run_step *step,
		    const struct step_conv_kernel *kernel);
void step_conv_call(const struct run_step *step,
		    const struct step_conv_kernel *kernel, step_conv_fn *fn);
#define STEP_CONV_ROW(name, kernel, fn) \
	int run_##name##_check(const struct run_step *step) \
	{ \
		return step_conv_check(step, kernel); \
	} \
	void run_##name##_call(const struct run_step *step) \
	{ \
		step_conv_call(step, kernel, fn); \
	}

/* ---- int8 fully connected layers likewise (op_fc_s8.c) ------------------- */

struct step_fc_kernel {
	enum step_form form;
	uint64_t (*weight_bytes)(int32_t rows, int64_t depth);
	size_t (*scratch_bytes)(const struct kern_fc_s8 *k);	/* or NULL */
};

typedef void step_fc_fn(const struct kern_fc_s8 *k, const int8_t *in,
			int8_t *out, void *scratch);

int step_fc_check(const struct run_step *step,
		  const struct step_fc_kernel *kernel);
void step_fc_call(const struct run_step *step,
		  const struct step_fc_kernel *kernel, step_fc_fn *fn);
#define STEP_FC_ROW(name, kernel, fn) \
	int run_##name##_check(const struct run_step *step) \
	{ \
		return step_fc_check(step, kernel); \
	} \
	void run_##name##_call(const struct run_step *step) \
	{ \
		step_fc_call(step, kernel, fn); \
	}

/* ---- other operations ---------------------------------------------------- */

/* Call a kernel with everything of an int8 pool or ADD. */
typedef void step_pool_fn(const struct kern_pool_s8 *k, const int8_t *in,
			  int8_t *out);
void step_pool_call(const struct run_step *step, step_pool_fn *fn);

typedef void step_add_fn(const struct kern_add_s8 *k, const int8_t *a,
			 const int8_t *b, int8_t *out);
void step_add_call(const struct run_step *step, step_add_fn *fn);

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

/* type: of values and hidden state; ERR_UNSUPPORTED when it is another. */
int step_lstm(const struct run_step *step, unsigned type, unsigned cell_type,
	      struct model_image_lstm *p, struct step_lstm_shape *shape);

#endif
