#include "quant/prune.h"

#include <math.h>
#include <stdlib.h>

#include "quant/layers.h"
#include "quant/watch.h"

/* Means of the channels of every tensor: entry at[t] + c, of channel c. */
struct means {
	const struct model *model;
	size_t *at;
	double *sum;
};

/* A layer, what its channels run through, and the layer that reads them. */
struct chain {
	struct model *model;
	int first, last;	/* operations */
	int32_t n, keep;	/* channels before and after */
	bool *goes;		/* n of them */
};

/* ---- means --------------------------------------------------------------- */

static int means_init(struct means *m, const struct model *model,
		      struct err *err)
{
	size_t sum = 0;

	m->model = model;
	m->at = calloc((size_t)model->tensor_count + 1, sizeof(*m->at));
	for (int t = 0; t < model->tensor_count && m->at; t++) {
		m->at[t] = sum;
		if (!model->tensors[t].data)
			sum += (size_t)layer_channels(&model->tensors[t]);
	}
	m->sum = calloc(sum + 1, sizeof(*m->sum));
	return m->at && m->sum ? 0 : err_nomem(err);
}

static void note_sums(void *ctx, int tensor, const float *x, size_t n)
{
	struct means *m = ctx;
	size_t c = (size_t)layer_channels(&m->model->tensors[tensor]);

	for (size_t i = 0; i < n; i++)
		m->sum[m->at[tensor] + i % c] += (double)x[i] / (double)(n / c);
}

/* ---- what belongs together ----------------------------------------------- */

/* Channels go through one by one. */
static bool is_between(const struct model *m, const struct model_op *op)
{
	bool same = layer_channels(&m->tensors[op->inputs[0]]) ==
		    layer_channels(&m->tensors[op->output]);

	if (model_is_curve(op->op))
		return same;
	switch (op->op) {
	case KERN_DEPTHWISE_CONV_2D:
		return same && layer_owns_constants(m, op);
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
	case KERN_PAD:
	case KERN_RESHAPE:
		return same;
	default:
		return false;
	}
}

static bool is_end(const struct model *m, const struct model_op *op)
{
	return (op->op == KERN_CONV_2D || op->op == KERN_FULLY_CONNECTED) &&
	       layer_owns_constants(m, op) && layer_by_channel(m, op);
}

/* The operation that reads op's output, if nobody else does. */
static int next_of(const struct model *m, int op)
{
	int next = layer_reader(m, m->ops[op].output);

	return next >= 0 && m->ops[next].inputs[0] == m->ops[op].output ?
		next : -1;
}

static bool find_chain(struct chain *c, struct model *m, int first)
{
	const struct model_op *op = &m->ops[first];
	int next = first;

	if ((op->op != KERN_CONV_2D && op->op != KERN_FULLY_CONNECTED) ||
	    !layer_owns_constants(m, op))
		return false;
	do {
		next = next_of(m, next);
	} while (next >= 0 && is_between(m, &m->ops[next]));
	*c = (struct chain){ .model = m, .first = first, .last = next,
			     .n = m->tensors[op->inputs[1]].dims[0] };
	return next >= 0 && is_end(m, &m->ops[next]);
}

/* ---- which channels go --------------------------------------------------- */

static void mark(struct chain *c, double *norms)
{
	for (int32_t gone = 0; gone < c->n - c->keep; gone++) {
		int32_t least = -1;

		for (int32_t i = 0; i < c->n; i++)
			if (!c->goes[i] &&
			    (least < 0 || norms[i] <= norms[least]))
				least = i;
		c->goes[least] = true;
	}
}

