/*
 * estimate - about how many instructions one inference takes on a board.
 *
 * A model of the kernels, not a measurement: a price for each
 * multiply-accumulate, each tap of a window and each output element, by
 * operation and by how its constants are packed, fitted to the counts of
 * QEMU in tinyml-performance(7).  It meets those of the four MLPerf Tiny
 * models within a fifth, and is meant for comparing variants of one model.
 */
#ifndef TINYML_SQUEEZE_ESTIMATE_H
#define TINYML_SQUEEZE_ESTIMATE_H

#include "plan/plan.h"

uint64_t estimate_instructions(const struct plan *plan);

#endif
