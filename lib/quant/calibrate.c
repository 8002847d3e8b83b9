#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/runner.h"
#include "quant/quant.h"

enum { BINS = 4096 };

/* Which tensors an operation's output is known under, and what to note. */
struct watch {
	const struct model *model;
	struct quant_range *ranges;
	uint64_t *counts;	/* tensor_count x BINS in the second pass */
	const struct quant_range *whole;	/* ranges of the first pass */
	bool finite;
	int bad;		/* the tensor that held something not finite */
};

int quant_method_parse(const char *name, enum quant_method *method,
		       struct err *err)
{
	if (strcmp(name, "minmax") == 0)
		*method = QUANT_MINMAX;
	else if (strcmp(name, "percentile") == 0)
		*method = QUANT_PERCENTILE;
	else
		return err_set(err, ERR_USAGE, "'%s' is not a calibration "
			       "method: minmax, percentile", name);
	return 0;
}

static void note_range(struct watch *w, int tensor, const float *x, size_t n)
{
	struct quant_range *r = &w->ranges[tensor];

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i])) {
			w->finite = false;
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
	const struct quant_range *r = &w->whole[tensor];
	double width = (double)r->max - r->min;
	uint64_t *bins = w->counts + (size_t)tensor * BINS;

	for (size_t i = 0; i < n && width > 0; i++) {
		double at = ((double)x[i] - r->min) / width * BINS;
		int bin = (int)at;

		bins[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
	}
}

static void note(struct watch *w, int tensor, const float *x)
{
	size_t n = model_elements(&w->model->tensors[tensor]);

	if (w->counts)
		note_bins(w, tensor, x, n);
	else
		note_range(w, tensor, x, n);
}

/* Operations of the image are the model's, one for one. */
static int after(void *ctx, struct run *run, unsigned op)
{
	struct watch *w = ctx;
	struct model_image_op record = model_image_op(&run->image, op);
	struct run_tensor out = run_tensor(run, record.outputs[0]);

	note(w, w->model->ops[op].output, (const float *)(void *)out.data);
	return w->finite ? 0 : ERR_RANGE;
}

static int check_input(const struct model *model, struct err *err)
{
	if (model->input_count == 1 &&
	    model->tensors[model->inputs[0]].type == KERN_F32)
		return 0;
	return err_set(err, ERR_UNSUPPORTED, "only models with a single float "
		       "input can be calibrated");
}

static int pass(struct plan_runner *x, struct watch *w, const float *samples,
		size_t count, const struct progress *progress, struct err *err)
{
	const struct model_tensor *in;
	struct run_tensor input = run_input(&x->run, 0);
	size_t n;
	int ret = 0;

	in = &w->model->tensors[w->model->inputs[0]];
	n = model_elements(in);
	for (size_t i = 0; i < count && !ret; i++) {
		memcpy(input.data, samples + i * n, n * sizeof(float));
		note(w, w->model->inputs[0], samples + i * n);
		if (w->finite)
			ret = run_steps(&x->run, 0, run_op_count(&x->run),
					after, w);
		if (!w->finite) {
			err_set(err, ERR_RANGE, "tensor '%s' is not finite",
				w->model->tensors[w->bad].name);
			err_at(err, "calibration sample %zu", i);
			err_hint(err, "is the data clean and did training "
				 "converge?");
			return ERR_RANGE;
		}
		progress_tick(progress, "calibrating", (double)(i + 1),
			      (double)count, NULL);
	}
	return ret;
}

/* Move both ends inwards past QUANT_TAIL of the values each. */
static void trim(struct quant_range *r, const uint64_t *bins)
{
	double width = ((double)r->max - r->min) / BINS, total = 0, low = 0;
	double high = 0;
	int first = 0, last = BINS;

	for (int i = 0; i < BINS; i++)
		total += (double)bins[i];
	while (first < last && low + (double)bins[first] <= QUANT_TAIL * total)
		low += (double)bins[first++];
	while (last > first &&
	       high + (double)bins[last - 1] <= QUANT_TAIL * total)
		high += (double)bins[--last];
	r->max = (float)(r->min + last * width);
	r->min = (float)(r->min + first * width);
}

static int second_pass(struct plan_runner *x, const struct model *model,
		       const float *samples, size_t count,
		       const struct progress *progress,
		       struct quant_range *ranges, struct err *err)
{
	size_t tensors = (size_t)model->tensor_count;
	struct watch w = { .model = model, .whole = ranges, .finite = true };
	int ret;

	w.counts = calloc(tensors * BINS, sizeof(*w.counts));
	if (!w.counts)
		return err_nomem(err);
	ret = pass(x, &w, samples, count, progress, err);
	for (size_t t = 0; t < tensors && !ret; t++)
		trim(&ranges[t], w.counts + t * BINS);
	free(w.counts);
	return ret;
}

int quant_calibrate(const struct model *model, const float *samples,
		    size_t count, enum quant_method method,
		    const struct progress *progress,
		    struct quant_range *ranges, struct err *err)
{
	struct watch w = { .model = model, .ranges = ranges, .finite = true };
	struct plan_runner x;
	int ret;

	if (!count) {
		err_set(err, ERR_RANGE, "no samples to calibrate with");
		err_hint(err, "the train part of the labels is empty");
		return ERR_RANGE;
	}
	memset(ranges, 0, (size_t)model->tensor_count * sizeof(*ranges));
	ret = check_input(model, err);
	if (!ret)
		ret = plan_runner_open_model(&x, model, err);
	if (ret)
		return ret;
	ret = pass(&x, &w, samples, count, progress, err);
	if (!ret && method == QUANT_PERCENTILE)
		ret = second_pass(&x, model, samples, count, progress, ranges,
				  err);
	plan_runner_close(&x);
	return ret;
}
