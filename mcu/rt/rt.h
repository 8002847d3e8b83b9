/*
 * rt - one model, ready to answer: glue over lib/run and lib/dsp, with all the
 * memory it needs inside.
 *
 *     samples --dsp--> features --quantise--> int8 input --run--> outputs
 *
 * The arena lies between two guards of a fixed pattern that are checked after
 * every run.  Nothing is allocated; a board has one struct rt, statically.
 */
#ifndef TINYML_RT_RT_H
#define TINYML_RT_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/quantise.h"
#include "dsp/recipe.h"
#include "run/run.h"

enum {
	RT_ARENA_BYTES = 128 * 1024,
	RT_INPUT_BYTES = 32 * 1024,	/* one second of 16 kHz s16 and more */
	RT_WORK_BYTES = 12 * 1024,	/* FFT, features */
	RT_GUARD_BYTES = 64,
};

enum rt_kind { RT_TENSOR, RT_PCM, RT_FEATURES };

/* The open model, and what it asks of the buffers. */
struct rt_model {
	struct run run;
	struct dsp_recipe recipe;
	bool has_recipe;		/* it computes features from samples */
	uint32_t input_bytes;		/* all input tensors, in order */
	uint32_t output_bytes;		/* all output tensors, in order */
	uint32_t pcm_bytes;		/* of one clip; 0 without a recipe */
	uint32_t feature_bytes;		/* int8 features kept after a run */
	uint32_t feature_offset;	/* of them in work */
	int32_t multiplier, zero;	/* dsp_quantise's */
	int shift;
};

struct rt {
	bool is_open;
	bool guard_broken;		/* for ever, once seen */
	struct rt_model model;
	/* whose models it takes: an image's INFO "target" says the same, or
	 * the image is refused; NULL: any */
	const char *board;
	/* called between operations, to feed a watchdog; may be NULL */
	void (*feed)(void *ctx);
	void *ctx;

	uint8_t guard_low[RT_GUARD_BYTES] __attribute__((aligned(16)));
	uint8_t arena[RT_ARENA_BYTES];
	uint8_t guard_high[RT_GUARD_BYTES];
	uint8_t input[RT_INPUT_BYTES] __attribute__((aligned(8)));
	uint8_t work[RT_WORK_BYTES] __attribute__((aligned(8)));
};

/* The kernel set of this build, and its name as board_kernels says it:
 * rt/set_NAME.c, of which a build lists one. */
extern const struct run_set *const rt_set;
extern const char rt_kernels[];

void rt_init(struct rt *rt, void (*feed)(void *ctx), void *ctx);

/* Can the n bytes (a model image) run here?  Leaves an open model alone.
 * As run_open; ERR_NOFIT when its samples, features or tensors do not fit the
 * buffers above; ERR_TARGET when it is made for another board or does not say
 * for which. */
int rt_check(struct rt *rt, const void *image, size_t n);

/* Open it; the bytes must stay.  On failure no model is open. */
int rt_open(struct rt *rt, const void *image, size_t n);
void rt_close(struct rt *rt);

/* Bytes of one input of this kind; 0 when the model does not take it. */
uint32_t rt_input_bytes(const struct rt *rt, enum rt_kind kind);

/*
 * Run on the first n bytes of rt->input.  RT_TENSOR: exactly input_bytes.
 * RT_PCM: whole rows of the recipe's samples, at most pcm_bytes; shorter clips
 * are padded with zeros.
 * The model's states begin anew each time.
 * ERR_RANGE (n), ERR_UNSUPPORTED (kind), ERR_MISSING (no model),
 * ERR_DEVICE (a guard is broken: the results are void).
 */
int rt_run(struct rt *rt, enum rt_kind kind, uint32_t n);

/* What a run took, operation by operation. */
struct rt_profile {
	uint32_t (*ticks)(void *ctx);	/* a counter that wraps at 2^32 */
	void *ctx;
	uint32_t first, room;	/* operations first ... first + room - 1 go */
	uint32_t *each;		/* here; as many as the model has */
	uint32_t features;	/* becomes the ticks of features */
};

/* rt_run, counted. */
int rt_run_profile(struct rt *rt, enum rt_kind kind, uint32_t n,
		   struct rt_profile *profile);

/* Copy bytes [offset, offset + n) of the outputs or of the features of the
 * last run; how many there were. */
size_t rt_read(const struct rt *rt, enum rt_kind kind, uint32_t offset,
	       uint8_t *out, size_t n);

/* Index of the largest value of the first output (int8), the first of equals;
 * UINT32_MAX when there is none. */
uint32_t rt_top(const struct rt *rt);

struct rt_golden {
	uint32_t vectors, passed;
	uint32_t failed;	/* the first that did, or UINT32_MAX */
};

/* Answer the golden vectors in the image; uses rt->input. 0 or ERR_NO when
 * one differs, ERR_MISSING (no model), ERR_DEVICE (guard). */
int rt_selftest(struct rt *rt, struct rt_golden *golden);

#endif
