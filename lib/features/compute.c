#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "features/features.h"

int features_open(const void *blob, size_t n, struct dsp_recipe *recipe,
		  struct err *err)
{
	int ret = dsp_open(blob, n, recipe);

	if (ret)
		return err_set(err, ret, "the feature recipe cannot be used: "
			       "%s", err_kind_text(ret));
	return 0;
}

int features_shape(const void *blob, size_t n, struct features_shape *shape,
		   struct err *err)
{
	struct dsp_recipe r;
	int ret = features_open(blob, n, &r, err);

	if (!ret)
		*shape = (struct features_shape){
			.frames = r.frames, .coefficients = r.coefficients,
			.channels = r.channels,
			.length_samples = r.length_samples, .axes = r.axes,
			.sample_bytes = r.sample_bytes,
			.rate_hz = (long)r.rate_hz
		};
	return ret;
}

/* What one worker owns. */
struct desk {
	uint64_t *scratch;
	int32_t *fixed;
	int16_t *counts;	/* a clip of floats */
	size_t failed;		/* lowest clip that failed here */
	struct err err;
};

struct job {
	const struct dsp_recipe *recipe;
	const struct features_clips *clips;
	float *out;
	struct desk *desks;
};

static int16_t count_of(float value, double unit)
{
	double x = (double)value / unit;

	if (!(x > -32768))
		return x != x ? 0 : INT16_MIN;
	if (x >= 32767)
		return INT16_MAX;
	return (int16_t)(x < 0 ? x - 0.5 : x + 0.5);
}

/* The clip's own rows of a recording of floats. */
static void make_counts(const struct dsp_recipe *r,
			const struct features_clip *clip, int16_t *counts)
{
	double unit;
	size_t axes = r->axes;

	memcpy(&unit, &r->unit_bits, sizeof(unit));
	memset(counts, 0, dsp_clip_bytes(r));
	for (size_t t = 0; t < r->length_samples; t++) {
		int64_t row = (int64_t)t + clip->offset;
		const float *from = clip->values;

		if (row < 0 || (uint64_t)row >= clip->samples)
			continue;
		from += (size_t)row * axes;
		for (size_t a = 0; a < axes; a++)
			counts[t * axes + a] = count_of(from[a], unit);
	}
}

/* Counts must be made first: these floats are not what the recipe takes. */
static bool needs_counts(const struct dsp_recipe *r,
			 const struct features_clip *clip)
{
	return clip->values && r->sample_bytes != sizeof(float);
}

static const void *samples_of(const struct features_clip *clip)
{
	if (clip->pixels)
		return clip->pixels;
	return clip->values ? (const void *)clip->values : clip->pcm;
}

void features_clip_samples(const struct dsp_recipe *r,
			   const struct features_clip *clip, void *out)
{
	const uint8_t *from = samples_of(clip);
	size_t row = dsp_row_bytes(r);

	if (needs_counts(r, clip)) {
		make_counts(r, clip, out);
		return;
	}
	for (size_t t = 0; t < r->length_samples; t++) {
		int64_t at = (int64_t)t + clip->offset;
		uint8_t *to = (uint8_t *)out + t * row;

		if (at < 0 || (uint64_t)at >= clip->samples)
			memset(to, 0, row);
		else
			memcpy(to, from + (size_t)at * row, row);
	}
}

static void compute_fixed(const struct dsp_recipe *r, const struct desk *desk,
			  const struct features_clip *clip)
{
	if (needs_counts(r, clip)) {
		make_counts(r, clip, desk->counts);
		dsp_compute(r, desk->counts, r->length_samples, 0,
			    desk->fixed, desk->scratch);
	} else {
		dsp_compute(r, samples_of(clip), clip->samples, clip->offset,
			    desk->fixed, desk->scratch);
	}
}

static void compute(const struct job *job, const struct desk *desk,
		    const struct features_clip *clip, float *out)
{
	size_t n = dsp_outputs(job->recipe);

	compute_fixed(job->recipe, desk, clip);
	for (size_t i = 0; i < n; i++)
		out[i] = (float)desk->fixed[i] * 0x1p-16f;
}

