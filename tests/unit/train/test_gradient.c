/*
 * The gradient against differences of the loss, for every kind of layer.  For
 * each tensor the loss is taken a little before and behind the point along the
 * tensor's own gradient, and along a random direction.  Betas and biases are
 * set so that most ReLUs are well on one side of their kink: two channels of
 * three pass nearly everything, one hardly anything.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/pass_priv.h"
#include "train/random_priv.h"

enum { SAMPLES = 6, ROOM = 65536, CLASSES = 5 };

static struct bench {
	struct train_plan plan;
	struct pass pass;
	struct shard shard;
	struct scratch scratch;
	float x[SAMPLES * 1024], soft[SAMPLES * CLASSES];
	float parameters[ROOM], start[ROOM], gradient[ROOM], turned[ROOM];
	float statistics[ROOM], loss[TRAIN_SHARD];
	float probabilities[TRAIN_SHARD * 1024];
} bench;

static void avoid_kinks(struct bench *b, const struct layer *l, size_t real)
{
	size_t n = l->net.norm ? l->columns : l->rows * l->columns;
	size_t from = l->net.norm ? l->gamma : l->w;

	for (size_t j = 0; j < n; j++)
		b->start[from + j] *= l->net.norm ? 0.6f : 0.3f;
	for (size_t j = 0; j < real; j++)
		b->start[l->beta + j] = j % 3 == 0 ? -3.5f : 3.1f;
}

static void start(struct bench *b)
{
	train_plan_start(&b->plan, 5, b->start, b->statistics);
	for (size_t i = 0; i < b->plan.parameters; i++)
		b->start[i] *= 1 + 0.1f * (float)(i % 7);
	for (size_t i = 0; i < b->plan.layer_count; i++) {
		const struct layer *l = &b->plan.layers[i];

		if (l->columns > 0 && l->net.activation != NET_LINEAR)
			avoid_kinks(b, l, b->plan.tensors[i + 1].real);
	}
}

static void targets(struct bench *b)
{
	for (int i = 0; i < SAMPLES; i++) {
		b->shard.x[i] = b->x + (size_t)i *
			train_plan_values(&b->plan);
		b->shard.y[i] = i % CLASSES;
		b->shard.weight[i] = 1;
		b->shard.soft[i] = NULL;
	}
}

static void bench_open(struct bench *b, const struct net *net)
{
	const struct train_isa *isa;
	struct err err = { 0 };
	struct rng rng;

	cr_assert_eq(train_plan_init(&b->plan, net, &err), 0, "%s", err.text);
	cr_assert(b->plan.parameters <= ROOM && b->plan.turned <= ROOM);
	cr_assert(SAMPLES * train_plan_values(&b->plan) <=
		  sizeof(b->x) / sizeof(float));
	start(b);
	rng_init(&rng, 4, 0);
	for (size_t i = 0; i < SAMPLES * train_plan_values(&b->plan); i++)
		b->x[i] = 3 * fmath_gauss(&rng);
	cr_assert_eq(train_isa_find(TRAIN_ISA_BEST, &isa, NULL), 0);
	b->pass = (struct pass){ .plan = &b->plan, .isa = isa,
		.parameters = b->parameters, .statistics = b->statistics,
		.turned = b->turned, .input_scale = 0.3f, .smoothing = 0.1f,
		.seed = 9, .batch = SAMPLES };
	b->shard = (struct shard){ .n = SAMPLES, .gradient = b->gradient,
		.statistics = b->statistics, .loss = b->loss,
		.probabilities = b->probabilities };
	targets(b);
	cr_assert_eq(train_scratch_open(&b->scratch, &b->plan, NULL), 0);
}

static double loss_at(struct bench *b, const float *direction, double by)
{
	double sum = 0;

	for (size_t i = 0; i < b->plan.parameters; i++)
		b->parameters[i] = b->start[i] + (float)by * direction[i];
	train_pass_forward(&b->pass, &b->scratch, &b->shard, true);
	for (int i = 0; i < SAMPLES; i++)
		sum += b->loss[i];
	return sum / SAMPLES;
}

/* Direction of unit length on [from, from + n), along g; false if g is 0. */
static bool direct(float *direction, const float *g, size_t from, size_t n)
{
	double length = 0;

	memset(direction, 0, ROOM * sizeof(float));
	for (size_t i = from; i < from + n; i++)
		length += (double)g[i] * (double)g[i];
	for (size_t i = from; i < from + n && length > 0; i++)
		direction[i] = (float)(g[i] / sqrt(length));
	return length > 0;
}

