#include "oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnnl.h"

enum { POOL_FLOATS = 1 << 22, GATES = 4 };

/* A layer's values, each under the name it has on the way:
 *     kind of layer -> z -> batch norm -> n -> activation -> y */
struct node {
	float *z, *n, *y, *dz, *dn, *dy;
	float *mean, *variance;		/* where the shard has them */
	float *steps, *h, *c;	/* lstm: outputs (H, S, C), last state */
	float *workspace;		/* of kinds that keep something */
	dnnl_memory_desc_t workspace_shape;
	dnnl_primitive_desc_t kind, norm, curve;	/* forward, or NULL */
};

struct oracle {
	struct dnnl d;
	const struct train_plan *plan;
	const float *parameters;
	float *gradient;
	dnnl_dim_t samples;
	struct node nodes[NET_LAYERS_MAX + 1];	/* layer + 1 */
	float *pool;
	size_t used;
};

/* One layer of it. */
struct at {
	struct oracle *o;
	const struct layer *l;
	const struct tensor *in, *out;
	struct node *from, *node;
	dnnl_memory_desc_t x, y, w, b;		/* shapes */
	float *weights, *bias, *d_weights, *d_bias;
	dnnl_dims_t kernel, stride, before, behind;
};

#define RUN(a, what, ...) \
	dnnl_run(&(a)->o->d, what, (struct operand[]){ __VA_ARGS__ }, \
		 sizeof((struct operand[]){ __VA_ARGS__ }) / \
		 sizeof(struct operand))

static float *zeros(struct oracle *o, size_t n)
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

static dnnl_memory_desc_t vector(size_t n)
{
	return dnnl_shape(1, (dnnl_dims_t){ (dnnl_dim_t)n }, dnnl_x);
}

static bool is_dense(const struct at *a)
{
	return a->l->net.kind == NET_DENSE;
}

static dnnl_memory_desc_t weights_of(const struct at *a)
{
	dnnl_dim_t in = (dnnl_dim_t)a->in->c, out = (dnnl_dim_t)a->out->c;

	if (a->l->net.kind == NET_DEPTHWISE)
		return dnnl_shape(5, (dnnl_dims_t){ out, 1, 1, a->kernel[0],
				  a->kernel[1] }, dnnl_hwigo);
	if (is_dense(a))
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
	a.b = vector(a.out->c);
	a.weights = (float *)o->parameters + l->w;
	a.d_weights = o->gradient + l->w;
	a.bias = l->net.norm ? NULL : (float *)o->parameters + l->beta;
	a.d_bias = l->net.norm ? NULL : o->gradient + l->beta;
	return a;
}

/* ---- convolutions, depthwise and dense ----------------------------------- */

/* An inner product gives (S, C), as a plane of one place has it. */
static dnnl_memory_desc_t product_of(const struct at *a)
{
	return is_dense(a) ? dnnl_shape(2, a->y.dims, dnnl_nc) : a->y;
}

static void sums(const struct at *a)
{
	const dnnl_memory_desc_t y = product_of(a);
	const dnnl_memory_desc_t *b = a->bias ? &a->b : NULL;
	dnnl_convolution_desc_t conv;
	dnnl_inner_product_desc_t dense;

	if (is_dense(a))
		dnnl_must(dnnl_inner_product_forward_desc_init(&dense,
			  dnnl_forward_training, &a->x, &a->w, b, &y),
			  "inner product");
	else
		dnnl_must(dnnl_convolution_forward_desc_init(&conv,
			  dnnl_forward_training, dnnl_convolution_direct,
			  &a->x, &a->w, b, &y, a->stride, a->before,
			  a->behind), "convolution");
	a->node->kind = dnnl_describe(&a->o->d, is_dense(a) ? (void *)&dense :
				      (void *)&conv, NULL);
	RUN(a, a->node->kind, { DNNL_ARG_SRC, &a->x, a->from->y },
	    { DNNL_ARG_WEIGHTS, &a->w, a->weights },
	    { DNNL_ARG_BIAS, &a->b, a->bias },
	    { DNNL_ARG_DST, &y, a->node->z });
}

