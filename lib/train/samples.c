#include <stdlib.h>

#include "train/samples.h"

/* How many halves of shift_ms later a variant begins. */
static const int32_t halves[TRAIN_VARIANTS] = { 0, -1, 1, -2, 2 };

struct fetch {
	const struct train_samples_source *source;
	const struct labels_item **items;
	size_t k;
	int32_t half_samples;
	size_t room;		/* samples of one worker's copy */
	int16_t *copies;	/* (workers, room) */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Only what a clip can reach is copied. */
static int fetch_clip(void *ctx, size_t i, int worker,
		      struct features_clip *clip, struct err *err)
{
	const struct fetch *f = ctx;
	const struct labels_item *item = f->items[i / f->k];
	int16_t *copy = f->copies + (size_t)worker * f->room;

	(void)err;
	clip->offset = halves[i % f->k] * f->half_samples;
	clip->samples = least(item->end - item->start, f->room);
	clip->pcm = copy;
	dataset_read_s16(&f->source->dataset->recordings[item->recording],
			 item->start, clip->samples, copy);
	return 0;
}

static int check(const struct train_samples_source *source, struct err *err)
{
	const struct dataset *d = source->dataset;

	if (d->kind != DATASET_AUDIO || d->type != DATASET_S16 ||
	    d->channels != 1)
		return err_set(err, ERR_UNSUPPORTED, "these features are made "
			       "of one-channel 16-bit sound; the dataset "
			       "holds %s, type %s, channels %u",
			       dataset_kind_name(d->kind),
			       dataset_type_name(d->type),
			       (unsigned)d->channels);
	if (d->rate_hz != source->recipe->rate_hz)
		return err_set(err, ERR_RANGE, "the dataset has %u samples a "
			       "second, the features want %u",
			       (unsigned)d->rate_hz,
			       (unsigned)source->recipe->rate_hz);
	return 0;
}

static void collect_items(const struct train_samples_source *source,
			  enum labels_part part,
			  const struct labels_item **items, int32_t *y)
{
	const struct labels_item *item;
	size_t n = 0;

	for (size_t at = 0;
	     (item = labels_next(source->labels, part, &at));) {
		y[n] = (int32_t)item->class;
		items[n++] = item;
	}
}

static int reserve(struct train_samples *s, struct fetch *f, int workers,
		   struct err *err)
{
	size_t n = s->data.n, k = f->k;
	size_t values = dsp_outputs(f->source->recipe);

	if (n > SIZE_MAX / sizeof(float) / k / values)
		return err_nomem(err);
	s->x = malloc(n * k * values * sizeof(*s->x) + 1);
	s->y = malloc(n * sizeof(*s->y) + 1);
	f->items = malloc(n * sizeof(*f->items) + 1);
	f->copies = malloc((size_t)workers * f->room * sizeof(*f->copies));
	if (!s->x || !s->y || !f->items || !f->copies)
		return err_nomem(err);
	return 0;
}

int train_samples_init(struct train_samples *samples,
		       const struct train_samples_source *source,
		       enum labels_part part, bool is_varied, struct pool *pool,
		       struct err *err)
{
	const struct dsp_recipe *recipe = source->recipe;
	struct fetch f = { .source = source, .k = 1 };
	int status = check(source, err);

	*samples = (struct train_samples){ 0 };
	if (status != 0)
		return status;
	if (is_varied && source->shift_ms > 0) {
		f.k = TRAIN_VARIANTS;
		f.half_samples = (int32_t)((int64_t)source->shift_ms *
					   recipe->rate_hz / 2000);
	}
	f.room = recipe->length_samples + 2 * (size_t)f.half_samples;
	samples->data.n = labels_count(source->labels, part);
	samples->data.k = (int)f.k;
	status = reserve(samples, &f, pool_threads(pool), err);
	if (status == 0) {
		collect_items(source, part, f.items, samples->y);
		status = features_compute_all(recipe, pool, fetch_clip, &f,
					      samples->data.n * f.k,
					      samples->x, err);
	}
	samples->data.x = samples->x;
	samples->data.y = samples->y;
	free(f.items);
	free(f.copies);
	return status;
}

void train_samples_release(struct train_samples *samples)
{
	free(samples->x);
	free(samples->y);
	*samples = (struct train_samples){ 0 };
}
