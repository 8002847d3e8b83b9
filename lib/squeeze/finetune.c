/* Pruned, then trained further on the recordings it was trained on. */
#include <stdlib.h>

#include "base/file.h"
#include "graph/graph.h"
#include "quant/prune.h"
#include "squeeze/work.h"
#include "train/configure.h"
#include "train/finetune.h"
#include "train/samples.h"

/* Of the rate that the model was trained with. */
static const double rate_part = 0.1;

static int prune(struct work *w, struct model *out)
{
	const struct quant_samples samples = work_samples(w);
	int ret = model_copy(out, &w->as_float, w->err);

	if (!ret)
		ret = graph_simplify(out, GRAPH_FOR_FILES, NULL, w->err);
	if (!ret)
		ret = quant_prune(out,
				  (int)w->stage->project.squeeze.prune,
				  &samples, w->progress, w->err);
	return ret;
}

static int train(struct work *w, const struct model *pruned, int threads,
		 const struct samples *parts)
{
	const struct project *project = &w->stage->project;
	struct train_options options = train_configure_options(&project->train);
	const struct train_job job = {
		.data = &parts[LABELS_TRAIN].data,
		.validation = &parts[LABELS_VALIDATION].data,
		.options = &options, .progress = w->progress };

	options.epochs = (int)project->squeeze.fine_tune;
	options.rate *= rate_part;
	options.schedule = TRAIN_COSINE;
	options.threads = threads;
	return train_finetune(pruned, &job, &w->tuned, w->err);
}

static int make_samples(struct work *w, struct samples *parts)
{
	struct buf recipe = BUF_INIT;
	const struct samples_source source = {
		&w->recipe, &recipe, &w->recorded,
		&w->stage->project.train, NULL, w->pool };
	int ret = 0;

	buf_add(&recipe, w->features->bytes, w->features->n);
	if (recipe.failed)
		ret = err_nomem(w->err);
	for (int i = LABELS_TRAIN; i <= LABELS_VALIDATION && !ret; i++)
		ret = samples_make(&parts[i], &source, (enum labels_part)i,
				   w->err);
	buf_release(&recipe);
	return ret;
}

int work_finetune(struct work *w, int threads)
{
	const struct project_squeeze *how = &w->stage->project.squeeze;
	struct samples *parts;
	struct model pruned = { 0 };
	int ret;

	if (how->fine_tune == 0 || how->prune == 0)
		return 0;
	parts = calloc(LABELS_PARTS, sizeof(*parts));
	ret = parts ? prune(w, &pruned) : err_nomem(w->err);
	if (!ret)
		ret = make_samples(w, parts);
	if (!ret)
		ret = train(w, &pruned, threads, parts);
	w->has_tuned = !ret;
	for (int i = 0; parts && i < LABELS_PARTS; i++)
		samples_release(&parts[i]);
	free(parts);
	model_release(&pruned);
	return ret;
}
