/*
 * flatten - statistics of every axis (Edge Impulse's block, version 1):
 * average, minimum, maximum, RMS, standard deviation, skewness, kurtosis, of
 * which a recipe keeps some; all of the first axis first.  frames 1,
 * coefficients axes x kept.
 *
 * The integers are within 8e-6, half a unit of 2^-16, and a millionth of the
 * original's numbers over the conformance vectors
 * (tests/unit/features/test_sensor.c).
 *
 * Behind the part of dsp/motion.h: u32, a bit for every statistic kept.
 */
#ifndef TINYML_DSP_FLATTEN_H
#define TINYML_DSP_FLATTEN_H

#include "dsp/motion.h"

enum { DSP_FLATTEN_STATISTICS = 7 };

struct dsp_flatten {
	struct dsp_motion motion;
	uint32_t kept;
};

extern const struct dsp_kind dsp_flatten_kind;

#endif
