#include "train/stage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "labels/recorded.h"
#include "model/tflite.h"
#include "project/command.h"
#include "train/anomaly.h"
#include "train/by_command.h"
#include "train/configure.h"
#include "train/metrics.h"
#include "train/report_priv.h"
#include "train/samples.h"
#include "train/transfer.h"

enum { KEEP_INTERVAL_MS = 250 };

/* Everything that is open while the stage works. */
struct work {
	struct stage stage;
	struct recorded recorded;
	struct buf recipe_bytes;
	struct dsp_recipe recipe;
	struct pool *pool;
	struct samples parts[LABELS_PARTS];
	struct train_metrics metrics[LABELS_PARTS];
	struct net net;
	struct transfer *transfer;	/* NULL: no train.start */
	struct train_model *start;
	struct train_options options;
	float *class_weights;
	struct train_keep keep;
	char *keep_path;	/* NULL: outside of a project */
	struct train_model *model;
	struct samples_some normal;	/* of validation, to rebuild */
	struct anomaly anomaly;
};

static int check_classes(const struct labels *labels, struct err *err)
{
	const struct labels_item *item;
	size_t *counts = calloc(labels->class_count, sizeof(*counts));
	int status = 0;

	if (!counts)
		return err_nomem(err);
	for (size_t at = 0; (item = labels_next(labels, LABELS_TRAIN, &at));)
		counts[item->class]++;
	for (size_t c = 0; c < labels->class_count && status == 0; c++) {
		if (counts[c] > 0)
			continue;
		status = err_set(err, ERR_RANGE, "class '%s' has no training "
				 "samples", labels->classes[c]);
		err_hint(err, "record more of it, or leave it out of "
			 "label.classes");
	}
	free(counts);
	return status;
}

static int configure_net(struct work *w, struct net_shape input,
			 struct err *err)
{
	int classes = (int)w->recorded.labels.class_count;
	int status = transfer_open(&w->transfer, &w->stage, input, classes,
				   err);

	if (status == 0 && !w->transfer)
		status = train_configure_net(&w->net, &w->stage.project, input,
					     classes, err);
	else if (status == 0)
		w->net = w->transfer->imported.net;
	return status;
}

/* The network and options of the project, for the recipe's features. */
static int configure(struct work *w, struct err *err)
{
	const struct dsp_recipe *r = &w->recipe;
	bool is_signal = r->sample_bytes == 2 && r->frames ==
			 r->length_samples && r->coefficients == r->axes;
	/* samples as they are: axes are channels, not a direction */
	const struct net_shape input = {
		r->frames, is_signal ? 1 : r->coefficients,
		is_signal ? r->coefficients : r->channels };
	int status = configure_net(w, input, err);

	w->options = train_configure_options(&w->stage.project.train);
	if (status == 0)
		status = w->net.task == NET_REBUILD ?
			 anomaly_check(&w->recorded.labels, err) :
			 check_classes(&w->recorded.labels, err);
	return status;
}

static int read_inputs(struct work *w, const struct train_stage *args,
		       struct err *err)
{
	struct artifact *labels_tar;
	int status = stage_open(&w->stage, STAGE_TRAIN, &args->common, err);

	if (status == 0)
		status = stage_input(&w->stage, STAGE_LABEL, args->operand,
				     &labels_tar, err);
	if (status == 0)
		status = recorded_open(&w->recorded, &w->stage, labels_tar,
				       err);
	return status;
}

/* Features that were computed before lie in the project's cache. */
static int compute_features(struct work *w, struct err *err)
{
	const struct project *project = &w->stage.project;
	char *cache = file_join(project->root, ".tinyml/cache/features");
	const struct samples_source source = {
		&w->recipe, &w->recipe_bytes, &w->recorded, &project->train,
		project->loaded ? cache : NULL, w->pool };
	int status = cache ? 0 : err_nomem(err);

	for (int i = 0; i < LABELS_PARTS && status == 0; i++)
		status = samples_make(&w->parts[i], &source,
				      (enum labels_part)i, err);
	free(cache);
	return status;
}

static int make_recipe(struct work *w, struct err *err)
{
	return features_recipe(&w->stage.project.features,
			       &w->recorded.dataset, &w->recipe_bytes,
			       &w->recipe, err);
}

static int make_samples(struct work *w, const struct train_stage *args,
			struct err *err)
{
	int status = make_recipe(w, err);

	if (status == 0)
		status = configure(w, err);
	if (status == 0)
		status = pool_open(&w->pool, args->threads, err);
	return status == 0 ? compute_features(w, err) : status;
}

