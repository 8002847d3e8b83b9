/*
 * transpose_conv - which input row or column a tap of a TRANSPOSE_CONV meets.
 *
 * The kernels gather: output row y is made from the taps i whose
 * y + pad_top - i is a multiple of stride_h, of input row
 * (y + pad_top - i) / stride_h.
 */
#ifndef TINYML_KERN_REF_TRANSPOSE_CONV_H
#define TINYML_KERN_REF_TRANSPOSE_CONV_H

#include <stdint.h>

/* The row for at = y + pad_top - i, or -1 when the tap meets none of size. */
static inline int32_t transpose_conv_row(int32_t at, int32_t stride,
					 int32_t size)
{
	if (at < 0 || at % stride != 0 || at / stride >= size)
		return -1;
	return at / stride;
}

#endif
