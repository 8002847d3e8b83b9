#include "train/by_command.h"

#include <stdio.h>

#include "command/command.h"
#include "features/items.h"
#include "model/tflite.h"
#include "train/foreign.h"
#include "train/report_priv.h"

/* What the program is given: never the test part. */
static const enum labels_part given[] = { LABELS_TRAIN, LABELS_VALIDATION };
static const char *const models[] = { "model.tflite", "model.onnx" };

struct work {
	const struct by_command *how;
	struct buf recipe_bytes;
	struct dsp_recipe recipe;
	struct features_items parts[LABELS_PARTS];
	struct train_metrics metrics[LABELS_PARTS];
	struct command command;
	struct command_files files;
	struct model model;
	struct err *err;
};

static int compute(struct work *w)
{
	const struct features_source source = {
		&w->recipe, &w->how->recorded->dataset,
		&w->how->recorded->labels };
	const struct features_variants one = { 0 };
	struct pool *pool;
	int ret = pool_open(&pool, w->how->threads, w->err);

	for (int i = 0; i < LABELS_PARTS && !ret; i++)
		ret = features_items(&source, (enum labels_part)i, one, pool,
				     &w->parts[i], w->err);
	pool_close(pool);	/* command_run wants one thread only */
	return ret;
}

static int make_features(struct work *w)
{
	int ret = features_recipe(&w->how->stage->project.features,
				  &w->how->recorded->dataset,
				  &w->recipe_bytes, &w->recipe, w->err);

	return ret ? ret : compute(w);
}

/* ---- what it is given ---------------------------------------------------- */

static int give_part(struct work *w, enum labels_part part)
{
	const struct features_items *items = &w->parts[part];
	const struct command_array x = { "<f4", 4, {
		items->n, w->recipe.frames, w->recipe.coefficients,
		w->recipe.channels }, items->x };
	const struct command_array y = { "<i4", 1, { items->n }, items->y };
	char name[32];
	int ret;

	snprintf(name, sizeof(name), "%s_x.npy", labels_part_name(part));
	ret = command_put_npy(&w->command, name, &x, w->err);
	snprintf(name, sizeof(name), "%s_y.npy", labels_part_name(part));
	return ret ? ret : command_put_npy(&w->command, name, &y, w->err);
}

static void list_part(struct work *w, enum labels_part part, struct buf *out)
{
	const struct recorded *from = w->how->recorded;

	for (size_t i = 0; i < w->parts[part].n; i++) {
		const struct labels_item *item = w->parts[part].items[i];

		buf_addf(out, "%s\t%s\t%s\t%u\t%u\t%u\n",
			 labels_part_name(part),
			 from->dataset.recordings[item->recording].name,
			 from->labels.classes[item->class],
			 (unsigned)item->recording, (unsigned)item->start,
			 (unsigned)item->end);
	}
}

static int give_text(struct work *w, const char *name, struct buf *text)
{
	int ret = text->failed ? err_nomem(w->err) :
		command_put(&w->command, name, text->data, text->len, w->err);

	buf_release(text);
	return ret;
}

static int give_texts(struct work *w)
{
	const struct labels *labels = &w->how->recorded->labels;
	struct buf list = BUF_INIT, classes = BUF_INIT, recipe = BUF_INIT;
	int ret;

	buf_adds(&list, "part\tname\tlabel\tid\tstart\tend\n");
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		list_part(w, given[i], &list);
	for (size_t i = 0; i < labels->class_count; i++)
		buf_addf(&classes, "%s\n", labels->classes[i]);
	ret = give_text(w, "labels.tsv", &list);
	if (!ret)
		ret = give_text(w, "classes.txt", &classes);
	if (!ret)
		ret = features_yaml(w->recipe_bytes.data, w->recipe_bytes.len,
				    &recipe, w->err);
	if (!ret)
		ret = give_text(w, "features.yaml", &recipe);
	buf_release(&classes);
	buf_release(&recipe);
	return ret;
}

static int give(struct work *w)
{
	const struct project_train *t = &w->how->stage->project.train;
	int ret = 0;

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]) && !ret; i++)
		ret = give_part(w, given[i]);
	if (!ret)
		ret = give_texts(w);
	if (!ret)
		ret = command_put(&w->command, "features.bin",
				  w->recipe_bytes.data, w->recipe_bytes.len,
				  w->err);
	if (!ret)
		ret = command_put_parameters(&w->command, w->err);
	if (!ret && t->recordings[0] == 'y')
		ret = command_put_artifact(&w->command, "dataset",
					   w->how->recorded->dataset_tar,
					   w->err);
	return ret;
}

