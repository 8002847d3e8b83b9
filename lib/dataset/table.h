/*
 * table - rows of numbers on their way into the dataset, whoever read them.
 *
 * collect.full_scale tells what a sensor's largest integer stands for: one
 * number for all channels, or one each.  With it, values are stored as the
 * board's sensor gives them,
 *
 *     s16 = round(value / full_scale * 32768), halves away from zero, clipped
 *
 * without it as f32.  Only the first form can become features, because a
 * board has no other.
 */
#ifndef TINYML_DATASET_TABLE_H
#define TINYML_DATASET_TABLE_H

#include "dataset/collect_priv.h"

struct table {
	const char *name;		/* of the recording */
	const char *const *names;	/* [columns] */
	const float *values;		/* [rows][columns] */
	size_t rows, columns;
	const double *seconds;		/* [rows], or NULL */
	uint32_t pack;			/* dataset_add_recording's */
};

/* Add one recording and name the channels.  ERR_FORMAT also for a
 * collect.full_scale that does not fit the columns. */
int table_add(struct collector *c, struct source_file *file,
	      const struct table *table);

#endif
