#include <stdlib.h>

#include "model/tflite.h"
#include "project/command.h"
#include "squeeze/answers.h"
#include "squeeze/by_command.h"
#include "squeeze/tailor.h"
#include "squeeze/target.h"

/* One quantised model, and what it answers. */
struct variant {
	int row;		/* of compare; 0 when nothing was compared */
	struct model model;
	struct buf golden, tflite;
	struct squeeze_score score;
	size_t agree;
};

/* What the stage makes of it. */
struct made {
	struct work work;
	struct by_command by;
	int threads;
	uint32_t *as_float;	/* what the float model answers */
	struct variant variants[COMPARE_VARIANTS_MAX];
	size_t count;		/* the first one is every target's by default */
	size_t golden_count;
	struct compare *compare;	/* NULL: one model for all targets */
	int rows[SQUEEZE_TARGETS_MAX];	/* of compare, by target */
	struct artifact_maker *maker;
	struct squeeze_report *report;
};

/* The sounds behind the golden vectors, each cut or padded to one clip. */
static int add_golden_pcm(struct made *m)
{
	size_t bytes = dsp_clip_bytes(&m->work.recipe);
	struct buf pcm = BUF_INIT;
	int ret;

	for (size_t i = 0; i < m->golden_count; i++) {
		struct features_clip clip =
			features_item_clip(&m->work.recorded.dataset,
					   m->work.held_out.items[i]);
		uint8_t *room = buf_grow(&pcm, bytes);

		if (room)
			features_clip_samples(&m->work.recipe, &clip, room);
	}
	artifact_add(m->maker, "golden.pcm", pcm.data, pcm.len);
	ret = pcm.failed ? err_nomem(m->work.err) : 0;
	buf_release(&pcm);
	return ret;
}

static int answer_as_float(struct made *m)
{
	size_t n = m->work.held_out.n;
	struct squeeze_report *r = m->report;
	int ret;

	m->golden_count = n < SQUEEZE_GOLDEN_MAX ? n : SQUEEZE_GOLDEN_MAX;
	m->as_float = calloc(n + 1, sizeof(*m->as_float));
	if (!m->as_float)
		return err_nomem(m->work.err);
	ret = answers_float(&m->work.as_float, &m->work.held_out, m->as_float,
			    m->work.err);
	r->as_float.count = n;
	for (size_t i = 0; i < n && !ret; i++)
		r->as_float.right += m->as_float[i] ==
			(uint32_t)m->work.held_out.y[i];
	return ret ? ret : add_golden_pcm(m);
}

static int answer(struct made *m, struct variant *v)
{
	size_t n = m->work.held_out.n;
	uint32_t *classes = calloc(n + 1, sizeof(*classes));
	int ret = classes ? 0 : err_nomem(m->work.err);

	if (!ret)
		ret = answers_int8(&v->model, &m->work.held_out, classes,
				   &v->golden, m->golden_count, m->work.err);
	v->score.count = n;
	for (size_t i = 0; i < n && !ret; i++) {
		v->score.right += classes[i] ==
			(uint32_t)m->work.held_out.y[i];
		v->agree += classes[i] == m->as_float[i];
	}
	free(classes);
	return ret;
}

/* The next variant has its model. */
static int add_variant(struct made *m, int row)
{
	struct variant *v = &m->variants[m->count++];
	int ret = model_write_tflite(&v->model, &v->tflite, m->work.err);

	v->row = row;
	return ret ? ret : answer(m, v);
}

static int quantise(struct made *m, const struct quant_recipe *recipe, int row)
{
	const struct quant_samples samples = work_samples(&m->work);
	const struct model *from = &m->work.as_float;
	struct quant_recipe own = *recipe;
	int ret;

	if (m->work.has_tuned &&
	    own.prune_percent == m->work.stage->project.squeeze.prune) {
		from = &m->work.tuned;
		own.prune_percent = 0;
	}
	ret = quant_make(from, &own, &samples, m->work.progress,
			 &m->variants[m->count].model, m->work.err);
	return ret ? ret : add_variant(m, row);
}

/* The model that all targets share unless they have their own. */
static void add_first(struct made *m)
{
	const struct variant *v = &m->variants[0];
	struct squeeze_report *r = m->report;

	artifact_add(m->maker, "model.tflite", v->tflite.data, v->tflite.len);
	artifact_add(m->maker, "golden.bin", v->golden.data, v->golden.len);
	r->as_int8 = v->score;
	r->agree = v->agree;
	r->float_bytes = m->work.float_bytes;
	r->int8_bytes = v->tflite.len;
	for (int i = 0; i < v->model.op_count; i++)
		r->macs += model_macs(&v->model, i);
}

static int make_one(struct made *m)
{
	struct quant_recipe recipe;
	int ret = work_recipe(&m->work, &recipe);

	return ret ? ret : quantise(m, &recipe, 0);
}

static int make_by_command(struct made *m)
{
	int ret = squeeze_by_command(&m->by, &m->work, m->threads,
				     &m->variants[m->count].model);

	m->report->format = "int8";
	return ret ? ret : add_variant(m, 0);
}

/* Each row that some target takes, once. */
static int make_tailored(struct made *m)
{
	int ret;

	m->compare = calloc(1, sizeof(*m->compare));
	if (!m->compare)
		return err_nomem(m->work.err);
	ret = tailor(&m->work, m->compare, m->rows);
	if (!ret)
		ret = answer_as_float(m);
	for (size_t t = 0; t < m->compare->target_count && !ret; t++) {
		const struct compare_row *row =
			&m->compare->rows[m->rows[t]];
		size_t i = 0;

		while (i < m->count && m->variants[i].row != m->rows[t])
			i++;
		if (i == m->count)
			ret = quantise(m, &row->recipe, m->rows[t]);
		if (t == 0)
			m->report->format = row->recipe.format.has_s16 ?
				"int16x8" : "int8";
	}
	return ret;
}