static int choose(struct chain *c, int percent, struct err *err)
{
	const struct model_op *op = &c->model->ops[c->first];
	const struct model_tensor *w = &c->model->tensors[op->inputs[1]];
	const float *x = w->data;
	double *norms = calloc((size_t)c->n, sizeof(*norms));
	int32_t keep = c->n - c->n * percent / 100;

	c->goes = calloc((size_t)c->n, sizeof(*c->goes));
	if (!norms || !c->goes) {
		free(norms);
		return err_nomem(err);
	}
	keep = (keep + PRUNE_MULTIPLE - 1) / PRUNE_MULTIPLE * PRUNE_MULTIPLE;
	c->keep = keep < c->n ? keep : c->n;
	for (size_t i = 0; i < model_elements(w); i++)
		norms[layer_out_channel(c->model, op, i)] +=
			fabs((double)x[i]);
	mark(c, norms);
	free(norms);
	return 0;
}

/* ---- taking them out ----------------------------------------------------- */

/* What goes was a mean times the weights that read it. */
static void make_up(const struct chain *c, const struct means *means,
		    size_t samples)
{
	struct model *m = c->model;
	const struct model_op *op = &m->ops[c->last];
	const struct model_tensor *w = &m->tensors[op->inputs[1]];
	const float *x = w->data;
	float *bias;

	if (op->input_count < 3 || op->inputs[2] < 0)
		return;
	bias = m->tensors[op->inputs[2]].data;
	for (size_t i = 0; i < model_elements(w); i++) {
		size_t in = layer_in_channel(m, op, i);
		float *b = &bias[layer_out_channel(m, op, i)];

		if (c->goes[in])
			*b = (float)((double)*b + (double)x[i] * means->sum[
				means->at[op->inputs[0]] + in] /
				(double)samples);
	}
}

/* Element i of a constant belongs to channel i / inner % n. */
static void drop(const struct chain *c, int tensor, size_t inner, int axis)
{
	struct model_tensor *t = &c->model->tensors[tensor];
	size_t n = model_elements(t), kept = 0;
	float *x = t->data;

	for (size_t i = 0; i < n; i++)
		if (!c->goes[i / inner % (size_t)c->n])
			x[kept++] = x[i];
	t->dims[axis] = c->keep;
}

static void drop_bias(const struct chain *c, const struct model_op *op)
{
	if (op->input_count > 2 && op->inputs[2] >= 0)
		drop(c, op->inputs[2], 1, 0);
}

static void drop_output(const struct chain *c, const struct model_op *op)
{
	struct model_tensor *out = &c->model->tensors[op->output];

	out->dims[out->rank - 1] = c->keep;
}

static void take_out(const struct chain *c)
{
	struct model *m = c->model;
	const struct model_op *op = &m->ops[c->first];
	const struct model_tensor *w = &m->tensors[op->inputs[1]];

	drop(c, op->inputs[1], model_elements(w) / (size_t)c->n, 0);
	drop_bias(c, op);
	drop_output(c, op);
	for (int i = next_of(m, c->first); i != c->last; i = next_of(m, i)) {
		op = &m->ops[i];
		if (op->op == KERN_DEPTHWISE_CONV_2D) {
			drop(c, op->inputs[1], 1, 3);
			drop_bias(c, op);
		}
		drop_output(c, op);
	}
	op = &m->ops[c->last];
	drop(c, op->inputs[1], 1, m->tensors[op->inputs[1]].rank - 1);
}

static int prune_all(struct model *model, int percent,
		     const struct means *means, size_t samples,
		     struct err *err)
{
	for (int i = 0; i < model->op_count; i++) {
		struct chain c;
		int ret;

		if (!find_chain(&c, model, i))
			continue;
		ret = choose(&c, percent, err);
		if (!ret && c.keep < c.n) {
			make_up(&c, means, samples);
			take_out(&c);
		}
		free(c.goes);
		if (ret)
			return ret;
	}
	return model_check(model, err);
}

int quant_prune(struct model *model, int percent,
		const struct quant_samples *samples,
		const struct progress *progress, struct err *err)
{
	struct means means = { 0 };
	int ret = means_init(&means, model, err);

	if (!ret)
		ret = quant_watch(model, samples, note_sums, &means, progress,
				  err);
	if (!ret)
		ret = prune_all(model, percent, &means, samples->count, err);
	free(means.at);
	free(means.sum);
	return ret;
}
