/*
 * svg - training in pictures: curves over epochs, and the confusion matrix.
 *
 * Plain SVG 1.1 without scripts, styles from outside or fonts of its own; the
 * same figures give the same bytes.  Names of classes are escaped.
 */
#ifndef TINYML_TRAIN_SVG_H
#define TINYML_TRAIN_SVG_H

#include "base/buf.h"
#include "train/metrics.h"
#include "train/train.h"

/* Loss on the left and accuracy on the right, of the training part and, where
 * it is not NaN, of validation; a line at the best epoch. Of more epochs than
 * SVG_POINTS_MAX not all are drawn. */
enum { SVG_POINTS_MAX = 500 };
void svg_curves(const struct train_row *rows, size_t n, int best_epoch,
		struct buf *out);

/* Truths down, answers across; the darker a cell, the larger its share of the
 * truth's samples. Counts stand in it up to SVG_COUNTS_MAX classes. */
enum { SVG_COUNTS_MAX = 24 };
void svg_confusion(const struct train_metrics *metrics,
		   const char *const *names, struct buf *out);

#endif
