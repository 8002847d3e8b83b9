#include <string.h>

#include "base/fmath.h"
#include "train/plan_priv.h"
#include "train/random_priv.h"

static size_t whole_vectors(int n)
{
	return ((size_t)n + TRAIN_LANES - 1) / TRAIN_LANES * TRAIN_LANES;
}

/* Reads the list from its front; false where it is something else. */
struct reader {
	const struct net *net;
	int at;
};

static const struct net_layer *next(struct reader *r, enum net_kind kind)
{
	const struct net_layer *l = &r->net->layers[r->at];

	if (r->at >= r->net->count || l->kind != kind || l->from != r->at - 1)
		return NULL;
	r->at++;
	return l;
}

static bool fits(const struct net_layer *l, int kernel)
{
	return l && l->norm && l->activation == NET_RELU &&
		l->padding == NET_SAME &&
		(kernel == 0 || (l->kernel_h == kernel &&
				 l->kernel_w == kernel &&
				 l->stride_h == 1 && l->stride_w == 1));
}

static bool read_blocks(struct reader *r, struct ds_cnn *out)
{
	const struct net_layer *l;

	while ((l = next(r, NET_DEPTHWISE))) {
		if (!fits(l, 3))
			return false;
		l = next(r, NET_CONV);
		if (!fits(l, 1) || l->filters != out->filters)
			return false;
		out->blocks++;
	}
	return next(r, NET_GLOBAL_POOL);
}

static bool read_net(const struct net *net, struct ds_cnn *out)
{
	struct reader r = { net, 0 };
	const struct net_layer *conv = next(&r, NET_CONV), *l;

	if (!fits(conv, 0) || net->task != NET_CLASSIFY)
		return false;
	*out = (struct ds_cnn){
		.h = net->h, .w = net->w, .c = net->c,
		.filters = conv->filters, .kernel_h = conv->kernel_h,
		.kernel_w = conv->kernel_w, .stride_h = conv->stride_h,
		.stride_w = conv->stride_w };
	if (!read_blocks(&r, out))
		return false;
	l = next(&r, NET_DROPOUT);
	out->dropout = l ? l->share : 0;
	l = next(&r, NET_DENSE);
	if (!l || l->norm || l->activation != NET_LINEAR || r.at < net->count)
		return false;
	out->classes = l->filters;
	return true;
}

/* TensorFlow's SAME: ceil(in / stride) outputs, the odd zero at the end. */
static size_t same_padding(int in, int kernel, int stride, size_t *before)
{
	int out = (in + stride - 1) / stride;
	int total = (out - 1) * stride + kernel - in;

	*before = total > 0 ? (size_t)(total / 2) : 0;
	return (size_t)out;
}

static void add_layer(struct train_plan *plan, enum layer_kind kind,
		      size_t rows, size_t inputs)
{
	struct layer *layer = &plan->layers[plan->layer_count++];

	*layer = (struct layer){ .kind = kind, .rows = rows,
				 .inputs = inputs };
	layer->w = plan->parameters;
	plan->parameters += rows * plan->c;
	layer->mean = plan->statistics;
	layer->variance = layer->mean + plan->c;
	plan->statistics += 2 * plan->c;
	layer->turned = plan->turned;
	plan->turned += kind == LAYER_CONV ? 0 : rows * plan->c;
}

static void add_layers(struct train_plan *plan)
{
	const struct ds_cnn *net = &plan->net;
	size_t taps = (size_t)net->kernel_h * (size_t)net->kernel_w *
		(size_t)net->c;

	add_layer(plan, LAYER_CONV, taps, taps);
	for (int i = 0; i < net->blocks; i++) {
		add_layer(plan, LAYER_DEPTHWISE, 9, 9);
		add_layer(plan, LAYER_POINTWISE, plan->c,
			  (size_t)net->filters);
	}
	plan->dense_w = plan->parameters;
	plan->parameters += plan->c * plan->m;
	plan->dense_turned = plan->turned;
	plan->turned += plan->c * plan->m;
	plan->decayed = plan->parameters;
	for (size_t i = 0; i < plan->layer_count; i++) {
		plan->layers[i].gamma = plan->parameters;
		plan->layers[i].beta = plan->parameters + plan->c;
		plan->parameters += 2 * plan->c;
	}
	plan->dense_b = plan->parameters;
	plan->parameters += plan->m;
}

