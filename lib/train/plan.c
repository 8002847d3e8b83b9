#include <string.h>

#include "base/fmath.h"
#include "train/plan_priv.h"
#include "train/random_priv.h"

static size_t whole_vectors(int n)
{
	return ((size_t)n + TRAIN_LANES - 1) / TRAIN_LANES * TRAIN_LANES;
}

static int check(const char *what, int value, int max, struct err *err)
{
	if (value >= 1 && value <= max)
		return 0;
	return err_set(err, ERR_RANGE, "network: %s is %d, 1 to %d are "
		       "possible", what, value, max);
}

static int check_network(const struct train_network *net, struct err *err)
{
	const struct { const char *what; int value, max; } rules[] = {
		{ "input height", net->h, TRAIN_INPUT_MAX },
		{ "input width", net->w, TRAIN_INPUT_MAX },
		{ "input channels", net->c, TRAIN_INPUT_MAX },
		{ "filters", net->filters, TRAIN_FILTERS_MAX },
		{ "blocks", net->blocks, TRAIN_BLOCKS_MAX },
		{ "kernel height", net->kernel_h, TRAIN_KERNEL_MAX },
		{ "kernel width", net->kernel_w, TRAIN_KERNEL_MAX },
		{ "stride down", net->stride_h, TRAIN_KERNEL_MAX },
		{ "stride across", net->stride_w, TRAIN_KERNEL_MAX },
		{ "classes", net->classes, TRAIN_CLASSES_MAX },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (check(rules[i].what, rules[i].value, rules[i].max,
			  err) != 0)
			return ERR_RANGE;
	if (net->w > TRAIN_INPUT_MAX / net->h ||
	    net->c > TRAIN_INPUT_MAX / net->h / net->w)
		return err_set(err, ERR_RANGE, "network: an input of %d x %d "
			       "x %d is larger than %d values", net->h, net->w,
			       net->c, TRAIN_INPUT_MAX);
	return 0;
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
	const struct train_network *net = &plan->net;
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

int train_plan_init(struct train_plan *plan,
		    const struct train_network *network, struct err *err)
{
	memset(plan, 0, sizeof(*plan));
	if (check_network(network, err) != 0)
		return ERR_RANGE;
	plan->net = *network;
	plan->h = same_padding(network->h, network->kernel_h,
			       network->stride_h, &plan->pad_top);
	plan->w = same_padding(network->w, network->kernel_w,
			       network->stride_w, &plan->pad_left);
	plan->c = whole_vectors(network->filters);
	plan->m = whole_vectors(network->classes);
	add_layers(plan);
	return 0;
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
