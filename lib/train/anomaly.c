#include "train/anomaly.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A variance of less than this share of the mean one counts as that. */
#define LEAST_SHARE 1e-6

enum { NORMAL, ANOMALOUS, CLASSES };

int anomaly_check(const struct labels *labels, struct err *err)
{
	if (labels->class_count == CLASSES &&
	    strcmp(labels->classes[NORMAL], LABELS_NORMAL) == 0 &&
	    strcmp(labels->classes[ANOMALOUS], LABELS_ANOMALOUS) == 0)
		return 0;
	err_set(err, ERR_FORMAT, "a network that rebuilds its input finds "
		"anomalies, and the labels do not say what is normal");
	err_hint(err, "name the normal label in label.normal");
	return ERR_FORMAT;
}

/* ---- scores ------------------------------------------------------------- */

/* Raise what is too small; all of it when nothing varies. */
static void settle(double *variance, size_t n)
{
	double sum = 0, least;

	for (size_t j = 0; j < n; j++)
		sum += variance[j];
	least = sum / (double)n * LEAST_SHARE;
	least = least > 0 ? least : 1;
	for (size_t j = 0; j < n; j++)
		variance[j] = variance[j] > least ? variance[j] : least;
}

/* Mean of (x - from)^2 per value; from NULL: of the mean. */
static void measure_variance(const struct anomaly_part *part, size_t values,
			     const float *from, double *variance)
{
	for (size_t j = 0; j < values; j++) {
		double mean = 0, sum = 0;

		for (size_t i = 0; i < part->n && !from; i++)
			mean += (double)part->x[i * values + j];
		mean = part->n ? mean / (double)part->n : 0;
		for (size_t i = 0; i < part->n; i++) {
			double d = (double)part->x[i * values + j] -
				   (from ? (double)from[i * values + j] :
				    mean);

			sum += d * d;
		}
		variance[j] = part->n ? sum / (double)part->n : 0;
	}
	settle(variance, values);
}

static void score_rebuilt(const struct anomaly_job *job,
			  const double *variance, struct anomaly_score *score)
{
	for (int p = 0; p < LABELS_PARTS; p++) {
		const struct anomaly_part *part = &job->parts[p];

		for (size_t i = 0; i < part->n; i++) {
			const float *x = part->x + i * job->values;
			const float *y = part->rebuilt + i * job->values;
			double sum = 0;

			for (size_t j = 0; j < job->values; j++) {
				double d = (double)x[j] - (double)y[j];

				sum += d * d / variance[j];
			}
			score->of[p][i] = (float)(sum / (double)job->values);
		}
	}
}

static double to_nearest(const float *x, const double *centres, size_t count,
			 const double *scale, size_t values)
{
	double least = 0;

	for (size_t c = 0; c < count; c++) {
		double sum = 0;

		for (size_t j = 0; j < values; j++) {
			double d = ((double)x[j] - centres[c * values + j]) /
				   scale[j];

			sum += d * d;
		}
		least = c == 0 || sum < least ? sum : least;
	}
	return least / (double)values;
}

static int score_kmeans(const struct anomaly_job *job, double *scale,
			struct anomaly_score *score, struct err *err)
{
	size_t wanted = (size_t)job->clusters, count;
	double *centres = calloc(wanted * job->values + 1, sizeof(*centres));

	if (!centres)
		return err_nomem(err);
	for (size_t j = 0; j < job->values; j++)
		scale[j] = sqrt(scale[j]);
	count = anomaly_centres(&job->parts[LABELS_TRAIN], job->values, scale,
				wanted, centres);
	for (int p = 0; p < LABELS_PARTS; p++)
		for (size_t i = 0; i < job->parts[p].n; i++)
			score->of[p][i] = (float)to_nearest(job->parts[p].x +
				i * job->values, centres, count, scale,
				job->values);
	free(centres);
	return count ? 0 : err_nomem(err);
}

/* ---- what they are worth ------------------------------------------------ */

struct ranked {
	float score;
	int32_t y;
};

static int by_score(const void *a, const void *b)
{
	float x = ((const struct ranked *)a)->score;
	float y = ((const struct ranked *)b)->score;

	return (x > y) - (x < y);
}

double anomaly_auc(const float *scores, const int32_t *y, size_t n,
		   struct err *err)
{
	struct ranked *list = calloc(n + 1, sizeof(*list));
	double below = 0, won = 0, anomalous = 0;

