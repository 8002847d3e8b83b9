#include "squeeze/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "quant/recipe.h"
#include "squeeze/target.h"
#include "train/layers.h"

enum { NOISE_SAMPLES = 4, NOISE_SEED = 1 };

/* int8 of noise, without what costs time and changes no size. */
static int quantise(const struct model *graph, const char *format,
		    struct model *out, struct err *err)
{
	const struct quant_recipe recipe = {
		.calibration = { QUANT_MINMAX, QUANT_PERCENTILE_USUAL },
		.format = strcmp(format, "int16x8") == 0 ?
			(struct quant_format){ .has_s16 = true,
					       .has_s8_ports = true } :
			quant_int8 };
	struct quant_samples samples = { .count = NOISE_SAMPLES };
	struct rng rng;
	float *x;
	int ret;

	samples.numbers = model_elements(&graph->tensors[graph->inputs[0]]);
	x = calloc(samples.numbers * NOISE_SAMPLES, sizeof(*x));
	if (!x)
		return err_nomem(err);
	rng_init(&rng, NOISE_SEED, 0);
	for (size_t i = 0; i < samples.numbers * NOISE_SAMPLES; i++)
		x[i] = fmath_gauss(&rng);
	samples.x = x;
	ret = quant_make(graph, &recipe, &samples, NULL, out, err);
	free(x);
	return ret;
}

/* What the source's digest will be in text. */
static const char source_id[] =
	"0000000000000000000000000000000000000000000000000000000000000000";

static int preview_target(const struct train_preview *p,
			  const struct model *model, const char *name,
			  struct buf *out, struct err *err)
{
	struct buf golden = BUF_INIT;
	const struct target_parts parts = {
		.features = p->recipe, .feature_bytes = p->recipe_bytes,
		.classes = p->classes, .class_count = p->class_count,
		.golden = &golden, .golden_count = SQUEEZE_GOLDEN_MAX,
		.source_id = source_id, .name = p->project->name,
		.any_size = true,
		.memory = target_memory(&p->project->squeeze) };
	struct target_files files = { 0 };
	int ret;

	buf_grow(&golden, SQUEEZE_GOLDEN_MAX *
		 (model_bytes(&model->tensors[model->inputs[0]]) +
		  model_bytes(&model->tensors[model->outputs[0]])));
	ret = golden.failed ? err_nomem(err) :
		target_make(name, model, &parts, &files, err);
	buf_release(&golden);
	if (ret == 0) {
		squeeze_print_target(&files.fit, out);
		buf_addf(out, "%-16s about %llu instructions\n", "",
			 (unsigned long long)files.fit.instructions);
		ret = target_check(&files.fit, err);
	}
	target_files_release(&files);
	return ret;
}

int squeeze_foresee(const struct train_preview *preview, struct buf *out,
		    struct err *err)
{
	const struct text_list *targets = &preview->project->targets;
	struct model model;
	int ret, nofit = 0;

	layers_table(preview->net, out);
	ret = quantise(preview->graph, preview->project->squeeze.format,
		       &model, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < targets->n && !ret; i++) {
		ret = preview_target(preview, &model, targets->items[i], out,
				     err);
		if (ret == ERR_NOFIT) {
			nofit = ret;
			ret = 0;
		}
	}
	model_release(&model);
	return ret ? ret : nofit;
}

static int show(void *ctx, const struct train_preview *preview,
		struct err *err)
{
	return squeeze_foresee(preview, ctx, err);
}

int squeeze_preview(const struct train_stage *args, struct buf *out,
		    struct err *err)
{
	int ret = train_preview(args, show, out, err);

	if (out->failed)
		return err_nomem(err);
	return ret;
}
