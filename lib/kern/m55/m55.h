/*
 * m55 - int8 kernels for cores with Helium (MVE): Cortex-M55, M85.
 *
 * They give the bytes of kern/ref and use its parameter structs, with weights
 * and bias in another form, made once on the host by the pack functions:
 *
 *  - The input's zero point is folded into the bias, which is always there:
 *        bias' = bias - in_zero * SUM weight
 *    and padding counts as in_zero.
 *  - KERN_PACK_M55_ROWS, convolutions and fully connected layers.  An output
 *    channel is a row
 *    of K = kernel_h * kernel_w * in.c weights in the order of .tflite.  Four
 *    rows lie together, sixteen elements of the first, sixteen of the second,
 *    ...; where K is no multiple of sixteen the last elements of each follow
 *    without a gap.  Rows are filled up with zeros to a multiple of four, and
 *    the end to what a vector reads.
 *  - KERN_PACK_M55_TAPS, depthwise: the weights of .tflite; but as rows when
 *    the input has one channel, which makes it a convolution.
 *
 * Weights and bias start at multiples of 4.
 *
 * Requantisation is by VQRDMULH, which is SaturatingRoundingDoublingHighMul,
 * and VRSHL, which rounds halves upward.  Where outputs below out_zero differ,
 * one is taken from negative values first, so that their halves go down.
 * kern/pack.h says which channels this takes.
 *
 * The vector operations come from simd.h, of which the include path chooses
 * one: m55/mve for the core itself, m55/portable for every other machine.
 * Both give the same bits.
 */
#ifndef TINYML_KERN_M55_M55_H
#define TINYML_KERN_M55_M55_H

#include <stdbool.h>

#include "kern/pack.h"

/* As their twins in kern/kern.h; weights and bias are packed.  scratch is
 * aligned to 4; fully connected layers need none. */
void kern_m55_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		      int8_t *out, void *scratch);
size_t kern_m55_conv_s8_scratch_bytes(const struct kern_conv_s8 *k);
void kern_m55_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			   int8_t *out, void *scratch);
size_t kern_m55_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k);
void kern_m55_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		    void *scratch);

/* As their twins; nothing is packed.  Operands that broadcast, and pools
 * whose sums could leave 16 bits, go to the reference kernel. */
void kern_m55_add_s8(const struct kern_add_s8 *k, const int8_t *a,
		     const int8_t *b, int8_t *out);
void kern_m55_average_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
			      int8_t *out);

/*
 * Bytes of packed weights: depth is K. 64 bits, for shapes not yet checked.
 * 0 for depthwise shapes that are not taken.  Those with one input channel
 * are, and others without dilation, with one output per input channel, at
 * least 4 channels, a kernel of at most 64 bytes as depthwise_s8.c lays it
 * out (7x7), and lines of some thousand elements.
 */
uint64_t kern_m55_rows_bytes(int32_t rows, int64_t depth);
uint64_t kern_m55_conv_bytes(const struct kern_window *win);
uint64_t kern_m55_depthwise_bytes(const struct kern_window *win);

/* ---- packing, on the host ------------------------------------------------ */

/*
 * k is complete as for the reference kernel; `to` has kern_m55_*_bytes of
 * weights.  False, with the contents undefined, when the operation must keep
 * its reference kernel (see above).
 */
bool kern_m55_conv_s8_pack(const struct kern_conv_s8 *k,
			   const struct kern_packed *to);
bool kern_m55_depthwise_s8_pack(const struct kern_conv_s8 *k,
				const struct kern_packed *to);
bool kern_m55_fc_s8_pack(const struct kern_fc_s8 *k,
			 const struct kern_packed *to);

#endif
