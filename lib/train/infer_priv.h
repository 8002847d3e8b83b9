/*
 * infer - evaluation of many samples on several threads.
 */
#ifndef TINYML_TRAIN_INFER_PRIV_H
#define TINYML_TRAIN_INFER_PRIV_H

#include "base/pool.h"
#include "train/pass_priv.h"

/* Probabilities (N, M) of every sample; loss (N) too unless NULL. One scratch
 * for each thread of the pool. */
void train_infer_all(const struct pass *pass, const struct train_data *data,
		     struct pool *pool, struct scratch *scratches,
		     float *probabilities, float *loss);

/* One scratch per thread; train_scratches_close in every case. */
int train_scratches_open(struct scratch **out, int n,
			 const struct train_plan *plan, struct err *err);
void train_scratches_close(struct scratch *scratches, int n);

/* The class with the largest value, the first among equals. */
size_t train_answer(const float *probabilities, size_t classes);

#endif