int train_plan_init(struct train_plan *plan, const struct net *net,
		    struct err *err)
{
	struct net_shape shapes[NET_LAYERS_MAX];
	const struct ds_cnn *network = &plan->net;

	memset(plan, 0, sizeof(*plan));
	if (net_shapes(net, shapes, err) != 0)
		return ERR_RANGE;
	if (!read_net(net, &plan->net))
		return err_set(err, ERR_UNSUPPORTED, "the engine trains ds-cnn "
			       "networks only");
	plan->h = same_padding(network->h, network->kernel_h,
			       network->stride_h, &plan->pad_top);
	plan->w = same_padding(network->w, network->kernel_w,
			       network->stride_w, &plan->pad_left);
	plan->c = whole_vectors(network->filters);
	plan->m = whole_vectors(network->classes);
	add_layers(plan);
	return 0;
}

size_t train_plan_values(const struct train_plan *plan)
{
	return (size_t)plan->net.h * (size_t)plan->net.w * (size_t)plan->net.c;
}

/* Normal with the given variance into the real part of (rows, room). */
static void fill_gauss(float *w, size_t rows, size_t columns, size_t room,
		       float variance, struct rng *rng)
{
	float deviation = __builtin_sqrtf(variance);

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			w[i * room + j] = fmath_gauss(rng) * deviation;
}

void train_plan_start(const struct train_plan *plan, uint64_t seed,
		      float *parameters, float *statistics)
{
	size_t filters = (size_t)plan->net.filters;
	size_t classes = (size_t)plan->net.classes;
	struct rng rng;

	memset(parameters, 0, plan->parameters * sizeof(float));
	memset(statistics, 0, plan->statistics * sizeof(float));
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *layer = &plan->layers[i];
		size_t rows = layer->kind == LAYER_POINTWISE ? filters :
			layer->rows;

		random_stream(&rng, seed, RANDOM_WEIGHTS, i, 0);
		fill_gauss(parameters + layer->w, rows, filters, plan->c,
			   2.0f / (float)layer->inputs, &rng);
		for (size_t j = 0; j < filters; j++) {
			parameters[layer->gamma + j] = 1;
			statistics[layer->variance + j] = 1;
		}
	}
	random_stream(&rng, seed, RANDOM_WEIGHTS, plan->layer_count, 0);
	fill_gauss(parameters + plan->dense_w, filters, classes, plan->m,
		   1.0f / (float)filters, &rng);
}

static void transpose(float *to, const float *from, size_t rows,
		      size_t columns)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			to[j * rows + i] = from[i * columns + j];
}

static void reverse_rows(float *to, const float *from, size_t rows,
			 size_t columns)
{
	for (size_t i = 0; i < rows; i++)
		memcpy(to + (rows - 1 - i) * columns, from + i * columns,
		       columns * sizeof(float));
}

void train_plan_turn(const struct train_plan *plan, const float *parameters,
		     float *turned)
{
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *layer = &plan->layers[i];
		const float *w = parameters + layer->w;

		if (layer->kind == LAYER_POINTWISE)
			transpose(turned + layer->turned, w, layer->rows,
				  plan->c);
		else if (layer->kind == LAYER_DEPTHWISE)
			reverse_rows(turned + layer->turned, w, layer->rows,
				     plan->c);
	}
	transpose(turned + plan->dense_turned, parameters + plan->dense_w,
		  plan->c, plan->m);
}
