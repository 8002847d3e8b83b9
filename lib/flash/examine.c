#include "flash/examine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/items.h"
#include "flash/ask.h"
#include "flash/deliver.h"
#include "labels/recorded.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "squeeze/squeeze.h"

struct examination {
	struct stage *stage;
	struct smp_link *sl;
	struct artifact *squeezed, *trained;
	struct recorded recorded;
	struct model model;
	struct dsp_recipe recipe;
	struct squeeze_input input;
	struct plan_runner runner;
	bool is_running;
	int16_t *pcm;
	int32_t *fixed;
	void *scratch;
	uint8_t *want;		/* model input, then its outputs */
	struct examine_report *report;
	struct err *err;
};

static int open_artifacts(struct examination *x, const char *operand)
{
	const struct artifact_member *tflite, *features;
	int ret = stage_input(x->stage, STAGE_SQUEEZE, operand, &x->squeezed,
			      x->err);

	if (!ret)
		ret = stage_upstream(x->stage, x->squeezed, STAGE_TRAIN,
				     &x->trained, x->err);
	if (!ret)
		ret = recorded_open_behind(&x->recorded, x->stage, x->trained,
					   x->err);
	if (!ret)
		ret = artifact_need(x->squeezed, "model.tflite", &tflite,
				    x->err);
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

static int get_ready(struct examination *x)
{
	int ret = squeeze_input_of(&x->model, &x->input, x->err);

	if (!ret)
		ret = plan_runner_open_model(&x->runner, &x->model, x->err);
	if (ret)
		return ret;
	x->is_running = true;
	x->pcm = calloc(x->recipe.length_samples, sizeof(*x->pcm));
	x->fixed = calloc(dsp_outputs(&x->recipe), sizeof(*x->fixed));
	x->scratch = aligned_alloc(DSP_SCRATCH_ALIGN, DSP_SCRATCH_MAX);
	x->want = calloc(1, x->runner.input_bytes + x->runner.output_bytes);
	return x->pcm && x->fixed && x->scratch && x->want ? 0
							   : err_nomem(x->err);
}

/* The board must run what was planned from this squeezed model: its identity
 * names the squeezed artifact or a split of it. */
static int check_identity(struct examination *x)
{
	struct artifact *split = NULL;
	struct ask_info info;
	bool same;
	int ret = ask_info(x->sl, &info, x->err);

	if (ret)
		return ret;
	same = info.has_model && digest_equal(&info.identity, &x->squeezed->id);
	if (!same && info.has_model &&
	    stage_input(x->stage, STAGE_SPLIT, NULL, &split, NULL) == 0)
		same = digest_equal(&info.identity, &split->id) &&
		       split->input_count == 1 &&
		       digest_equal(&split->inputs[0].id, &x->squeezed->id);
	artifact_close(split);
	if (same)
		return 0;
	err_set(x->err, ERR_NO, "the board does not run the model of this "
		"project's squeezed artifact");
	err_hint(x->err, "bring it there with 'tinyml flash --to' or "
		 "'tinyml update --to'");
	return ERR_NO;
}

/* What this machine makes of the item: the model's input and outputs. */
static void host_answer(struct examination *x, const struct features_clip *clip)
{
	size_t n = clip->samples;

	if (n > x->recipe.length_samples)
		n = x->recipe.length_samples;
	memset(x->pcm, 0, x->recipe.length_samples * sizeof(*x->pcm));
	memcpy(x->pcm, clip->pcm, n * sizeof(*x->pcm));
	dsp_compute(&x->recipe, clip->pcm, clip->samples, 0, x->fixed,
		    x->scratch);
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

static void compare(struct examination *x, const struct labels_item *item,
		    const struct buf *output, const struct buf *features,
		    uint32_t us)
{
	size_t in = x->runner.input_bytes, out = x->runner.output_bytes;
	const int8_t *mine = (const int8_t *)x->want + in;
	struct examine_report *r = x->report;
	size_t answer, host = squeeze_argmax_s8(mine, out);

	answer = squeeze_argmax_s8((const int8_t *)output->data, output->len);
	r->count++;
	r->right += answer == item->class;
	r->answers_equal += answer == host;
	r->features_equal += equal(x, "features", item->recording, features,
				   x->want, in);
	r->outputs_equal += equal(x, "outputs", item->recording, output,
				  x->want + in, out);
	r->mean_ms += us / 1000.0;
	if (us / 1000.0 > r->max_ms)
		r->max_ms = us / 1000.0;
}

static int examine_item(struct examination *x, const struct labels_item *item)
{
	struct features_clip clip = features_item_clip(&x->recorded.dataset,
						       item);
	struct buf output = BUF_INIT, features = BUF_INIT;
	uint32_t us = 0;
	int ret;

	host_answer(x, &clip);
	ret = ask_run(x->sl, WIRE_PCM, x->pcm, x->recipe.length_samples *
		      sizeof(*x->pcm), &output, &features, &us, x->err);
	if (!ret && output.len != x->runner.output_bytes)
		ret = err_set(x->err, ERR_DEVICE, "the board answers with %zu "
			      "bytes instead of %zu", output.len,
			      x->runner.output_bytes);
	if (!ret)
		compare(x, item, &output, &features, us);
	buf_release(&output);
	buf_release(&features);
	return ret;
}

static int examine(struct examination *x, enum labels_part part, size_t limit,
		   const struct progress *progress)
{
	const struct labels *labels = &x->recorded.labels;
	size_t count = labels_count(labels, part), at = 0;
	const struct labels_item *item;
	int ret = 0;

	if (limit && limit < count)
		count = limit;
	while (!ret && x->report->count < count &&
	       (item = labels_next(labels, part, &at)) != NULL) {
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
	if (x->is_running)
		plan_runner_close(&x->runner);
	model_release(&x->model);
	recorded_close(&x->recorded);
	artifact_close(x->squeezed);
	artifact_close(x->trained);
	smp_link_close(x->sl);
	free(x->pcm);
	free(x->fixed);
	free(x->scratch);
	free(x->want);
}

int examine_board(struct stage *stage, const char *operand, const char *to,
		  enum labels_part part, size_t limit,
		  const struct progress *progress,
		  struct examine_report *report, struct err *err)
{
	struct examination x = { .stage = stage, .report = report,
				 .err = err };
	int ret;

	*report = (struct examine_report){ 0 };
	ret = open_artifacts(&x, operand);
	if (!ret)
		ret = get_ready(&x);
	if (!ret)
		ret = deliver_connect(&stage->project, to, &x.sl, err);
	if (!ret)
		ret = check_identity(&x);
	if (!ret)
		ret = examine(&x, part, limit, progress);
	examination_close(&x);
	return ret;
}
