#include <stdlib.h>
#include <string.h>

#include "quant/histogram.h"
#include "quant/scale.h"
#include "quant/watch.h"

enum { METHODS = QUANT_AUTO };	/* those before it */

/* What the passes over the samples find out. */
struct found {
	const struct model *model;
	struct quant_range *whole;	/* of every tensor */
	uint64_t *bins;			/* tensor_count x HISTOGRAM_BINS */
	struct quant_range *choices;	/* tensor_count x METHODS */
	double *errors;			/* of each choice */
};

/* How to look, and at what. */
struct look {
	const struct quant_samples *samples;
	const struct quant_calibration *how;
	const struct progress *progress;
	struct err *err;
};

static const char *const method_names[] = {
	[QUANT_MINMAX] = "minmax", [QUANT_PERCENTILE] = "percentile",
	[QUANT_MSE] = "mse", [QUANT_AUTO] = "auto",
};

int quant_method_parse(const char *name, enum quant_method *method,
		       struct err *err)
{
	for (int i = QUANT_MINMAX; i <= QUANT_AUTO; i++) {
		if (strcmp(name, method_names[i]) == 0) {
			*method = (enum quant_method)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%s' is not a calibration method: "
		       "minmax, percentile, mse, auto", name);
}

/* ---- what a pass notes of a tensor --------------------------------------- */

static void note_range(void *ctx, int tensor, const float *x, size_t n)
{
	struct found *f = ctx;
	struct quant_range *r = &f->whole[tensor];

	for (size_t i = 0; i < n; i++) {
		if (x[i] < r->min)
			r->min = x[i];
		if (x[i] > r->max)
			r->max = x[i];
	}
}

static void note_bins(void *ctx, int tensor, const float *x, size_t n)
{
	struct found *f = ctx;

	histogram_add(f->bins + (size_t)tensor * HISTOGRAM_BINS,
		      f->whole[tensor], x, n);
}

static void note_errors(void *ctx, int tensor, const float *x, size_t n)
{
	struct found *f = ctx;

	for (int m = 0; m < METHODS; m++) {
		size_t at = (size_t)tensor * METHODS + (size_t)m;
		struct quant_scale s = quant_scale_s8(f->choices[at]);
		double sum = 0;

		for (size_t i = 0; i < n; i++) {
			double off = quant_nearest(s, x[i]) - (double)x[i];

			sum += off * off;
		}
		f->errors[at] += sum;
	}
}

/* ---- from what was noted to ranges --------------------------------------- */

static void choose_from_bins(struct found *f,
			     const struct quant_calibration *how)
{
	for (int t = 0; t < f->model->tensor_count; t++) {
		const uint64_t *bins = f->bins + (size_t)t * HISTOGRAM_BINS;
		struct quant_range *to = f->choices + (size_t)t * METHODS;

		for (int m = 0; m < METHODS; m++)
			to[m] = f->whole[t];
		if (f->model->tensors[t].data)
			continue;
		if (how->method != QUANT_MSE)
			to[QUANT_PERCENTILE] = histogram_percentile(
				bins, f->whole[t], how->percentile);
		if (how->method != QUANT_PERCENTILE)
			to[QUANT_MSE] = histogram_least_squares(bins,
								f->whole[t]);
	}
}

static enum quant_method least(const double errors[METHODS])
{
	enum quant_method best = QUANT_MINMAX;

	for (int m = 1; m < METHODS; m++)
		if (errors[m] < errors[best])
			best = (enum quant_method)m;
	return best;
}

static void take_choices(const struct found *f, enum quant_method method,
			 struct quant_range *ranges)
{
	for (int t = 0; t < f->model->tensor_count; t++) {
		size_t at = (size_t)t * METHODS;
		enum quant_method m = method == QUANT_AUTO ?
			least(f->errors + at) : method;

		ranges[t] = f->choices[at + (size_t)m];
	}
}

static int pass(const struct look *l, struct found *f, quant_note *note)
{
	return quant_watch(f->model, l->samples, note, f, l->progress, l->err);
}

static int narrow(const struct look *l, struct found *f)
{
	int ret = pass(l, f, note_bins);

	if (ret)
		return ret;
	choose_from_bins(f, l->how);
	return l->how->method == QUANT_AUTO ? pass(l, f, note_errors) : 0;
}

int quant_calibrate(const struct model *model,
		    const struct quant_samples *samples,
		    const struct quant_calibration *how,
		    const struct progress *progress,
		    struct quant_range *ranges, struct err *err)
{
	const struct look l = { samples, how, progress, err };
	struct found f = { .model = model, .whole = ranges };
	size_t n = (size_t)model->tensor_count;
	int ret;

	memset(ranges, 0, n * sizeof(*ranges));
	ret = pass(&l, &f, note_range);
	if (ret || how->method == QUANT_MINMAX)
		return ret;
	f.bins = calloc(n * HISTOGRAM_BINS, sizeof(*f.bins));
	f.choices = calloc(n * METHODS, sizeof(*f.choices));
	f.errors = calloc(n * METHODS, sizeof(*f.errors));
	ret = f.bins && f.choices && f.errors ? narrow(&l, &f) :
		err_nomem(err);
	if (!ret)
		take_choices(&f, how->method, ranges);
	free(f.bins);
	free(f.choices);
	free(f.errors);
	return ret;
}
