/*
 * raw - samples as features, times one factor.
 *
 *   out[t, a] = round(sample[t, a] * multiplier / 2^shift) in Q16
 *
 * A clip of length rows of `axes` samples gives frames = length rows and
 * coefficients = axes; the whole signal, for networks that filter it
 * themselves.  Rounded to nearest, halves up, clamped to int32.  Error: that
 * of the factor, 2^-31 of the value, and half a unit of 2^-16.
 *
 * Behind the common header: 40 i32 multiplier, 44 u32 shift (1 .. 62).
 */
#ifndef TINYML_DSP_RAW_H
#define TINYML_DSP_RAW_H

#include <stdint.h>

struct dsp_kind;

struct dsp_raw {
	int32_t multiplier;
	uint32_t shift;
};

extern const struct dsp_kind dsp_raw_kind;

#endif
