/*
 * quantise - features to the model's int8 input.
 *
 *   out = clamp(round(feature * multiplier / 2^shift) + zero_point)
 *
 * rounded to nearest, halves away from zero, clamped to [-128, 127].  The
 * multiplier for an input scale is computed on the host (features_quantiser):
 * multiplier / 2^shift = 2^-DSP_FEATURE_Q / scale with a multiplier of 31
 * bits.  Host and board call this one function.
 */
#ifndef TINYML_DSP_QUANTISE_H
#define TINYML_DSP_QUANTISE_H

#include <stddef.h>
#include <stdint.h>

enum { DSP_QUANTISE_SHIFT_MAX = 62 };

/* n features; 0 <= multiplier, 1 <= shift <= 62, -128 <= zero_point <= 127
 * (checked where they come from: model image or host). */
void dsp_quantise(const int32_t *features, size_t n, int32_t multiplier,
		  int shift, int32_t zero_point, int8_t *out);

#endif
