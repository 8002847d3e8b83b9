#include "squeeze/compare.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/tflite.h"
#include "squeeze/answers.h"
#include "squeeze/files.h"
#include "squeeze/target.h"
#include "squeeze/work.h"

struct variant {
	const char *name, *section;
	struct quant_recipe recipe;
};

#define PERCENTILE QUANT_PERCENTILE_USUAL

static const struct variant variants[] = {
	{ "int8 minmax", "calibration: {method: minmax}, correct_bias: no",
	  { .calibration = { QUANT_MINMAX, PERCENTILE } } },
	{ "int8 auto", "calibration: {method: auto}",
	  { .calibration = { QUANT_AUTO, PERCENTILE },
	    .correct_bias = true } },
	{ "int8 percentile", "calibration: {method: percentile}",
	  { .calibration = { QUANT_PERCENTILE, PERCENTILE },
	    .correct_bias = true } },
	{ "int8 equalised", "equalise: yes",
	  { .calibration = { QUANT_AUTO, PERCENTILE },
	    .correct_bias = true, .equalise = true } },
	{ "int8, 4-bit weights", "weight_bits: 4",
	  { .calibration = { QUANT_AUTO, PERCENTILE },
	    .format = { .has_s4_weights = true }, .correct_bias = true } },
	{ "int8, clustered", "cluster: yes",
	  { .calibration = { QUANT_AUTO, PERCENTILE },
	    .format = { .has_clusters = true }, .correct_bias = true } },
	{ "int8, 10% pruned", "prune: 10",
	  { .calibration = { QUANT_AUTO, PERCENTILE }, .prune_percent = 10,
	    .correct_bias = true } },
	{ "int8, 25% pruned", "prune: 25",
	  { .calibration = { QUANT_AUTO, PERCENTILE }, .prune_percent = 25,
	    .correct_bias = true } },
	{ "int16x8", "format: int16x8",
	  { .calibration = { QUANT_MINMAX, PERCENTILE },
	    .format = { .has_s16 = true, .has_s8_ports = true },
	    .correct_bias = true } },
};

#define VARIANTS (sizeof(variants) / sizeof(variants[0]))
_Static_assert(VARIANTS <= COMPARE_VARIANTS_MAX, "rows for all variants");

/* What all variants are measured against. */
struct field {
	struct work *work;
	uint32_t *as_float, *answers;
	struct compare *compare;
};

/* ---- one variant --------------------------------------------------------- */

static int answer(struct field *f, const struct model *model,
		  struct compare_row *row, struct err *err)
{
	const struct features_items *items = &f->work->held_out;
	struct buf none = BUF_INIT;
	int ret = answers_int8(model, items, f->answers, &none, 0, err);

	row->score.count = items->n;
	for (size_t i = 0; i < items->n && !ret; i++) {
		row->score.right += f->answers[i] == (uint32_t)items->y[i];
		row->agree += f->answers[i] == f->as_float[i];
	}
	buf_release(&none);
	return ret;
}

static int weigh(struct field *f, const struct model *model,
		 struct compare_row *row, struct err *err)
{
	const struct target_parts parts = {
		.features = f->work->features ? f->work->features->bytes : NULL,
		.feature_bytes = f->work->features ? f->work->features->n : 0,
		.classes = f->work->recorded.labels.classes,
		.class_count = f->work->recorded.labels.class_count,
		.source_id = "", .name = f->work->stage->project.name,
		.any_size = true,
		.memory = target_memory(&f->work->stage->project.squeeze),
	};
	struct buf file = BUF_INIT;
	int ret = model_write_tflite(model, &file, err);

	row->file_bytes = file.len;
	buf_release(&file);
	for (int i = 0; i < model->op_count; i++)
		row->macs += model_macs(model, i);
	for (size_t t = 0; t < f->compare->target_count && !ret; t++) {
		struct target_files files = { 0 };

		ret = target_make(f->compare->names[t], model, &parts, &files,
				  err);
		row->targets[t] = files.fit;
		target_files_release(&files);
	}
	return ret;
}

static void measure(struct field *f, const struct variant *v,
		    struct compare_row *row)
{
	const struct quant_samples samples = work_samples(f->work);
	struct err err = { 0 };
	struct model model;
	int ret = quant_make(&f->work->as_float, &v->recipe, &samples,
			     f->work->progress, &model, &err);

