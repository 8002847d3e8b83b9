#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/configure.h"
#include "train/optimise_priv.h"

/* An optimiser over a small model whose parameters are all 1. */
struct bench {
	struct fixture fixture;
	struct train_model *model;
	struct optimiser optimiser;
	float *gradient;
	size_t n;
};

static void open_bench(struct bench *b, const struct train_options *options)
{
	const struct train_isa *isa;

	fixture_init(&b->fixture, 1);
	cr_assert_eq(train_untrained(&b->model, &b->fixture.net, 1, NULL), 0);
	b->n = b->model->plan.parameters;
	for (size_t i = 0; i < b->n; i++)
		b->model->parameters[i] = 1;
	b->gradient = calloc(b->n, sizeof(float));
	cr_assert_not_null(b->gradient);
	cr_assert_eq(train_isa_find(TRAIN_ISA_PLAIN, &isa, NULL), 0);
	cr_assert_eq(optimise_open(&b->optimiser, b->model, options, isa,
				   NULL), 0);
}

static void close_bench(struct bench *b)
{
	optimise_close(&b->optimiser);
	train_model_close(b->model);
	free(b->gradient);
}

Test(optimise, sgd_moves_with_momentum_and_decays_weights_alone)
{
	static struct bench b;
	const struct train_options options = {
		.optimiser = TRAIN_SGD, .momentum = 0.5, .weight_decay = 0.1 };
	size_t last;

	open_bench(&b, &options);
	last = b.n - 1;
	b.gradient[0] = b.gradient[last] = 1;
	optimise_step(&b.optimiser, b.gradient, 0.1);
	cr_expect(fabsf(b.model->parameters[0] - 0.89f) < 1e-6f);
	cr_expect(fabsf(b.model->parameters[1] - 0.99f) < 1e-6f);
	cr_expect(fabsf(b.model->parameters[last] - 0.9f) < 1e-6f);
	optimise_step(&b.optimiser, b.gradient, 0.1);
	cr_expect(fabsf(b.model->parameters[last] - 0.75f) < 1e-6f);
	close_bench(&b);
}

Test(optimise, a_gradient_is_clipped_to_its_norm)
{
	static struct bench b;
	const struct train_options options = { .optimiser = TRAIN_SGD,
					       .clip = 1 };

	open_bench(&b, &options);
	b.gradient[0] = 3;
	b.gradient[1] = 4;
	optimise_step(&b.optimiser, b.gradient, 1);
	cr_expect(fabsf(b.model->parameters[0] - 0.4f) < 1e-6f);
	cr_expect(fabsf(b.model->parameters[1] - 0.2f) < 1e-6f);
	close_bench(&b);
}

Test(optimise, the_average_follows_slowly_after_the_first_steps)
{
	static struct bench b;
	const struct train_options options = { .optimiser = TRAIN_SGD,
					       .ema = 0.999 };
	const float *block;

	open_bench(&b, &options);
	b.gradient[0] = 1;
	optimise_step(&b.optimiser, b.gradient, 1);
	optimise_average(&b.optimiser);
	block = optimise_block(&b.optimiser);
	cr_expect_neq(block, b.model->parameters);
	cr_expect(fabsf(block[0] - 2.0f / 11) < 1e-6f, "%g",
		  (double)block[0]);
	cr_expect_eq(block[1], 1);
	close_bench(&b);
}

Test(optimise, sgd_learns_what_can_be_learnt)
{
	static struct fixture f;
	struct train_options options = fix_options;
	const struct train_row *rows;
	struct train_model *model;
	struct train_job job;
	size_t n;

	fixture_init(&f, 1);
	options.optimiser = TRAIN_SGD;
	options.momentum = 0.9;
	options.rate = 0.1;
	options.ema = 0.9;
	options.epochs = 40;
	job = (struct train_job){ .net = &f.net, .data = &f.data,
				  .validation = &f.data,
				  .options = &options };
	cr_assert_eq(train_run(&model, &job, NULL), 0);
	rows = train_model_history(model, &n);
	cr_assert(rows[n - 1].validation_accuracy > 0.9, "%g",
		  rows[n - 1].validation_accuracy);
	train_model_close(model);
}

Test(configure, balanced_weights_have_a_mean_of_one)
{
	const struct project_train train = { .class_weights = "balanced" };
	const int32_t y[] = { 0, 0, 0, 1 };
	float *weights;

	cr_assert_eq(train_configure_weights(&weights, &train, y, 4, 2, NULL),
		     0);
	cr_expect(fabsf(weights[0] - 2.0f / 3) < 1e-6f);
	cr_expect_eq(weights[1], 2);
	free(weights);
}
