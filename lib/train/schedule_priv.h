/*
 * schedule - the learning rate of every step.
 *
 *     one-cycle   half a cosine from peak / 25 up to the peak over the warm-up,
 *                 half a cosine down to peak / 250000 (Smith and Topin,
 *                 "Super-convergence", arXiv 1708.07120; shape as PyTorch's
 *                 OneCycleLR)
 *     constant    the peak
 *     step        the peak, a fifth of it after a third of the steps, a fifth
 *                 of that after two thirds
 *     cosine      half a cosine from the peak down to peak / 250000
 *
 * The last three rise in a straight line from peak / 25 over the warm-up, and
 * do the rest in the steps after it.
 */
#ifndef TINYML_TRAIN_SCHEDULE_PRIV_H
#define TINYML_TRAIN_SCHEDULE_PRIV_H

#include <stddef.h>

#include "train/train.h"

/* step: 0 to steps - 1. */
double train_schedule_rate(const struct train_options *options, size_t step,
			   size_t steps);

#endif
