/*
 * plan_priv - what the planner and its emitters share.
 *
 * The parameter blocks of image/model_image.h serve both emitters; members
 * called _at are left 0 here, the image's emitter sets them.
 */
#ifndef TINYML_PLAN_PLAN_PRIV_H
#define TINYML_PLAN_PLAN_PRIV_H

#include "kern/overlap.h"
#include "plan/plan.h"

/* Has it weights, and is it one of the convolutions with a struct kern_conv? */
bool plan_is_layer(const struct plan *plan, int op);
bool plan_is_conv(const struct plan *plan, int op);

/* Put a copy of the model in its place that has no dead channels, and no
 * depthwise layers of one input channel: they are convolutions.  ERR_MEM. */
int plan_trim(struct plan *plan, struct err *err);

/* The values between which an activation keeps the output of an operation, in
 * steps; bits of floats with float outputs. */
void plan_act_range(const struct plan *plan, int op, int32_t *min,
		    int32_t *max);

/* Lifetimes and places of a plan whose operations have their constants
 * (plan/places.c). ERR_LIMIT, ERR_MEM. */
int plan_place(struct plan *plan, long steps_max, struct err *err);

/* May operations first ... last of a placed plan without streams run stripe by
 * stripe? (plan/stream.c) */
enum { PLAN_STREAM_OPS_MAX = 8 };
bool plan_can_stream(const struct plan *plan, int first, int last);

/*
 * Fill *to, which is empty but for its memory, with what base becomes with n
 * streams, which do not meet and rise; not yet placed.  Constants stay in
 * base's memory.  ERR_LIMIT, ERR_MEM.
 */
int plan_with_streams(const struct plan *base,
		      const struct plan_stream *streams, int n,
		      struct plan *to, struct err *err);

/* Give a placed plan the streams that its options ask for
 * (plan/choose.c). */
int plan_choose_streams(struct plan *plan, const struct plan_options *options,
			long steps_max, struct err *err);

/* Fill requant_count, multipliers and shifts of an operation. ERR_MEM. */
int plan_requant(struct plan *plan, int op, struct err *err);

/* Fill the table of an operation that is a function of one value. ERR_MEM. */
int plan_table(struct plan *plan, int op, struct err *err);

/* The block of QUANTIZE or LEAKY_RELU to int16. */
void plan_rescale(const struct plan *plan, int op,
		  struct model_image_rescale *p);

/* The blocks of SVDF and LSTM, and the places of states; sets state_bytes.
 * ERR_LIMIT. (plan/state.c) */
void plan_svdf(const struct plan *plan, int op, struct model_image_svdf *p);
void plan_lstm(const struct plan *plan, int op, struct model_image_lstm *p);
int plan_place_states(struct plan *plan, struct err *err);

/* The shape that MEAN, SUM and REDUCE_MAX give with their axes kept. */
struct model_image_kept plan_kept(const struct plan *plan, int op);

/* Blocks of MEAN, RESIZE_BILINEAR, LOGISTIC and TANH on integers, and where
 * RESIZE_NEAREST_NEIGHBOR finds output row or column i (plan/sample.c). */
void plan_mean(const struct plan *plan, int op, struct model_image_mean *p);
void plan_bilinear(const struct plan *plan, int op,
		   struct model_image_resize_bilinear *p);
void plan_curve_s16(const struct plan *plan, int op,
		    struct model_image_curve_s16 *p);
int16_t plan_nearest_row(const struct plan *plan, int op, int32_t i);
int16_t plan_nearest_column(const struct plan *plan, int op, int32_t i);

/* The blocks of operations that move values (plan/move.c). */
void plan_gather(const struct plan *plan, int op, struct model_image_gather *p);
void plan_pad(const struct plan *plan, int op, struct model_image_pad *p);
int32_t plan_concat_axis(const struct plan *plan, int op);

/* Pack the constants of an operation whose filter takes at most 16 values, as
 * kern/s4.h says; *kind is then 0 or ERR_MEM.  False when it is none. */
bool plan_pack_s4(struct plan *plan, int op, int *kind, struct err *err);

/* Pack the constants of an operation for the plan's kernel set, when that has
 * a kernel which takes it. ERR_MEM. */
int plan_pack(struct plan *plan, int op, struct err *err);

/* The parameter structs of the reference kernels, complete but for the
 * activation's bounds. */
struct kern_conv_s8 plan_conv(const struct plan *plan, int op);
struct kern_fc_s8 plan_fc(const struct plan *plan, int op);

/* The operation's parameter block in *block, but for the places of constants;
 * returns its bytes, 0 for RESHAPE, MINIMUM and MAXIMUM. */
union plan_params {
	struct model_image_conv conv;
	struct model_image_conv_s16 conv_s16;
	struct model_image_fc fc;
	struct model_image_fc_s16 fc_s16;
	struct model_image_pool pool;
	struct model_image_add add;
	struct model_image_softmax softmax;
	struct model_image_mul mul;
	struct model_image_lookup lookup;
	struct model_image_rescale rescale;
	struct model_image_gather gather;
	struct model_image_pad pad;
	struct model_image_concat concat;
	struct model_image_resize_nearest nearest;
	struct model_image_resize_bilinear bilinear;
	struct model_image_mean mean;
	struct model_image_curve_s16 curve_s16;
	struct model_image_svdf svdf;
	struct model_image_lstm lstm;
	struct model_image_curve curve;
	struct model_image_pair pair;
	struct model_image_axis axis;
	struct model_image_kept kept;
};
size_t plan_params(const struct plan *plan, int op, union plan_params *block);

/* The same for what only a host runs; false when it is not of those. */
bool plan_host_params(const struct plan *plan, int op,
		      union plan_params *block, size_t *bytes);

/* The bounds of a fused activation: int8 steps or the bits of a float. */
void plan_act_range(const struct plan *plan, int op, int32_t *min,
		    int32_t *max);

/* Scratch that the kernel of an operation asks for. */
uint32_t plan_scratch_bytes(const struct plan *plan, int op);

/* Play operation op on a drawing of the arena, which names the last writer of
 * each byte.  False when it overwrites input it has yet to read, or when the
 * order of its reads and writes is nobody's promise. */
bool plan_check_overlap(const struct plan *plan, int op, int32_t *owner);

/* Window and shapes of a convolution or pool, as kern/kern.h counts. */
struct kern_window plan_window(const struct plan *plan, int op);
/* How its output may lie over its first input; step 0 when it may not. */
struct kern_overlap plan_overlap(const struct plan *plan, int op);
struct kern_shape plan_shape(const struct model_tensor *tensor);

static inline const struct model_tensor *plan_input(const struct plan *plan,
						    int op, int i)
{
	const struct model_op *node = &plan->model->ops[op];

	if (i >= node->input_count || node->inputs[i] < 0)
		return NULL;
	return &plan->model->tensors[node->inputs[i]];
}

static inline const struct model_tensor *plan_output(const struct plan *plan,
						     int op)
{
	return &plan->model->tensors[plan->model->ops[op].output];
}

#endif
