/*
 * op_f32 - what the loaders of float operations share.
 */
#ifndef TINYML_RUN_OP_F32_H
#define TINYML_RUN_OP_F32_H

#include "run/op.h"

/* A float from its bits. */
float step_float(uint32_t bits);

/* The activation's bounds from their bits; ERR_RANGE unless min <= max. */
int step_clamp_f32(int32_t min_bits, int32_t max_bits, float *min, float *max);

/* Weights of so many bytes and the bias ([channels], or NULL) of a layer
 * without requantisation tables; ERR_RANGE. */
struct step_constants_f32 {
	const float *weights, *bias;
};
int step_constants_f32(const struct run_step *step,
		       const struct model_image_constants *at, uint32_t bytes,
		       int32_t channels, struct step_constants_f32 *c);

#endif
