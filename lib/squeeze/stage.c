#include <stdlib.h>

#include "model/tflite.h"
#include "squeeze/answers.h"
#include "squeeze/target.h"
#include "squeeze/work.h"

/* What the stage makes of it. */
struct made {
	struct work work;
	struct model as_int8;
	struct buf golden, tflite;
	size_t golden_count;
	struct artifact_maker *maker;
	struct squeeze_report *report;
};

static int quantise(struct made *m)
{
	struct work *w = &m->work;
	const struct quant_samples samples = work_samples(w);
	struct quant_recipe recipe;
	int ret = work_recipe(w, &recipe);

	if (!ret)
		ret = quant_make(&w->as_float, &recipe, &samples, w->progress,
				 &m->as_int8, w->err);
	if (!ret)
		ret = model_write_tflite(&m->as_int8, &m->tflite, m->work.err);
	if (!ret)
		artifact_add(m->maker, "model.tflite", m->tflite.data,
			     m->tflite.len);
	m->report->float_bytes = w->float_bytes;
	m->report->int8_bytes = m->tflite.len;
	for (int i = 0; i < m->as_int8.op_count && !ret; i++)
		m->report->macs += model_macs(&m->as_int8, i);
	return ret;
}

static void count_right(struct made *m, const uint32_t *a, const uint32_t *b)
{
	struct squeeze_report *r = m->report;

	r->as_float.count = r->as_int8.count = m->work.held_out.n;
	for (size_t i = 0; i < m->work.held_out.n; i++) {
		uint32_t truth = (uint32_t)m->work.held_out.y[i];

		r->as_float.right += a[i] == truth;
		r->as_int8.right += b[i] == truth;
		r->agree += a[i] == b[i];
	}
}

/* The sounds behind the golden vectors, each cut or padded to one clip. */
static int add_golden_pcm(struct made *m)
{
	size_t length = m->work.recipe.length_samples;
	struct buf pcm = BUF_INIT;
	int ret;

	for (size_t i = 0; i < m->golden_count; i++) {
		struct features_clip clip =
			features_item_clip(&m->work.recorded.dataset,
					   m->work.held_out.items[i]);
		size_t n = clip.samples < length ? clip.samples : length;

		buf_add(&pcm, clip.pcm, n * sizeof(*clip.pcm));
		buf_grow(&pcm, (length - n) * sizeof(*clip.pcm));
	}
	artifact_add(m->maker, "golden.pcm", pcm.data, pcm.len);
	ret = pcm.failed ? err_nomem(m->work.err) : 0;
	buf_release(&pcm);
	return ret;
}

static int evaluate(struct made *m)
{
	size_t n = m->work.held_out.n;
	uint32_t *a = calloc(n + 1, sizeof(*a)), *b = calloc(n + 1, sizeof(*b));
	int ret = a && b ? 0 : err_nomem(m->work.err);

	m->golden_count = n < SQUEEZE_GOLDEN_MAX ? n : SQUEEZE_GOLDEN_MAX;
	if (!ret)
		ret = answers_float(&m->work.as_float, &m->work.held_out, a,
				    m->work.err);
	if (!ret)
		ret = answers_int8(&m->as_int8, &m->work.held_out, b,
				   &m->golden, m->golden_count, m->work.err);
	if (!ret) {
		count_right(m, a, b);
		artifact_add(m->maker, "golden.bin", m->golden.data,
			     m->golden.len);
		ret = add_golden_pcm(m);
	}
	free(a);
	free(b);
	return ret;
}

static int make_target(struct made *m, const char *name, const char *id)
{
	struct squeeze_report *r = m->report;
	struct target_files files = { 0 };
	const struct target_parts parts = {
		.features = m->work.features->bytes,
		.feature_bytes = m->work.features->n,
		.classes = m->work.recorded.labels.classes,
		.class_count = m->work.recorded.labels.class_count,
		.golden = &m->golden,
		.golden_count = m->golden_count,
		.source_id = id,
		.name = m->work.stage->project.name,
		.with_c = true,
		.memory = target_memory(&m->work.stage->project.squeeze),
	};
	int ret = target_make(name, &m->as_int8, &parts, &files, m->work.err);

	if (!ret) {
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
		ret = make_target(m, targets->items[i], id);
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
		ret = stage_write(m->work.stage, m->maker, NULL, m->work.err);
	}
	return ret;
}

static void made_release(struct made *m)
{
	work_close(&m->work);
	model_release(&m->as_int8);
	artifact_drop(m->maker);
	buf_release(&m->golden);
	buf_release(&m->tflite);
}

int squeeze_stage(struct stage *stage, const char *operand, int threads,
		  const struct progress *progress,
		  struct squeeze_report *report, struct err *err)
{
	struct made m = {
		.work = { .stage = stage, .progress = progress, .err = err },
		.report = report,
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
	if (!ret)
		ret = quantise(&m);
	if (!ret)
		ret = evaluate(&m);
	if (!ret)
		ret = make_targets(&m);
	if (!ret)
		ret = write_report(&m);
	made_release(&m);
	return ret;
}
