/*
 * m0 - int8 kernels for cores without SIMD, without a long multiplication and
 * without a divider: Cortex-M0, M0+, M1.
 *
 * They give the bytes of kern/ref and use its parameter structs, with weights
 * and bias in another form, made once on the host by the pack functions.
 *
 * One multiplication of such a core serves two products: two unsigned bytes
 * of input, 16 bits apart, times one unsigned byte of weight,
 *
 *     (x0 + x1 * 2^16) * w = x0 * w + x1 * w * 2^16,    each below 2^16.
 *
 * The products' upper halves are summed apart, B = SUM x1 w, and the whole
 * words modulo 2^32, A; then SUM x0 w = A - B * 2^16.  So bytes are stored and
 * loaded as x + 128 and w + 128:
 *
 *     SUM w (x - zero) = SUM (w + 128) (x + 128) - 128 SUM (x + 128)
 *                        - (128 + zero) SUM w
 *
 * of which the last term is folded into the bias, and padding counts as zero.
 *
 *  - KERN_PACK_M0_ROWS, convolutions and fully connected layers: the bytes
 *    w + 128 in the order of .tflite; no byte more than there.
 *  - KERN_PACK_M0_TAPS, depthwise: the bytes w + 128 of one output channel
 *    after another; of a channel, line by line.  Lines run along the rows, or
 *    down the columns when the output is higher than wide.
 *
 * Weights and bias start at multiples of 4.
 *
 * Requantisation makes the upper half of a 64-bit product from four 16-bit
 * ones; kern/pack.h says when this is exact and what happens otherwise.
 *
 * The inner loops come from dot.h, of which the include path chooses one:
 * m0/thumb for the core itself, m0/portable for every other machine.  Both
 * give the same bits.
 */
#ifndef TINYML_KERN_M0_M0_H
#define TINYML_KERN_M0_M0_H

#include <stdbool.h>

#include "kern/pack.h"

/* As their twins in kern/kern.h; weights and bias are packed.  scratch is
 * aligned to 4; fully connected layers need none. */
void kern_m0_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		     int8_t *out, void *scratch);
size_t kern_m0_conv_s8_scratch_bytes(const struct kern_conv_s8 *k);
void kern_m0_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			  int8_t *out, void *scratch);
size_t kern_m0_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k);
void kern_m0_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch);

/* As kern_add_s8 and kern_average_pool_s8; nothing is packed.  Additions that
 * broadcast, or shift to the left by less than 15, go to kern_add_s8. */
void kern_m0_add_s8(const struct kern_add_s8 *k, const int8_t *a,
		    const int8_t *b, int8_t *out);
void kern_m0_average_pool_s8(const struct kern_pool_s8 *k, const int8_t *in,
			     int8_t *out);

/* Bytes of packed weights; 64 bits, for shapes not yet checked. Depthwise: 0
 * for windows of more taps. */
enum { M0_TAPS_MAX = 256 };
uint64_t kern_m0_rows_bytes(int32_t rows, int64_t depth);
uint64_t kern_m0_conv_bytes(const struct kern_window *win);
uint64_t kern_m0_depthwise_bytes(const struct kern_window *win);

/* ---- packing, on the host ------------------------------------------------ */

/*
 * k is complete as for the reference kernel; to has room for
 * kern_m0_*_bytes of weights.  False, with the contents undefined, when the
 * operation must keep the reference kernel.
 */
bool kern_m0_conv_s8_pack(const struct kern_conv_s8 *k,
			  const struct kern_packed *to);
bool kern_m0_depthwise_s8_pack(const struct kern_conv_s8 *k,
			       const struct kern_packed *to);
bool kern_m0_fc_s8_pack(const struct kern_fc_s8 *k,
			const struct kern_packed *to);

#endif
