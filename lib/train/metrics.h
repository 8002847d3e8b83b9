/*
 * metrics - how good answers are, counted.
 *
 *     accuracy   right / all
 *     loss       mean of -ln p(truth), p at least 1e-12; no label smoothing
 *     precision  of a class: right among those answered so
 *     recall     of a class: right among those that are so
 *     f1         2 precision recall / (precision + recall)
 *
 * A ratio of nothing is 0 / 0: NaN, null in JSON.
 */
#ifndef TINYML_TRAIN_METRICS_H
#define TINYML_TRAIN_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"

struct train_metrics {
	size_t classes, n, right;
	double loss_sum;
	uint32_t *confusion;	/* (truth, answer), classes x classes */
};

int train_metrics_init(struct train_metrics *metrics, size_t classes,
		       struct err *err);
void train_metrics_release(struct train_metrics *metrics);

/* Count n answers: probabilities (n, classes), truths y (n). The answer is
 * the first of the largest probabilities. */
void train_metrics_add(struct train_metrics *metrics,
		       const float *probabilities, const int32_t *y, size_t n);

double train_metrics_accuracy(const struct train_metrics *metrics);
double train_metrics_loss(const struct train_metrics *metrics);
double train_metrics_precision(const struct train_metrics *metrics, size_t c);
double train_metrics_recall(const struct train_metrics *metrics, size_t c);
double train_metrics_f1(const struct train_metrics *metrics, size_t c);

/* An object named key: samples, accuracy, loss, and per class (named by
 * names) samples, precision, recall, f1. */
void train_metrics_json(const struct train_metrics *metrics, const char *key,
			const char *const *names, struct json *json);

/* One line per truth, one column per answer, counts; tab-separated. */
void train_metrics_tsv(const struct train_metrics *metrics,
		       const char *const *names, struct buf *out);

#endif
