#include "quant/watch.h"

#include <math.h>
#include <string.h>

#include "plan/runner.h"

struct watch {
	const struct model *model;
	quant_note *note;
	void *ctx;
	int bad;	/* -1, or the tensor that held something not finite */
};

int quant_check_samples(const struct model *model,
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

static int show(struct watch *w, int tensor, const float *x)
{
	size_t n = model_elements(&w->model->tensors[tensor]);

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i])) {
			w->bad = tensor;
			return ERR_RANGE;
		}
	}
	w->note(w->ctx, tensor, x, n);
	return 0;
}

/* Operations of the image are the model's, one for one. */
static int after(void *ctx, struct run *run, unsigned op)
{
	struct watch *w = ctx;
	struct model_image_op record = model_image_op(&run->image, op);
	struct run_tensor out = run_tensor(run, record.outputs[0]);

	return show(w, w->model->ops[op].output,
		    (const float *)(void *)out.data);
}

static int one_sample(struct plan_runner *x, struct watch *w, const float *from)
{
	for (int i = 0; i < w->model->input_count; i++) {
		struct run_tensor input = run_input(&x->run, (unsigned)i);
		int tensor = w->model->inputs[i];
		int ret = show(w, tensor, from);

		if (ret)
			return ret;
		memcpy(input.data, from,
		       model_bytes(&w->model->tensors[tensor]));
		from += model_elements(&w->model->tensors[tensor]);
	}
	return run_steps(&x->run, 0, run_op_count(&x->run), after, w);
}

static int not_finite(const struct watch *w, size_t sample, struct err *err)
{
	err_set(err, ERR_RANGE, "tensor '%s' is not finite",
		w->model->tensors[w->bad].name);
	err_at(err, "calibration sample %zu", sample);
	err_hint(err, "is the data clean and did training converge?");
	return ERR_RANGE;
}

int quant_watch(const struct model *model, const struct quant_samples *samples,
		quant_note *note, void *ctx, const struct progress *progress,
		struct err *err)
{
	struct watch w = { model, note, ctx, -1 };
	struct plan_runner x;
	int ret = quant_check_samples(model, samples, err);

	if (!ret)
		ret = plan_runner_open_model(&x, model, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < samples->count && !ret; i++) {
		ret = one_sample(&x, &w, samples->x + i * samples->numbers);
		if (ret && w.bad >= 0)
			ret = not_finite(&w, i, err);
		progress_tick(progress, "calibrating", (double)(i + 1),
			      (double)samples->count, NULL);
	}
	plan_runner_close(&x);
	return ret;
}