static int measure(struct work *w, int part, struct err *err)
{
	const struct train_data data = w->parts[part].data;
	size_t classes = w->recorded.labels.class_count;
	float *p = calloc(data.n * classes + 1, sizeof(*p));
	int status = p ? 0 : err_nomem(err);

	if (status == 0)
		status = train_metrics_init(&w->metrics[part], classes, err);
	if (status == 0)
		status = train_infer(w->model, &data, &w->options, p, err);
	if (status == 0)
		train_metrics_add(&w->metrics[part], p, data.y, data.n);
	free(p);
	return status;
}

/* A part's samples as they are, and rebuilt; the caller frees both. */
static int rebuild(struct work *w, int part, struct anomaly_part *out,
		   struct err *err)
{
	const struct train_data *data = &w->parts[part].data;
	size_t values = dsp_outputs(&w->recipe);
	float *x = calloc(data->n * values + 1, sizeof(*x));
	float *y = calloc(data->n * values + 1, sizeof(*y));

	*out = (struct anomaly_part){ x, y, data->y, data->n };
	if (!x || !y)
		return err_nomem(err);
	for (size_t i = 0; i < data->n; i++)
		data->fetch(data->ctx, i, NULL, x + i * values);
	return train_infer(w->model, data, &w->options, y, err);
}

/* The figures of the parts are those of the network's own score. */
static int measure_anomaly(struct work *w, struct err *err)
{
	const struct project_train *t = &w->stage.project.train;
	struct anomaly_job job = { .values = dsp_outputs(&w->recipe),
				   .percentile = t->anomaly.percentile,
				   .clusters = t->anomaly.clusters };
	int status = 0;

	for (int i = 0; i < LABELS_PARTS && status == 0; i++)
		status = rebuild(w, i, &job.parts[i], err);
	if (status == 0)
		status = anomaly_measure(&w->anomaly, &job, err);
	for (int i = 0; i < LABELS_PARTS; i++) {
		free((void *)(uintptr_t)job.parts[i].x);
		free((void *)(uintptr_t)job.parts[i].rebuilt);
		w->metrics[i] = w->anomaly.rebuild.metrics[i];
	}
	return status;
}

static int show_preview(struct work *w, train_preview_fn *show, void *ctx,
			struct err *err)
{
	struct train_preview preview = {
		.project = &w->stage.project, .net = &w->net,
		.recipe = w->recipe_bytes.data,
		.recipe_bytes = w->recipe_bytes.len,
		.classes = w->recorded.labels.classes,
		.class_count = w->recorded.labels.class_count };
	struct train_model *start;
	struct model graph;
	int status = train_untrained(&start, &w->net, w->options.seed, err);

	if (status != 0)
		return status;
	status = train_export(start, &graph, err);
	train_model_close(start);
	if (status != 0)
		return status;
	preview.graph = &graph;
	status = show(ctx, &preview, err);
	model_release(&graph);
	return status;
}

static int place_checkpoint(struct work *w, struct err *err)
{
	struct digest_state d;
	struct digest params;

	if (!w->stage.project.loaded)
		return 0;
	w->keep_path = project_path(&w->stage.project,
				    ".tinyml/train.checkpoint");
	if (!w->keep_path)
		return err_nomem(err);
	params = stage_params_digest(&w->stage.project, STAGE_TRAIN);
	digest_init(&d);
	digest_add(&d, &params, sizeof(params));
	digest_add(&d, &w->recorded.labels_tar->id, sizeof(struct digest));
	if (w->transfer)
		digest_add(&d, &w->transfer->digest, sizeof(struct digest));
	w->keep = (struct train_keep){ w->keep_path, digest_end(&d),
				       KEEP_INTERVAL_MS };
	return 0;
}

static int train(struct work *w, const struct train_stage *args,
		 const struct progress *progress, struct err *err)
{
	struct train_data data = w->parts[LABELS_TRAIN].data;
	struct train_job job = {
		.net = &w->net, .data = &data,
		.validation = w->net.task == NET_REBUILD ? &w->normal.data :
			      &w->parts[LABELS_VALIDATION].data,
		.options = &w->options, .progress = progress,
		.keep = w->stage.project.loaded ? &w->keep : NULL };
	bool rebuilds = w->net.task == NET_REBUILD;
	int status = samples_pick(&w->normal, &w->parts[LABELS_VALIDATION], 0,
				  err);

	w->options.threads = args->threads;
	w->options.isa = args->isa;
	if (status == 0 && !rebuilds)
		status = train_configure_weights(&w->class_weights,
						 &w->stage.project.train,
						 data.y, data.n,
						 w->recorded.labels.class_count,
						 err);
	data.class_weights = w->class_weights;
	if (status == 0)
		status = place_checkpoint(w, err);
	if (status == 0 && args->before)
		status = show_preview(w, args->before, args->ctx, err);
	if (status == 0 && w->transfer)
		status = transfer_start(w->transfer, &job, &w->start, err);
	if (status == 0)
		status = train_run(&w->model, &job, err);
	if (status == 0 && rebuilds)
		status = measure_anomaly(w, err);
	for (int i = 0; i < LABELS_PARTS && status == 0 && !rebuilds; i++)
		status = measure(w, i, err);
	return status;
}

