/*
 * plan - from a checked graph to something that runs: which bytes lie where.
 *
 * A plan fixes, for one kernel set, the order of operations (the graph's),
 * the place of every tensor in one arena, the constants a kernel needs
 * (weights, biases, requantisation multipliers) and what all of it costs.
 * Three emitters read it: the model image (image/model_image.h, run in place
 * by lib/run), readable C over lib/kern, and a text for people.
 *
 *     struct plan plan;
 *     struct buf image = BUF_INIT;
 *
 *     plan_init(&plan, &model, KERN_SET_REF, &err);
 *     plan_emit_image(&plan, NULL, &image, &err);
 *     plan_release(&plan);
 *
 * Kernel sets with packed constants (kern/pack.h) get them
 * here, operation by operation; what a set's kernels do not take exactly
 * keeps its reference kernel.  So does what would make the constants of the
 * model grow by more than 5 % in all.
 *
 * Plans for boards leave out channels whose value never changes (plan/dead.h);
 * the outputs of the model stay the same for every input.
 *
 * The same model gives the same plan and the same bytes on every machine.
 *
 * Places.  A tensor is alive from the operation that writes it (inputs of the
 * model: from the start) to the last one that reads it (outputs of the model:
 * to the end), both included.  Tensors alive at the same time never share a
 * byte, with two exceptions for an input that nobody needs afterwards: where
 * ops.def says that a kernel works in place, the output takes the bytes of an
 * input of the same size; and the output of a convolution may reach over the
 * front of its input as far as the kernel allows (kern/overlap.h).  Kernel
 * scratch is alive during its operation.
 *
 * States of operations are alive always: they lie at the arena's start, below
 * state_bytes, and everything else above.
 *
 * bound_bytes is the largest sum of bytes alive during one operation, less
 * what its input and output may share: no arrangement needs less.  The arena
 * is the optimum, found by branch and bound (plan/offsets.h), unless that takes
 * more than PLAN_STEPS_MAX steps (struct plan_options may say fewer): then it
 * is the best found, and is_optimal is false.  A tensor may be told to lie in a
 * second, slow memory, which then has an arena of its own, as exact as the
 * first; the plan counts it behind the first one.
 *
 * Requantisation constants are those of TensorFlow Lite's QuantizeMultiplier
 * (Jacob et al., arXiv 1712.05877, section 2.2): the real factor in double
 * precision from the float32 scales, split by frexp, times 2^31, rounded half
 * away from zero.
 */
#ifndef TINYML_PLAN_PLAN_H
#define TINYML_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/model.h"
#include "run/run.h"

enum {
	PLAN_ALIGN = 16,		/* of every place in the arena */
	PLAN_STEPS_MAX = 200000,	/* of the search for the optimum: at
					   most some 0.1 s */
	PLAN_STEPS_FEW = 1,		/* hardly any: a good arena at once */
};

/* Where a tensor lies; index as in the model. */
struct plan_tensor {
	bool in_arena;		/* false: a constant, a state, or unused */
	/* in the arena, of states too; offset: multiple of 16 */
	uint32_t offset, bytes;
	int first, last;	/* operations; first -1: a model input, last
				   op_count: a model output */
	int root;		/* the tensor whose bytes it takes over; itself
				   unless written in place */
	/* of a view: the tensor that it is some rows of, and where these
	 * begin; of all others itself, and 0 */
	int parent;
	uint32_t inside;
	bool is_slow;		/* in the second memory */
};

/* What an operation needs; index as in the model. */
struct plan_op {
	uint32_t scratch, scratch_bytes;	/* in the arena */
	uint32_t const_bytes;	/* weights, bias, multipliers, shifts */
	uint64_t macs;
	uint32_t read_bytes, write_bytes;	/* activations */
	/* int8 convolutions and fully connected layers: 1 or one per output
	 * channel; 0 otherwise */
	uint32_t requant_count;
	const int32_t *multipliers;
	const int8_t *shifts;
	/* functions of one value (kern_lookup_s8): KERN_LOOKUP_BYTES results */
	const int8_t *table;
	/* how the constants are packed; with KERN_PACK_REF they are the
	 * model's own tensors, otherwise these */
	enum kern_packing packing;
	const int8_t *weights;
	uint32_t weights_bytes;
	const int32_t *bias;
	uint32_t bias_count;
	/* sets that decode them from a table have kern/channels.h's in place
	 * of bias, multipliers and shifts; otherwise NULL */
	const uint32_t *channels;
	uint32_t channels_bytes;
	/* the operation of the model given, -1 for one that was added */
	int source;
	/* the first operation with these constants: itself, or the first
	 * stripe of the same source */
	int constants_of;
	/* what counts as one moment for memory: operations of a stream */
	int slot;
};

/* Operations first ... last of the model given, run stripe by stripe. */
struct plan_stream {
	int first, last;
	int32_t rows;		/* of the last one's output in a stripe */
	int stripes;
	int input, output;	/* tensors that exist as a whole */
	uint32_t lead;		/* by which output may follow behind input */
};