static void sums_weights_back(const struct at *a)
{
	const dnnl_memory_desc_t y = product_of(a);
	const dnnl_memory_desc_t *b = a->bias ? &a->b : NULL;
	dnnl_convolution_desc_t conv;
	dnnl_inner_product_desc_t dense;
	dnnl_primitive_desc_t back;

	if (is_dense(a))
		dnnl_must(dnnl_inner_product_backward_weights_desc_init(
			  &dense, &a->x, &a->w, b, &y), "its weights");
	else
		dnnl_must(dnnl_convolution_backward_weights_desc_init(&conv,
			  dnnl_convolution_direct, &a->x, &a->w, b, &y,
			  a->stride, a->before, a->behind), "its weights");
	back = dnnl_describe(&a->o->d, is_dense(a) ? (void *)&dense :
			     (void *)&conv, a->node->kind);
	RUN(a, back, { DNNL_ARG_SRC, &a->x, a->from->y },
	    { DNNL_ARG_DIFF_DST, &y, a->node->dz },
	    { DNNL_ARG_DIFF_WEIGHTS, &a->w, a->d_weights },
	    { DNNL_ARG_DIFF_BIAS, &a->b, a->d_bias });
	dnnl_primitive_desc_destroy(back);
}

static void sums_back(const struct at *a)
{
	const dnnl_memory_desc_t y = product_of(a);
	dnnl_convolution_desc_t conv;
	dnnl_inner_product_desc_t dense;
	dnnl_primitive_desc_t back;

	sums_weights_back(a);
	if (is_dense(a))
		dnnl_must(dnnl_inner_product_backward_data_desc_init(&dense,
			  &a->x, &a->w, &y), "its input");
	else
		dnnl_must(dnnl_convolution_backward_data_desc_init(&conv,
			  dnnl_convolution_direct, &a->x, &a->w, &y,
			  a->stride, a->before, a->behind), "its input");
	back = dnnl_describe(&a->o->d, is_dense(a) ? (void *)&dense :
			     (void *)&conv, a->node->kind);
	RUN(a, back, { DNNL_ARG_DIFF_DST, &y, a->node->dz },
	    { DNNL_ARG_WEIGHTS, &a->w, a->weights },
	    { DNNL_ARG_DIFF_SRC, &a->x, a->from->dy });
	dnnl_primitive_desc_destroy(back);
}

/* ---- pools --------------------------------------------------------------- */

static dnnl_alg_kind_t pool_of(const struct at *a)
{
	return a->l->net.kind == NET_MAX_POOL ? dnnl_pooling_max :
		dnnl_pooling_avg_exclude_padding;
}

/* Room for what a primitive keeps for its way back. */
static void keep(const struct at *a)
{
	const dnnl_memory_desc_t *shape = dnnl_primitive_desc_query_md(
		a->node->kind, dnnl_query_workspace_md, 0);
	size_t bytes = shape ? dnnl_memory_desc_get_size(shape) : 0;

	if (bytes == 0)
		return;
	a->node->workspace_shape = *shape;
	/* whole lines of the cache: oneDNN may ask for alignment */
	a->o->used = (a->o->used + 15) / 16 * 16;
	a->node->workspace = zeros(a->o, bytes / sizeof(float) + 1);
}

static void pool(const struct at *a)
{
	struct node *node = a->node;
	dnnl_pooling_desc_t op;

	dnnl_must(dnnl_pooling_forward_desc_init(&op, dnnl_forward_training,
		  pool_of(a), &a->x, &a->y, a->stride, a->kernel, a->before,
		  a->behind), "pool");
	node->kind = dnnl_describe(&a->o->d, &op, NULL);
	keep(a);
	RUN(a, node->kind, { DNNL_ARG_SRC, &a->x, a->from->y },
	    { DNNL_ARG_DST, &a->y, node->z },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace });
}

static void pool_back(const struct at *a)
{
	struct node *node = a->node;
	dnnl_primitive_desc_t back;
	dnnl_pooling_desc_t op;

	dnnl_must(dnnl_pooling_backward_desc_init(&op, pool_of(a), &a->x,
		  &a->y, a->stride, a->kernel, a->before, a->behind),
		  "the way back of a pool");
	back = dnnl_describe(&a->o->d, &op, node->kind);
	RUN(a, back, { DNNL_ARG_DIFF_DST, &a->y, node->dz },
	    { DNNL_ARG_DIFF_SRC, &a->x, a->from->dy },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace });
	dnnl_primitive_desc_destroy(back);
}

/* ---- lstm ---------------------------------------------------------------- */

/* oneDNN's gates are i f c~ o, ours i f g o.  The first state is given though
 * it is zero: without it oneDNN 2.6 gives other gradients of the recurrent
 * weights, which are not those that differences of the loss show. */

struct lstm {
	dnnl_memory_desc_t x, y, state, wx, wh, wx_back, wh_back, b;
	float *weights_x, *weights_h, *bias;
	size_t inputs, units;
};

