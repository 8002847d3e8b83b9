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
	const int16_t *pcm = (const int16_t *)(const void *)r->bytes;

	return (struct features_clip){ .pcm = pcm + item->start,
				       .samples = item->end - item->start };
}

int features_sound_check(const struct dataset *dataset, struct err *err)
{
	if (dataset->kind == DATASET_AUDIO && dataset->type == DATASET_S16 &&
	    dataset->channels == 1)
		return 0;
	err_set(err, ERR_UNSUPPORTED, "features need recordings of one channel "
		"of 16-bit sound, and these are not");
	err_hint(err, "collect them from 'wav' or 'board' with 'channels: 1'");
	return ERR_UNSUPPORTED;
}

int features_items_check(const struct dsp_recipe *recipe,
			 const struct dataset *dataset, struct err *err)
{
	int ret = features_sound_check(dataset, err);

	if (ret)
		return ret;
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

static int reserve(struct features_items *out, size_t n, int k,
		   size_t clip_numbers, struct err *err)
{
	out->n = n;
	out->k = k;
	out->x = calloc(n * (size_t)k * clip_numbers + 1, sizeof(*out->x));
	out->y = calloc(n + 1, sizeof(*out->y));
	out->items = calloc(n + 1, sizeof(*out->items));
	return out->x && out->y && out->items ? 0 : err_nomem(err);
}

int features_items(const struct features_source *source, enum labels_part part,
		   struct features_variants variants, struct pool *pool,
		   struct features_items *out, struct err *err)
{
	static const int32_t start[1] = { 0 };
	struct job job = { source->dataset, variants.offsets, out };
	const struct labels_item *item;
	size_t n = 0, at = 0;
	int k = variants.k, ret;

	if (!variants.offsets) {
		job.offsets = start;
		k = 1;
	}
	*out = (struct features_items){ 0 };
	ret = features_items_check(source->recipe, source->dataset, err);
	if (!ret)
		ret = reserve(out, labels_count(source->labels, part), k,
			      dsp_outputs(source->recipe), err);
	while (!ret &&
	       (item = labels_next(source->labels, part, &at)) != NULL) {
		out->items[n] = item;
		out->y[n++] = (int32_t)item->class;
	}
	if (!ret)
		ret = features_compute_all(source->recipe, pool, &(struct
			features_clips){ fetch, &job, n * (size_t)k }, out->x,
			err);
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
