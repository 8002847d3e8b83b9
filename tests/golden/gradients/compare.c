/*
 * compare - one shard through the training engine and through oneDNN: outputs,
 * batch-norm statistics and the gradient of every parameter.  The layer in
 * question stands between two others, so that the gradient of its input shows
 * in that of the layer before it.
 *
 * An error is relative to the tensor's largest value.  One TAP line per kind
 * of layer, with the worst error of all its networks.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "oracle.h"
#include "train/layers.h"
#include "train/nets.h"

enum way { FORWARD, BACK };
enum { SAMPLES = 5, CLASSES = 5, SEEDS = 20, LINES = 4, LINE_BYTES = 64 };

static const double allowed = 1e-4;
/* Arithmetic in another order may put a value on the other side of a kink;
 * nothing that is compared comes so near. */
static const float clear_of_kinks = 1e-5f;

struct worst {
	double error;
	char where[64];
};

struct bench {
	struct net net;
	struct train_plan plan;
	struct pass pass;
	struct scratch scratch;
	struct shard shard[2];		/* ours, oneDNN's */
	float *x, *parameters, *statistics, *turned;
	struct worst worst[2];		/* forward, back */
};

static void *need(size_t n)
{
	float *room = calloc(n + 1, sizeof(float));

	if (!room) {
		fprintf(stderr, "compare: no memory\n");
		exit(2);
	}
	return room;
}

static void refuse(int status, const struct err *err)
{
	if (status == 0)
		return;
	fprintf(stderr, "compare: %s\n", err->text);
	exit(2);
}

/* Random weights, gammas round 1, betas and biases round 0. */
static void start(struct bench *b, uint64_t seed)
{
	size_t values = SAMPLES * train_plan_values(&b->plan);
	struct rng rng;

	train_plan_start(&b->plan, seed, b->parameters, b->statistics);
	rng_init(&rng, seed, 1);
	for (size_t i = 0; i < b->plan.layer_count; i++) {
		const struct layer *l = &b->plan.layers[i];
		const struct tensor *t = &b->plan.tensors[i + 1];

		for (size_t j = 0; j < l->columns; j++) {
			if (j % t->c >= t->real)
				continue;
			b->parameters[l->beta + j] = 0.3f * fmath_gauss(&rng);
			if (l->net.norm)
				b->parameters[l->gamma + j] =
					1 + 0.2f * fmath_gauss(&rng);
		}
	}
	for (size_t i = 0; i < values; i++)
		b->x[i] = fmath_gauss(&rng);
	train_plan_turn(&b->plan, b->parameters, b->turned);
}

static void shard_open(struct bench *b, struct shard *shard)
{
	*shard = (struct shard){ .n = SAMPLES,
		.gradient = need(b->plan.parameters),
		.statistics = need(b->plan.statistics),
		.loss = need(TRAIN_SHARD),
		.probabilities = need(TRAIN_SHARD * b->plan.outputs) };
	for (int i = 0; i < SAMPLES; i++) {
		shard->x[i] = b->x + (size_t)i * train_plan_values(&b->plan);
		shard->y[i] = i % CLASSES;
		shard->weight[i] = 1;
	}
}

static void shard_close(struct shard *shard)
{
	free(shard->gradient);
	free(shard->statistics);
	free(shard->loss);
	free(shard->probabilities);
}

static void bench_open(struct bench *b)
{
	const struct train_isa *isa;
	struct err err = { 0 };

	refuse(train_plan_init(&b->plan, &b->net, &err), &err);
	refuse(train_scratch_open(&b->scratch, &b->plan, &err), &err);
	refuse(train_isa_find(TRAIN_ISA_BEST, &isa, &err), &err);
	b->x = need(SAMPLES * train_plan_values(&b->plan));
	b->parameters = need(b->plan.parameters);
	b->statistics = need(b->plan.statistics);
	b->turned = need(b->plan.turned);
	b->pass = (struct pass){ .plan = &b->plan, .isa = isa,
		.parameters = b->parameters, .statistics = b->statistics,
		.turned = b->turned, .input_scale = 1, .batch = SAMPLES };
	shard_open(b, &b->shard[0]);
	shard_open(b, &b->shard[1]);
}

