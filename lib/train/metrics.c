#include <stdlib.h>

#include "base/fmath.h"
#include "train/infer_priv.h"
#include "train/metrics.h"

static const double least = 1e-12;

int train_metrics_init(struct train_metrics *metrics, size_t classes,
		       struct err *err)
{
	*metrics = (struct train_metrics){ .classes = classes };
	metrics->confusion = calloc(classes * classes + 1,
				    sizeof(*metrics->confusion));
	return metrics->confusion ? 0 : err_nomem(err);
}

void train_metrics_release(struct train_metrics *metrics)
{
	free(metrics->confusion);
	metrics->confusion = NULL;
}

void train_metrics_add(struct train_metrics *m, const float *probabilities,
		       const int32_t *y, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const float *p = probabilities + i * m->classes;
		size_t truth = (size_t)y[i];
		size_t answer = train_answer(p, m->classes);
		double of_truth = (double)p[truth];

		m->confusion[truth * m->classes + answer]++;
		m->right += answer == truth;
		m->loss_sum -= fmath_log(of_truth > least ? of_truth : least);
	}
	m->n += n;
}

double train_metrics_accuracy(const struct train_metrics *m)
{
	return (double)m->right / (double)m->n;
}

double train_metrics_loss(const struct train_metrics *m)
{
	return m->loss_sum / (double)m->n;
}

static size_t answered(const struct train_metrics *m, size_t c)
{
	size_t n = 0;

	for (size_t i = 0; i < m->classes; i++)
		n += m->confusion[i * m->classes + c];
	return n;
}

static size_t true_ones(const struct train_metrics *m, size_t c)
{
	size_t n = 0;

	for (size_t i = 0; i < m->classes; i++)
		n += m->confusion[c * m->classes + i];
	return n;
}

double train_metrics_precision(const struct train_metrics *m, size_t c)
{
	return (double)m->confusion[c * m->classes + c] /
		(double)answered(m, c);
}

double train_metrics_recall(const struct train_metrics *m, size_t c)
{
	return (double)m->confusion[c * m->classes + c] /
		(double)true_ones(m, c);
}

double train_metrics_f1(const struct train_metrics *m, size_t c)
{
	return 2 * (double)m->confusion[c * m->classes + c] /
		(double)(answered(m, c) + true_ones(m, c));
}

void train_metrics_json(const struct train_metrics *m, const char *key,
			const char *const *names, struct json *json)
{
	json_object(json, key);
	json_int(json, "samples", (int64_t)m->n);
	json_real(json, "accuracy", train_metrics_accuracy(m));
	json_real(json, "loss", train_metrics_loss(m));
	json_array(json, "classes");
	for (size_t c = 0; c < m->classes; c++) {
		json_object(json, NULL);
		json_text(json, "name", names[c]);
		json_int(json, "samples", (int64_t)true_ones(m, c));
		json_real(json, "precision", train_metrics_precision(m, c));
		json_real(json, "recall", train_metrics_recall(m, c));
		json_real(json, "f1", train_metrics_f1(m, c));
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

void train_metrics_tsv(const struct train_metrics *m, const char *const *names,
		       struct buf *out)
{
	buf_adds(out, "truth");
	for (size_t c = 0; c < m->classes; c++)
		buf_addf(out, "\t%s", names[c]);
	buf_addc(out, '\n');
	for (size_t i = 0; i < m->classes; i++) {
		buf_adds(out, names[i]);
		for (size_t c = 0; c < m->classes; c++)
			buf_addf(out, "\t%u",
				 (unsigned)m->confusion[i * m->classes + c]);
		buf_addc(out, '\n');
	}
}
