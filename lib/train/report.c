#include "labels/labels.h"
#include "train/layers.h"
#include "train/report_priv.h"
#include "train/svg.h"

static void write_classes(const struct report *r, struct buf *out)
{
	for (size_t i = 0; i < r->class_count; i++)
		buf_addf(out, "%s\n", r->classes[i]);
}

static void write_metrics(const struct report *r, struct buf *out)
{
	struct json json;
	size_t rows;

	json_init(&json, out);
	json_object(&json, NULL);
	json_int(&json, "parameters", (int64_t)r->parameters);
	if (r->model) {
		train_model_history(r->model, &rows);
		json_int(&json, "epochs", (int64_t)rows);
		json_int(&json, "best_epoch",
			 train_model_best_epoch(r->model));
	}
	for (int i = 0; i < LABELS_PARTS; i++)
		train_metrics_json(&r->metrics[i],
				   labels_part_name((enum labels_part)i),
				   r->classes, &json);
	if (r->anomaly)
		anomaly_json(r->anomaly, &json);
	json_end(&json);
}

static const struct train_metrics *confused(const struct report *r)
{
	return &r->metrics[r->metrics[LABELS_TEST].n > 0 ? LABELS_TEST :
			   LABELS_VALIDATION];
}

static void write_confusion(const struct report *r, struct buf *out)
{
	train_metrics_tsv(confused(r), r->classes, out);
}

static void write_confusion_svg(const struct report *r, struct buf *out)
{
	svg_confusion(confused(r), r->classes, out);
}

static void write_network(const struct report *r, struct buf *out)
{
	layers_table(r->net, out);
}

static void write_curves(const struct report *r, struct buf *out)
{
	size_t n;
	const struct train_row *rows = train_model_history(r->model, &n);

	svg_curves(rows, n, train_model_best_epoch(r->model), out);
}

static void write_history(const struct report *r, struct buf *out)
{
	size_t n;
	const struct train_row *rows = train_model_history(r->model, &n);

	buf_adds(out, "epoch,loss,accuracy,validation_loss,"
		 "validation_accuracy,rate\n");
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%d,%.6f,%.6f,", rows[i].epoch, rows[i].loss,
			 rows[i].accuracy);
		if (r->metrics[LABELS_VALIDATION].n > 0)
			buf_addf(out, "%.6f,%.6f", rows[i].validation_loss,
				 rows[i].validation_accuracy);
		else
			buf_adds(out, ",");
		buf_addf(out, ",%.6g\n", rows[i].rate);
	}
}

int train_report_add(const struct report *report, struct artifact_maker *maker,
		     struct err *err)
{
	static const struct {
		const char *name;
		void (*write)(const struct report *report, struct buf *out);
		bool of_training;	/* not of a foreign model */
	} members[] = {
		{ "classes.txt", write_classes, false },
		{ "metrics.json", write_metrics, false },
		{ "confusion.tsv", write_confusion, false },
		{ "confusion.svg", write_confusion_svg, false },
		{ "metrics.csv", write_history, true },
		{ "curves.svg", write_curves, true },
		{ "network.txt", write_network, true },
	};
	struct buf text = BUF_INIT;
	int status = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (members[i].of_training && !report->model)
			continue;
		buf_clear(&text);
		members[i].write(report, &text);
		if (text.failed) {
			status = err_nomem(err);
			break;
		}
		artifact_add(maker, members[i].name, text.data, text.len);
	}
	buf_release(&text);
	return status;
}
