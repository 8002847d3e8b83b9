#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "graph/graph.h"
#include "model/tflite.h"
#include "quant/ports.h"
#include "quant/scale.h"
#include "squeeze/files.h"
#include "squeeze/tailor.h"
#include "plan/runner.h"
#include "squeeze/target.h"

enum { NOISE_SEED = 1 };

/* A model from a file on its way to a .tflite or an artifact. */
struct import {
	struct work work;
	const struct squeeze_source *source;
	struct buf file;	/* as it came */
	struct model made;
	struct buf tflite, golden, ports;
	size_t golden_count;
	bool was_quantised, wants_artifact;
	struct squeeze_report report;
};

bool squeeze_wants_artifact(const char *output)
{
	size_t n = output ? strlen(output) : 0;

	return n > 4 && strcmp(output + n - 4, ".tar") == 0;
}

/* ---- the model ----------------------------------------------------------- */

static bool has_floats(const struct model *m)
{
	for (int i = 0; i < m->tensor_count; i++)
		if (m->tensors[i].type == KERN_F32)
			return true;
	return false;
}

static void tell_port(struct buf *out, const char *what, int n,
		      const struct model_tensor *before,
		      const struct model_tensor *after)
{
	char was[MODEL_TYPE_TEXT], is[MODEL_TYPE_TEXT];

	model_type_text(before, was);
	model_type_text(after, is);
	if (before->type == after->type)
		buf_addf(out, "%s %d: %s as before\n", what, n, is);
	else
		buf_addf(out, "%s %d: %s becomes %s, scale %.9g zero %d\n",
			 what, n, was, is, (double)after->quant.scales[0],
			 (int)after->quant.zeros[0]);
}

static bool rounds_once(const struct model *m)
{
	for (int i = 0; i < m->op_count; i++)
		if (m->ops[i].attr.rounds_once)
			return true;
	return false;
}

static void tell_ports(struct import *im)
{
	const struct model *a = &im->work.as_float, *b = &im->made;

	buf_addf(&im->ports, "quantised already: %d operations keep their "
		 "integers\n", b->op_count);
	for (int i = 0; i < b->input_count; i++)
		tell_port(&im->ports, "input", i, &a->tensors[a->inputs[i]],
			  &b->tensors[b->inputs[i]]);
	for (int i = 0; i < b->output_count; i++)
		tell_port(&im->ports, "output", i, &a->tensors[a->outputs[i]],
			  &b->tensors[b->outputs[i]]);
	if (rounds_once(b))
		buf_adds(&im->ports, "layers round once, as ONNX has it: "
			 "exact, and slow on boards (--round-twice)\n");
}

/* True when that changes the model. */
static bool round_twice(struct import *im)
{
	bool asked = im->source->rounds_twice, changes = false;

	for (int i = 0; i < im->made.op_count && asked; i++) {
		changes |= im->made.ops[i].attr.rounds_once;
		im->made.ops[i].attr.rounds_once = 0;
	}
	return changes;
}

static int keep_integers(struct import *im)
{
	struct err *err = im->work.err;
	bool is_whole = !has_floats(&im->work.as_float);
	int ret = model_copy(&im->made, &im->work.as_float, err);

	is_whole &= !round_twice(im);
	if (!ret && !is_whole)
		ret = quant_ports(&im->made, err);
	if (!ret && !is_whole)
		ret = graph_simplify(&im->made, GRAPH_FOR_FILES, NULL, err);
	if (ret)
		return ret;
	tell_ports(im);
	if (!is_whole || !model_is_tflite(im->file.data, im->file.len))
		return model_write_tflite(&im->made, &im->tflite, err);
	buf_add(&im->tflite, im->file.data, im->file.len);
	return im->tflite.failed ? err_nomem(err) : 0;
}

static int quantise(struct import *im)
{
	struct work *w = &im->work;
	const struct quant_samples samples = work_samples(w);
	struct quant_recipe recipe;
	int ret = work_recipe(w, &recipe);

	if (ret)
		return ret;
	recipe.format.has_s8_ports &= im->wants_artifact;
	ret = quant_make(&w->as_float, &recipe, &samples, w->progress,
			 &im->made, w->err);
	return ret ? ret : model_write_tflite(&im->made, &im->tflite, w->err);
}

static int open_source(struct import *im)
{
	struct work *w = &im->work;
	int ret = files_read_model(w, im->source->operand, &im->file);

	im->was_quantised = !ret && quant_is_done(&w->as_float);
	if (!ret && im->source->samples)
		return files_take_samples(w, im->source, false);
	if (ret || im->was_quantised)
		return ret;
	err_set(w->err, ERR_USAGE, "'%s' is a float model: the inputs that set "
		"its ranges are missing", im->source->operand);
	err_hint(w->err, "name them with --samples");
	return ERR_USAGE;
}

/* ---- golden vectors ------------------------------------------------------ */

static void quantise_sample(const struct model_tensor *in, const float *x,
			    uint8_t *to)
{
	const struct quant_scale s = { in->quant.scales[0],
				       in->quant.zeros[0] };

	for (size_t i = 0; i < model_elements(in); i++)
		to[i] = (uint8_t)quant_s8(s, (double)x[i], INT8_MIN);
}

static void put_input(struct import *im, size_t n, uint8_t *to)
{
	const struct model_tensor *in =
		&im->made.tensors[im->made.inputs[0]];
	const struct features_items *samples = &im->work.calibration;
	struct rng rng;

	if (samples->n && in->type == KERN_S8) {
		quantise_sample(in, samples->x + n * model_elements(in), to);
		return;
	}
	rng_init(&rng, NOISE_SEED, n);
	for (size_t i = 0; i < model_bytes(in); i++)
		to[i] = (uint8_t)rng_u64(&rng);
}