static struct lstm lstm_of(const struct at *a)
{
	const struct layer *l = a->l;
	dnnl_dim_t in = (dnnl_dim_t)a->in->c, u = (dnnl_dim_t)a->out->c;
	const dnnl_dims_t wx = { 1, 1, in, GATES, u };
	const dnnl_dims_t wh = { 1, 1, u, GATES, u };
	const dnnl_dim_t steps = (dnnl_dim_t)a->in->h;
	float *w = (float *)a->o->parameters + l->w;

	return (struct lstm){
		.x = dnnl_shape(3, (dnnl_dims_t){ steps, a->o->samples, in },
				dnnl_tnc),
		.y = dnnl_shape(3, (dnnl_dims_t){ steps, a->o->samples, u },
				dnnl_tnc),
		.state = dnnl_shape(4, (dnnl_dims_t){ 1, 1, a->o->samples, u },
				    dnnl_ldnc),
		.wx = dnnl_shape(5, wx, dnnl_ldigo),
		.wh = dnnl_shape(5, wh, dnnl_ldigo),
		.wx_back = dnnl_shape(5, wx, dnnl_ldgoi),
		.wh_back = dnnl_shape(5, wh, dnnl_ldgoi),
		.b = dnnl_shape(4, (dnnl_dims_t){ 1, 1, GATES, u }, dnnl_ldgo),
		.weights_x = w, .weights_h = w + a->in->c * l->columns,
		.bias = (float *)a->o->parameters + l->beta,
		.inputs = a->in->c, .units = a->out->c };
}

/* (A, B, C) to (B, A, C), for samples and steps. */
static float *turn(struct oracle *o, const float *from, size_t a, size_t b,
		   size_t c)
{
	float *to = zeros(o, a * b * c);

	for (size_t i = 0; i < a; i++)
		for (size_t j = 0; j < b; j++)
			memcpy(to + (j * a + i) * c, from + (i * b + j) * c,
			       c * sizeof(float));
	return to;
}

static void lstm(const struct at *a)
{
	const struct lstm m = lstm_of(a);
	struct node *node = a->node;
	size_t n = (size_t)a->o->samples, steps = a->in->h;
	dnnl_rnn_desc_t op;

	node->steps = zeros(a->o, n * steps * m.units);
	node->h = zeros(a->o, n * m.units);
	node->c = zeros(a->o, n * m.units);
	dnnl_must(dnnl_lstm_forward_desc_init(&op, dnnl_forward_training,
		  dnnl_unidirectional_left2right, &m.x, &m.state, &m.state,
		  &m.wx, &m.wh, &m.b, &m.y, &m.state, &m.state, 0), "lstm");
	node->kind = dnnl_describe(&a->o->d, &op, NULL);
	keep(a);
	RUN(a, node->kind, { DNNL_ARG_SRC_LAYER, &m.x,
	    turn(a->o, a->from->y, n, steps, m.inputs) },
	    { DNNL_ARG_SRC_ITER, &m.state, zeros(a->o, n * m.units) },
	    { DNNL_ARG_SRC_ITER_C, &m.state, zeros(a->o, n * m.units) },
	    { DNNL_ARG_WEIGHTS_LAYER, &m.wx, m.weights_x },
	    { DNNL_ARG_WEIGHTS_ITER, &m.wh, m.weights_h },
	    { DNNL_ARG_BIAS, &m.b, m.bias },
	    { DNNL_ARG_DST_LAYER, &m.y, node->steps },
	    { DNNL_ARG_DST_ITER, &m.state, node->h },
	    { DNNL_ARG_DST_ITER_C, &m.state, node->c },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace });
	node->n = node->y = node->z = a->l->net.sequence ?
		turn(a->o, node->steps, steps, n, m.units) :
		node->steps + (steps - 1) * n * m.units;
}

/* The gradient of all steps' outputs, (H, S, C). */
static float *lstm_dy(const struct at *a, const struct lstm *m)
{
	size_t n = (size_t)a->o->samples, steps = a->in->h;
	float *dy;

	if (a->l->net.sequence)
		return turn(a->o, a->node->dz, n, steps, m->units);
	dy = zeros(a->o, n * steps * m->units);
	memcpy(dy + (steps - 1) * n * m->units, a->node->dz,
	       n * m->units * sizeof(float));
	return dy;
}

