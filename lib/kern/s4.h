/*
 * s4 - int8 layers whose weights are stored in 4 bits each.
 *
 * CONV_2D and FULLY_CONNECTED whose filter takes at most 16 values: weights
 * quantised to 4 bits, or clustered ones.  Values, sums and outputs are those
 * of kern_conv_s8 and kern_fc_s8 on the same weights, to the last bit; only
 * flash is saved, and paid with instructions: a convolution unpacks a row of
 * weights into scratch once for all positions, a dense layer a few at a time.
 *
 * KERN_PACK_S4.  weights points to
 *
 *     i8[16]   the values, in any order
 *     rows     one an output channel, in the order of .tflite: depth numbers
 *              of values, two in a byte, the first in the low half; an odd
 *              row ends with half a byte unused
 */
#ifndef TINYML_KERN_S4_H
#define TINYML_KERN_S4_H

#include "kern/kern.h"

enum { KERN_S4_VALUES = 16 };

/* Bytes of weights; depth is kernel_h * kernel_w * in.c, or in_depth.  64
 * bits, for shapes not yet checked. */
uint64_t kern_s4_bytes(int32_t rows, int64_t depth);

void kern_conv_s4(const struct kern_conv_s8 *k, const int8_t *in, int8_t *out,
		  void *scratch);
size_t kern_conv_s4_scratch_bytes(const struct kern_conv_s8 *k);
void kern_fc_s4(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		void *scratch);
size_t kern_fc_s4_scratch_bytes(const struct kern_fc_s8 *k);

#endif
