/*
 * schedule - one cycle of the learning rate (Smith and Topin, "Super-
 * convergence", arXiv 1708.07120; shape as PyTorch's OneCycleLR): half a
 * cosine from peak / 25 up to the peak over the first 30% of the steps, half a
 * cosine down to peak / 250000.
 */
#ifndef TINYML_TRAIN_SCHEDULE_PRIV_H
#define TINYML_TRAIN_SCHEDULE_PRIV_H

#include <stddef.h>

/* step: 0 to steps - 1. */
double train_schedule_rate(double peak, size_t step, size_t steps);

#endif
