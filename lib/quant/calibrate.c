#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/runner.h"
#include "quant/histogram.h"
#include "quant/scale.h"

enum { METHODS = QUANT_AUTO };	/* those before it */

/* What the passes over the samples find out. */
struct watch {
	const struct model *model;
	struct quant_range *whole;	/* of every tensor */
	uint64_t *bins;			/* tensor_count x HISTOGRAM_BINS */
	struct quant_range *choices;	/* tensor_count x METHODS */
	double *errors;			/* of each choice */
	void (*note)(struct watch *w, int tensor, const float *x, size_t n);
	int bad;	/* -1, or the tensor that held something not finite */
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

static void note_range(struct watch *w, int tensor, const float *x, size_t n)
{
	struct quant_range *r = &w->whole[tensor];

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i])) {
			w->bad = tensor;
			return;
		}
		if (x[i] < r->min)
			r->min = x[i];
		if (x[i] > r->max)
			r->max = x[i];
	}
}

static void note_bins(struct watch *w, int tensor, const float *x, size_t n)
{
	histogram_add(w->bins + (size_t)tensor * HISTOGRAM_BINS,
		      w->whole[tensor], x, n);
}

static void note_errors(struct watch *w, int tensor, const float *x, size_t n)
{
	for (int m = 0; m < METHODS; m++) {
		size_t at = (size_t)tensor * METHODS + (size_t)m;
		struct quant_scale s = quant_scale_s8(w->choices[at]);
		double sum = 0;

		for (size_t i = 0; i < n; i++) {
			double off = quant_nearest(s, x[i]) - (double)x[i];

			sum += off * off;
		}
		w->errors[at] += sum;
	}
}

/* ---- passes over the samples --------------------------------------------- */

static void note(struct watch *w, int tensor, const float *x)
{
	w->note(w, tensor, x, model_elements(&w->model->tensors[tensor]));
}

/* Operations of the image are the model's, one for one. */
static int after(void *ctx, struct run *run, unsigned op)
{
	struct watch *w = ctx;
	struct model_image_op record = model_image_op(&run->image, op);
	struct run_tensor out = run_tensor(run, record.outputs[0]);

	note(w, w->model->ops[op].output, (const float *)(void *)out.data);
	return w->bad < 0 ? 0 : ERR_RANGE;
}

static int not_finite(const struct watch *w, size_t sample, struct err *err)
{
	err_set(err, ERR_RANGE, "tensor '%s' is not finite",
		w->model->tensors[w->bad].name);
	err_at(err, "calibration sample %zu", sample);
	err_hint(err, "is the data clean and did training converge?");
	return ERR_RANGE;
}

static int one_sample(struct plan_runner *x, struct watch *w, const float *from)
{
	for (int i = 0; i < w->model->input_count; i++) {
		struct run_tensor input = run_input(&x->run, (unsigned)i);
		int tensor = w->model->inputs[i];

		memcpy(input.data, from,
		       model_bytes(&w->model->tensors[tensor]));
		note(w, tensor, from);
		from += model_elements(&w->model->tensors[tensor]);
	}
	if (w->bad >= 0)
		return ERR_RANGE;
	return run_steps(&x->run, 0, run_op_count(&x->run), after, w);
}

static int pass(struct plan_runner *x, struct watch *w,
		const struct quant_samples *samples,
		const struct progress *progress, struct err *err)
{
	w->bad = -1;
	for (size_t i = 0; i < samples->count; i++) {
		int ret = one_sample(x, w, samples->x + i * samples->numbers);

		if (w->bad >= 0)
			return not_finite(w, i, err);
		if (ret)
			return err_set(err, ret, "calibration cannot run");
		progress_tick(progress, "calibrating", (double)(i + 1),
			      (double)samples->count, NULL);
	}
	return 0;
}

/* ---- from what was noted to ranges --------------------------------------- */