	*row = (struct compare_row){ .name = v->name, .section = v->section,
				     .recipe = v->recipe };
	if (!ret) {
		ret = answer(f, &model, row, &err);
		if (!ret)
			ret = weigh(f, &model, row, &err);
		model_release(&model);
	}
	row->made = !ret;
	snprintf(row->why, sizeof(row->why), "%.90s", err.text);
	if (ret)	/* the last one's words, should all fail */
		err_set(f->work->err, ret, "%s", err.text);
}

/* ---- all of them --------------------------------------------------------- */

static int take_targets(struct field *f)
{
	const struct text_list *targets = &f->work->stage->project.targets;

	if (targets->n > SQUEEZE_TARGETS_MAX)
		return err_set(f->work->err, ERR_LIMIT, "more than %d targets",
			       SQUEEZE_TARGETS_MAX);
	for (size_t i = 0; i < targets->n; i++)
		f->compare->names[i] = targets->items[i];
	f->compare->target_count = targets->n;
	return 0;
}

static int measure_float(struct field *f)
{
	const struct features_items *items = &f->work->held_out;
	struct compare *c = f->compare;
	int ret;

	f->as_float = calloc(items->n + 1, sizeof(*f->as_float));
	f->answers = calloc(items->n + 1, sizeof(*f->answers));
	if (!f->as_float || !f->answers)
		return err_nomem(f->work->err);
	ret = answers_float(&f->work->as_float, items, f->as_float,
			    f->work->err);
	c->part = f->work->part;
	c->float_bytes = f->work->float_bytes;
	c->has_labels = f->work->has_labels;
	c->calibrated = f->work->calibration.n;
	c->as_float.count = items->n;
	for (size_t i = 0; i < items->n && !ret; i++)
		c->as_float.right += f->as_float[i] == (uint32_t)items->y[i];
	return ret;
}

static int measure_all(struct field *f)
{
	struct err *err = f->work->err, last = { 0 };
	bool any = false;

	f->work->err = &last;
	for (size_t i = 0; i < VARIANTS; i++) {
		measure(f, &variants[i], &f->compare->rows[i]);
		any |= f->compare->rows[i].made;
	}
	f->work->err = err;
	f->compare->count = VARIANTS;
	return any ? 0 : err_set(err, last.kind, "%s", last.text);
}

int compare_work(struct work *w, struct compare *compare)
{
	struct field f = { .work = w, .compare = compare };
	int ret;

	*compare = (struct compare){ .part = "" };
	ret = take_targets(&f);
	if (!ret)
		ret = measure_float(&f);
	if (!ret)
		ret = measure_all(&f);
	free(f.as_float);
	free(f.answers);
	return ret;
}

int squeeze_compare(struct stage *stage, const struct squeeze_source *source,
		    int threads, const struct progress *progress,
		    struct compare *compare, struct err *err)
{
	struct work w = { .stage = stage, .progress = progress, .err = err };
	int ret = source->samples ? files_open(&w, source, true) :
		work_open(&w, source->operand, threads, LABELS_VALIDATION,
			  LABELS_TEST);

	if (!ret)
		ret = compare_work(&w, compare);
	work_close(&w);
	return ret;
}

/* ---- choice -------------------------------------------------------------- */

static bool is_candidate(const struct compare_row *row, size_t target)
{
	return row->made && squeeze_fits(&row->targets[target]);
}

/* What answers are judged by. */
static size_t merit(const struct compare *c, size_t i)
{
	return c->has_labels ? c->rows[i].score.right : c->rows[i].agree;
}

static size_t most_right(const struct compare *c, size_t target)
{
	size_t most = 0;

	for (size_t i = 0; i < c->count; i++)
		if (is_candidate(&c->rows[i], target) &&
		    merit(c, i) > most)
			most = merit(c, i);
	return most;
}

static bool is_cheaper(const struct squeeze_target *a,
		       const struct squeeze_target *b)
{
	if (a->instructions != b->instructions)
		return a->instructions < b->instructions;
	if (a->image_bytes != b->image_bytes)
		return a->image_bytes < b->image_bytes;
	return a->arena_bytes < b->arena_bytes;
}

int compare_choose(const struct compare *c, size_t target)
{
	size_t most = most_right(c, target), slack = c->as_float.count *
		COMPARE_SLACK_PERMILLE / 1000;
	int best = -1;

	slack = slack ? slack : 1;
	for (size_t i = 0; i < c->count; i++) {
		const struct compare_row *row = &c->rows[i];

		if (!is_candidate(row, target) ||
		    merit(c, i) + slack < most)
			continue;
		if (best < 0 || is_cheaper(&row->targets[target],
					   &c->rows[best].targets[target]))
			best = (int)i;
	}
	return best;
}