static void lstm_back(const struct at *a)
{
	const struct lstm m = lstm_of(a);
	struct node *node = a->node;
	struct oracle *o = a->o;
	size_t n = (size_t)o->samples, steps = a->in->h;
	float *dx = zeros(o, n * steps * m.inputs);
	float *gradient = o->gradient + a->l->w;
	dnnl_primitive_desc_t back;
	dnnl_rnn_desc_t op;

	dnnl_must(dnnl_lstm_backward_desc_init(&op, dnnl_backward,
		  dnnl_unidirectional_left2right, &m.x, &m.state, &m.state,
		  &m.wx_back, &m.wh_back, &m.b, &m.y, &m.state, &m.state,
		  &m.x, &m.state, &m.state, &m.wx, &m.wh, &m.b, &m.y,
		  &m.state, &m.state, 0), "the way back of an lstm");
	back = dnnl_describe(&o->d, &op, node->kind);
	RUN(a, back, { DNNL_ARG_SRC_LAYER, &m.x,
	    turn(o, a->from->y, n, steps, m.inputs) },
	    { DNNL_ARG_SRC_ITER, &m.state, zeros(o, n * m.units) },
	    { DNNL_ARG_SRC_ITER_C, &m.state, zeros(o, n * m.units) },
	    { DNNL_ARG_DST_ITER, &m.state, node->h },
	    { DNNL_ARG_DST_ITER_C, &m.state, node->c },
	    { DNNL_ARG_DIFF_SRC_ITER, &m.state, zeros(o, n * m.units) },
	    { DNNL_ARG_DIFF_SRC_ITER_C, &m.state, zeros(o, n * m.units) },
	    { DNNL_ARG_DIFF_DST_ITER, &m.state, zeros(o, n * m.units) },
	    { DNNL_ARG_DIFF_DST_ITER_C, &m.state, zeros(o, n * m.units) },
	    { DNNL_ARG_WEIGHTS_LAYER, &m.wx_back,
	      turn(o, m.weights_x, m.inputs, GATES * m.units, 1) },
	    { DNNL_ARG_WEIGHTS_ITER, &m.wh_back,
	      turn(o, m.weights_h, m.units, GATES * m.units, 1) },
	    { DNNL_ARG_BIAS, &m.b, m.bias },
	    { DNNL_ARG_DST_LAYER, &m.y, node->steps },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace },
	    { DNNL_ARG_DIFF_DST_LAYER, &m.y, lstm_dy(a, &m) },
	    { DNNL_ARG_DIFF_SRC_LAYER, &m.x, dx },
	    { DNNL_ARG_DIFF_WEIGHTS_LAYER, &m.wx, gradient },
	    { DNNL_ARG_DIFF_WEIGHTS_ITER, &m.wh,
	      gradient + m.inputs * a->l->columns },
	    { DNNL_ARG_DIFF_BIAS, &m.b, o->gradient + a->l->beta });
	dnnl_primitive_desc_destroy(back);
	a->from->dy = turn(o, dx, steps, n, m.inputs);
}

/* ---- batch norm and activation ------------------------------------------- */

enum { NORM = dnnl_use_scale | dnnl_use_shift };

static void norm(const struct at *a)
{
	struct node *node = a->node;
	float *p = (float *)a->o->parameters;
	const dnnl_memory_desc_t c = vector(a->out->c);
	dnnl_batch_normalization_desc_t op;

	dnnl_must(dnnl_batch_normalization_forward_desc_init(&op,
		  dnnl_forward_training, &a->y, TRAIN_BN_EPSILON, NORM),
		  "batch norm");
	node->norm = dnnl_describe(&a->o->d, &op, NULL);
	RUN(a, node->norm, { DNNL_ARG_SRC, &a->y, node->z },
	    { DNNL_ARG_SCALE, &c, p + a->l->gamma },
	    { DNNL_ARG_SHIFT, &c, p + a->l->beta },
	    { DNNL_ARG_MEAN, &c, node->mean },
	    { DNNL_ARG_VARIANCE, &c, node->variance },
	    { DNNL_ARG_DST, &a->y, node->n });
}