/* ---- what it leaves ------------------------------------------------------ */

static int take(struct work *w)
{
	const struct foreign_shape shape = {
		{ w->recipe.frames, w->recipe.coefficients,
		  w->recipe.channels },
		w->how->recorded->labels.class_count, KERN_F32 };
	struct buf bytes = BUF_INIT;
	size_t which = 0;
	int ret = command_files(&w->command, &w->files, w->err);

	if (!ret)
		ret = command_take(&w->command, &w->files, models, 2, &bytes,
				   &which, w->err);
	if (!ret)
		ret = foreign_read(&w->model, bytes.data, bytes.len,
				   models[which], &shape, w->err);
	buf_release(&bytes);
	return ret;
}

static int measure(struct work *w)
{
	size_t classes = w->how->recorded->labels.class_count;
	int ret = foreign_finish(&w->model, &w->parts[LABELS_TRAIN], classes,
				 w->err);

	for (int i = 0; i < LABELS_PARTS && !ret; i++) {
		ret = train_metrics_init(&w->metrics[i], classes, w->err);
		if (!ret)
			ret = foreign_measure(&w->model, &w->parts[i],
					      &w->metrics[i], w->err);
	}
	return ret;
}

static int add_model(struct work *w, struct artifact_maker *maker)
{
	struct buf bytes = BUF_INIT, yaml = BUF_INIT;
	int ret = model_write_tflite(&w->model, &bytes, w->err);

	if (!ret)
		ret = features_yaml(w->recipe_bytes.data, w->recipe_bytes.len,
				    &yaml, w->err);
	if (!ret) {
		artifact_add(maker, "model.tflite", bytes.data, bytes.len);
		artifact_add(maker, "features.bin", w->recipe_bytes.data,
			     w->recipe_bytes.len);
		artifact_add(maker, "features.yaml", yaml.data, yaml.len);
	}
	buf_release(&bytes);
	buf_release(&yaml);
	return ret;
}

static int write_output(struct work *w)
{
	const struct recorded *from = w->how->recorded;
	const struct report report = {
		.classes = from->labels.classes,
		.class_count = from->labels.class_count,
		.parameters = foreign_parameters(&w->model),
		.metrics = w->metrics };
	struct artifact_maker *maker = artifact_make("train", TRAIN_FORMAT);
	int ret = maker ? 0 : err_nomem(w->err);

	if (!ret) {
		artifact_add_input(maker, from->labels_tar);
		stage_params(w->how->stage, maker);
		command_params(&w->command, maker);
		ret = add_model(w, maker);
	}
	if (!ret)
		ret = train_report_add(&report, maker, w->err);
	if (!ret)
		ret = command_keep(&w->command, &w->files, models, 2, maker,
				   w->err);
	if (!ret)
		ret = stage_write(w->how->stage, maker, NULL, w->err);
	artifact_drop(maker);
	return ret;
}

/* ---- the stage ----------------------------------------------------------- */

static void summarise(const struct work *w, struct train_summary *summary)
{
	*summary = (struct train_summary){
		.parameters = foreign_parameters(&w->model) };
	for (int i = 0; i < LABELS_PARTS; i++) {
		summary->samples[i] = w->metrics[i].n;
		summary->accuracy[i] = train_metrics_accuracy(&w->metrics[i]);
	}
}

static void work_close(struct work *w)
{
	for (int i = 0; i < LABELS_PARTS; i++) {
		train_metrics_release(&w->metrics[i]);
		features_items_release(&w->parts[i]);
	}
	command_files_release(&w->files);
	command_close(&w->command);
	model_release(&w->model);
	buf_release(&w->recipe_bytes);
}

int train_by_command(const struct by_command *how,
		     struct train_summary *summary, struct err *err)
{
	const struct command_job job = {
		.project = &how->stage->project, .which = STAGE_TRAIN,
		.seed = how->stage->project.train.seed,
		.threads = how->threads, .progress = how->progress };
	struct work w = { .how = how, .err = err, .command.lock = -1 };
	int ret = make_features(&w);

	if (!ret)
		ret = command_open(&w.command, &job, err);
	if (!ret)
		ret = give(&w);
	if (!ret)
		ret = command_run(&w.command, err);
	if (!ret)
		ret = take(&w);
	if (!ret)
		ret = measure(&w);
	if (!ret)
		ret = write_output(&w);
	if (!ret && summary)
		summarise(&w, summary);
	work_close(&w);
	return ret;
}