static void check_along(struct bench *b, const float *direction,
			const char *what, size_t layer)
{
	const double h = 2.5e-4;
	double numeric = 0, exact = 0;

	for (int i = 1; i <= 8; i++)	/* several: rounding averages out */
		numeric += (loss_at(b, direction, i * h) -
			    loss_at(b, direction, -i * h)) / (2 * 36 * h);
	for (size_t i = 0; i < b->plan.parameters; i++)
		exact += (double)b->gradient[i] * (double)direction[i];
	cr_expect(fabs(numeric - exact) < 4e-4 + 0.02 * fabs(exact),
		  "%s of layer %zu (%s): gradient %g, difference %g", what,
		  layer, net_kind_name(b->plan.layers[layer].net.kind), exact,
		  numeric);
}

static void check_tensor(struct bench *b, const char *what, size_t layer,
			 size_t from, size_t n)
{
	static float direction[ROOM], noise[ROOM];
	struct rng rng;

	if (direct(direction, b->gradient, from, n))
		check_along(b, direction, what, layer);
	rng_init(&rng, from, 1);
	for (size_t i = from; i < from + n; i++)
		noise[i] = b->start[i] == 0 ? 0 : fmath_gauss(&rng);
	if (direct(direction, noise, from, n))
		check_along(b, direction, what, layer);
}

/* Padded input channels and output columns get no gradient. */
static void check_padding(const struct bench *b, size_t layer)
{
	const struct layer *l = &b->plan.layers[layer];
	size_t real = b->plan.tensors[layer + 1].real;
	size_t c = b->plan.tensors[layer + 1].c;

	for (size_t i = 0; i < l->rows * l->columns; i++)
		if (i % c >= real)
			cr_assert_eq(b->gradient[l->w + i], 0.0f);
}

static void back(struct bench *b)
{
	memcpy(b->parameters, b->start, sizeof(b->start));
	train_plan_turn(&b->plan, b->parameters, b->turned);
	train_pass_train(&b->pass, &b->scratch, &b->shard);
}

static void check_opened(struct bench *b)
{
	back(b);
	for (size_t i = 0; i < b->plan.layer_count; i++) {
		const struct layer *l = &b->plan.layers[i];

		if (l->columns == 0)
			continue;
		check_tensor(b, "weights", i, l->w, l->rows * l->columns);
		check_tensor(b, "bias", i, l->beta, l->columns);
		if (l->net.norm)
			check_tensor(b, "gamma", i, l->gamma, l->columns);
		back(b);
		check_padding(b, i);
	}
	train_scratch_close(&b->scratch);
}

static void check(const struct net *net)
{
	bench_open(&bench, net);
	check_opened(&bench);
}

/* ---- nets ---------------------------------------------------------------- */

static struct net_layer *append(struct net *net, enum net_kind kind, int from)
{
	struct net_layer *l = &net->layers[net->count++];

	*l = (struct net_layer){ .kind = kind, .from = from };
	return l;
}

static struct net_layer *window(struct net *net, enum net_kind kind,
				int filters, int kernel, int stride)
{
	struct net_layer *l = append(net, kind, net->count - 1);

	l->filters = filters;
	l->kernel_h = l->kernel_w = kernel;
	l->stride_h = l->stride_w = stride;
	return l;
}

