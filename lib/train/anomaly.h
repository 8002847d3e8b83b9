/*
 * anomaly - how unlike what was trained with a sample is.
 *
 * Two scores of a sample x with values x[j]; larger is stranger:
 *
 *     rebuild   mean over j of (x[j] - y[j])^2 / v[j], y what the network
 *               rebuilds of x, v[j] the mean of (x[j] - y[j])^2 in training
 *     kmeans    mean over j of (x[j] - c[j])^2 / s[j]^2, c the nearest of K
 *               centres of the training samples, s[j] the standard deviation
 *               of value j in training
 *
 * Variances below a millionth of the mean one count as that.  The centres are
 * Lloyd's from a farthest-point start, so no chance is in them.
 *
 * The threshold is a percentile of the scores of the normal samples of
 * validation (of train when there are none); a sample above it is called
 * anomalous.  AUC is the chance that an anomalous sample scores above a
 * normal one, ties counting half (Mann and Whitney, 1947).
 */
#ifndef TINYML_TRAIN_ANOMALY_H
#define TINYML_TRAIN_ANOMALY_H

#include "base/json.h"
#include "labels/labels.h"
#include "train/metrics.h"
#include "train/samples.h"

enum { ANOMALY_CLUSTERS_MAX = 256, ANOMALY_ROUNDS = 50 };

/* One score over all parts. */
struct anomaly_score {
	float *of[LABELS_PARTS];	/* (n) of each part */
	double threshold;
	double auc[LABELS_PARTS];	/* NaN without one of both kinds */
	struct train_metrics metrics[LABELS_PARTS];
};

struct anomaly {
	struct anomaly_score rebuild, kmeans;
};

/* What a part looks like and what the network made of it. */
struct anomaly_part {
	const float *x;			/* (n, values) */
	const float *rebuilt;		/* (n, values) */
	const int32_t *y;		/* (n): 0 normal, 1 anomalous */
	size_t n;
};

struct anomaly_job {
	struct anomaly_part parts[LABELS_PARTS];
	size_t values;
	double percentile;
	long clusters;
};

/* ERR_FORMAT unless the classes are those of label.normal. */
int anomaly_check(const struct labels *labels, struct err *err);

/* Both scores.  anomaly_release in every case.  ERR_MEM. */
int anomaly_measure(struct anomaly *anomaly, const struct anomaly_job *job,
		    struct err *err);
void anomaly_release(struct anomaly *anomaly);

/* "anomaly": per score the threshold and per part samples, AUC, precision,
 * recall and F1 of what is called anomalous. */
void anomaly_json(const struct anomaly *anomaly, struct json *json);

/* K centres (K, values) of n samples, each value divided by scale[j];
 * out has room for them.  Returns how many there are: at most n. */
size_t anomaly_centres(const struct anomaly_part *part, size_t values,
		       const double *scale, size_t clusters, double *out);

double anomaly_auc(const float *scores, const int32_t *y, size_t n,
		   struct err *err);

#endif