	if (!list) {
		err_nomem(err);
		return NAN;
	}
	for (size_t i = 0; i < n; i++)
		list[i] = (struct ranked){ scores[i], y[i] };
	qsort(list, n, sizeof(*list), by_score);
	for (size_t i = 0, end; i < n; i = end) {
		double normal = 0, strange = 0;

		for (end = i; end < n && list[end].score <= list[i].score;
		     end++)
			*(list[end].y ? &strange : &normal) += 1;
		won += strange * (below + normal / 2);
		below += normal;
		anomalous += strange;
	}
	free(list);
	return won / (below * anomalous);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static int find_threshold(const struct anomaly_job *job,
			  struct anomaly_score *score, struct err *err)
{
	for (int p = LABELS_VALIDATION; p >= LABELS_TRAIN; p--) {
		const struct anomaly_part *part = &job->parts[p];
		float *sorted = calloc(part->n + 1, sizeof(*sorted));
		size_t n = 0;

		if (!sorted)
			return err_nomem(err);
		for (size_t i = 0; i < part->n; i++)
			if (part->y[i] == NORMAL)
				sorted[n++] = score->of[p][i];
		qsort(sorted, n, sizeof(*sorted), by_value);
		if (n > 0)
			score->threshold = (double)sorted[(size_t)((double)
				(n - 1) * job->percentile / 100)];
		free(sorted);
		if (n > 0)
			break;
	}
	return 0;
}

/* One half at the threshold, so that metrics of probabilities fit. */
static int judge(const struct anomaly_part *part, struct anomaly_score *score,
		 int p, struct err *err)
{
	int ret = train_metrics_init(&score->metrics[p], CLASSES, err);

	for (size_t i = 0; i < part->n && !ret; i++) {
		double s = (double)score->of[p][i];
		double sum = s + score->threshold;
		float strange = (float)(sum > 0 ? s / sum : 0);
		float both[CLASSES] = { 1 - strange, strange };

		if (s > score->threshold && both[NORMAL] >= both[ANOMALOUS])
			both[NORMAL] = 0;
		train_metrics_add(&score->metrics[p], both, part->y + i, 1);
	}
	score->auc[p] = ret ? 0 : anomaly_auc(score->of[p], part->y, part->n,
					      err);
	return ret;
}

static int open_score(const struct anomaly_job *job,
		      struct anomaly_score *score, struct err *err)
{
	for (int p = 0; p < LABELS_PARTS; p++) {
		score->of[p] = calloc(job->parts[p].n + 1, sizeof(float));
		if (!score->of[p])
			return err_nomem(err);
	}
	return 0;
}

static int finish(const struct anomaly_job *job, struct anomaly_score *score,
		  struct err *err)
{
	int ret = find_threshold(job, score, err);

	for (int p = 0; p < LABELS_PARTS && !ret; p++)
		ret = judge(&job->parts[p], score, p, err);
	return ret;
}

int anomaly_measure(struct anomaly *a, const struct anomaly_job *job,
		    struct err *err)
{
	const struct anomaly_part *train = &job->parts[LABELS_TRAIN];
	double *variance = calloc(job->values, sizeof(*variance));
	int ret = variance ? 0 : err_nomem(err);

	*a = (struct anomaly){ 0 };
	if (!ret)
		ret = open_score(job, &a->rebuild, err);
	if (!ret)
		ret = open_score(job, &a->kmeans, err);
	if (!ret) {
		measure_variance(train, job->values, train->rebuilt, variance);
		score_rebuilt(job, variance, &a->rebuild);
		measure_variance(train, job->values, NULL, variance);
		ret = score_kmeans(job, variance, &a->kmeans, err);
	}
	if (!ret)
		ret = finish(job, &a->rebuild, err);
	if (!ret)
		ret = finish(job, &a->kmeans, err);
	free(variance);
	return ret;
}

static void release_score(struct anomaly_score *score)
{
	for (int p = 0; p < LABELS_PARTS; p++) {
		free(score->of[p]);
		train_metrics_release(&score->metrics[p]);
	}
}

void anomaly_release(struct anomaly *a)
{
	release_score(&a->rebuild);
	release_score(&a->kmeans);
	*a = (struct anomaly){ 0 };
}

static void score_json(const struct anomaly_score *score, const char *key,
		       struct json *json)
{
	json_object(json, key);
	json_real(json, "threshold", score->threshold);
	for (int p = 0; p < LABELS_PARTS; p++) {
		const struct train_metrics *m = &score->metrics[p];

		json_object(json, labels_part_name((enum labels_part)p));
		json_int(json, "samples", (int64_t)m->n);
		json_real(json, "auc", score->auc[p]);
		json_real(json, "precision",
			  train_metrics_precision(m, ANOMALOUS));
		json_real(json, "recall", train_metrics_recall(m, ANOMALOUS));
		json_real(json, "f1", train_metrics_f1(m, ANOMALOUS));
		json_end(json);
	}
	json_end(json);
}

void anomaly_json(const struct anomaly *a, struct json *json)
{
	json_object(json, "anomaly");
	score_json(&a->rebuild, "rebuild", json);
	score_json(&a->kmeans, "kmeans", json);
	json_end(json);
}