static struct net_layer *normed(struct net *net, enum net_kind kind,
				int filters, int kernel, int stride)
{
	struct net_layer *l = window(net, kind, filters, kernel, stride);

	l->norm = true;
	l->activation = NET_RELU;
	return l;
}

static void head(struct net *net)
{
	append(net, NET_GLOBAL_POOL, net->count - 1);
	append(net, NET_DENSE, net->count - 1)->filters = CLASSES;
}

static struct net input(int h, int w, int c)
{
	return (struct net){ .h = h, .w = w, .c = c };
}

Test(train_gradient, ds_cnn)
{
	struct net net;

	nets_ds_cnn(&net, fix_shape, CLASSES, &fix_size);
	check(&net);
	nets_ds_cnn(&net, (struct net_shape){ 7, 3, 3 }, CLASSES,
		    &(struct nets_ds_cnn){ .filters = 16, .blocks = 2,
		    .kernel_h = 2, .kernel_w = 5, .stride_h = 1,
		    .stride_w = 2, .dropout = 0.25f });
	check(&net);
}

Test(train_gradient, windows_of_any_kernel_stride_and_padding)
{
	static const struct { int kernel, stride; } cases[] = {
		{ 1, 2 }, { 2, 1 }, { 2, 3 }, { 3, 2 }, { 4, 2 }, { 5, 1 }
	};

	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		int kernel = cases[i / 2].kernel, stride = cases[i / 2].stride;
		enum net_padding padding = i % 2 ? NET_VALID : NET_SAME;
		struct net net = input(11, 10, 2);

		normed(&net, NET_CONV, 18, 3, 1);
		normed(&net, NET_CONV, 5, kernel, stride)->padding = padding;
		head(&net);
		check(&net);
		net = input(11, 10, 2);
		normed(&net, NET_CONV, 18, 3, 1);
		normed(&net, NET_DEPTHWISE, 0, kernel, stride)->padding =
			padding;
		head(&net);
		check(&net);
	}
}

Test(train_gradient, kernels_and_strides_of_two_sides)
{
	struct net net = input(9, 12, 3);
	struct net_layer *l = normed(&net, NET_DEPTHWISE, 0, 3, 1);

	l->kernel_w = 4;
	l->stride_h = 2;
	l = normed(&net, NET_CONV, 6, 2, 1);
	l->kernel_w = 3;
	l->stride_w = 2;
	head(&net);
	check(&net);
}

Test(train_gradient, biases_in_place_of_norm_and_all_activations)
{
	for (int act = NET_LINEAR; act <= NET_RELU6; act++)
		for (int norm = 0; norm < 2; norm++) {
			struct net net = input(6, 5, 2);
			struct net_layer *l[4];

			l[0] = window(&net, NET_CONV, 7, 3, 1);
			l[1] = window(&net, NET_DEPTHWISE, 0, 3, 1);
			l[2] = window(&net, NET_CONV, 9, 1, 1);
			l[3] = append(&net, NET_DENSE, 2);
			l[3]->filters = 6;
			for (int i = 0; i < 4; i++) {
				l[i]->activation = (enum net_activation)act;
				l[i]->norm = norm;
			}
			append(&net, NET_DENSE, 3)->filters = CLASSES;
			check(&net);
		}
}

Test(train_gradient, pools)
{
	for (int kind = NET_MAX_POOL; kind <= NET_AVERAGE_POOL; kind++)
		for (int stride = 1; stride <= 3; stride++) {
			struct net net = input(8, 7, 2);

			normed(&net, NET_CONV, 5, 3, 1);
			window(&net, (enum net_kind)kind, 0, 3, stride)
				->padding = stride == 2 ? NET_VALID : NET_SAME;
			append(&net, NET_DENSE, 1)->filters = CLASSES;
			check(&net);
		}
}

