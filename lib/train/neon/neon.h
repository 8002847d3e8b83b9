/*
 * neon - the engine's kernels for 64-bit Arm.
 */
#ifndef TINYML_TRAIN_NEON_NEON_H
#define TINYML_TRAIN_NEON_NEON_H

#include "train/isa.h"

extern const struct train_isa train_isa_neon;

#endif
