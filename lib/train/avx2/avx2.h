/*
 * avx2 - the engine's kernels for x86-64 with AVX2 and FMA3.
 */
#ifndef TINYML_TRAIN_AVX2_AVX2_H
#define TINYML_TRAIN_AVX2_AVX2_H

#include "train/isa.h"

extern const struct train_isa train_isa_avx2;

#endif