/* A layer read twice, joined in both ways. */
Test(train_gradient, residual_add_and_concat)
{
	for (int act = NET_LINEAR; act <= NET_RELU; act++) {
		struct net net = input(7, 6, 3);
		struct net_layer *l;

		normed(&net, NET_CONV, 6, 3, 1);
		normed(&net, NET_CONV, 6, 3, 1);
		l = append(&net, NET_ADD, 1);
		l->with = 0;
		l->activation = (enum net_activation)act;
		l = append(&net, NET_CONCAT, 2);
		l->with = 0;
		normed(&net, NET_CONV, 5, 1, 1);
		append(&net, NET_DROPOUT, 4)->share = 0.3f;
		head(&net);
		check(&net);
	}
}

Test(train_gradient, a_layer_joined_with_itself)
{
	struct net net = input(4, 4, 2);

	normed(&net, NET_CONV, 6, 3, 1);
	append(&net, NET_ADD, 0)->with = 0;
	append(&net, NET_CONCAT, 1)->with = 1;
	head(&net);
	check(&net);
}

Test(train_gradient, lstm)
{
	for (int sequence = 0; sequence < 2; sequence++) {
		struct net net = input(6, 1, 3);

		append(&net, NET_LSTM, NET_INPUT)->filters = 5;
		net.layers[0].sequence = true;
		append(&net, NET_LSTM, 0)->filters = 18;
		net.layers[1].sequence = sequence;
		append(&net, NET_DENSE, 1)->filters = CLASSES;
		check(&net);
	}
}

Test(train_gradient, rebuilding_the_input)
{
	struct net net = input(3, 2, 4);
	struct net_layer *l;

	net.task = NET_REBUILD;
	l = append(&net, NET_DENSE, NET_INPUT);
	l->filters = 9;
	l->norm = true;
	l->activation = NET_RELU;
	append(&net, NET_DENSE, 0)->filters = 24;
	check(&net);
	net.layers[0] = (struct net_layer){
		.kind = NET_CONV, .from = NET_INPUT, .filters = 4,
		.kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1 };
	net.count = 1;
	check(&net);
}

static void expect_refused(const struct net *net, const char *text)
{
	struct err err = { 0 };

	cr_expect_eq(train_plan_init(&bench.plan, net, &err), ERR_RANGE);
	cr_expect_str_eq(err.text, text);
}

Test(train_gradient, nets_that_cannot_be_trained_are_refused)
{
	struct net net = input(1 << 21, 1, 2);

	append(&net, NET_DENSE, NET_INPUT)->filters = 64;
	expect_refused(&net, "network: layer 0 (dense) makes it more than "
		       "67108864 weights");
	net.layers[0].kind = NET_LSTM;
	expect_refused(&net, "network: its layers are too large to train");
	net = input(4, 4, 2);
	normed(&net, NET_CONV, 3, 3, 1);
	append(&net, NET_DENSE, NET_INPUT)->filters = CLASSES;
	expect_refused(&net, "network: nothing reads layer 0 (conv)");
	net = input(4, 4, 2);
	normed(&net, NET_CONV, 3, 3, 1);
	expect_refused(&net, "network: the last layer gives 4 x 4 x 3, not a "
		       "vector of classes");
}

Test(train_gradient, soft_targets_and_weights)
{
	struct bench *b = &bench;
	struct net net;

	nets_ds_cnn(&net, fix_shape, CLASSES, &fix_size);
	bench_open(b, &net);
	for (int i = 0; i < SAMPLES; i++) {
		b->shard.weight[i] = 0.5f + (float)i / 4;
		for (int c = 0; c < CLASSES; c++)
			b->soft[i * CLASSES + c] = (float)(1 + (i + c) % 5) /
				15;
		if (i % 2)
			b->shard.soft[i] = b->soft + i * CLASSES;
	}
	check_opened(b);
}