static void bench_close(struct bench *b)
{
	shard_close(&b->shard[0]);
	shard_close(&b->shard[1]);
	train_scratch_close(&b->scratch);
	free(b->x);
	free(b->parameters);
	free(b->statistics);
	free(b->turned);
}

/* The largest difference, of the largest value. */
static double error_of(const float *ours, const float *theirs, size_t n)
{
	double largest = 0, off = 0;

	for (size_t i = 0; i < n; i++) {
		largest = fmax(largest, fabs((double)theirs[i]));
		off = fmax(off, fabs((double)ours[i] - (double)theirs[i]));
		if (!isfinite(ours[i]) || !isfinite(theirs[i]))
			off = INFINITY;
	}
	return largest > 0 ? off / largest : INFINITY;
}

static void note(struct bench *b, enum way way, const char *what,
		 size_t layer, double error)
{
	struct worst *worst = &b->worst[way];

	if (error <= worst->error)
		return;
	worst->error = error;
	snprintf(worst->where, sizeof(worst->where), "%s of layer %zu, %s",
		 what, layer, net_kind_name(b->net.layers[layer].kind));
}

static void compare_gradient(struct bench *b, const char *what, size_t layer,
			     size_t from, size_t n)
{
	note(b, BACK, what, layer, error_of(b->shard[0].gradient + from,
					    b->shard[1].gradient + from, n));
}

static void compare_statistic(struct bench *b, const char *what, size_t layer,
			      size_t from)
{
	note(b, FORWARD, what, layer,
	     error_of(b->shard[0].statistics + from,
		      b->shard[1].statistics + from,
		      b->plan.layers[layer].columns));
}

static void compare_layer(struct bench *b, size_t i)
{
	const struct layer *l = &b->plan.layers[i];

	if (l->columns == 0)
		return;
	compare_gradient(b, "weights", i, l->w, l->rows * l->columns);
	compare_gradient(b, l->net.norm ? "beta" : "bias", i, l->beta,
			 l->columns);
	if (!l->net.norm)
		return;
	compare_gradient(b, "gamma", i, l->gamma, l->columns);
	compare_statistic(b, "mean", i, l->mean);
	compare_statistic(b, "variance", i, l->variance);
}

static void compare_all(struct bench *b)
{
	note(b, FORWARD, "outputs", b->plan.layer_count - 1,
	     error_of(b->shard[0].probabilities, b->shard[1].probabilities,
		      SAMPLES * b->plan.outputs));
	for (size_t i = 0; i < b->plan.layer_count; i++)
		compare_layer(b, i);
}

/* The larger of both ways. */
static double worst_of(const struct bench *b)
{
	return fmax(b->worst[FORWARD].error, b->worst[BACK].error);
}

static void train_both(struct bench *b)
{
	struct oracle *o = oracle_open(&b->plan, b->parameters, SAMPLES);
	uint64_t seed = 0;

	do {
		start(b, ++seed);
		oracle_train(o, &b->shard[1]);
	} while (oracle_nearest_kink(o) < clear_of_kinks && seed < SEEDS);
	oracle_close(o);
	train_pass_train(&b->pass, &b->scratch, &b->shard[0]);
}

/* Lines as in tinyml.yaml, said again where they give a new worst error. */
static void check(struct bench *b, struct net_shape shape,
		  const char *const *lines)
{
	const struct layers_input input = { shape, CLASSES };
	struct text_list list = { .items = (const char **)lines };
	struct err err = { 0 };
	double before = worst_of(b);

	while (list.n < LINES && lines[list.n])
		list.n++;
	refuse(layers_make(&b->net, &list, &input, "compare", &err), &err);
	bench_open(b);
	train_both(b);
	compare_all(b);
	bench_close(b);
	if (worst_of(b) > before && worst_of(b) > allowed)
		for (size_t i = 0; i < list.n; i++)
			printf("# %s%s\n", lines[i],
			       i + 1 == list.n ? " <- differs" : "");
}

