#include "quant/correct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/cut.h"
#include "plan/runner.h"
#include "quant/scale.h"
#include "quant/watch.h"

/* Sums over the samples of each tensor that a layer reads. */
struct means {
	const struct model *quantised;
	double **plain, **rounded;	/* NULL: nobody asks */
};

static bool is_layer(const struct model_op *op)
{
	return (op->op == KERN_CONV_2D || op->op == KERN_DEPTHWISE_CONV_2D ||
		op->op == KERN_FULLY_CONNECTED) &&
	       op->input_count > 2 && op->inputs[2] >= 0;
}

static void means_release(struct means *m, const struct model *model)
{
	for (int t = 0; t < model->tensor_count; t++) {
		if (m->plain)
			free(m->plain[t]);
		if (m->rounded)
			free(m->rounded[t]);
	}
	free(m->plain);
	free(m->rounded);
}

static int means_init(struct means *m, const struct model *model,
		      struct err *err)
{
	size_t n = (size_t)model->tensor_count + 1;

	m->plain = calloc(n, sizeof(*m->plain));
	m->rounded = calloc(n, sizeof(*m->rounded));
	if (!m->plain || !m->rounded)
		return err_nomem(err);
	for (int i = 0; i < model->op_count; i++) {
		int t = model->ops[i].inputs[0];
		size_t count = model_elements(&model->tensors[t]);

		if (!is_layer(&model->ops[i]) || m->plain[t])
			continue;
		m->plain[t] = calloc(count, sizeof(**m->plain));
		m->rounded[t] = calloc(count, sizeof(**m->rounded));
		if (!m->plain[t] || !m->rounded[t])
			return err_nomem(err);
	}
	return 0;
}

static void note_sums(void *ctx, int tensor, const float *x, size_t n)
{
	struct means *m = ctx;
	const struct model_quant *q = &m->quantised->tensors[tensor].quant;
	const struct quant_scale s = { q->scales[0], q->zeros[0] };

	bool is_s8 = m->quantised->tensors[tensor].type == KERN_S8;

	if (!m->plain[tensor])
		return;
	for (size_t i = 0; i < n; i++) {
		m->plain[tensor][i] += (double)x[i];
		m->rounded[tensor][i] += is_s8 ?
			quant_nearest(s, (double)x[i]) : (double)x[i];
	}
}

/* The weights that the int8 layer really has. */
static void take_weights(const struct model_tensor *from, float *to)
{
	const struct model_quant *q = &from->quant;
	const int8_t *w = from->data;
	size_t inner = 1;

	for (int a = q->axis + 1; a < from->rank; a++)
		inner *= (size_t)from->dims[a];
	for (size_t i = 0; i < model_elements(from); i++)
		to[i] = (float)w[i] * q->scales[i / inner % q->n];
}

/* sums: of the layer's output channels, over all its positions, without
 * bias and activation. */
static int run_layer(const struct model *layer, const double *sums,
		     size_t count, double *out, struct err *err)
{
	const struct model_tensor *in = &layer->tensors[layer->inputs[0]];
	const struct model_tensor *y = &layer->tensors[layer->outputs[0]];
	size_t n = model_elements(in), channels;
	struct plan_runner r;
	float *x = calloc(n + model_elements(y), sizeof(*x));
	int ret = x ? plan_runner_open_model(&r, layer, err) : err_nomem(err);

	if (!ret) {
		for (size_t i = 0; i < n; i++)
			x[i] = (float)(sums[i] / (double)count);
		plan_runner_infer(&r, x, x + n);
		channels = (size_t)y->dims[y->rank - 1];
		for (size_t i = 0; i < model_elements(y); i++)
			out[i % channels] += (double)x[n + i];
		plan_runner_close(&r);
	}
	free(x);
	return ret;
}

/* Tensor of the part that is constant `which` of its only operation. */
static struct model_tensor *constant(struct model *layer, int which)
{
	return &layer->tensors[layer->ops[0].inputs[which]];
}

/* out: mean shift of each channel. */
static int shift_of(const struct means *m, const struct model *model, int op,
		    size_t count, double *out, struct err *err)
{
	int x = model->ops[op].inputs[0];
	size_t channels = model_elements(
		&model->tensors[model->ops[op].inputs[2]]), positions;
	double *plain = calloc(channels, sizeof(*plain));
	struct model layer;
	int ret = plain ? model_cut(&layer, model, op, op + 1, err)
			: err_nomem(err);

	if (ret) {
		free(plain);
		return ret;
	}
	layer.ops[0].attr.act = MODEL_ACT_NONE;
	memset(constant(&layer, 2)->data, 0, model_bytes(constant(&layer, 2)));
	ret = run_layer(&layer, m->plain[x], count, plain, err);
	take_weights(&m->quantised->tensors[model->ops[op].inputs[1]],
		     constant(&layer, 1)->data);
	if (!ret)
		ret = run_layer(&layer, m->rounded[x], count, out, err);
	positions = model_elements(&layer.tensors[layer.outputs[0]]) /
		    channels;
	for (size_t c = 0; c < channels; c++)
		out[c] = (out[c] - plain[c]) / (double)positions;
	model_release(&layer);
	free(plain);
	return ret;
}

/* What would leave int32 stays as it was. */
static void move_bias(struct model_tensor *bias, const double *shift)
{
	for (size_t c = 0; c < model_elements(bias); c++) {
		double scale = bias->quant.scales[c % bias->quant.n];
		double by = quant_round(shift[c] / scale);
		int32_t *q = (int32_t *)bias->data + c;

		if (bias->type == KERN_S64)
			((int64_t *)bias->data)[c] -= (int64_t)by;
		else if (fabs((double)*q - by) <= INT32_MAX)
			*q = (int32_t)((double)*q - by);
	}
}

static int correct_layer(const struct means *m, const struct model *model,
			 int op, size_t count, struct model *quantised,
			 struct err *err)
{
	struct model_tensor *bias =
		&quantised->tensors[model->ops[op].inputs[2]];
	double *shift = calloc(model_elements(bias), sizeof(*shift));
	int ret = shift ? shift_of(m, model, op, count, shift, err)
			: err_nomem(err);

	if (!ret)
		move_bias(bias, shift);
	free(shift);
	return ret;
}

int quant_correct(const struct model *model,
		  const struct quant_samples *samples,
		  const struct progress *progress, struct model *quantised,
		  struct err *err)
{
	struct means m = { .quantised = quantised };
	int ret = means_init(&m, model, err);

	if (!ret)
		ret = quant_watch(model, samples, note_sums, &m, progress,
				  err);
	for (int i = 0; i < model->op_count && !ret; i++)
		if (is_layer(&model->ops[i]))
			ret = correct_layer(&m, model, i, samples->count,
					    quantised, err);
	means_release(&m, model);
	return ret;
}
