/*
 * items - the features of labelled recordings, ready for training,
 * calibration and evaluation.
 */
#ifndef TINYML_FEATURES_ITEMS_H
#define TINYML_FEATURES_ITEMS_H

#include "dataset/dataset.h"
#include "features/features.h"
#include "labels/labels.h"

/* (N, K, H, W): N items of a part in the order of the labels, K variants of
 * each, H frames, W coefficients. */
struct features_items {
	float *x;
	int32_t *y;		/* (N) class */
	const struct labels_item **items;	/* (N) into the labels */
	size_t n;
	int k;
};

/*
 * The samples of an item: its span of the recording, or its picture.  What it
 * points at must fit the recipe (features_items_check).
 */
struct features_clip features_item_clip(const struct dataset *dataset,
					const struct labels_item *item);

/* What features are computed from; read only. */
struct features_source {
	const struct dsp_recipe *recipe;
	const struct dataset *dataset;
	const struct labels *labels;
};

/* What a recipe must know about these recordings.  ERR_RANGE: pictures of
 * several sizes, with the names of two. */
int features_input_of(const struct dataset *dataset,
		      struct features_input *input, struct err *err);

/* The block that project asks for, for these recordings, opened in place.  As
 * features_make_for and features_input_of. */
int features_recipe(const struct project_features *project,
		    const struct dataset *dataset, struct buf *block,
		    struct dsp_recipe *recipe, struct err *err);

/* ERR_UNSUPPORTED in words unless this recipe can read these recordings: their
 * rate, number of channels, type and, of pictures, size. */
int features_items_check(const struct dsp_recipe *recipe,
			 const struct dataset *dataset, struct err *err);

/* Where the K variants of an item begin, in samples after its start; NULL
 * offsets: one variant at 0. */
struct features_variants {
	const int32_t *offsets;
	int k;
};

/*
 * Compute the features of every item of a part; a part may be empty.  The same
 * numbers for any number of threads.  features_items_release in every case;
 * on failure out is empty.  ERR_UNSUPPORTED, ERR_MEM.
 */
int features_items(const struct features_source *source, enum labels_part part,
		   struct features_variants variants, struct pool *pool,
		   struct features_items *out, struct err *err);
void features_items_release(struct features_items *items);

/* K variants of an item, of so many numbers each. */
struct features_room {
	int k;
	size_t numbers;
};

/* A part's items and classes, with room for features that the caller fills
 * in. ERR_MEM; features_items_release in every case. */
int features_items_list(struct features_items *out,
			const struct labels *labels, enum labels_part part,
			struct features_room room, struct err *err);

#endif
