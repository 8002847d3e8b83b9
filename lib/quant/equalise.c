#include "quant/equalise.h"

#include <math.h>
#include <stdlib.h>

#include "quant/watch.h"

/* Sizes of the channels of every tensor: entry at[t] + c is the largest
 * |value| of channel c, the last axis, of tensor t. */
struct sizes {
	const struct model *model;
	size_t *at;
	float *largest;
};

static int32_t channels(const struct model_tensor *t)
{
	return t->rank ? t->dims[t->rank - 1] : 1;
}

static int sizes_init(struct sizes *s, const struct model *model,
		      struct err *err)
{
	size_t sum = 0;

	s->model = model;
	s->at = calloc((size_t)model->tensor_count + 1, sizeof(*s->at));
	for (int t = 0; t < model->tensor_count && s->at; t++) {
		s->at[t] = sum;
		if (!model->tensors[t].data)
			sum += (size_t)channels(&model->tensors[t]);
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
	size_t c = (size_t)channels(&s->model->tensors[tensor]);
	float *largest = s->largest + s->at[tensor];

	for (size_t i = 0; i < n; i++) {
		float size = fabsf(x[i]);

		if (size > largest[i % c])
			largest[i % c] = size;
	}
}

/* ---- which layers belong together ---------------------------------------- */

static bool is_layer(const struct model_op *op)
{
	return op->op == KERN_CONV_2D || op->op == KERN_DEPTHWISE_CONV_2D ||
	       op->op == KERN_FULLY_CONNECTED;
}

/* The only reader of a tensor, or -1. */
static int only_reader(const struct model *m, int tensor)
{
	int reader = -1;

	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++) {
			if (m->ops[i].inputs[k] != tensor)
				continue;
			if (reader >= 0)
				return -1;
			reader = i;
		}
	for (int i = 0; i < m->output_count; i++)
		if (m->outputs[i] == tensor)
			return -1;
	return reader;
}

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
		return channels(&m->tensors[op->inputs[0]]) ==
		       channels(&m->tensors[op->output]);
	case KERN_RESHAPE:
		return channels(&m->tensors[op->inputs[0]]) ==
		       channels(&m->tensors[op->output]);
	default:
		return false;
	}
}

/* May its constants change without another operation's changing? */
static bool owns_constants(const struct model *m, const struct model_op *op)
{
	for (int k = 1; k < op->input_count; k++)
		if (op->inputs[k] >= 0 &&
		    (!m->tensors[op->inputs[k]].data ||
		     only_reader(m, op->inputs[k]) < 0))
			return false;
	return true;
}

/* Does channel c of its input meet only the weights of channel c? */
static bool reads_by_channel(const struct model *m, const struct model_op *op)
{
	const struct model_tensor *w = &m->tensors[op->inputs[1]];

	return op->op != KERN_FULLY_CONNECTED ||
	       w->dims[1] == channels(&m->tensors[op->inputs[0]]);
}

/* The layer behind layer `first` with nothing but the above between, or
 * -1. */
static int partner(const struct model *m, int first)
{
	const struct model_op *op = &m->ops[first];
	int next;

	if (!is_layer(op) || !scales_along(op) || !owns_constants(m, op))
		return -1;
	do {
		next = only_reader(m, op->output);
		if (next < 0)
			return -1;
		if (m->ops[next].inputs[0] != op->output)
			return -1;
		op = &m->ops[next];
	} while (hands_on(m, op));
	return is_layer(op) && owns_constants(m, op) &&
	       reads_by_channel(m, op) ? next : -1;
}

/* ---- weights by channel -------------------------------------------------- */

/* Weight i of a layer belongs to this output channel. */
static size_t out_channel(const struct model *m, const struct model_op *op,
			  size_t i)
{
	const struct model_tensor *w = &m->tensors[op->inputs[1]];

	if (op->op == KERN_DEPTHWISE_CONV_2D)
		return i % (size_t)w->dims[3];
	return i / (model_elements(w) / (size_t)w->dims[0]);
}

/* And meets this channel of its input. */
static size_t in_channel(const struct model *m, const struct model_op *op,
			 size_t i)
{
	const struct model_tensor *w = &m->tensors[op->inputs[1]];
	size_t in = (size_t)channels(&m->tensors[op->inputs[0]]);

	if (op->op == KERN_DEPTHWISE_CONV_2D)
		return i % (size_t)w->dims[3] / ((size_t)w->dims[3] / in);
	return i % in;
}

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
			      exponents[in_channel(m, op, i)] :
			      -exponents[out_channel(m, op, i)]);
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
	size_t n = (size_t)channels(&m->tensors[between]);
	const float *size = s->largest + s->at[between], *x = w->data;
	float *largest = calloc(n, sizeof(*largest));
	bool changed = false;

	for (size_t i = 0; i < model_elements(w) && largest; i++) {
		size_t c = in_channel(m, second, i);

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
		exponents = calloc((size_t)channels(&model->tensors[between]),
				   sizeof(*exponents));
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
