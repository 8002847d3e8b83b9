#include "train/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train/cache.h"

/* How many halves of shift_ms later each variant of a training item begins. */
static const int32_t variant_halves[] = { 0, -1, 1, -2, 2 };
enum { SHIFTS = sizeof(variant_halves) / sizeof(variant_halves[0]) };

/* Of the cache's keys: another way to compute is another number. */
#define CACHE_VERSION "features 1\n"

struct job {
	const struct samples_source *source;
	struct features_items *out;
	bool changes_sound;
	int16_t **desks;	/* [worker] one clip of changed sound */
};

/* ---- variants ----------------------------------------------------------- */

static long shift_rows(const struct samples_source *s)
{
	return (long)((int64_t)s->train->shift_ms * s->recipe->rate_hz / 1000);
}

static void change(const struct job *job, size_t item, size_t variant,
		   int16_t *out, struct features_clip *clip)
{
	const struct samples_source *s = job->source;
	const struct augment_sound sound = {
		clip->pcm, clip->samples, s->recipe->length_samples,
		(double)shift_rows(s) };
	struct rng rng;

	rng_init(&rng, (uint64_t)s->train->seed,
		 (uint64_t)item << 8 | variant);
	augment_sound(&s->train->augment, &sound, &rng, out);
	*clip = (struct features_clip){ .pcm = out,
					.samples = sound.length };
}

static int fetch_clip(void *ctx, size_t i, int worker,
		      struct features_clip *clip, struct err *err)
{
	const struct job *job = ctx;
	const struct samples_source *s = job->source;
	size_t k = (size_t)job->out->k, item = i / k, variant = i % k;

	(void)err;
	*clip = features_item_clip(&s->recorded->dataset,
				   job->out->items[item]);
	if (variant && job->changes_sound)
		change(job, item, variant, job->desks[worker], clip);
	else if (variant)
		clip->offset = (int32_t)(variant_halves[variant] *
					 shift_rows(s) / 2);
	return 0;
}

static int open_desks(struct job *job, struct err *err)
{
	int n = pool_threads(job->source->pool);
	size_t rows = job->source->recipe->length_samples;

	job->desks = calloc((size_t)n, sizeof(*job->desks));
	for (int i = 0; job->desks && i < n && job->changes_sound; i++) {
		job->desks[i] = calloc(rows, sizeof(**job->desks));
		if (!job->desks[i])
			return err_nomem(err);
	}
	return job->desks ? 0 : err_nomem(err);
}

static void close_desks(struct job *job)
{
	int n = pool_threads(job->source->pool);

	for (int i = 0; job->desks && i < n; i++)
		free(job->desks[i]);
	free(job->desks);
}

/* ---- the cache ---------------------------------------------------------- */

static struct digest key_of(const struct job *job)
{
	const struct samples_source *s = job->source;
	const struct project_augment *a = &s->train->augment;
	struct digest_state state;
	char text[256];

	digest_init(&state);
	digest_add(&state, CACHE_VERSION, sizeof(CACHE_VERSION));
	digest_add(&state, s->recipe_bytes->data, s->recipe_bytes->len);
	digest_add(&state, s->recorded->dataset_tar->id.bytes,
		   sizeof(s->recorded->dataset_tar->id.bytes));
	snprintf(text, sizeof(text), "%d %ld %d %ld %a %a %a %a",
		 job->out->k, s->train->shift_ms, job->changes_sound,
		 s->train->seed, a->speed, a->noise_db, a->tilt_db,
		 a->gain_db);
	digest_add(&state, text, strlen(text) + 1);
	for (size_t i = 0; i < job->out->n; i++) {
		const struct labels_item *item = job->out->items[i];
		const uint32_t where[] = { item->recording, item->start,
					   item->end };

		digest_add(&state, where, sizeof(where));
	}
	return digest_end(&state);
}

/* ---- features ----------------------------------------------------------- */

static int compute(struct job *job, struct err *err)
{
	const struct samples_source *s = job->source;
	struct features_items *out = job->out;
	size_t clips = out->n * (size_t)out->k;
	size_t numbers = clips * dsp_outputs(s->recipe);
	/* what needs no memory to work in is computed as fast as read */
	bool keep = s->cache && dsp_scratch_bytes(s->recipe) > 0;
	struct digest key;
	int ret;

	if (keep) {
		key = key_of(job);
		if (cache_get(s->cache, &key, out->x, numbers))
			return 0;
	}
	ret = open_desks(job, err);
	if (!ret)
		ret = features_compute_all(s->recipe, s->pool,
			&(struct features_clips){ fetch_clip, job, clips },
			out->x, err);
	close_desks(job);
	if (!ret && keep)
		cache_put(s->cache, &key, out->x, numbers);
	return ret;
}

