#include "train/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/tflite.h"
#include "train/metrics.h"
#include "train/report_priv.h"
#include "train/samples.h"

/* Everything that is open while the stage works. */
struct work {
	struct stage stage;
	struct artifact *labels_tar, *dataset_tar;
	struct dataset dataset;
	struct labels labels;
	struct buf recipe_bytes;
	struct dsp_recipe recipe;
	struct pool *pool;
	struct train_samples parts[LABELS_PARTS];
	struct train_metrics metrics[LABELS_PARTS];
	struct train_network network;
	struct train_options options;
	struct train_model *model;
};

int train_configure(const struct project *project, size_t frames,
		    size_t coefficients, size_t classes,
		    struct train_network *network,
		    struct train_options *options, struct err *err)
{
	const struct project_train *t = &project->train;

	if (strcmp(t->network, "ds-cnn") != 0)
		return err_set(err, ERR_UNSUPPORTED, "train.network '%s' is "
			       "not known, 'ds-cnn' is", t->network);
	*network = (struct train_network){
		.h = (int)frames, .w = (int)coefficients, .c = 1,
		.classes = (int)classes, .filters = (int)t->filters,
		.blocks = (int)t->blocks, .kernel_h = 10, .kernel_w = 4,
		.stride_h = 2, .stride_w = 2 };
	*options = (struct train_options){
		.epochs = (int)t->epochs, .batch = (int)t->batch,
		.patience = (int)t->patience, .rate = t->rate,
		.weight_decay = t->weight_decay, .dropout = t->dropout,
		.label_smoothing = t->label_smoothing,
		.seed = (uint64_t)t->seed };
	return 0;
}

static int read_inputs(struct work *w, const struct train_stage *args,
		       struct err *err)
{
	int status = stage_open(&w->stage, STAGE_TRAIN, &args->common, err);

	if (status == 0)
		status = stage_input(&w->stage, STAGE_LABEL, args->operand,
				     &w->labels_tar, err);
	if (status == 0)
		status = stage_upstream(&w->stage, w->labels_tar,
					STAGE_COLLECT, &w->dataset_tar, err);
	if (status == 0)
		status = dataset_read(&w->dataset, w->dataset_tar, err);
	if (status == 0)
		status = labels_read(&w->labels, w->labels_tar, &w->dataset,
				     err);
	return status;
}

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

static int make_samples(struct work *w, const struct train_stage *args,
			struct err *err)
{
	const struct project *project = &w->stage.project;
	const struct train_samples_source source = {
		.dataset = &w->dataset, .labels = &w->labels,
		.recipe = &w->recipe, .shift_ms = project->train.shift_ms };
	int status = check_classes(&w->labels, err);

	if (status == 0)
		status = features_make(&project->features,
				       (long)w->dataset.rate_hz,
				       &w->recipe_bytes, err);
	if (status == 0)
		status = features_open(w->recipe_bytes.data,
				       w->recipe_bytes.len, &w->recipe, err);
	if (status == 0)
		status = pool_open(&w->pool, args->threads, err);
	for (int i = 0; i < LABELS_PARTS && status == 0; i++)
		status = train_samples_init(&w->parts[i], &source,
					    (enum labels_part)i,
					    i == LABELS_TRAIN, w->pool, err);
	return status;
}

static int measure(struct work *w, int part, struct err *err)
{
	const struct train_data *data = &w->parts[part].data;
	float *p = calloc(data->n * w->labels.class_count + 1, sizeof(*p));
	int status = p ? 0 : err_nomem(err);

	if (status == 0)
		status = train_metrics_init(&w->metrics[part],
					    w->labels.class_count, err);
	if (status == 0)
		status = train_infer(w->model, data, &w->options, p, err);
	if (status == 0)
		train_metrics_add(&w->metrics[part], p, data->y, data->n);
	free(p);
	return status;
}

static int train(struct work *w, const struct train_stage *args,
		 const struct progress *progress, struct err *err)
{
	int status = train_configure(&w->stage.project, w->recipe.frames,
				     w->recipe.coefficients,
				     w->labels.class_count, &w->network,
				     &w->options, err);

	w->options.threads = args->threads;
	w->options.isa = args->isa;
	if (status == 0)
		status = train_run(&w->model, &w->network,
				   &w->parts[LABELS_TRAIN].data,
				   &w->parts[LABELS_VALIDATION].data,
				   &w->options, progress, err);
	for (int i = 0; i < LABELS_PARTS && status == 0; i++)
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
		.classes = w->labels.classes,
		.class_count = w->labels.class_count, .model = w->model,
		.metrics = w->metrics };
	struct artifact_maker *maker = artifact_make("train", TRAIN_FORMAT);
	int status;

	if (!maker)
		return err_nomem(err);
	artifact_add_input(maker, w->labels_tar);
	stage_params(&w->stage, maker);
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
		.parameters = train_model_parameters(w->model) };
	for (int i = 0; i < LABELS_PARTS; i++) {
		summary->samples[i] = w->metrics[i].n;
		summary->accuracy[i] = train_metrics_accuracy(&w->metrics[i]);
	}
}

static void work_close(struct work *w)
{
	train_model_close(w->model);
	for (int i = 0; i < LABELS_PARTS; i++) {
		train_metrics_release(&w->metrics[i]);
		train_samples_release(&w->parts[i]);
	}
	pool_close(w->pool);
	buf_release(&w->recipe_bytes);
	labels_release(&w->labels);
	dataset_release(&w->dataset);
	artifact_close(w->dataset_tar);
	artifact_close(w->labels_tar);
	stage_close(&w->stage);
}

int train_stage(const struct train_stage *args, const struct progress *progress,
		struct train_summary *summary, struct err *err)
{
	struct work work = { 0 };
	int status = read_inputs(&work, args, err);

	if (status == 0)
		status = make_samples(&work, args, err);
	if (status == 0)
		status = train(&work, args, progress, err);
	if (status == 0)
		status = write_output(&work, err);
	if (status == 0 && summary)
		summarise(&work, summary);
	work_close(&work);
	return status;
}
