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

/* A float operation has no requantisation tables. */
bool step_no_requant(uint32_t multipliers_at, uint32_t shifts_at,
		     uint32_t count);

#endif