static int add_model(const struct work *w, struct artifact_maker *maker,
		     struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct model graph;
	int status = train_export(w->model, &graph, err);

	if (status != 0)
		return status;
	status = model_write_tflite(&graph, &bytes, err);
	if (status == 0)
		artifact_add(maker, "model.tflite", bytes.data, bytes.len);
	model_release(&graph);
	buf_release(&bytes);
	return status;
}

static int add_recipe(const struct work *w, struct artifact_maker *maker,
		      struct err *err)
{
	struct buf text = BUF_INIT;
	int status = features_yaml(w->recipe_bytes.data, w->recipe_bytes.len,
				   &text, err);

	artifact_add(maker, "features.bin", w->recipe_bytes.data,
		     w->recipe_bytes.len);
	if (status == 0)
		artifact_add(maker, "features.yaml", text.data, text.len);
	buf_release(&text);
	return status;
}

static int write_output(struct work *w, struct err *err)
{
	const struct report report = {
		.classes = w->recorded.labels.classes,
		.class_count = w->recorded.labels.class_count,
		.parameters = train_model_parameters(w->model),
		.net = &w->net, .model = w->model, .metrics = w->metrics,
		.anomaly = w->net.task == NET_REBUILD ? &w->anomaly : NULL };
	struct artifact_maker *maker = artifact_make("train", TRAIN_FORMAT);
	int status;

	if (!maker)
		return err_nomem(err);
	artifact_add_input(maker, w->recorded.labels_tar);
	stage_params(&w->stage, maker);
	if (w->transfer)
		transfer_params(w->transfer, maker);
	status = add_model(w, maker, err);
	if (status == 0)
		status = add_recipe(w, maker, err);
	if (status == 0)
		status = train_report_add(&report, maker, err);
	if (status == 0)
		status = stage_write(&w->stage, maker, NULL, err);
	artifact_drop(maker);
	return status;
}

static void summarise(const struct work *w, struct train_summary *summary)
{
	size_t rows;

	train_model_history(w->model, &rows);
	*summary = (struct train_summary){
		.epochs = (int)rows,
		.best_epoch = train_model_best_epoch(w->model),
		.parameters = train_model_parameters(w->model),
		.finds_anomalies = w->net.task == NET_REBUILD };
	for (int i = 0; i < LABELS_PARTS; i++) {
		summary->samples[i] = w->metrics[i].n;
		summary->accuracy[i] = train_metrics_accuracy(&w->metrics[i]);
		summary->auc[i] = w->anomaly.rebuild.auc[i];
		summary->f1[i] = w->net.task == NET_REBUILD ?
				 train_metrics_f1(&w->metrics[i], 1) : 0;
	}
}

static void work_close(struct work *w)
{
	train_model_close(w->model);
	train_model_close(w->start);
	transfer_close(w->transfer);
	free(w->class_weights);
	free(w->keep_path);
	for (int i = 0; i < LABELS_PARTS; i++) {
		if (w->net.task == NET_CLASSIFY)
			train_metrics_release(&w->metrics[i]);
		samples_release(&w->parts[i]);
	}
	samples_drop(&w->normal);
	anomaly_release(&w->anomaly);
	pool_close(w->pool);
	buf_release(&w->recipe_bytes);
	recorded_close(&w->recorded);
	stage_close(&w->stage);
}

/* The checkpoint, and what a kill left while one was written. */
static void forget(const char *path)
{
	unlink(path);
	file_sweep(path);
}

int train_stage(const struct train_stage *args, const struct progress *progress,
		struct train_summary *summary, struct err *err)
{
	struct work work = { 0 };
	int status = read_inputs(&work, args, err);

	if (status == 0 && project_command(&work.stage.project, STAGE_TRAIN)) {
		status = train_by_command(&(struct by_command){
			&work.stage, &work.recorded, args->threads, progress },
			summary, err);
		work_close(&work);
		return status;
	}
	if (status == 0)
		status = make_samples(&work, args, err);
	if (status == 0)
		status = train(&work, args, progress, err);
	if (status == 0)
		status = write_output(&work, err);
	if (status == 0 && work.keep_path)
		forget(work.keep_path);
	if (status == 0 && summary)
		summarise(&work, summary);
	work_close(&work);
	return status;
}

int train_preview(const struct train_stage *args, train_preview_fn *show,
		  void *ctx, struct err *err)
{
	struct work work = { 0 };
	int status = read_inputs(&work, args, err);

	if (status == 0)
		status = make_recipe(&work, err);
	if (status == 0)
		status = configure(&work, err);
	if (status == 0)
		status = show_preview(&work, show, ctx, err);
	work_close(&work);
	return status;
}