/* ---- kinds --------------------------------------------------------------- */

static const struct net_shape image = { 11, 10, 3 };

/* A line between a normed convolution and the classes. */
static void check_between(struct bench *b, const char *line)
{
	const char *const lines[LINES] = { "conv 3x3 18 norm relu", line,
		"dense classes" };

	check(b, image, lines);
}

static const char *const windows[] = {
	"1/2", "2/1", "2/3", "3/1", "3/2", "4/2", "5/1", "5/3", "2x3/1x2",
	"3x2/2x1", "4x1/3x1"
};
enum { WINDOWS = sizeof(windows) / sizeof(windows[0]) };

/* "%s" of the format is each window, with both paddings. */
static void check_windows(struct bench *b, const char *before,
			  const char *behind)
{
	for (size_t i = 0; i < 2 * WINDOWS; i++) {
		char line[LINE_BYTES];

		snprintf(line, sizeof(line), "%s %s %s %s", before,
			 windows[i / 2], i % 2 ? "valid" : "same", behind);
		check_between(b, line);
	}
}

static void convolution(struct bench *b)
{
	check_windows(b, "conv", "7 norm relu");
	check_windows(b, "conv", "20 relu");
}

static void depthwise(struct bench *b)
{
	const char *const first[LINES] = { "depthwise 3x3/2 norm relu",
		"conv 1 6", "dense classes" };

	check_windows(b, "depthwise", "norm relu");
	check_windows(b, "depthwise", "");
	check(b, image, first);
}

static void pointwise(struct bench *b)
{
	check_between(b, "conv 1 33 norm relu");
	check_between(b, "conv 1 5 relu6");
	check_between(b, "conv 1 16");
}

static void dense(struct bench *b)
{
	const char *const lines[LINES] = { "dense 19 norm relu",
		"dense 33 relu", "dense classes" };

	check_between(b, "dense 21 norm relu");
	check(b, (struct net_shape){ 1, 1, 40 }, lines);
	check(b, (struct net_shape){ 4, 3, 5 }, lines);
}

static void norm_and_activation(struct bench *b)
{
	static const char *const kinds[] = { "conv 3 9 norm", "conv 1 9 norm",
		"depthwise 3 norm", "dense 9 norm" };
	static const char *const curves[] = { "linear", "relu", "relu6" };
	char line[LINE_BYTES];

	for (int i = 0; i < 4 * 3; i++) {
		snprintf(line, sizeof(line), "%s %s", kinds[i / 3],
			 curves[i % 3]);
		check_between(b, line);
	}
}

static void max_pool(struct bench *b)
{
	check_windows(b, "max-pool", "");
}

static void average_pool(struct bench *b)
{
	check_windows(b, "average-pool", "");
	check_between(b, "global-pool");
}

static void lstm(struct bench *b)
{
	const char *const lines[] = { "lstm 6 sequence", "lstm 18",
		"dense classes", NULL };
	const char *const all[] = { "lstm 17 sequence", "lstm 5 sequence",
		"dense classes", NULL };

	check(b, (struct net_shape){ 7, 1, 3 }, lines);
	check(b, (struct net_shape){ 4, 1, 20 }, all);
}

static const struct {
	const char *name;
	void (*check)(struct bench *b);
} kinds[] = {
	{ "convolution", convolution }, { "depthwise", depthwise },
	{ "pointwise", pointwise }, { "dense", dense },
	{ "batch norm and activation", norm_and_activation },
	{ "max pool", max_pool }, { "average pool", average_pool },
	{ "lstm", lstm }
};

int main(void)
{
	static struct bench b;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		memset(b.worst, 0, sizeof(b.worst));
		kinds[i].check(&b);
		printf("%s - %s: oneDNN's within %g of the largest; forward "
		       "%.1e (%s), back %.1e (%s)\n",
		       worst_of(&b) <= allowed ? "ok" : "not ok",
		       kinds[i].name, allowed,
		       b.worst[FORWARD].error, b.worst[FORWARD].where,
		       b.worst[BACK].error, b.worst[BACK].where);
		fflush(stdout);
	}
	return 0;
}