/* ---- training data ------------------------------------------------------ */

static void fetch_changed(void *ctx, size_t sample, struct rng *rng,
			  float *out)
{
	const struct samples *s = ctx;
	size_t row = sample * (size_t)s->rows.k;

	if (!rng) {
		train_fetch_rows((void *)(uintptr_t)&s->rows, sample, rng,
				 out);
		return;
	}
	row += rng_below(rng, (uint32_t)s->rows.k);
	augment_features(s->augment, s->kind, s->shape,
			 s->rows.x + row * s->rows.values, rng, out);
}

static bool changes_features(const struct project_augment *a)
{
	return a->time_mask > 0 || a->band_mask > 0 || a->move > 0 ||
	       strcmp(a->flip, "yes") == 0 || a->cutout > 0 ||
	       a->brightness > 0 || a->turn > 0 || a->scale > 0 ||
	       a->warp > 0 || a->jitter > 0;
}

static void describe(struct samples *samples, const struct samples_source *s,
		     bool is_train)
{
	const struct dsp_recipe *r = s->recipe;

	samples->rows = (struct train_rows){ samples->items.x,
					     dsp_outputs(r),
					     samples->items.k };
	samples->shape = (struct augment_shape){ r->frames, r->coefficients,
						 r->channels };
	samples->kind = s->recorded->dataset.kind;
	samples->data = (struct train_data){
		.n = samples->items.n, .fetch = train_fetch_rows,
		.ctx = &samples->rows, .y = samples->items.y };
	if (is_train && changes_features(&s->train->augment)) {
		samples->augment = &s->train->augment;
		samples->data.fetch = fetch_changed;
		samples->data.ctx = samples;
	}
}

static int variants_of(const struct samples_source *s, bool changes_sound)
{
	if (changes_sound)
		return (int)s->train->augment.variants;
	return s->train->shift_ms && s->recorded->dataset.kind ==
	       DATASET_AUDIO ? SHIFTS : 1;
}

static int check(const struct samples_source *s, struct err *err)
{
	const struct dsp_recipe *r = s->recipe;
	bool is_raw = dsp_outputs(r) == (size_t)r->length_samples * r->axes;
	int ret = features_items_check(r, &s->recorded->dataset, err);

	return ret ? ret : augment_check(&s->train->augment,
					 s->recorded->dataset.kind, is_raw,
					 err);
}

int samples_make(struct samples *samples, const struct samples_source *source,
		 enum labels_part part, struct err *err)
{
	bool is_train = part == LABELS_TRAIN;
	struct job job = { .source = source, .out = &samples->items };
	int ret = check(source, err);

	*samples = (struct samples){ 0 };
	if (ret)
		return ret;
	job.changes_sound = is_train &&
			    augment_needs_sound(&source->train->augment);
	ret = features_items_list(&samples->items, &source->recorded->labels,
		part, (struct features_room){
			is_train ? variants_of(source, job.changes_sound) : 1,
			dsp_outputs(source->recipe) }, err);
	if (!ret)
		ret = compute(&job, err);
	if (!ret)
		describe(samples, source, is_train);
	return ret;
}

void samples_release(struct samples *samples)
{
	features_items_release(&samples->items);
	*samples = (struct samples){ 0 };
}

static void fetch_some(void *ctx, size_t sample, struct rng *rng, float *out)
{
	const struct samples_some *some = ctx;
	const struct train_data *data = &some->from->data;

	data->fetch(data->ctx, some->index[sample], rng, out);
}

int samples_pick(struct samples_some *some, const struct samples *from,
		 int32_t class, struct err *err)
{
	*some = (struct samples_some){ .from = from };
	some->index = calloc(from->items.n + 1, sizeof(*some->index));
	if (!some->index)
		return err_nomem(err);
	some->data.fetch = fetch_some;
	some->data.ctx = some;
	for (size_t i = 0; i < from->items.n; i++)
		if (from->items.y[i] == class)
			some->index[some->data.n++] = i;
	return 0;
}

void samples_drop(struct samples_some *some)
{
	free(some->index);
	*some = (struct samples_some){ 0 };
}