/* The clip's samples are of the recipe's type, and there when not empty. */
static int check_clip(const struct dsp_recipe *r,
		      const struct features_clip *clip, struct err *err)
{
	if (clip->samples == 0 ||
	    (r->sample_bytes == 1 && clip->pixels) ||
	    (r->sample_bytes == sizeof(float) && clip->values) ||
	    (r->sample_bytes == sizeof(int16_t) &&
	     (clip->pcm || (clip->values && r->unit_bits))))
		return 0;
	return err_set(err, ERR_UNSUPPORTED, "these features cannot be made "
		       "from samples of this type");
}

static void compute_clip(void *ctx, size_t item, int worker)
{
	struct job *job = ctx;
	struct desk *desk = &job->desks[worker];
	struct features_clip clip = { 0 };
	struct err err = { 0 };
	int ret = job->clips->fetch(job->clips->ctx, item, worker, &clip,
				    &err);

	if (!ret)
		ret = check_clip(job->recipe, &clip, &err);
	if (!ret) {
		compute(job, desk, &clip,
			job->out + item * dsp_outputs(job->recipe));
	} else if (!desk->err.kind || item < desk->failed) {
		err_set(&err, ret, "%s", err_kind_text(ret));
		desk->failed = item;
		desk->err = err;
	}
}

static bool open_desk(struct desk *desk, const struct dsp_recipe *recipe)
{
	desk->scratch = malloc(dsp_scratch_bytes(recipe) + 1);
	desk->counts = malloc(dsp_clip_bytes(recipe));
	desk->fixed = malloc(dsp_outputs(recipe) * sizeof(*desk->fixed));
	return desk->scratch && desk->counts && desk->fixed;
}

/* Free the desks and hand over the error of the lowest clip. */
static int close_desks(struct desk *desks, int n, struct err *err)
{
	const struct desk *first = NULL;
	int ret = 0;

	for (int i = 0; i < n; i++) {
		if (desks[i].err.kind &&
		    (!first || desks[i].failed < first->failed))
			first = &desks[i];
		free(desks[i].scratch);
		free(desks[i].counts);
		free(desks[i].fixed);
	}
	if (first) {
		ret = first->err.kind;
		err_set(err, ret, "%s", first->err.text);
		err_at(err, "%s", first->err.place);
		err_hint(err, "%s", first->err.hint);
	}
	free(desks);
	return ret;
}

int features_compute_all(const struct dsp_recipe *recipe, struct pool *pool,
			 const struct features_clips *clips, float *out,
			 struct err *err)
{
	int threads = pool_threads(pool);
	struct desk *desks = calloc((size_t)threads, sizeof(*desks));
	struct job job = { recipe, clips, out, desks };
	bool ready = desks != NULL;

	for (int i = 0; ready && i < threads; i++)
		ready = open_desk(&desks[i], recipe);
	if (ready)
		pool_run(pool, compute_clip, &job, clips->count);
	else
		err_nomem(err);
	if (!desks)
		return ERR_MEM;
	return close_desks(desks, threads, err) ?: ready ? 0 : ERR_MEM;
}

int features_quantiser(double scale, int32_t *multiplier, int *shift,
		       struct err *err)
{
	int exponent;
	int64_t m;

	if (!(scale > 0x1p-40 && scale < 0x1p16))
		return err_set(err, ERR_RANGE, "an input scale of %g cannot be "
			       "used for features", scale);
	/* 2^-16 / scale = m 2^(exponent - 31 - 16), m of 31 bits */
	m = (int64_t)(frexp(1 / scale, &exponent) * 0x1p31 + 0.5);
	if (m > INT32_MAX) {
		m /= 2;
		exponent++;
	}
	*multiplier = (int32_t)m;
	*shift = 31 + DSP_FEATURE_Q - exponent;
	return 0;
}