static int make_golden(struct import *im)
{
	struct err *err = im->work.err;
	size_t n = im->work.calibration.n;
	struct plan_runner r;
	int ret;

	if (im->made.input_count != 1 || im->made.output_count != 1)
		return err_set(err, ERR_UNSUPPORTED, "boards take one input "
			       "and give one output, this model has %d and %d",
			       im->made.input_count, im->made.output_count);
	ret = plan_runner_open_model(&r, &im->made, err);
	if (ret)
		return ret;
	im->golden_count = n && n < SQUEEZE_GOLDEN_MAX ? n :
			   SQUEEZE_GOLDEN_MAX;
	for (size_t i = 0; i < im->golden_count && !ret; i++) {
		uint8_t *pair = buf_grow(&im->golden, r.input_bytes +
					 r.output_bytes);

		if (pair)
			put_input(im, i, pair);
		if (pair)
			plan_runner_infer(&r, pair, pair + r.input_bytes);
		ret = pair ? 0 : err_nomem(err);
	}
	plan_runner_close(&r);
	return ret;
}

/* ---- the artifact -------------------------------------------------------- */

static int add_targets(struct import *im, struct artifact_maker *maker)
{
	const struct project *project = &im->work.stage->project;
	const struct digest digest = digest_of(im->file.data, im->file.len);
	char id[DIGEST_HEX];
	const struct target_parts parts = {
		.golden = &im->golden, .golden_count = im->golden_count,
		.source_id = id, .name = project->name, .with_c = true,
		.memory = target_memory(&project->squeeze),
	};
	struct squeeze_report *r = &im->report;
	int ret = project->targets.n <= SQUEEZE_TARGETS_MAX ? 0 :
		err_set(im->work.err, ERR_LIMIT, "more than %d targets",
			SQUEEZE_TARGETS_MAX);

	digest_hex(&digest, id);
	artifact_add_param(maker, "source_sha256", "%s", id);
	for (size_t i = 0; i < project->targets.n && !ret; i++) {
		struct target_files files = { 0 };

		ret = target_make(project->targets.items[i], &im->made, &parts,
				  &files, im->work.err);
		r->targets[r->target_count++] = files.fit;
		if (!ret)
			target_add_files(maker, project->targets.items[i],
					 &files);
		target_files_release(&files);
	}
	return ret;
}

static void fill_report(struct import *im)
{
	const struct project_squeeze *how = &im->work.stage->project.squeeze;
	struct squeeze_report *r = &im->report;

	*r = (struct squeeze_report){
		.part = "", .calibrated = im->work.calibration.n,
		.format = im->was_quantised || tailor_is_asked(how) ? "int8" :
			  how->format,
		.float_bytes = im->file.len, .int8_bytes = im->tflite.len,
	};
	for (int i = 0; i < im->made.op_count; i++)
		r->macs += model_macs(&im->made, i);
}

static void tell(const struct import *im, bool json, struct buf *out)
{
	if (json) {
		squeeze_json(&im->report, out);
		return;
	}
	buf_add(out, im->ports.data, im->ports.len);
	if (!im->was_quantised && im->wants_artifact)
		squeeze_print(&im->report, out);
	for (size_t i = 0; i < im->report.target_count && im->was_quantised;
	     i++)
		squeeze_print_target(&im->report.targets[i], out);
}

static int write_artifact(struct import *im)
{
	struct artifact_maker *maker = artifact_make("squeeze",
						     SQUEEZE_FORMAT);
	struct buf text = BUF_INIT, json = BUF_INIT;
	int ret = maker ? make_golden(im) : err_nomem(im->work.err);

	if (!ret)
		ret = add_targets(im, maker);
	if (!ret) {
		tell(im, false, &text);
		tell(im, true, &json);
		artifact_add(maker, "model.tflite", im->tflite.data,
			     im->tflite.len);
		artifact_add(maker, "golden.bin", im->golden.data,
			     im->golden.len);
		artifact_add(maker, "report.txt", text.data, text.len);
		artifact_add(maker, "report.json", json.data, json.len);
		stage_params(im->work.stage, maker);
		ret = stage_write(im->work.stage, maker, NULL, im->work.err);
	}
	artifact_drop(maker);
	buf_release(&text);
	buf_release(&json);
	return ret;
}

static void import_release(struct import *im)
{
	work_close(&im->work);
	model_release(&im->made);
	buf_release(&im->file);
	buf_release(&im->tflite);
	buf_release(&im->golden);
	buf_release(&im->ports);
}

int squeeze_file(struct stage *stage, const struct squeeze_source *source,
		 const struct progress *progress, struct buf *out,
		 const struct squeeze_file_report *report, struct err *err)
{
	struct import im = {
		.work = { .stage = stage, .progress = progress, .err = err },
		.source = source,
		.wants_artifact = squeeze_wants_artifact(stage->output),
	};
	int ret = open_source(&im);

	if (!ret)
		ret = im.was_quantised ? keep_integers(&im) : quantise(&im);
	if (!ret) {
		fill_report(&im);
		ret = im.wants_artifact ? write_artifact(&im) : 0;
	}
	if (!ret) {
		tell(&im, report->json, report->text);
		if (!im.wants_artifact)
			buf_add(out, im.tflite.data, im.tflite.len);
		ret = out->failed ? err_nomem(err) : 0;
	}
	import_release(&im);
	return ret;
}
