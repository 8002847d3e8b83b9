#include "quant/equalise.h"

#include <math.h>
#include <stdlib.h>

#include "quant/layers.h"
#include "quant/watch.h"

/* Sizes of the channels of every tensor: entry at[t] + c is the largest
 * |value| of channel c, the last axis, of tensor t. */
struct sizes {
	const struct model *model;
	size_t *at;
	float *largest;
};

static int sizes_init(struct sizes *s, const struct model *model,
		      struct err *err)
{
	size_t sum = 0;

	s->model = model;
	s->at = calloc((size_t)model->tensor_count + 1, sizeof(*s->at));
	for (int t = 0; t < model->tensor_count && s->at; t++) {
		s->at[t] = sum;
		if (!model->tensors[t].data)
			sum += (size_t)layer_channels(&model->tensors[t]);
	}
	s->largest = calloc(sum + 1, sizeof(*s->largest));
	return s->at && s->largest ? 0 : err_nomem(err);
}

static void sizes_release(struct sizes *s)
{
	free(s->at);
	free(s->largest);
}

static void note_sizes(void *ctx, int tensor, const float *x, size_t n)
{
	struct sizes *s = ctx;
	size_t c = (size_t)layer_channels(&s->model->tensors[tensor]);
	float *largest = s->largest + s->at[tensor];

	for (size_t i = 0; i < n; i++) {
		float size = fabsf(x[i]);

		if (size > largest[i % c])
			largest[i % c] = size;
	}
}

/* ---- which layers belong together ---------------------------------------- */

static bool scales_along(const struct model_op *op)
{
	return op->attr.act == MODEL_ACT_NONE ||
	       op->attr.act == MODEL_ACT_RELU;
}

/* f(s x) = s f(x), and channels stay where they are. */
static bool hands_on(const struct model *m, const struct model_op *op)
{
	switch (op->op) {
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
		return scales_along(op);
	case KERN_RELU:
	case KERN_LEAKY_RELU:
		return true;
	case KERN_PAD:
	case KERN_RESHAPE:
		return layer_channels(&m->tensors[op->inputs[0]]) ==
		       layer_channels(&m->tensors[op->output]);
	default:
		return false;
	}
}

/* The layer behind layer `first` with nothing but the above between, or
 * -1. */
static int partner(const struct model *m, int first)
{
	const struct model_op *op = &m->ops[first];
	int next;

	if (!layer_is(op) || !scales_along(op) || !layer_owns_constants(m, op))
		return -1;
	do {
		next = layer_reader(m, op->output);
		if (next < 0)
			return -1;
		if (m->ops[next].inputs[0] != op->output)
			return -1;
		op = &m->ops[next];
	} while (hands_on(m, op));
	return layer_is(op) && layer_owns_constants(m, op) &&
	       layer_by_channel(m, op) ? next : -1;
}

/* ---- weights by channel -------------------------------------------------- */

/* The exponent of sqrt(a / b), rounded to a whole number; 0 when either is
 * nothing. */
static int half_exponent(float a, float b)
{
	int e;

	if (!(a > 0) || !(b > 0))
		return 0;
	frexp((double)a / (double)b, &e);
	return e >= 0 ? e / 2 : -((1 - e) / 2);
}

/* Multiply each weight of a layer, and its bias, by 2^(sign * e(channel)). */
static void scale_layer(struct model *m, const struct model_op *op,
			const int *exponents, bool is_second)
{
	struct model_tensor *w = &m->tensors[op->inputs[1]];
	float *x = w->data;

	for (size_t i = 0; i < model_elements(w); i++)
		x[i] = ldexpf(x[i], is_second ?
			      exponents[layer_in_channel(m, op, i)] :
			      -exponents[layer_out_channel(m, op, i)]);
	if (is_second || op->input_count < 3 || op->inputs[2] < 0)
		return;
	w = &m->tensors[op->inputs[2]];
	x = w->data;
	for (size_t i = 0; i < model_elements(w); i++)
		x[i] = ldexpf(x[i], -exponents[i]);
}

static bool choose(struct sizes *s, const struct model_op *second,
		   int between, int *exponents)
{
	const struct model *m = s->model;
	const struct model_tensor *w = &m->tensors[second->inputs[1]];
	size_t n = (size_t)layer_channels(&m->tensors[between]);
	const float *size = s->largest + s->at[between], *x = w->data;
	float *largest = calloc(n, sizeof(*largest));
	bool changed = false;

	for (size_t i = 0; i < model_elements(w) && largest; i++) {
		size_t c = layer_in_channel(m, second, i);

		if (fabsf(x[i]) > largest[c])
			largest[c] = fabsf(x[i]);
	}
	for (size_t c = 0; c < n; c++) {
		exponents[c] = largest ? half_exponent(size[c], largest[c])
				       : 0;
		changed |= exponents[c] != 0;
	}
	free(largest);
	return changed;
}

static int equalise(struct model *model, struct sizes *s, int *pairs,
		    struct err *err)
{
	for (int i = 0; i < model->op_count; i++) {
		int second = partner(model, i), between;
		int *exponents;

		if (second < 0)
			continue;
		between = model->ops[i].output;
		exponents = calloc((size_t)layer_channels(
			&model->tensors[between]), sizeof(*exponents));
		if (!exponents)
			return err_nomem(err);
		if (choose(s, &model->ops[second], between, exponents)) {
			scale_layer(model, &model->ops[i], exponents, false);
			scale_layer(model, &model->ops[second], exponents,
				    true);
			*pairs += 1;
		}
		free(exponents);
	}
	return 0;
}

int quant_equalise(struct model *model, const struct quant_samples *samples,
		   const struct progress *progress, int *pairs,
		   struct err *err)
{
	struct sizes s = { 0 };
	int count = 0, ret = sizes_init(&s, model, err);

	if (!ret)
		ret = quant_watch(model, samples, note_sizes, &s, progress,
				  err);
	if (!ret)
		ret = equalise(model, &s, pairs ? pairs : &count, err);
	sizes_release(&s);
	return ret;
}
