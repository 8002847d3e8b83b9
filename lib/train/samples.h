/*
 * samples - labelled recordings as what a network is shown.
 *
 *     labels + dataset + recipe -> features, computed once -> train_data
 *
 * Of a training item there may be K variants, features of changed sound: with
 * train.augment's changes of sound (train/augment.h) `variants` of them, drawn
 * from (seed, item, variant); otherwise, with train.shift_ms, five, begun 0,
 * half and all of it earlier and later.  Variant 0 is the item as it is.
 * Changes of features, pictures and sensors are made while training, afresh
 * each time.
 *
 * What took long to compute is kept in .tinyml/cache/features and found again
 * by what it was made from (train/cache.h).
 */
#ifndef TINYML_TRAIN_SAMPLES_H
#define TINYML_TRAIN_SAMPLES_H

#include "features/items.h"
#include "labels/recorded.h"
#include "train/augment.h"
#include "train/train.h"

/* What samples are made from; read only, and outlives them. */
struct samples_source {
	const struct dsp_recipe *recipe;
	const struct buf *recipe_bytes;
	const struct recorded *recorded;
	const struct project_train *train;
	const char *cache;	/* folder; NULL: keep nothing */
	struct pool *pool;
};

struct samples {
	struct train_data data;		/* valid while this stays in place */
	struct features_items items;
	/* private */
	struct train_rows rows;
	struct augment_shape shape;
	const struct project_augment *augment;	/* NULL: none */
	enum dataset_kind kind;
};

/*
 * Make the samples of a part (train with variants and changes).  A part may be
 * empty.  samples_release in every case.
 * ERR_UNSUPPORTED: recordings the recipe cannot read, changes they do not
 * have; ERR_MEM.
 */
int samples_make(struct samples *samples, const struct samples_source *source,
		 enum labels_part part, struct err *err);
void samples_release(struct samples *samples);

/* Those of one class, which must stay in place while data is used. */
struct samples_some {
	struct train_data data;
	/* private */
	const struct samples *from;
	size_t *index;
};

/* ERR_MEM.  samples_drop in every case. */
int samples_pick(struct samples_some *some, const struct samples *from,
		 int32_t class, struct err *err);
void samples_drop(struct samples_some *some);

#endif
