#include "oracle_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_FLOATS = 1 << 22 };

float *oracle_zeros(struct oracle *o, size_t n)
{
	float *room = o->pool + o->used;

	if (n > POOL_FLOATS - o->used) {
		fprintf(stderr, "oracle: the network is too large\n");
		exit(2);
	}
	memset(room, 0, n * sizeof(float));
	o->used += n;
	return room;
}

static dnnl_memory_desc_t plane(const struct oracle *o, const struct tensor *t)
{
	return dnnl_shape(4, (dnnl_dims_t){ o->samples, (dnnl_dim_t)t->c,
			  (dnnl_dim_t)t->h, (dnnl_dim_t)t->w }, dnnl_nhwc);
}

static dnnl_memory_desc_t weights_of(const struct at *a)
{
	dnnl_dim_t in = (dnnl_dim_t)a->in->c, out = (dnnl_dim_t)a->out->c;

	if (a->l->net.kind == NET_DEPTHWISE)
		return dnnl_shape(5, (dnnl_dims_t){ out, 1, 1, a->kernel[0],
				  a->kernel[1] }, dnnl_hwigo);
	if (oracle_is_dense(a))
		return dnnl_shape(4, (dnnl_dims_t){ out, in,
				  (dnnl_dim_t)a->in->h, (dnnl_dim_t)a->in->w },
				  dnnl_hwio);
	return dnnl_shape(4, (dnnl_dims_t){ out, in, a->kernel[0],
			  a->kernel[1] }, dnnl_hwio);
}

/* TensorFlow's SAME: of the zeros needed, the odd one at the end. */
static void pad(struct at *a, int axis, size_t in, size_t out)
{
	dnnl_dim_t zeros = ((dnnl_dim_t)out - 1) * a->stride[axis] +
		a->kernel[axis] - (dnnl_dim_t)in;

	if (a->l->net.padding == NET_VALID || zeros < 0)
		zeros = 0;
	a->before[axis] = zeros / 2;
	a->behind[axis] = zeros - zeros / 2;
}

static void measure_window(struct at *a)
{
	const struct net_layer *l = &a->l->net;

	a->kernel[0] = l->kernel_h;
	a->kernel[1] = l->kernel_w;
	a->stride[0] = l->stride_h;
	a->stride[1] = l->stride_w;
	if (l->kind == NET_GLOBAL_POOL) {
		a->kernel[0] = (dnnl_dim_t)a->in->h;
		a->kernel[1] = (dnnl_dim_t)a->in->w;
		a->stride[0] = a->stride[1] = 1;
	}
	pad(a, 0, a->in->h, a->out->h);
	pad(a, 1, a->in->w, a->out->w);
}

static struct at layer_at(struct oracle *o, size_t i)
{
	const struct layer *l = &o->plan->layers[i];
	struct at a = { .o = o, .l = l,
		.in = plan_tensor(o->plan, l->net.from),
		.out = &o->plan->tensors[i + 1],
		.from = &o->nodes[l->net.from + 1], .node = &o->nodes[i + 1] };

	measure_window(&a);
	a.x = plane(o, a.in);
	a.y = plane(o, a.out);
	if (l->columns == 0 || l->net.kind == NET_LSTM)
		return a;
	a.w = weights_of(&a);
	a.b = oracle_vector(a.out->c);
	a.weights = (float *)o->parameters + l->w;
	a.d_weights = o->gradient + l->w;
	a.bias = l->net.norm ? NULL : (float *)o->parameters + l->beta;
	a.d_bias = l->net.norm ? NULL : o->gradient + l->beta;
	return a;
}

void oracle_keep(const struct at *a)
{
	const dnnl_memory_desc_t *shape = dnnl_primitive_desc_query_md(
		a->node->kind, dnnl_query_workspace_md, 0);
	size_t bytes = shape ? dnnl_memory_desc_get_size(shape) : 0;

	if (bytes == 0)
		return;
	a->node->workspace_shape = *shape;
	/* whole lines of the cache: oneDNN may ask for alignment */
	a->o->used = (a->o->used + 15) / 16 * 16;
	a->node->workspace = oracle_zeros(a->o, bytes / sizeof(float) + 1);
}

/* ---- the network --------------------------------------------------------- */

static const struct {
	void (*forward)(const struct at *a);
	void (*back)(const struct at *a);
} kinds[NET_KINDS] = {
	[NET_CONV] = { oracle_sums, oracle_sums_back },
	[NET_DEPTHWISE] = { oracle_sums, oracle_sums_back },
	[NET_DENSE] = { oracle_sums, oracle_sums_back },
	[NET_MAX_POOL] = { oracle_pool, oracle_pool_back },
	[NET_AVERAGE_POOL] = { oracle_pool, oracle_pool_back },
	[NET_GLOBAL_POOL] = { oracle_pool, oracle_pool_back },
	[NET_LSTM] = { oracle_lstm, oracle_lstm_back }
};

static bool is_curved(const struct at *a)
{
	return a->l->net.activation != NET_LINEAR;
}

