/*
 * run - the loop that executes a model image.
 *
 *     struct run run;
 *     run_open(&run, &run_ref, image, n, arena, arena_bytes);
 *     run_reset(&run);
 *     memcpy(run_input(&run, 0).data, sample, ...);
 *     run_invoke(&run);
 *     use run_output(&run, 0).data
 *
 * No heap, no hidden state: struct run (under 200 bytes) and the arena are
 * all there is.  States lie at the arena's start and are kept from run to
 * run; run_reset makes them as they are before the first.  Records are
 * decoded on the fly from the image, which may lie in flash and must not
 * change while the run is open.
 *
 * Invariants once run_open has returned 0, whatever the image holds:
 *  1. run_invoke writes only inside the arena and reads only inside arena
 *     and image;
 *  2. it ends: every loop is bounded by the checked shapes;
 *  3. no operation's output or scratch overlaps its inputs, but for the
 *     operations of ops.def that may work in place, and then exactly, and
 *     for outputs of convolutions as far as kern/overlap.h allows;
 *  4. every tensor is written once, before it is read: itself, or byte by
 *     byte as parts of others, in at most RUN_PIECES_MAX pieces;
 *  5. a state belongs to one operation and overlaps nothing.
 * Running needs little stack: no recursion, parameter structs only.
 *
 * The machine is little-endian, as the image is.
 */
#ifndef TINYML_RUN_RUN_H
#define TINYML_RUN_RUN_H

#include "image/model_image.h"
#include "kern/kern.h"

/* The runtime's version: images that need a later one are refused. */
enum {
	RUN_VERSION_FIRST = 1,
	RUN_VERSION_PARTS = 2,	/* tensors that are parts of others, and an
				   arena in two memories */
	RUN_VERSION = RUN_VERSION_PARTS,
};

/* A tensor may consist of at most so many that were written one by one. */
enum { RUN_PIECES_MAX = 256 };

/* Kernel sets. An image names the set it was made for; each set also runs
 * images made for KERN_SET_REF. Numbers never change their meaning. */
enum kern_set {
	KERN_SET_REF = 1,		/* int8 reference kernels */
	KERN_SET_HOST = 2,		/* the same and the float32 ones */
	KERN_SET_M4 = 3,		/* Cortex-M4/M7/M33 with DSP */
	KERN_SET_M55 = 5,		/* Cortex-M55/M85 with Helium */
	KERN_SET_M0 = 4,		/* Cortex-M0, M0+, M1 */
	KERN_SET_X86 = 16,		/* HOST with faster ones; such images
					   stay in the process */
};

/* How an operation's constants are packed. */
enum kern_packing {
	KERN_PACK_REF = 0,		/* as kern/kern.h says */
	KERN_PACK_M4_ROWS = 1,		/* as kern/m4/m4.h says */
	KERN_PACK_M4_DW3 = 2,
	KERN_PACK_M4_QUADS = 7,
	KERN_PACK_M55_ROWS = 5,		/* as kern/m55/m55.h says */
	KERN_PACK_M55_TAPS = 6,
	KERN_PACK_M0_ROWS = 3,		/* as kern/m0/m0.h says */
	KERN_PACK_M0_TAPS = 4,
	KERN_PACK_S4 = 8,		/* as kern/s4.h says */
	KERN_PACK_X86_RUNS = 16,	/* as kern/x86/x86.h says */
	KERN_PACK_X86_TAPS = 17,
};

enum { KERN_PACK_REF_VERSION = 1, KERN_PACK_S4_VERSION = 1,
       KERN_PACK_M4_VERSION = 2, KERN_PACK_M55_VERSION = 1,
       KERN_PACK_M0_VERSION = 1,
       KERN_PACK_X86_VERSION = 1 };

/* The image must start at a multiple of MODEL_IMAGE_ALIGN, and the arena at
 * a multiple of this. */
enum { RUN_ARENA_ALIGN = 16 };

struct kern_x86;		/* kern/x86/x86.h */
struct run_step;		/* run/op.h: one operation, decoded */

/* One kernel of a set. */
struct run_kernel {
	uint16_t op;		/* id of ops.def */
	uint8_t type;		/* enum kern_type of its tensors */
	uint16_t packing, version;
	/* 0 and nothing executed when the step is safe; ERR_* otherwise */
	int (*check)(const struct run_step *step);
	void (*call)(const struct run_step *step);
};

struct run_set {
	uint32_t id;		/* enum kern_set */
	const struct run_kernel *kernels;
	size_t count;
	const struct kern_x86 *x86;	/* of KERN_SET_X86, otherwise NULL */
};

extern const struct run_set run_ref;	/* run/set_ref.c */
extern const struct run_set run_m4;	/* run/set_m4.c */
extern const struct run_set run_m55;	/* run/set_m55.c */
extern const struct run_set run_m0;	/* run/set_m0.c */
extern const struct run_set run_host;	/* run/set_host.c, not on boards */

/* KERN_SET_X86 with the kernels of one instruction set (kern/x86/x86.h), not
 * on boards. */
struct run_set run_x86(const struct kern_x86 *isa);

struct run {
	struct model_image image;
	const struct run_set *set;
	uint8_t *arena, *slow;		/* slow: behind the first fast_bytes */
	size_t arena_bytes, slow_bytes;	/* that there are */
	uint32_t fast_bytes;		/* of the image's arena */
};

/* A tensor as the application sees it. data is writable only when it lies in
 * the arena (desc.place). */
struct run_tensor {
	struct model_image_tensor desc;
	uint8_t *data;
};

/*
 * Check an image completely and get ready to run it.  The arena's content is
 * left alone.
 * As model_image_open, and: ERR_UNSUPPORTED (runtime, kernel set, operation,
 * packing, element types), ERR_NOFIT (arena_bytes is below the image's),
 * ERR_RANGE (parameters against shapes, constants, zero points, shifts),
 * ERR_FORMAT (misaligned image or arena, overlap, use before writing).
 */
int run_open(struct run *run, const struct run_set *set, const void *image,
	     size_t n, void *arena, size_t arena_bytes);

/* The same with two memories: what the image's header calls slow lies in slow,
 * everything else in arena. run_open has slow_bytes 0. */
int run_open_slow(struct run *run, const struct run_set *set,
		  const void *image, size_t n, void *arena,
		  size_t arena_bytes, void *slow, size_t slow_bytes);

unsigned run_input_count(const struct run *run);
unsigned run_output_count(const struct run *run);
unsigned run_op_count(const struct run *run);

/* Number index of the model's inputs or outputs; index is below the count. */
struct run_tensor run_input(const struct run *run, unsigned index);
struct run_tensor run_output(const struct run *run, unsigned index);

/* Any tensor by its number; data of a tensor whose place in the arena has
 * been reused since holds something else. */
struct run_tensor run_tensor(const struct run *run, unsigned index);

/* Begin anew: every state to zero, in int8 the zero point.  Needed before the
 * first run of a model with states; the others are left alone. */
void run_reset(struct run *run);

/* Execute all operations. */
void run_invoke(struct run *run);

/* Called after each operation; not 0 stops the run and becomes run_steps'
 * result. */
typedef int run_hook(void *ctx, struct run *run, unsigned op);

/* Execute operations first ... end - 1 (end at most run_op_count), for
 * profiles, traces and parts of a model.  hook may be NULL. */
int run_steps(struct run *run, unsigned first, unsigned end, run_hook *hook,
	      void *ctx);

#endif
