/*
 * overlap - how far the output of a kernel may lie over its input.
 *
 *     bytes   out: [=======================]
 *             in:        [======================]
 *             |-- lead --|
 *
 * A kernel that goes through its output upwards needs the front of its input
 * no more when it gets there, so the two may share memory when the input is
 * not needed afterwards ("diagonal" buffers).  With both places in bytes of
 * one memory it is safe when
 *     in - out >= lead,  and in - out is a multiple of step;
 * step 0 means never.  Places that share nothing are safe without this.
 *
 * Each function below states the order in which its kernel reads and writes,
 * a promise of that kernel: tests/unit/kern/test_overlap.c runs every kernel
 * at exactly its lead.  Whoever reorders a kernel's loops changes the lead.
 *
 * The window may come from a model image; it must have passed the checks of
 * run/op.h's step_window.  The time taken is in proportion to output rows.
 */
#ifndef TINYML_KERN_OVERLAP_H
#define TINYML_KERN_OVERLAP_H

#include <stdbool.h>

#include "kern/kern.h"

struct kern_overlap {
	uint32_t lead;		/* bytes */
	uint32_t step;		/* bytes; 0: output and input stay apart */
};

/* May out and in start at these places? */
bool kern_overlap_holds(struct kern_overlap overlap, uint32_t out,
			uint32_t in);

/*
 * CONV_2D and DEPTHWISE_CONV_2D of kern/ref and kern/f32, elements of so many
 * bytes.  Order: images, rows, columns, channels of the output, each element
 * written after its window is read, the window being read anew for the next
 * channel; depthwise, only the one input channel (so does
 * kern_m4_depthwise_quads_s8, four channels at a time).  The lead is the
 * greatest
 *     elements written before a pixel's last channel - lowest element that
 *     its window or a later one may read.
 */
struct kern_overlap kern_conv_overlap(const struct kern_window *win,
				      size_t element_bytes);
struct kern_overlap kern_depthwise_overlap(const struct kern_window *win,
					   size_t element_bytes);

/* kern_m4_conv_s8. Order: the same pixels, but the windows of a pixel (of up
 * to four) are in scratch before its first channel is written. */
struct kern_overlap kern_m4_conv_overlap(const struct kern_window *win);

/*
 * kern_m4_depthwise_s8.  Order: four channels after four, each through the
 * whole image line by line; lines 0 ... i * stride + 2 of the padded input
 * are in scratch before line i of the output is written, and lines run down
 * the columns when the output is higher than wide.  A byte of one channel may
 * then only replace a byte of the same channel: step is a pixel or, when
 * lines run down, a row.  Never with several images, or channels that are no
 * multiple of 4.
 */
struct kern_overlap kern_m4_depthwise_overlap(const struct kern_window *win);

/*
 * kern_m55_conv_s8.  Windows of more than one pixel as kern_m4_conv_s8, two at
 * a time.  Others are read where they lie: pairs of pixels of the output are
 * written channel by channel while both inputs are read anew.
 */
struct kern_overlap kern_m55_conv_overlap(const struct kern_window *win);

/* kern_m55_depthwise_s8. Order: as kern_m4_depthwise_s8, but eight channels
 * after eight, which nobody sees, as no channel meets another. */
struct kern_overlap kern_m55_depthwise_overlap(const struct kern_window *win);

/* kern_m0_conv_s8. Order: as kern_m4_conv_s8. */
struct kern_overlap kern_m0_conv_overlap(const struct kern_window *win);

/* kern_m0_depthwise_s8. Order: as kern_m4_depthwise_s8, but channel after
 * channel, and with as many lines in scratch as the window spans. */
struct kern_overlap kern_m0_depthwise_overlap(const struct kern_window *win);

#endif
