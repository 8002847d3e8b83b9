/*
 * samples - labelled recordings as the arrays that training wants.
 */
#ifndef TINYML_TRAIN_SAMPLES_H
#define TINYML_TRAIN_SAMPLES_H

#include "base/pool.h"
#include "features/features.h"
#include "labels/labels.h"
#include "train/train.h"

enum { TRAIN_VARIANTS = 5 };

/* Where the items come from; read only. */
struct train_samples_source {
	const struct dataset *dataset;
	const struct labels *labels;
	const struct dsp_recipe *recipe;
	long shift_ms;		/* 0: one variant, the item as it is */
};

/* One part of the data: struct train_data that owns its arrays. */
struct train_samples {
	struct train_data data;
	float *x;
	int32_t *y;
};

/*
 * Features of every item of a part.  A clip begins at the item's first frame;
 * what lies outside of the item is silence.  With is_varied there are
 * TRAIN_VARIANTS variants: begun at 0, then shift_ms / 2 and shift_ms
 * earlier and later.  The same bytes for any number of threads.
 * train_samples_release in every case.
 * ERR_UNSUPPORTED unless the dataset is one-channel sound; ERR_RANGE when
 * its rate is not the recipe's; ERR_MEM.
 */
int train_samples_init(struct train_samples *samples,
		       const struct train_samples_source *source,
		       enum labels_part part, bool is_varied, struct pool *pool,
		       struct err *err);
void train_samples_release(struct train_samples *samples);

#endif
