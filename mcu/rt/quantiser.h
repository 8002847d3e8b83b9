/*
 * quantiser - the numbers dsp_quantise wants, from a tensor's scale, without
 * floating point: what features_quantiser gives on the host, to the last bit.
 */
#ifndef TINYML_RT_QUANTISER_H
#define TINYML_RT_QUANTISER_H

#include <stdint.h>

/*
 * scale: bits of a positive IEEE binary32 between 2^-40 and 2^20.
 * multiplier / 2^shift = 2^-16 / scale, multiplier in [2^30, 2^31).
 * The quotient is first rounded to 53 bits, halves to even, as a division of
 * doubles does, then to 31 bits, halves away from zero.
 * 0 or ERR_RANGE.
 */
int quantiser_from_scale(uint32_t scale, int32_t *multiplier, int *shift);

#endif
