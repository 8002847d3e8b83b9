#include <stdlib.h>
#include <string.h>

#include "labels/recorded.h"
#include "model/tflite.h"
#include "quant/recipe.h"
#include "squeeze/answers.h"
#include "squeeze/target.h"

/* Everything the stage holds while it works. */
struct work {
	struct stage *stage;
	const struct progress *progress;
	struct pool *pool;
	struct artifact *trained;
	struct recorded recorded;
	const struct artifact_member *features, *float_file;
	struct dsp_recipe recipe;
	struct model as_float, as_int8;
	struct features_items calibration, held_out;
	struct buf golden, tflite;
	size_t golden_count;
	struct artifact_maker *maker;
	struct squeeze_report *report;
	struct err *err;
};

static int open_inputs(struct work *w, const char *operand)
{
	int ret = stage_input(w->stage, STAGE_TRAIN, operand, &w->trained,
			      w->err);

	if (!ret)
		ret = recorded_open_behind(&w->recorded, w->stage, w->trained,
					   w->err);
	return ret;
}

static int open_model(struct work *w)
{
	int ret = artifact_need(w->trained, "model.tflite", &w->float_file,
				w->err);

	if (!ret)
		ret = artifact_need(w->trained, "features.bin", &w->features,
				    w->err);
	if (!ret)
		ret = features_open(w->features->bytes, w->features->n,
				    &w->recipe, w->err);
	if (!ret)
		ret = model_read_tflite(&w->as_float, w->float_file->bytes,
					w->float_file->n, w->err);
	if (ret)
		return ret;
	w->report->float_bytes = w->float_file->n;
	return 0;
}

/* Every part of the training items, evenly: item i * n / count. */
static void thin_out(struct features_items *items, size_t count,
		     size_t numbers)
{
	size_t n = items->n;

	if (n <= count)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t from = i * n / count;

		memmove(items->x + i * numbers, items->x + from * numbers,
			numbers * sizeof(*items->x));
		items->y[i] = items->y[from];
		items->items[i] = items->items[from];
	}
	items->n = count;
}

static int compute_features(struct work *w)
{
	const struct features_source source = {
		&w->recipe, &w->recorded.dataset, &w->recorded.labels };
	const struct features_variants one = { 0 };
	bool has_test = labels_count(source.labels, LABELS_TEST) > 0;
	int ret = features_items(&source, LABELS_TRAIN, one, w->pool,
				 &w->calibration, w->err);

	if (!ret)
		ret = features_items(&source, has_test ? LABELS_TEST :
				     LABELS_VALIDATION, one, w->pool,
				     &w->held_out, w->err);
	if (ret)
		return ret;
	w->report->part = has_test ? "test" : "validation";
	thin_out(&w->calibration,
		 (size_t)w->stage->project.squeeze.samples,
		 dsp_outputs(&w->recipe));
	w->report->calibrated = w->calibration.n;
	return 0;
}

static int make_int8(struct work *w)
{
	const struct project_squeeze *how = &w->stage->project.squeeze;
	const struct quant_samples samples = {
		.x = w->calibration.x, .count = w->calibration.n,
		.numbers = dsp_outputs(&w->recipe),
	};
	struct quant_recipe recipe = {
		.calibration.percentile = how->percentile,
		.format = strcmp(how->format, "int16x8") == 0 ?
			(struct quant_format){ true, true } : quant_int8,
		.equalise = strcmp(how->equalise, "yes") == 0,
		.correct_bias = strcmp(how->correct_bias, "yes") == 0,
	};
	int ret = quant_method_parse(how->method, &recipe.calibration.method,
				     w->err);

	return ret ? ret : quant_make(&w->as_float, &recipe, &samples,
				      w->progress, &w->as_int8, w->err);
}

static int quantise(struct work *w)
{
	int ret = make_int8(w);

	if (!ret)
		ret = model_write_tflite(&w->as_int8, &w->tflite, w->err);
	if (!ret)
		artifact_add(w->maker, "model.tflite", w->tflite.data,
			     w->tflite.len);
	w->report->int8_bytes = w->tflite.len;
	for (int i = 0; i < w->as_int8.op_count && !ret; i++)
		w->report->macs += model_macs(&w->as_int8, i);
	return ret;
}

static void count_right(struct work *w, const uint32_t *a, const uint32_t *b)
{
	struct squeeze_report *r = w->report;

	r->as_float.count = r->as_int8.count = w->held_out.n;
	for (size_t i = 0; i < w->held_out.n; i++) {
		uint32_t truth = (uint32_t)w->held_out.y[i];

		r->as_float.right += a[i] == truth;
		r->as_int8.right += b[i] == truth;
		r->agree += a[i] == b[i];
	}
}

