#include "squeeze/work.h"

#include <string.h>

#include "model/tflite.h"

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
	return ret;
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

int work_hold_out(struct work *w, enum labels_part first,
		  enum labels_part second)
{
	const struct features_source source = {
		&w->recipe, &w->recorded.dataset, &w->recorded.labels };
	const struct features_variants one = { 0 };
	enum labels_part part = labels_count(source.labels, first) > 0 ?
		first : second;

	features_items_release(&w->held_out);
	w->held_out = (struct features_items){ 0 };
	w->part = part == LABELS_TEST ? "test" : "validation";
	return features_items(&source, part, one, w->pool, &w->held_out,
			      w->err);
}

static int compute_features(struct work *w, enum labels_part first,
			    enum labels_part second)
{
	const struct features_source source = {
		&w->recipe, &w->recorded.dataset, &w->recorded.labels };
	const struct features_variants one = { 0 };
	int ret = features_items(&source, LABELS_TRAIN, one, w->pool,
				 &w->calibration, w->err);

	if (!ret)
		ret = work_hold_out(w, first, second);
	if (ret)
		return ret;
	w->has_labels = true;
	w->float_bytes = w->float_file->n;
	thin_out(&w->calibration,
		 (size_t)w->stage->project.squeeze.samples,
		 dsp_outputs(&w->recipe));
	return 0;
}

int work_open(struct work *w, const char *operand, int threads,
	      enum labels_part first, enum labels_part second)
{
	int ret = pool_open(&w->pool, threads, w->err);

	if (!ret)
		ret = open_inputs(w, operand);
	if (!ret)
		ret = open_model(w);
	return ret ? ret : compute_features(w, first, second);
}

void work_close(struct work *w)
{
	features_items_release(&w->calibration);
	features_items_release(&w->held_out);
	model_release(&w->as_float);
	if (w->has_tuned)
		model_release(&w->tuned);
	recorded_close(&w->recorded);
	artifact_close(w->trained);
	pool_close(w->pool);
}

struct quant_samples work_samples(const struct work *w)
{
	size_t numbers = 0;

	for (int i = 0; i < w->as_float.input_count; i++)
		numbers += model_elements(
			&w->as_float.tensors[w->as_float.inputs[i]]);
	return (struct quant_samples){ w->calibration.x, w->calibration.n,
				       w->features ? dsp_outputs(&w->recipe) :
				       numbers };
}

int work_recipe(const struct work *w, struct quant_recipe *recipe)
{
	const struct project_squeeze *how = &w->stage->project.squeeze;

	*recipe = (struct quant_recipe){
		.calibration.percentile = how->percentile,
		.format = strcmp(how->format, "int16x8") == 0 ?
			(struct quant_format){ .has_s16 = true,
					       .has_s8_ports = true } :
			quant_int8,
		.prune_percent = (int)how->prune,
		.equalise = strcmp(how->equalise, "yes") == 0,
		.correct_bias = strcmp(how->correct_bias, "yes") == 0,
	};
	recipe->format.has_s4_weights = strcmp(how->weight_bits, "4") == 0;
	recipe->format.has_clusters = strcmp(how->cluster, "yes") == 0;
	return quant_method_parse(how->method, &recipe->calibration.method,
				  w->err);
}
