#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train/anomaly.h"

Test(anomaly, auc_counts_pairs_and_halves_ties)
{
	const float scores[] = { 1, 2, 2, 3, 5 };
	const int32_t y[] = { 0, 0, 1, 0, 1 }, same[5] = { 0 };

	/* pairs: 2 beats 1, ties 2, loses to 3; 5 beats all three */
	cr_assert_float_eq(anomaly_auc(scores, y, 5, NULL), 4.5 / 6, 1e-12);
	cr_assert(isnan(anomaly_auc(scores, same, 5, NULL)));
	cr_assert(isnan(anomaly_auc(scores, same, 0, NULL)));
}

Test(anomaly, centres_lie_in_the_clouds)
{
	const float x[] = { 0, 0, 1, 0, 0, 1, 10, 10, 11, 10, 10, 11 };
	const struct anomaly_part part = { x, NULL, NULL, 6 };
	const double scale[] = { 1, 1 };
	double centres[6];

	cr_assert_eq(anomaly_centres(&part, 2, scale, 2, centres), 2);
	cr_assert_float_eq(centres[0], 1 / 3.0, 1e-9);
	cr_assert_float_eq(centres[2], 31 / 3.0, 1e-9);
	cr_assert_eq(anomaly_centres(&(struct anomaly_part){ x, NULL, NULL,
				     1 }, 2, scale, 3, centres), 1);
}

/* Normal samples are near 0 or near 10, what is rebuilt is always 0.1 off;
 * anomalies lie between and are rebuilt badly. */
static struct anomaly_job begin(float *x, float *rebuilt, int32_t *y, size_t n)
{
	struct anomaly_job job = { .values = 1, .percentile = 100,
				   .clusters = 2 };

	for (size_t i = 0; i < n; i++) {
		y[i] = i >= n - 4;
		x[i] = y[i] ? 5 : (float)(i % 2) * 10 +
		       (float)(i % 7) * 0.1f;
		rebuilt[i] = x[i] + (y[i] ? 3 : 0.1f);
	}
	job.parts[LABELS_TRAIN] = (struct anomaly_part){ x, rebuilt, y,
							 n - 4 };
	job.parts[LABELS_TEST] = (struct anomaly_part){ x, rebuilt, y, n };
	return job;
}

Test(anomaly, what_is_strange_scores_above_the_threshold)
{
	enum { N = 44 };
	float x[N], rebuilt[N];
	int32_t y[N];
	struct anomaly_job job = begin(x, rebuilt, y, N);
	struct anomaly a;

	cr_assert_eq(anomaly_measure(&a, &job, NULL), 0);
	cr_assert_float_eq(a.rebuild.auc[LABELS_TEST], 1, 1e-12);
	cr_assert_float_eq(a.kmeans.auc[LABELS_TEST], 1, 1e-12);
	cr_assert_float_eq(train_metrics_f1(&a.kmeans.metrics[LABELS_TEST],
					    1), 1, 1e-12);
	cr_assert_eq(a.kmeans.metrics[LABELS_TRAIN].n, N - 4);
	anomaly_release(&a);
}

Test(anomaly, the_percentile_sets_the_false_alarms)
{
	enum { N = 104 };
	float x[N], rebuilt[N];
	int32_t y[N];
	struct anomaly_job job = begin(x, rebuilt, y, N);
	struct anomaly a;
	const struct train_metrics *m = &a.kmeans.metrics[LABELS_TRAIN];

	for (int i = 0; i < N - 4; i++)
		x[i] = (float)i;
	job.clusters = 1;
	job.percentile = 90;
	cr_assert_eq(anomaly_measure(&a, &job, NULL), 0);
	cr_assert_leq(abs((int)m->confusion[1] - 10), 2, "%u",
		      m->confusion[1]);
	anomaly_release(&a);
}

Test(anomaly, classes_must_be_those_of_label_normal)
{
	const char *const good[] = { LABELS_NORMAL, LABELS_ANOMALOUS };
	const char *const bad[] = { "no", "yes" };
	const struct labels a = { .classes = good, .class_count = 2 };
	const struct labels b = { .classes = bad, .class_count = 2 };

	cr_assert_eq(anomaly_check(&a, NULL), 0);
	cr_assert_eq(anomaly_check(&b, NULL), ERR_FORMAT);
}
