#include <math.h>
#include <stdlib.h>

#include "quant/cluster.h"
#include "quant/quantise_priv.h"

/* Weights and biases of layers as integers. */

static int not_finite(struct job *j, int tensor)
{
	err_set(j->err, ERR_RANGE, "constant '%s' holds a value that is not "
		"finite", j->from->tensors[tensor].name);
	err_hint(j->err, "training did not converge; lower 'rate'");
	return ERR_RANGE;
}

/* ---- weights ------------------------------------------------------------- */

/* Weights of a layer: element i, with `inner` elements behind the axis of the
 * channels and n along it, belongs to channel (i / inner) % n. */
struct filter {
	const float *x;
	size_t count, inner, n;
	int axis;		/* -1: one scale for all */
	int most;		/* largest integer, 127 or 7 */
	float *scales;		/* n of them */
};

static bool has_s4(const struct job *j, enum kern_op op)
{
	return j->format->has_s4_weights &&
	       (op == KERN_CONV_2D || op == KERN_FULLY_CONNECTED);
}

static bool has_clusters(const struct job *j, enum kern_op op)
{
	return j->format->has_clusters &&
	       (op == KERN_CONV_2D || op == KERN_FULLY_CONNECTED);
}

static int scale_axis(const struct job *j, enum kern_op op)
{
	if (op == KERN_DEPTHWISE_CONV_2D)
		return 3;
	return op == KERN_FULLY_CONNECTED && !has_s4(j, op) &&
	       !has_clusters(j, op) ? -1 : 0;
}

static int find_largest(struct job *j, int t, struct filter *f)
{
	for (size_t i = 0; i < f->count; i++) {
		float size = fabsf(f->x[i]), *s = &f->scales[i / f->inner %
							      f->n];

		if (!isfinite(f->x[i]))
			return not_finite(j, t);
		if (size > *s)
			*s = size;
	}
	for (size_t c = 0; c < f->n; c++)
		f->scales[c] = f->scales[c] > 0 ?
			(float)((double)f->scales[c] / f->most) :
			1.0f / (float)f->most;
	return 0;
}

static double rounded(const struct filter *f, double x, double scale)
{
	double q = quant_round(x / scale);

	return q < -f->most ? -f->most : q > f->most ? f->most : q;
}

static double error_of(const struct filter *f, size_t channel, double scale)
{
	double sum = 0;

	for (size_t i = channel * f->inner; i < f->count; i++) {
		double off;

		if (i / f->inner % f->n != channel)
			break;
		off = rounded(f, (double)f->x[i], scale) * scale -
		      (double)f->x[i];
		sum += off * off;
	}
	return sum;
}

/* Channels of such filters lie in one piece. */
static void cut_scales(struct filter *f)
{
	for (size_t c = 0; c < f->n; c++) {
		float whole = f->scales[c];
		double least = error_of(f, c, (double)whole);

		for (int i = 1; i <= QUANT_S4_STEPS; i++) {
			float scale = (float)((double)whole *
				(1 - (1 - QUANT_S4_CUT) * i / QUANT_S4_STEPS));
			double error = error_of(f, c, (double)scale);

			if (error < least) {
				least = error;
				f->scales[c] = scale;
			}
		}
	}
}

/* At most 16 values; a step of a channel weighs as its scale. */
static void cluster(int8_t *q, const struct filter *f)
{
	double weight[256] = { 0 };
	int8_t to[256];

	for (size_t i = 0; i < f->count; i++) {
		double scale = (double)f->scales[i / f->inner % f->n];

		weight[q[i] + 128] += scale * scale;
	}
	cluster_values(weight, to);
	for (size_t i = 0; i < f->count; i++)
		q[i] = to[q[i] + 128];
}

static void put_weights(struct job *j, int id, const struct filter *f)
{
	int8_t *q = j->to->tensors[id].data;

	for (size_t i = 0; i < f->count; i++)
		q[i] = (int8_t)rounded(f, (double)f->x[i],
				       (double)f->scales[i / f->inner % f->n]);
	if (f->axis < 0)
		model_set_quant(j->to, id, f->scales[0], 0);
	else
		model_set_quant_axis(j->to, id, f->axis, (uint32_t)f->n,
				     f->scales, NULL);
}

/*
 * A dead channel has next to no weights beside its bias, whose scale hangs on
 * theirs: a larger scale lets it fit, and what it costs the weights is little
 * beside such a bias.
 */