static void norm_back(const struct at *a)
{
	struct node *node = a->node;
	const struct oracle *o = a->o;
	const dnnl_memory_desc_t c = vector(a->out->c);
	dnnl_batch_normalization_desc_t op;
	dnnl_primitive_desc_t back;

	dnnl_must(dnnl_batch_normalization_backward_desc_init(&op,
		  dnnl_backward, &a->y, &a->y, TRAIN_BN_EPSILON, NORM),
		  "the way back of batch norm");
	back = dnnl_describe(&o->d, &op, node->norm);
	RUN(a, back, { DNNL_ARG_SRC, &a->y, node->z },
	    { DNNL_ARG_MEAN, &c, node->mean },
	    { DNNL_ARG_VARIANCE, &c, node->variance },
	    { DNNL_ARG_SCALE, &c, (float *)o->parameters + a->l->gamma },
	    { DNNL_ARG_SHIFT, &c, (float *)o->parameters + a->l->beta },
	    { DNNL_ARG_DIFF_DST, &a->y, node->dn },
	    { DNNL_ARG_DIFF_SRC, &a->y, node->dz },
	    { DNNL_ARG_DIFF_SCALE, &c, o->gradient + a->l->gamma },
	    { DNNL_ARG_DIFF_SHIFT, &c, o->gradient + a->l->beta });
	dnnl_primitive_desc_destroy(back);
}

static dnnl_alg_kind_t curve_of(const struct at *a)
{
	return a->l->net.activation == NET_RELU ? dnnl_eltwise_relu :
		dnnl_eltwise_clip;
}

static float ceiling_of(const struct layer *l)
{
	return l->net.activation == NET_RELU6 ? 6 : 0;
}

static void curve(const struct at *a)
{
	struct node *node = a->node;
	dnnl_eltwise_desc_t op;

	dnnl_must(dnnl_eltwise_forward_desc_init(&op, dnnl_forward_training,
		  curve_of(a), &a->y, 0, ceiling_of(a->l)), "activation");
	node->curve = dnnl_describe(&a->o->d, &op, NULL);
	RUN(a, node->curve, { DNNL_ARG_SRC, &a->y, node->n },
	    { DNNL_ARG_DST, &a->y, node->y });
}

static void curve_back(const struct at *a)
{
	struct node *node = a->node;
	dnnl_primitive_desc_t back;
	dnnl_eltwise_desc_t op;

	dnnl_must(dnnl_eltwise_backward_desc_init(&op, curve_of(a), &a->y,
		  &a->y, 0, ceiling_of(a->l)), "the way back of it");
	back = dnnl_describe(&a->o->d, &op, node->curve);
	RUN(a, back, { DNNL_ARG_SRC, &a->y, node->n },
	    { DNNL_ARG_DIFF_DST, &a->y, node->dy },
	    { DNNL_ARG_DIFF_SRC, &a->y, node->dn });
	dnnl_primitive_desc_destroy(back);
}

/* ---- the network --------------------------------------------------------- */

static const struct {
	void (*forward)(const struct at *a);
	void (*back)(const struct at *a);
} kinds[NET_KINDS] = {
	[NET_CONV] = { sums, sums_back }, [NET_DEPTHWISE] = { sums, sums_back },
	[NET_DENSE] = { sums, sums_back }, [NET_MAX_POOL] = { pool, pool_back },
	[NET_AVERAGE_POOL] = { pool, pool_back },
	[NET_GLOBAL_POOL] = { pool, pool_back },
	[NET_LSTM] = { lstm, lstm_back }
};

static bool is_curved(const struct at *a)
{
	return a->l->net.activation != NET_LINEAR;
}

static void lay_out(const struct at *a, const struct shard *shard)
{
	struct node *node = a->node;
	size_t n = (size_t)a->o->samples * a->out->positions * a->out->c;

	node->z = zeros(a->o, n);
	node->n = a->l->net.norm ? zeros(a->o, n) : node->z;
	node->y = is_curved(a) ? zeros(a->o, n) : node->n;
	node->dy = zeros(a->o, n);
	node->dn = is_curved(a) ? zeros(a->o, n) : node->dy;
	node->dz = a->l->net.norm ? zeros(a->o, n) : node->dn;
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
		norm(&a);
	if (is_curved(&a))
		curve(&a);
}

static void back(struct oracle *o, size_t i)
{
	const struct at a = layer_at(o, i);

	a.node->dn = is_curved(&a) ? a.node->dn : a.node->dy;
	a.node->dz = a.l->net.norm ? a.node->dz : a.node->dn;
	if (is_curved(&a))
		curve_back(&a);
	if (a.l->net.norm)
		norm_back(&a);
	kinds[a.l->net.kind].back(&a);
}

static void feed(struct oracle *o, const struct shard *shard)
{
	const struct tensor *t = &o->plan->tensors[0];
	size_t n = shard->n * t->positions;

	o->nodes[0].y = zeros(o, n * t->c);
	o->nodes[0].dy = zeros(o, n * t->c);
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
			kink = fminf(kink, fabsf(x - ceiling_of(l)));
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
