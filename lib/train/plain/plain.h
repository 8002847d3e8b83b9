/*
 * plain - the engine's kernels in portable C; every machine has them.
 */
#ifndef TINYML_TRAIN_PLAIN_PLAIN_H
#define TINYML_TRAIN_PLAIN_PLAIN_H

#include "train/isa.h"

extern const struct train_isa train_isa_plain;

#endif