static void make_room(const struct job *j, int t, struct filter *f)
{
	int op = j->uses[t].op;
	const struct model_op *node = &j->from->ops[op];
	bool is_wide = j->params[node->output].type == KERN_S16;
	double in = (double)quant_wanted(j->from, op, 0,
					 j->params).scale.scale;
	const struct model_tensor *bias;
	const float *b;

	if (node->input_count < 3 || node->inputs[2] < 0)
		return;
	bias = &j->from->tensors[node->inputs[2]];
	b = bias->data;
	for (size_t i = 0; i < model_elements(bias); i++) {
		double least = fabs((double)b[i]) / in /
			       (is_wide ? 0x1p39 : 0x1p30);

		if ((double)f->scales[i % f->n] < least)
			f->scales[i % f->n] = (float)least;
	}
}

int quant_add_weights(struct job *j, int t)
{
	const struct model_tensor *w = &j->from->tensors[t];
	enum kern_op op = j->from->ops[j->uses[t].op].op;
	struct filter f = {
		.x = w->data, .count = model_elements(w), .inner = 1, .n = 1,
		.axis = scale_axis(j, op), .most = has_s4(j, op) ? 7 : 127,
	};
	int id, ret;

	if (f.axis >= 0)
		f.n = (size_t)w->dims[f.axis];
	for (int a = f.axis + 1; a < w->rank; a++)
		f.inner *= (size_t)w->dims[a];
	f.scales = calloc(f.n, sizeof(*f.scales));
	if (!f.scales)
		return err_nomem(j->err);
	ret = find_largest(j, t, &f);
	if (!ret && has_s4(j, op))
		cut_scales(&f);
	if (!ret)
		make_room(j, t, &f);
	id = model_add_const(j->to, w->name, KERN_S8, w->rank, w->dims, NULL);
	if (!ret && id >= 0)
		put_weights(j, id, &f);
	if (!ret && id >= 0 && has_clusters(j, op))
		cluster(j->to->tensors[id].data, &f);
	free(f.scales);
	return ret;
}

/* ---- biases -------------------------------------------------------------- */

static enum kern_type type_of_bias(const struct job *j, int t)
{
	int out = j->from->ops[j->uses[t].op].output;

	return j->params[out].type == KERN_S16 ? KERN_S64 : KERN_S32;
}

void quant_add_bias(struct job *j, int t)
{
	const struct model_tensor *from = &j->from->tensors[t];

	model_add_const(j->to, from->name, type_of_bias(j, t), from->rank,
			from->dims, NULL);
}

static int bias_overflow(struct job *j, int t, size_t channel)
{
	err_set(j->err, ERR_RANGE, "bias '%s' leaves %s in channel %zu",
		j->from->tensors[t].name,
		model_type_name(j->to->tensors[t].type), channel);
	err_hint(j->err, "the input range of operation %d or its weights are "
		 "too small; calibrate with more samples", j->uses[t].op);
	return ERR_RANGE;
}

static int put_bias(struct job *j, int t, size_t channel, double v)
{
	struct model_tensor *bias = &j->to->tensors[t];
	bool is_wide = bias->type == KERN_S64;

	if (fabs(v) > (is_wide ? 0x1p40 : INT32_MAX))
		return bias_overflow(j, t, channel);
	if (is_wide)
		((int64_t *)bias->data)[channel] = (int64_t)v;
	else
		((int32_t *)bias->data)[channel] = (int32_t)v;
	return 0;
}

/* The scales of the weights are found again from the quantised model. */
int quant_fill_bias(struct job *j, int t)
{
	const struct model_tensor *from = &j->from->tensors[t];
	int index = j->uses[t].op;
	const struct model_op *op = &j->from->ops[index];
	const struct model_quant *w = &j->to->tensors[op->inputs[1]].quant;
	double in_scale = (double)quant_wanted(j->from, index, 0,
					       j->params).scale.scale;
	size_t n = model_elements(from);
	const float *x = from->data;
	float *scales = calloc(n, sizeof(*scales));
	int ret = 0;

	if (!scales)
		return err_nomem(j->err);
	for (size_t i = 0; i < n && !ret; i++) {
		double scale = in_scale * (double)w->scales[i % w->n];

		scales[i] = (float)scale;
		ret = isfinite(x[i]) ?
			put_bias(j, t, i, quant_round(x[i] / scale)) :
			not_finite(j, t);
	}
	if (w->n > 1)
		model_set_quant_axis(j->to, t, 0, (uint32_t)n, scales, NULL);
	else
		model_set_quant(j->to, t, scales[0], 0);
	free(scales);
	return ret;
}
