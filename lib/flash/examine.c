#include "flash/examine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/items.h"
#include "flash/ask.h"
#include "flash/deliver.h"
#include "flash/identify.h"
#include "labels/recorded.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "squeeze/target.h"

struct examination {
	struct stage *stage;
	struct smp_link *sl;
	const char *board;
	struct artifact *squeezed, *trained, *split;
	struct recorded recorded;
	struct model model;	/* the whole; its input is the board's */
	struct dsp_recipe recipe;
	struct squeeze_input input;
	struct plan_runner runner;	/* what the board runs, here */
	struct plan_runner rest;	/* what follows here in a split */
	bool has_runner, has_rest;
	uint8_t *clip;
	int32_t *fixed;
	void *scratch;
	uint8_t *want;		/* model input, then its outputs */
	struct examine_report *report;
	struct err *err;
};

static int open_artifacts(struct examination *x, const char *operand)
{
	const struct artifact_member *tflite, *features;
	const struct project_board *entry = NULL;
	int ret = stage_input(x->stage, STAGE_SQUEEZE, operand, &x->squeezed,
			      x->err);

	if (!ret && !x->squeezed->input_count) {
		ret = err_set(x->err, ERR_MISSING, "the model came from a "
			      "file: there are no recordings to put to it");
		err_hint(x->err, "'tinyml flash --to' compares its golden "
			 "vectors; --profile counts");
	}
	if (!ret)
		ret = stage_upstream(x->stage, x->squeezed, STAGE_TRAIN,
				     &x->trained, x->err);
	if (!ret)
		ret = recorded_open_behind(&x->recorded, x->stage, x->trained,
					   x->err);
	if (!ret)
		ret = project_board(&x->stage->project, x->board, &entry,
				    x->err);
	if (!ret)
		ret = target_need(x->squeezed, entry->type, "model.tflite",
				  &tflite, x->err);
	if (!ret)
		ret = artifact_need(x->squeezed, "features.bin", &features,
				    x->err);
	if (!ret)
		ret = model_read_tflite(&x->model, tflite->bytes, tflite->n,
					x->err);
	if (!ret)
		ret = features_open(features->bytes, features->n, &x->recipe,
				    x->err);
	if (!ret)
		ret = features_items_check(&x->recipe, &x->recorded.dataset,
					   x->err);
	return ret;
}

/* A node's part of the split, when it has one. */
static int open_part(struct examination *x, const char *node,
		     struct plan_runner *runner, bool *opened)
{
	char name[ARTIFACT_NAME_MAX + 1];
	const struct artifact_member *part;
	int ret;

	snprintf(name, sizeof(name), "%.80s/part.tflite", node);
	part = artifact_find(x->split, name);
	if (!part)
		return 0;
	ret = plan_runner_open(runner, part->bytes, part->n, x->err);
	*opened = !ret;
	return ret;
}

static int open_runners(struct examination *x)
{
	const struct text_list *nodes = &x->stage->project.split.nodes;
	int ret = 0;

	if (!x->split) {
		ret = plan_runner_open_model(&x->runner, &x->model, x->err);
		x->has_runner = !ret;
		return ret;
	}
	for (size_t i = 0; i < nodes->n && !ret; i++)
		if (strcmp(nodes->items[i], x->board) == 0)
			ret = open_part(x, nodes->items[i], &x->runner,
					&x->has_runner);
		else
			ret = open_part(x, nodes->items[i], &x->rest,
					&x->has_rest);
	if (!ret && !x->has_runner)
		ret = err_set(x->err, ERR_FORMAT, "the split has no part for "
			      "'%s'", x->board);
	return ret;
}

/* The parts must fit each other and the features before buffers are used. */
static int check_sizes(struct examination *x)
{
	if (x->runner.input_bytes == dsp_outputs(&x->recipe) &&
	    (!x->has_rest ||
	     (x->rest.input_bytes == x->runner.output_bytes &&
	      x->rest.output_bytes <= LABELS_CLASSES_MAX)))
		return 0;
	return err_set(x->err, ERR_FORMAT, "the model's parts do not fit each "
		       "other or the features");
}

static int get_ready(struct examination *x)
{
	int ret = squeeze_input_of(&x->model, &x->input, x->err);

	if (!ret)
		ret = open_runners(x);
	if (!ret)
		ret = check_sizes(x);
	if (ret)
		return ret;
	x->clip = calloc(1, dsp_clip_bytes(&x->recipe));
	x->fixed = calloc(dsp_outputs(&x->recipe), sizeof(*x->fixed));
	x->scratch = malloc(dsp_scratch_bytes(&x->recipe) + 1);
	x->want = calloc(1, x->runner.input_bytes + x->runner.output_bytes);
	return x->clip && x->fixed && x->scratch && x->want ? 0
							   : err_nomem(x->err);
}

