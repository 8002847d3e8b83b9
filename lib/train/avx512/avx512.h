/*
 * avx512 - the engine's kernels for x86-64 with AVX-512F.
 */
#ifndef TINYML_TRAIN_AVX512_AVX512_H
#define TINYML_TRAIN_AVX512_AVX512_H

#include "train/isa.h"

extern const struct train_isa train_isa_avx512;

#endif
