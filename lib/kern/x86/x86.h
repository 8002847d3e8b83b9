/*
 * x86 - int8 kernels for the machine that evaluates: x86-64 with AVX-512 VNNI
 * or AVX2, and plain C for every other.
 *
 * They give the bytes of kern/ref for every shape and value, and use its
 * parameter structs, with weights and bias in another form:
 *
 *  - Input values are read as u = in + 128, 0 ... 255, because VPDPBUSD
 *    multiplies unsigned by signed bytes.  With the input's zero point that
 *    becomes a bias, which is always there:
 *        bias' = bias - (in_zero + 128) * SUM weight
 *    and padding counts as in_zero + 128.  All sums wrap modulo 2^32, as
 *    those of kern/ref do, so that this is exact.
 *  - Weights lie in quads, four that meet the same sum, and 16 sums (lanes)
 *    side by side:  quad 0 of lane 0, of lane 1 ... of lane 15.
 *  - Convolutions and fully connected layers: a lane is an output channel.
 *    Weights that meet bytes of the input in sequence are a run: a row of the
 *    kernel, or one tap when columns are dilated, or all of a fully connected
 *    layer.  Runs are filled up with zeros to quads, channels to 16.
 *  - Depthwise: a quad holds four taps of a row.  Lanes run through the
 *    pixels and channels of an output row, so that each table of C channels
 *    is repeated to C + X86_WIDE - 1 entries.
 *
 * The packing is the same for all instruction sets.  Nothing here is on a
 * board, and no image for KERN_SET_X86 leaves the process that made it: the
 * layouts may change at any time.
 *
 * kernels.h holds the one source; plain.c, avx2.c and avx512.c include it
 * over a vector type of theirs.
 */
#ifndef TINYML_KERN_X86_X86_H
#define TINYML_KERN_X86_X86_H

#include <stdbool.h>

#include "kern/pack.h"

enum {
	X86_LANES = 16,		/* sums side by side */
	X86_WIDE = 64,		/* lanes that a depthwise kernel takes */
};

/* The kernels of one instruction set; as their twins in kern/kern.h with
 * packed constants. scratch is aligned to 16. */
struct kern_x86 {
	const char *name;
	bool (*is_present)(void);	/* has this processor it? */
	void (*conv)(const struct kern_conv_s8 *k, const int8_t *in,
		     int8_t *out, void *scratch);
	void (*depthwise)(const struct kern_conv_s8 *k, const int8_t *in,
			  int8_t *out, void *scratch);
	void (*fc)(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch);
	/* nothing is packed; operands that broadcast go to kern_add_s8 */
	void (*add)(const struct kern_add_s8 *k, const int8_t *a,
		    const int8_t *b, int8_t *out);
};

/* What was compiled in, best first, ended by NULL; the last one, plain, is
 * always present. */
extern const struct kern_x86 *const kern_x86_all[];

/* Bytes of packed weights and of scratch. 0 weights: the shape stays with
 * kern/ref, as its packed form or its scratch would be far larger than what
 * they come from. The window must have passed run/op.h's step_window. */
uint64_t kern_x86_conv_bytes(const struct kern_window *win);
uint64_t kern_x86_depthwise_bytes(const struct kern_window *win);
uint64_t kern_x86_fc_bytes(int32_t rows, int64_t depth);
size_t kern_x86_conv_scratch_bytes(const struct kern_conv_s8 *k);
size_t kern_x86_depthwise_scratch_bytes(const struct kern_conv_s8 *k);
size_t kern_x86_fc_scratch_bytes(const struct kern_fc_s8 *k);

/* Pack the constants of k, complete as for the reference kernel: weights of
 * as many bytes as above; multipliers and shifts stay as they are.  Always
 * true. */
bool kern_x86_conv_pack(const struct kern_conv_s8 *k,
			const struct kern_packed *to);
bool kern_x86_depthwise_pack(const struct kern_conv_s8 *k,
			     const struct kern_packed *to);
bool kern_x86_fc_pack(const struct kern_fc_s8 *k,
		      const struct kern_packed *to);

#endif
