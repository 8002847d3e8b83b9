#include "features/items.h"

#include <stdlib.h>

struct job {
	const struct dataset *dataset;
	const int32_t *offsets;
	struct features_items *out;
};

struct features_clip features_item_clip(const struct dataset *dataset,
					const struct labels_item *item)
{
	const struct dataset_recording *r =
		&dataset->recordings[item->recording];
	const void *rows = r->bytes + (size_t)item->start * r->width *
			   r->channels * dataset_type_bytes(r->type);
	struct features_clip clip = {
		.samples = (size_t)(item->end - item->start) * r->width };

	if (r->type == DATASET_S16)
		clip.pcm = rows;
	else if (r->type == DATASET_F32)
		clip.values = rows;
	else
		clip.pixels = rows;
	return clip;
}

static int check_sizes(const struct dataset *dataset, struct err *err)
{
	const struct dataset_recording *first = dataset->recordings;

	for (size_t i = 1; i < dataset->count; i++) {
		const struct dataset_recording *r = first + i;

		if (r->frames == first->frames && r->width == first->width)
			continue;
		err_set(err, ERR_RANGE, "'%.100s' is %u x %u pixels, '%.100s' "
			"%u x %u", first->name, first->width, first->frames,
			r->name, r->width, r->frames);
		err_hint(err, "set collect.width and collect.height and "
			 "collect again");
		return ERR_RANGE;
	}
	return 0;
}

static double peak_of(const struct dataset *dataset)
{
	double peak = 0;

	for (size_t i = 0; i < dataset->count; i++) {
		const struct dataset_recording *r = dataset->recordings + i;
		const float *values = (const float *)(const void *)r->bytes;

		for (size_t k = 0; k < r->n / sizeof(*values); k++) {
			double x = values[k] < 0 ? -values[k] : values[k];

			peak = x > peak ? x : peak;
		}
	}
	return peak;
}

int features_input_of(const struct dataset *dataset,
		      struct features_input *input, struct err *err)
{
	const struct dataset_recording *r = dataset->recordings;

	*input = (struct features_input){ .rate_hz = (long)dataset->rate_hz,
					  .channels = (long)dataset->channels };
	input->is_float = dataset->type == DATASET_F32;
	if (input->is_float)
		input->peak = peak_of(dataset);
	if (dataset->kind != DATASET_IMAGE)
		return 0;
	input->height = (long)r->frames;
	input->width = (long)r->width;
	return check_sizes(dataset, err);
}

int features_recipe(const struct project_features *project,
		    const struct dataset *dataset, struct buf *block,
		    struct dsp_recipe *recipe, struct err *err)
{
	struct features_input input;
	int ret = features_input_of(dataset, &input, err);

	if (!ret)
		ret = features_make_for(project, &input, block, err);
	return ret ? ret : features_open(block->data, block->len, recipe, err);
}

static int check_pictures(const struct dsp_recipe *recipe,
			  const struct dataset *dataset, struct err *err)
{
	for (size_t i = 0; i < dataset->count; i++) {
		const struct dataset_recording *r = dataset->recordings + i;

		if ((uint64_t)r->frames * r->width != recipe->length_samples)
			return err_set(err, ERR_UNSUPPORTED, "'%.100s' has %u "
				       "x %u pixels, the features need %u in "
				       "all", r->name, r->width, r->frames,
				       recipe->length_samples);
	}
	return 0;
}

int features_items_check(const struct dsp_recipe *recipe,
			 const struct dataset *dataset, struct err *err)
{
	bool pictures = dataset->type == DATASET_U8;

	if (pictures != (recipe->sample_bytes == 1) ||
	    dataset->channels != recipe->axes)
		return err_set(err, ERR_UNSUPPORTED, "the features need %s of "
			       "%u channels, the recordings are %s of %u",
			       recipe->sample_bytes == 1 ? "pictures" :
			       "samples", recipe->axes, pictures ?
			       "pictures" : "samples", dataset->channels);
	if (pictures)
		return check_pictures(recipe, dataset, err);
	if (dataset->rate_hz != recipe->rate_hz) {
		err_set(err, ERR_UNSUPPORTED, "the recordings have %u samples "
			"a second, the features need %u", dataset->rate_hz,
			recipe->rate_hz);
		err_hint(err, "set 'rate_hz' below 'collect' and collect "
			 "again");
		return ERR_UNSUPPORTED;
	}
	return 0;
}

static int fetch(void *ctx, size_t i, int worker, struct features_clip *clip,
		 struct err *err)
{
	const struct job *job = ctx;
	size_t k = (size_t)job->out->k;

	(void)worker;
	(void)err;
	*clip = features_item_clip(job->dataset, job->out->items[i / k]);
	clip->offset = job->offsets[i % k];
	return 0;
}

int features_items_list(struct features_items *out,
			const struct labels *labels, enum labels_part part,
			struct features_room room, struct err *err)
{
	const struct labels_item *item;
	size_t n = labels_count(labels, part), i = 0, at = 0;

	*out = (struct features_items){ .n = n, .k = room.k };
	out->x = calloc(n * (size_t)room.k * room.numbers + 1,
			sizeof(*out->x));
	out->y = calloc(n + 1, sizeof(*out->y));
	out->items = calloc(n + 1, sizeof(*out->items));
	if (!out->x || !out->y || !out->items)
		return err_nomem(err);
	while ((item = labels_next(labels, part, &at)) != NULL) {
		out->items[i] = item;
		out->y[i++] = (int32_t)item->class;
	}
	return 0;
}

int features_items(const struct features_source *source, enum labels_part part,
		   struct features_variants variants, struct pool *pool,
		   struct features_items *out, struct err *err)
{
	static const int32_t start[1] = { 0 };
	struct job job = { source->dataset, variants.offsets, out };
	int k = variants.k, ret;

	if (!variants.offsets) {
		job.offsets = start;
		k = 1;
	}
	*out = (struct features_items){ 0 };
	ret = features_items_check(source->recipe, source->dataset, err);
	if (!ret)
		ret = features_items_list(out, source->labels, part,
			(struct features_room){ k,
				dsp_outputs(source->recipe) }, err);
	if (!ret)
		ret = features_compute_all(source->recipe, pool,
			&(struct features_clips){ fetch, &job,
				out->n * (size_t)k }, out->x, err);
	if (ret)
		features_items_release(out);
	return ret;
}

void features_items_release(struct features_items *items)
{
	free(items->x);
	free(items->y);
	free(items->items);
	*items = (struct features_items){ 0 };
}