static void choose_from_bins(struct watch *w,
			     const struct quant_calibration *how)
{
	for (int t = 0; t < w->model->tensor_count; t++) {
		const uint64_t *bins = w->bins + (size_t)t * HISTOGRAM_BINS;
		struct quant_range *to = w->choices + (size_t)t * METHODS;

		for (int m = 0; m < METHODS; m++)
			to[m] = w->whole[t];
		if (w->model->tensors[t].data)
			continue;
		if (how->method != QUANT_MSE)
			to[QUANT_PERCENTILE] = histogram_percentile(
				bins, w->whole[t], how->percentile);
		if (how->method != QUANT_PERCENTILE)
			to[QUANT_MSE] = histogram_least_squares(bins,
								w->whole[t]);
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

static void take_choices(struct watch *w, enum quant_method method,
			 struct quant_range *ranges)
{
	for (int t = 0; t < w->model->tensor_count; t++) {
		size_t at = (size_t)t * METHODS;
		enum quant_method m = method == QUANT_AUTO ?
			least(w->errors + at) : method;

		ranges[t] = w->choices[at + (size_t)m];
	}
}

static int narrow(struct plan_runner *x, struct watch *w,
		  const struct quant_samples *samples,
		  const struct quant_calibration *how,
		  const struct progress *progress, struct err *err)
{
	int ret;

	w->note = note_bins;
	ret = pass(x, w, samples, progress, err);
	if (ret)
		return ret;
	choose_from_bins(w, how);
	w->note = note_errors;
	return how->method == QUANT_AUTO ? pass(x, w, samples, progress, err)
					 : 0;
}

static int calibrate(struct plan_runner *x, const struct model *model,
		     const struct quant_samples *samples,
		     const struct quant_calibration *how,
		     const struct progress *progress,
		     struct quant_range *ranges, struct err *err)
{
	size_t n = (size_t)model->tensor_count;
	struct watch w = { .model = model, .whole = ranges,
			   .note = note_range };
	int ret = pass(x, &w, samples, progress, err);

	if (ret || how->method == QUANT_MINMAX)
		return ret;
	w.bins = calloc(n * HISTOGRAM_BINS, sizeof(*w.bins));
	w.choices = calloc(n * METHODS, sizeof(*w.choices));
	w.errors = calloc(n * METHODS, sizeof(*w.errors));
	ret = w.bins && w.choices && w.errors ?
		narrow(x, &w, samples, how, progress, err) : err_nomem(err);
	if (!ret)
		take_choices(&w, how->method, ranges);
	free(w.bins);
	free(w.choices);
	free(w.errors);
	return ret;
}

/* ---- what is accepted ---------------------------------------------------- */

static int check_samples(const struct model *model,
			 const struct quant_samples *samples, struct err *err)
{
	size_t numbers = 0;

	for (int i = 0; i < model->input_count; i++) {
		const struct model_tensor *t =
			&model->tensors[model->inputs[i]];

		if (t->type != KERN_F32)
			return err_set(err, ERR_UNSUPPORTED, "input '%s' is "
				       "%s: only float32 models are "
				       "calibrated", t->name,
				       model_type_name(t->type));
		numbers += model_elements(t);
	}
	if (!samples->count) {
		err_set(err, ERR_RANGE, "no samples to calibrate with");
		err_hint(err, "the train part of the labels is empty: raise "
			 "'label.train' or add recordings");
		return ERR_RANGE;
	}
	if (samples->numbers != numbers) {
		err_set(err, ERR_RANGE, "a calibration sample has %zu numbers, "
			"the model takes %zu", samples->numbers, numbers);
		err_hint(err, "calibrate with inputs of the shape that the "
			 "model was trained on");
		return ERR_RANGE;
	}
	return 0;
}

int quant_calibrate(const struct model *model,
		    const struct quant_samples *samples,
		    const struct quant_calibration *how,
		    const struct progress *progress,
		    struct quant_range *ranges, struct err *err)
{
	struct plan_runner x;
	int ret = check_samples(model, samples, err);

	memset(ranges, 0, (size_t)model->tensor_count * sizeof(*ranges));
	if (!ret)
		ret = plan_runner_open_model(&x, model, err);
	if (ret)
		return ret;
	ret = calibrate(&x, model, samples, how, progress, ranges, err);
	plan_runner_close(&x);
	return ret;
}
