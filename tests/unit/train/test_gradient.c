/*
 * The gradient against differences of the loss.  For each tensor the loss is
 * taken a little before and behind the point along the tensor's own gradient,
 * and along a random direction.  Betas are set so that most ReLUs are well on
 * one side of their kink: two channels of three pass nearly everything, one
 * hardly anything.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/pass_priv.h"
#include "train/random_priv.h"

enum { SAMPLES = 6, ROOM = 8192 };

static struct bench {
	struct fixture fixture;
	struct train_plan plan;
	struct pass pass;
	struct shard shard;
	struct scratch scratch;
	float parameters[ROOM], start[ROOM], gradient[ROOM], turned[ROOM];
	float statistics[ROOM], loss[TRAIN_SHARD];
	float probabilities[TRAIN_SHARD * FIX_CLASSES];
} bench;

static void bench_open(struct bench *b, struct net_shape shape,
		       const struct nets_ds_cnn *size)
{
	const struct train_isa *isa;

	fixture_init(&b->fixture, 3);
	nets_ds_cnn(&b->fixture.net, shape, FIX_CLASSES, size);
	cr_assert_eq(train_plan_init(&b->plan, &b->fixture.net, NULL), 0);
	cr_assert(b->plan.parameters <= ROOM && b->plan.turned <= ROOM);
	train_plan_start(&b->plan, 5, b->start, b->statistics);
	for (size_t i = 0; i < b->plan.parameters; i++)
		b->start[i] *= 1 + 0.1f * (float)(i % 7);
	for (size_t i = 0; i < b->plan.layer_count; i++)
		for (int j = 0; j < size->filters; j++)
			b->start[b->plan.layers[i].beta + j] =
				j % 3 == 0 ? -2.5f : 2.5f;
	cr_assert_eq(train_isa_find(TRAIN_ISA_BEST, &isa, NULL), 0);
	b->pass = (struct pass){ .plan = &b->plan, .isa = isa,
		.parameters = b->parameters, .statistics = b->statistics,
		.turned = b->turned, .input_scale = 0.3f, .smoothing = 0.1f,
		.seed = 9, .batch = SAMPLES };
	b->shard = (struct shard){ .n = SAMPLES, .gradient = b->gradient,
		.statistics = b->statistics, .loss = b->loss,
		.probabilities = b->probabilities };
	for (int i = 0; i < SAMPLES; i++) {
		b->shard.x[i] = b->fixture.x + i * FIX_K * FIX_VALUES;
		train_shard_target(&b->shard, (size_t)i, &b->fixture.data,
				   (size_t)i, FIX_CLASSES);
	}
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
		  "%s of layer %zu: gradient %g, difference %g", what, layer,
		  exact, numeric);
}

static void check_tensor(struct bench *b, const char *what, size_t layer,
			 size_t from, size_t n)
{
	static float direction[ROOM], noise[ROOM];
	struct rng rng;

	cr_expect(direct(direction, b->gradient, from, n), "%s %zu", what,
		  layer);
	check_along(b, direction, what, layer);
	rng_init(&rng, from, 1);
	for (size_t i = from; i < from + n; i++)
		noise[i] = b->start[i] == 0 ? 0 : fmath_gauss(&rng);
	if (direct(direction, noise, from, n))
		check_along(b, direction, what, layer);
}

static void check_all(struct bench *b)
{
	const struct train_plan *plan = &b->plan;
	size_t c = plan->c;

	memcpy(b->parameters, b->start, sizeof(b->start));
	train_plan_turn(plan, b->parameters, b->turned);
	train_pass_train(&b->pass, &b->scratch, &b->shard);
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *layer = &plan->layers[i];

		check_tensor(b, "weights", i, layer->w, layer->rows * c);
		check_tensor(b, "gamma", i, layer->gamma, c);
		check_tensor(b, "beta", i, layer->beta, c);
	}
	check_tensor(b, "dense weights", 0, plan->dense_w, c * plan->m);
	check_tensor(b, "dense bias", 0, plan->dense_b, plan->m);
	train_scratch_close(&b->scratch);
}

Test(train_gradient, every_tensor_agrees_with_differences)
{
	bench_open(&bench, fix_shape, &fix_size);
	check_all(&bench);
}

Test(train_gradient, several_channels_and_other_strides)
{
	bench_open(&bench, (struct net_shape){ 7, 3, 3 },
		   &(struct nets_ds_cnn){ .filters = 16, .blocks = 2,
		   .kernel_h = 2, .kernel_w = 5, .stride_h = 1, .stride_w = 2,
		   .dropout = 0.25f });
	check_all(&bench);
}

Test(train_gradient, padded_channels_stay_zero)
{
	const struct train_plan *plan = &bench.plan;

	bench_open(&bench, fix_shape, &fix_size);
	memcpy(bench.parameters, bench.start, sizeof(bench.start));
	train_plan_turn(plan, bench.parameters, bench.turned);
	train_pass_train(&bench.pass, &bench.scratch, &bench.shard);
	for (size_t i = 0; i < plan->layer_count; i++)
		for (size_t r = 0; r < plan->layers[i].rows; r++)
			for (size_t c = 20; c < plan->c; c++)
				cr_assert_eq(bench.gradient[plan->layers[i].w +
							    r * plan->c + c],
					     0.0f);
	train_scratch_close(&bench.scratch);
}