static int make_models(struct made *m)
{
	const struct project *project = &m->work.stage->project;
	bool has_command = project_command(project, STAGE_SQUEEZE);
	int ret;

	if (tailor_is_asked(&project->squeeze) && project->targets.n &&
	    !has_command) {
		ret = make_tailored(m);
	} else {
		ret = answer_as_float(m);
		if (!ret)
			ret = has_command ? make_by_command(m) : make_one(m);
	}
	if (!ret)
		add_first(m);
	return ret;
}

/* The variant of target number t; its files where they are its own. */
static const struct variant *variant_of(struct made *m, size_t t,
					const char *name)
{
	const struct variant *v = &m->variants[0];

	while (m->compare && v->row != m->rows[t])
		v++;
	if (v != &m->variants[0]) {
		target_add(m->maker, name, "model.tflite", &v->tflite);
		target_add(m->maker, name, "golden.bin", &v->golden);
	}
	return v;
}

static int make_target(struct made *m, size_t t, const char *id)
{
	const char *name = m->work.stage->project.targets.items[t];
	const struct variant *v = variant_of(m, t, name);
	struct squeeze_report *r = m->report;
	struct target_files files = { 0 };
	const struct target_parts parts = {
		.features = m->work.features->bytes,
		.feature_bytes = m->work.features->n,
		.classes = m->work.recorded.labels.classes,
		.class_count = m->work.recorded.labels.class_count,
		.golden = &v->golden,
		.golden_count = m->golden_count,
		.source_id = id,
		.name = m->work.stage->project.name,
		.with_c = true,
		.memory = target_memory(&m->work.stage->project.squeeze),
	};
	int ret = target_make(name, &v->model, &parts, &files, m->work.err);

	if (!ret) {
		files.fit.score = v->score;
		if (m->compare)
			tailor_tell(m->compare, t, m->rows[t], &files.fit);
		r->targets[r->target_count++] = files.fit;
		target_add_files(m->maker, name, &files);
	}
	target_files_release(&files);
	return ret;
}

static int make_targets(struct made *m)
{
	const struct text_list *targets = &m->work.stage->project.targets;
	char id[DIGEST_HEX];
	int ret = 0;

	digest_hex(&m->work.trained->id, id);
	if (targets->n > SQUEEZE_TARGETS_MAX)
		return err_set(m->work.err, ERR_LIMIT, "more than %d targets",
			       SQUEEZE_TARGETS_MAX);
	for (size_t i = 0; i < targets->n && !ret; i++)
		ret = make_target(m, i, id);
	return ret;
}

static int copy_member(struct made *m, const char *name)
{
	const struct artifact_member *member;
	int ret = artifact_need(m->work.trained, name, &member, m->work.err);

	if (!ret)
		artifact_add(m->maker, name, member->bytes, member->n);
	return ret;
}

static int write_report(struct made *m)
{
	struct buf text = BUF_INIT, json = BUF_INIT;
	int ret = copy_member(m, "features.bin");

	if (!ret)
		ret = copy_member(m, "features.yaml");
	if (!ret)
		ret = copy_member(m, "classes.txt");
	squeeze_print(m->report, &text);
	squeeze_json(m->report, &json);
	artifact_add(m->maker, "report.txt", text.data, text.len);
	artifact_add(m->maker, "report.json", json.data, json.len);
	buf_release(&text);
	buf_release(&json);
	if (!ret) {
		artifact_add_input(m->maker, m->work.trained);
		stage_params(m->work.stage, m->maker);
		ret = by_command_add(&m->by, m->maker, m->work.err);
	}
	if (!ret)
		ret = stage_write(m->work.stage, m->maker, NULL, m->work.err);
	return ret;
}

static void made_release(struct made *m)
{
	for (size_t i = 0; i < m->count; i++) {
		model_release(&m->variants[i].model);
		buf_release(&m->variants[i].golden);
		buf_release(&m->variants[i].tflite);
	}
	by_command_close(&m->by);
	work_close(&m->work);
	artifact_drop(m->maker);
	free(m->as_float);
	free(m->compare);
}

int squeeze_stage(struct stage *stage, const char *operand, int threads,
		  const struct progress *progress,
		  struct squeeze_report *report, struct err *err)
{
	struct made m = {
		.work = { .stage = stage, .progress = progress, .err = err },
		.by.command.lock = -1, .threads = threads, .report = report,
	};
	int ret = work_open(&m.work, operand, threads, LABELS_TEST,
			    LABELS_VALIDATION);

	*report = (struct squeeze_report){
		.part = m.work.part ? m.work.part : "",
		.format = stage->project.squeeze.format,
		.calibrated = m.work.calibration.n,
	};
	m.maker = artifact_make("squeeze", SQUEEZE_FORMAT);
	if (!ret && !m.maker)
		ret = err_nomem(err);
	if (!ret && !project_command(&stage->project, STAGE_SQUEEZE))
		ret = work_finetune(&m.work, threads);
	if (!ret)
		ret = make_models(&m);
	if (!ret)
		ret = make_targets(&m);
	if (!ret)
		ret = write_report(&m);
	made_release(&m);
	return ret;
}
