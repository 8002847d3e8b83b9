/*
 * fixture - a small network and made-up data for the training tests.
 */
#ifndef TESTS_UNIT_TRAIN_FIXTURE_H
#define TESTS_UNIT_TRAIN_FIXTURE_H

#include "base/fmath.h"
#include "train/nets.h"
#include "train/train.h"

enum { FIX_H = 11, FIX_W = 6, FIX_VALUES = FIX_H * FIX_W, FIX_CLASSES = 5,
       FIX_K = 2, FIX_N = 50 };

/* 20 filters: a whole vector and a padded one. */
static const struct nets_ds_cnn fix_size = {
	.filters = 20, .blocks = 2, .kernel_h = 4, .kernel_w = 3,
	.stride_h = 2, .stride_w = 2, .dropout = 0.2f
};
static const struct net_shape fix_shape = { FIX_H, FIX_W, 1 };

static const struct train_options fix_options = {
	.epochs = 3, .batch = 20, .rate = 0.01, .weight_decay = 0.01,
	.label_smoothing = 0.1, .seed = 7, .threads = 1
};

struct fixture {
	float x[FIX_N * FIX_K * FIX_VALUES];
	int32_t y[FIX_N];
	struct train_rows rows;
	struct train_data data;
	struct net net;
};

/* Noise over one gentle slope per class. */
static inline void fixture_init(struct fixture *f, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, seed, 0);
	for (int n = 0; n < FIX_N; n++) {
		f->y[n] = n % FIX_CLASSES;
		for (int i = 0; i < FIX_K * FIX_VALUES; i++)
			f->x[n * FIX_K * FIX_VALUES + i] =
				fmath_gauss(&rng) +
				(float)(f->y[n] * (i % FIX_W - 3));
	}
	f->rows = (struct train_rows){ f->x, FIX_VALUES, FIX_K };
	f->data = (struct train_data){ .n = FIX_N, .fetch = train_fetch_rows,
				       .ctx = &f->rows, .y = f->y };
	nets_ds_cnn(&f->net, fix_shape, FIX_CLASSES, &fix_size);
}

#endif