static void lay_out(const struct at *a, const struct shard *shard)
{
	struct node *node = a->node;
	size_t n = (size_t)a->o->samples * a->out->positions * a->out->c;

	node->z = oracle_zeros(a->o, n);
	node->n = a->l->net.norm ? oracle_zeros(a->o, n) : node->z;
	node->y = is_curved(a) ? oracle_zeros(a->o, n) : node->n;
	node->dy = oracle_zeros(a->o, n);
	node->dn = is_curved(a) ? oracle_zeros(a->o, n) : node->dy;
	node->dz = a->l->net.norm ? oracle_zeros(a->o, n) : node->dn;
	if (a->l->net.norm) {
		node->mean = shard->statistics + a->l->mean;
		node->variance = shard->statistics + a->l->variance;
	}
}

static void forward(struct oracle *o, size_t i, const struct shard *shard)
{
	const struct at a = layer_at(o, i);

	lay_out(&a, shard);
	kinds[a.l->net.kind].forward(&a);
	if (a.l->net.norm)
		oracle_norm(&a);
	if (is_curved(&a))
		oracle_curve(&a);
}

static void back(struct oracle *o, size_t i)
{
	const struct at a = layer_at(o, i);

	a.node->dn = is_curved(&a) ? a.node->dn : a.node->dy;
	a.node->dz = a.l->net.norm ? a.node->dz : a.node->dn;
	if (is_curved(&a))
		oracle_curve_back(&a);
	if (a.l->net.norm)
		oracle_norm_back(&a);
	kinds[a.l->net.kind].back(&a);
}

static void feed(struct oracle *o, const struct shard *shard)
{
	const struct tensor *t = &o->plan->tensors[0];
	size_t n = shard->n * t->positions;

	o->nodes[0].y = oracle_zeros(o, n * t->c);
	o->nodes[0].dy = oracle_zeros(o, n * t->c);
	for (size_t i = 0; i < n; i++)
		memcpy(o->nodes[0].y + i * t->c, shard->x[i / t->positions] +
		       i % t->positions * t->real, t->real * sizeof(float));
}

/* Softmax and cross-entropy of one sample. */
static void judge(const float *logits, size_t classes, size_t right,
		  double batch, float *p, float *dy)
{
	double sum = 0;

	for (size_t i = 0; i < classes; i++)
		sum += exp((double)logits[i]);
	for (size_t i = 0; i < classes; i++) {
		double share = exp((double)logits[i]) / sum;

		p[i] = (float)share;
		dy[i] = (float)((share - (i == right)) / batch);
	}
}

static void forget(struct oracle *o)
{
	for (size_t i = 0; i <= NET_LAYERS_MAX; i++) {
		dnnl_primitive_desc_destroy(o->nodes[i].kind);
		dnnl_primitive_desc_destroy(o->nodes[i].norm);
		dnnl_primitive_desc_destroy(o->nodes[i].curve);
	}
	memset(o->nodes, 0, sizeof(o->nodes));
	o->used = 0;
}

void oracle_train(struct oracle *o, const struct shard *shard)
{
	size_t layers = o->plan->layer_count, m = o->plan->outputs;
	const struct tensor *out = &o->plan->tensors[layers];

	forget(o);
	o->gradient = shard->gradient;
	memset(o->gradient, 0, o->plan->parameters * sizeof(float));
	feed(o, shard);
	for (size_t i = 0; i < layers; i++)
		forward(o, i, shard);
	for (size_t n = 0; n < shard->n; n++)
		judge(o->nodes[layers].y + n * out->c, m, (size_t)shard->y[n],
		      (double)shard->n, shard->probabilities + n * m,
		      o->nodes[layers].dy + n * out->c);
	for (size_t i = layers; i-- > 0;)
		back(o, i);
}

static float nearer(float kink, const struct oracle *o, size_t layer)
{
	const struct layer *l = &o->plan->layers[layer];
	const struct tensor *t = &o->plan->tensors[layer + 1];
	size_t n = (size_t)o->samples * t->positions * t->c;

	for (size_t i = 0; i < n; i++) {
		float x = o->nodes[layer + 1].n[i];

		if (i % t->c < t->real) {
			kink = fminf(kink, fabsf(x));
			kink = fminf(kink, fabsf(x - oracle_ceiling(l)));
		}
	}
	return kink;
}

float oracle_nearest_kink(const struct oracle *o)
{
	float kink = INFINITY;

	for (size_t i = 0; i < o->plan->layer_count; i++)
		if (o->plan->layers[i].net.activation != NET_LINEAR)
			kink = nearer(kink, o, i);
	return kink;
}

struct oracle *oracle_open(const struct train_plan *plan,
			   const float *parameters, size_t samples)
{
	struct oracle *o = calloc(1, sizeof(*o));
	float *room = aligned_alloc(64, POOL_FLOATS * sizeof(float));

	if (!o || !room) {
		fprintf(stderr, "oracle: no memory\n");
		exit(2);
	}
	o->pool = room;
	o->plan = plan;
	o->parameters = parameters;
	o->samples = (dnnl_dim_t)samples;
	dnnl_open(&o->d);
	return o;
}

void oracle_close(struct oracle *o)
{
	forget(o);
	dnnl_close(&o->d);
	free(o->pool);
	free(o);
}