struct plan {
	/* what is run: the caller's model, which must outlive the plan, or
	 * trimmed, with the same inputs, outputs and operations; with streams
	 * one of the plan's own, made from these, that has more operations and
	 * views for tensors */
	const struct model *model;
	struct model trimmed;	/* without dead channels (plan/dead.h), and
				   with faster kinds of layers */
	enum kern_set set;
	struct plan_tensor *tensors;
	struct plan_op *ops;
	/* arena: states first, what is in the second memory last */
	uint32_t arena_bytes, bound_bytes, slow_bytes;
	uint32_t state_bytes;	/* of both: states, at the start */
	bool is_optimal;	/* proven: no arrangement needs less */
	uint32_t const_bytes;	/* all that a board keeps of the constants */
	uint32_t weight_bytes;	/* of it weights and biases */
	uint64_t macs;
	const struct plan_stream *streams;
	int stream_count;
	int slot_count, peak_slot, peak_count;	/* slots that reach the bound */
	uint32_t growth_bytes;	/* what packing may still add */
	struct arena memory;
};

/*
 * Streams.  A chain of convolutions and pools whose tensors between are read
 * by nobody else need not run one operation after the other: stripe by
 * stripe, each makes the rows that the next one needs for a few rows of the
 * chain's output, and of a tensor between only as many rows exist.  Rows that
 * two stripes share are carried over, never computed twice.
 *
 * To kernels and emitters a stripe is an operation like any other, over
 * tensors that are rows of larger ones (struct plan_tensor, parent) and with
 * explicit padding; the bytes of every result stay the same.  It costs a
 * record an operation and stripe, and the kernels' work per call.
 */
enum plan_streaming {
	PLAN_STREAM_NEVER,
	PLAN_STREAM_SHORT,	/* as little as makes the arena fit arena_max */
	PLAN_STREAM_ALWAYS,	/* for the smallest arena there is this way */
};

/* How to plan; zero fields mean what plan_init does. */
struct plan_options {
	enum kern_set set;
	enum plan_streaming streaming;
	uint32_t arena_max;	/* bytes that there are in the first memory,
				   0: no limit; more is no error */
	/* names of tensors that lie in a second, slow memory, each in all its
	 * rows; scratch, states and everything else are in the first one */
	const char *const *slow;
	int slow_count;
	/* steps of the search for the smallest arena, which are also its time;
	 * whoever plans many models that nobody keeps takes PLAN_STEPS_FEW */
	long steps_max;
};

/*
 * Plan a model that has passed model_check.  ERR_UNSUPPORTED when the kernel
 * set lacks an operation or type, or a shape has more axes than an image
 * (MODEL_IMAGE_RANK_MAX); ERR_MISSING when a slow tensor is not there or is a
 * constant or state; ERR_LIMIT; ERR_MEM.  On failure the plan is empty.
 */
int plan_init(struct plan *plan, const struct model *model, enum kern_set set,
	      struct err *err);
int plan_init_options(struct plan *plan, const struct model *model,
		      const struct plan_options *options, struct err *err);
void plan_release(struct plan *plan);

/*
 * Check a plan without believing the planner: lifetimes are found anew by
 * walking the operations and marking bytes as they are written and read.
 * ERR_RANGE says which tensor's bytes are overwritten by what.
 */
int plan_check(const struct plan *plan, struct err *err);

/* ---- emitters ------------------------------------------------------------ */

/* What a model image carries beside the model; zero fields are left out. */
struct plan_extras {
	const void *features;		/* lib/dsp's recipe blob */
	size_t feature_bytes;
	const void *post;
	size_t post_bytes;
	const char *const *labels;
	size_t label_count;
	/* golden_count records: inputs of the model (or of the features when
	 * golden_is_sensor), then its outputs */
	const void *golden;
	size_t golden_count, golden_input_bytes, golden_output_bytes;
	bool golden_is_sensor;
	/* "key=value", keys rising */
	const char *const *info;
	size_t info_count;
};

/* Append a model image; out->len must be a multiple of 16 before. extras may
 * be NULL. ERR_LIMIT, ERR_MEM. */
int plan_emit_image(const struct plan *plan, const struct plan_extras *extras,
		    struct buf *out, struct err *err);

/*
 * Append a C source file that runs the model with lib/kern's kernels and
 * nothing else: const tables, one static arena, one call per operation.  It
 * defines, for a prefix that is a C identifier,
 *     void *PREFIX_input(unsigned i), *PREFIX_output(unsigned i)
 *     void PREFIX_invoke(void)
 *     void PREFIX_reset(void)
 * PREFIX_reset begins anew: before the first run of a model with states and
 * whenever a stream begins.
 * source is named in its head: the digest of the model it was made from.
 * ERR_RANGE for a prefix that is no identifier; ERR_UNSUPPORTED for what only
 * a host runs (kern/f32/f32.h); ERR_MEM.
 */
int plan_emit_c(const struct plan *plan, const char *prefix,
		const char *source, struct buf *out, struct err *err);

/* Append plan.txt: the sums, then operation by operation. */
void plan_print(const struct plan *plan, struct buf *out);

/* ---- requantisation ------------------------------------------------------ */

/* real = multiplier x 2^(shift - 31), multiplier in [2^30, 2^31) or 0 with
 * shift 0; real >= 0. What is below 2^-32 becomes 0 (as TFLite does), and so
 * does NaN; from 2^30 on it is the largest. */
struct plan_multiplier {
	int32_t multiplier, shift;
};
struct plan_multiplier plan_quantize(double real);

#endif
