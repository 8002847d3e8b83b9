/*
 * m4 - int8 kernels for cores with the DSP extension: Cortex-M4, M7, M33.
 *
 * They give the bytes of kern/ref and use its parameter structs, with constants
 * in another form, made once on the host by the pack functions:
 *
 *  - The input's zero point is folded into the bias, which is always there:
 *        bias' = bias - in_zero * SUM weight
 *    and padding counts as in_zero.
 *  - KERN_PACK_M4_ROWS, convolutions and fully connected layers.  An output
 *    channel is a row of K = kernel_h * kernel_w * in.c weights in the order
 *    of .tflite.  K is filled up with zeros to a multiple of 4, the rows to a
 *    multiple of 2.  Two rows a, b lie together; a quad of weights 0 ... 3 is
 *        a0 b0 a2 b2  a1 b1 a3 b3
 *    so that one word, its even and its odd bytes sign-extended to 16 bits
 *    (SXTB16, plain and rotated by 8), holds two weights of both rows.
 *  - KERN_PACK_M4_DW3, depthwise 3x3 with one output per input channel.  The
 *    taps w[row][column] of a channel are the 9 bytes
 *        00 10 01 11  20 21 02 12  22
 *
 *  - KERN_PACK_M4_QUADS, any other depthwise layer with one output per input
 *    channel, channels a multiple of 4.  Four channels a b c d lie together:
 *    of an odd number of taps first a0 b0 c0 d0, then of two taps t, u each
 *        at bt au bu  ct dt cu du
 *  - Biases, multipliers and shifts are the table of kern/channels.h; the
 *    struct's bias and requant are not used.
 *
 * Weights and table start at multiples of 4.
 *
 * Requantisation takes one SMMLAR (its rounding is that of
 * SaturatingRoundingDoublingHighMul) and one rounding shift to the right;
 * kern/pack.h says when this is exact and what happens otherwise.
 *
 * The arithmetic instructions come from simd.h, of which the include path
 * chooses one: m4/dsp for the core itself, m4/portable for every other
 * machine.  Both give the same bits.
 */
#ifndef TINYML_KERN_M4_M4_H
#define TINYML_KERN_M4_M4_H

#include <stdbool.h>

#include "kern/pack.h"

/* As their twins in kern/kern.h; weights are packed.  scratch is aligned
 * to 4; fully connected layers need none. */
void kern_m4_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		     int8_t *out, void *scratch);
size_t kern_m4_conv_s8_scratch_bytes(const struct kern_conv_s8 *k);
void kern_m4_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			  int8_t *out, void *scratch);
size_t kern_m4_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k);
void kern_m4_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch);

void kern_m4_depthwise_quads_s8(const struct kern_conv_s8 *k, const int8_t *in,
				int8_t *out, void *scratch);
size_t kern_m4_depthwise_quads_s8_scratch_bytes(const struct kern_conv_s8 *k);

/* As kern_add_s8; nothing is packed. Operands that broadcast go to it. */
void kern_m4_add_s8(const struct kern_add_s8 *k, const int8_t *a,
		    const int8_t *b, int8_t *out);

/*
 * Bytes of packed weights of a fully connected layer (depth is K) and of
 * convolutions. 64 bits, for shapes not yet checked; 0 for windows that are not
 * taken.  The fast depthwise kernel takes 3x3, no
 * dilation, as many outputs as inputs, and at least 4 channels; the other one
 * as many outputs as inputs, a multiple of 4, and a window of at most 1024
 * taps.
 */
uint64_t kern_m4_rows_bytes(int32_t rows, int64_t depth);
uint64_t kern_m4_conv_bytes(const struct kern_window *win);
uint64_t kern_m4_depthwise_bytes(const struct kern_window *win);
uint64_t kern_m4_depthwise_quads_bytes(const struct kern_window *win);

/* ---- packing, on the host ------------------------------------------------ */

/*
 * k is complete as for the reference kernel; to has room for
 * kern_m4_*_bytes of weights.  False, with the contents undefined, when the
 * operation must keep the reference kernel.
 */
bool kern_m4_conv_s8_pack(const struct kern_conv_s8 *k,
			  const struct kern_packed *to);
bool kern_m4_depthwise_s8_pack(const struct kern_conv_s8 *k,
			       const struct kern_packed *to);
bool kern_m4_depthwise_quads_s8_pack(const struct kern_conv_s8 *k,
				     const struct kern_packed *to);
bool kern_m4_fc_s8_pack(const struct kern_fc_s8 *k,
			const struct kern_packed *to);

#endif
