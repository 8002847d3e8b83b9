/*
 * shape - sizes of what the x86 kernels keep beside a window, all in bytes
 * unless they are counts; for pack.c, shape.c and kernels.h.
 */
#ifndef TINYML_KERN_X86_SHAPE_H
#define TINYML_KERN_X86_SHAPE_H

#include "kern/kern.h"
#include "kern/x86/x86.h"

/* A convolution's weights and its padded input. */
struct x86_conv {
	uint64_t rows, runs;		/* of the kernel; runs in a row */
	uint64_t run_bytes, quads;	/* of a run */
	uint64_t blocks;		/* of X86_LANES output channels */
	uint64_t h, w;			/* of the padded input */
};
struct x86_conv x86_conv(const struct kern_window *win);

/* A fully connected layer is a convolution over one pixel. */
struct kern_window x86_fc_window(int32_t in_depth, int32_t out_depth);

/* A depthwise convolution's ring of input rows, in quads of taps. */
struct x86_depthwise {
	uint64_t quads;			/* of a row of taps */
	uint64_t w;			/* of the padded input */
	uint64_t lanes;			/* of an output row */
	uint64_t ring;			/* input rows in it */
	uint64_t table;			/* entries of a table of channels */
};
struct x86_depthwise x86_depthwise(const struct kern_window *win);

/* n rounded up to a multiple of unit. */
static inline uint64_t x86_round_up(uint64_t n, uint64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

#endif