/* What this machine makes of the item: the model's input and outputs. */
static void host_answer(struct examination *x, const struct features_clip *clip)
{
	features_clip_samples(&x->recipe, clip, x->clip);
	dsp_compute(&x->recipe, x->clip, x->recipe.length_samples, 0,
		    x->fixed, x->scratch);
	dsp_quantise(x->fixed, dsp_outputs(&x->recipe), x->input.multiplier,
		     x->input.shift, x->input.zero, (int8_t *)x->want);
	plan_runner_infer(&x->runner, x->want,
			  x->want + x->runner.input_bytes);
}

static bool equal(struct examination *x, const char *what, size_t item,
		  const struct buf *got, const uint8_t *want, size_t n)
{
	size_t i = 0;

	while (i < n && i < got->len && got->data[i] == want[i])
		i++;
	if (i == n && got->len == n)
		return true;
	if (!x->report->first_difference[0])
		snprintf(x->report->first_difference,
			 sizeof(x->report->first_difference), "%s of recording "
			 "%zu differ at byte %zu", what, item, i);
	return false;
}

/* The class that outputs of the board's part lead to. */
static size_t answer_of(struct examination *x, const uint8_t *outputs)
{
	int8_t last[LABELS_CLASSES_MAX];

	if (!x->has_rest)
		return squeeze_argmax_s8((const int8_t *)outputs,
					 x->runner.output_bytes);
	plan_runner_infer(&x->rest, outputs, last);
	return squeeze_argmax_s8(last, x->rest.output_bytes);
}

static void compare(struct examination *x, const struct labels_item *item,
		    const struct ask_answer *got)
{
	size_t in = x->runner.input_bytes, out = x->runner.output_bytes;
	struct examine_report *r = x->report;
	size_t answer = answer_of(x, got->output.data);
	size_t host = answer_of(x, x->want + in);

	r->count++;
	r->right += answer == item->class;
	r->answers_equal += answer == host;
	r->features_equal += equal(x, "features", item->recording,
				   &got->features, x->want, in);
	r->outputs_equal += equal(x, "outputs", item->recording, &got->output,
				  x->want + in, out);
	r->mean_ms += got->us / 1000.0;
	if (got->us / 1000.0 > r->max_ms)
		r->max_ms = got->us / 1000.0;
}

static int examine_item(struct examination *x, const struct labels_item *item)
{
	struct features_clip clip = features_item_clip(&x->recorded.dataset,
						       item);
	struct ask_answer answer = { 0 };
	int ret;

	host_answer(x, &clip);
	ret = ask_run(x->sl, WIRE_PCM, x->clip, dsp_clip_bytes(&x->recipe),
		      &answer, x->err);
	if (!ret && answer.output.len != x->runner.output_bytes)
		ret = err_set(x->err, ERR_DEVICE, "the board answers with %zu "
			      "bytes instead of %zu", answer.output.len,
			      x->runner.output_bytes);
	if (!ret)
		compare(x, item, &answer);
	ask_answer_release(&answer);
	return ret;
}

static int examine(struct examination *x, const struct examine_order *order,
		   const struct progress *progress)
{
	const struct labels *labels = &x->recorded.labels;
	size_t count = labels_count(labels, order->part), at = 0;
	const struct labels_item *item;
	int ret = 0;

	if (order->limit && order->limit < count)
		count = order->limit;
	while (!ret && x->report->count < count &&
	       (item = labels_next(labels, order->part, &at)) != NULL) {
		ret = examine_item(x, item);
		progress_tick(progress, "on the board",
			      (double)x->report->count, (double)count, NULL);
	}
	if (x->report->count)
		x->report->mean_ms /= (double)x->report->count;
	return ret;
}

static void examination_close(struct examination *x)
{
	if (x->has_runner)
		plan_runner_close(&x->runner);
	if (x->has_rest)
		plan_runner_close(&x->rest);
	model_release(&x->model);
	recorded_close(&x->recorded);
	artifact_close(x->squeezed);
	artifact_close(x->trained);
	artifact_close(x->split);
	smp_link_close(x->sl);
	free(x->clip);
	free(x->fixed);
	free(x->scratch);
	free(x->want);
}

int examine_board(struct stage *stage, const struct examine_order *order,
		  const struct progress *progress,
		  struct examine_report *report, struct err *err)
{
	struct examination x = { .stage = stage, .board = order->to,
				 .report = report, .err = err };
	int ret;

	*report = (struct examine_report){ 0 };
	ret = open_artifacts(&x, order->operand);
	if (!ret)
		ret = deliver_connect(&stage->project, order->to, &x.sl,
				      err);
	if (!ret)
		ret = identify_board(stage, x.sl, x.squeezed, &x.split, err);
	if (!ret)
		ret = get_ready(&x);
	if (!ret)
		ret = examine(&x, order, progress);
	examination_close(&x);
	return ret;
}