/* The sounds behind the golden vectors, each cut or padded to one clip. */
static int add_golden_pcm(struct work *w)
{
	size_t length = w->recipe.length_samples;
	struct buf pcm = BUF_INIT;
	int ret;

	for (size_t i = 0; i < w->golden_count; i++) {
		struct features_clip clip =
			features_item_clip(&w->recorded.dataset,
					   w->held_out.items[i]);
		size_t n = clip.samples < length ? clip.samples : length;

		buf_add(&pcm, clip.pcm, n * sizeof(*clip.pcm));
		buf_grow(&pcm, (length - n) * sizeof(*clip.pcm));
	}
	artifact_add(w->maker, "golden.pcm", pcm.data, pcm.len);
	ret = pcm.failed ? err_nomem(w->err) : 0;
	buf_release(&pcm);
	return ret;
}

static int evaluate(struct work *w)
{
	size_t n = w->held_out.n;
	uint32_t *a = calloc(n + 1, sizeof(*a)), *b = calloc(n + 1, sizeof(*b));
	int ret = a && b ? 0 : err_nomem(w->err);

	w->golden_count = n < SQUEEZE_GOLDEN_MAX ? n : SQUEEZE_GOLDEN_MAX;
	if (!ret)
		ret = answers_float(&w->as_float, &w->held_out, a, w->err);
	if (!ret)
		ret = answers_int8(&w->as_int8, &w->held_out, b, &w->golden,
				   w->golden_count, w->err);
	if (!ret) {
		count_right(w, a, b);
		artifact_add(w->maker, "golden.bin", w->golden.data,
			     w->golden.len);
		ret = add_golden_pcm(w);
	}
	free(a);
	free(b);
	return ret;
}

static int make_target(struct work *w, const char *name, const char *id)
{
	struct squeeze_report *r = w->report;
	struct target_files files = { 0 };
	const struct target_parts parts = {
		.features = w->features->bytes,
		.feature_bytes = w->features->n,
		.classes = w->recorded.labels.classes,
		.class_count = w->recorded.labels.class_count,
		.golden = &w->golden,
		.golden_count = w->golden_count,
		.source_id = id,
		.name = w->stage->project.name,
		.with_c = true,
	};
	int ret = target_make(name, &w->as_int8, &parts, &files, w->err);

	if (!ret) {
		r->targets[r->target_count++] = files.fit;
		target_add(w->maker, name, "plan.txt", &files.plan);
		target_add(w->maker, name, "model.img", &files.image);
		target_add(w->maker, name, "model.c", &files.c);
	}
	target_files_release(&files);
	return ret;
}

static int make_targets(struct work *w)
{
	const struct text_list *targets = &w->stage->project.targets;
	char id[DIGEST_HEX];
	int ret = 0;

	digest_hex(&w->trained->id, id);
	if (targets->n > SQUEEZE_TARGETS_MAX)
		return err_set(w->err, ERR_LIMIT, "more than %d targets",
			       SQUEEZE_TARGETS_MAX);
	for (size_t i = 0; i < targets->n && !ret; i++)
		ret = make_target(w, targets->items[i], id);
	return ret;
}

static int copy_member(struct work *w, const char *name)
{
	const struct artifact_member *member;
	int ret = artifact_need(w->trained, name, &member, w->err);

	if (!ret)
		artifact_add(w->maker, name, member->bytes, member->n);
	return ret;
}

static int write_report(struct work *w)
{
	struct buf text = BUF_INIT, json = BUF_INIT;
	int ret = copy_member(w, "features.bin");

	if (!ret)
		ret = copy_member(w, "features.yaml");
	if (!ret)
		ret = copy_member(w, "classes.txt");
	squeeze_print(w->report, &text);
	squeeze_json(w->report, &json);
	artifact_add(w->maker, "report.txt", text.data, text.len);
	artifact_add(w->maker, "report.json", json.data, json.len);
	buf_release(&text);
	buf_release(&json);
	if (!ret) {
		artifact_add_input(w->maker, w->trained);
		stage_params(w->stage, w->maker);
		ret = stage_write(w->stage, w->maker, NULL, w->err);
	}
	return ret;
}

static void work_release(struct work *w)
{
	features_items_release(&w->calibration);
	features_items_release(&w->held_out);
	model_release(&w->as_float);
	model_release(&w->as_int8);
	recorded_close(&w->recorded);
	artifact_close(w->trained);
	artifact_drop(w->maker);
	buf_release(&w->golden);
	buf_release(&w->tflite);
	pool_close(w->pool);
}

int squeeze_stage(struct stage *stage, const char *operand, int threads,
		  const struct progress *progress,
		  struct squeeze_report *report, struct err *err)
{
	struct work w = { .stage = stage, .progress = progress,
			  .report = report, .err = err };
	int ret = pool_open(&w.pool, threads, err);

	*report = (struct squeeze_report){
		.part = "", .format = stage->project.squeeze.format };
	w.maker = artifact_make("squeeze", SQUEEZE_FORMAT);
	if (!ret && !w.maker)
		ret = err_nomem(err);
	if (!ret)
		ret = open_inputs(&w, operand);
	if (!ret)
		ret = open_model(&w);
	if (!ret)
		ret = compute_features(&w);
	if (!ret)
		ret = quantise(&w);
	if (!ret)
		ret = evaluate(&w);
	if (!ret)
		ret = make_targets(&w);
	if (!ret)
		ret = write_report(&w);
	work_release(&w);
	return ret;
}
