#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/isa.h"
#include "train/model_priv.h"

static int try(struct train_model **model, const struct fixture *f,
	       const struct train_options *options, struct err *err)
{
	const struct train_job job = { .net = &f->net, .data = &f->data,
		.validation = &f->data, .options = options };

	return train_run(model, &job, err);
}

static struct train_model *run(const struct fixture *f,
			       const struct train_options *options)
{
	struct train_model *model;
	struct err err = { 0 };

	cr_assert_eq(try(&model, f, options, &err), 0, "%s", err.text);
	return model;
}

static void expect_same(const struct train_model *a,
			const struct train_model *b, const char *what)
{
	cr_expect_eq(memcmp(a->parameters, b->parameters,
			    train_model_floats(a) * sizeof(float)), 0, "%s",
		     what);
	cr_expect_eq(a->row_count, b->row_count);
	cr_expect_eq(memcmp(a->rows, b->rows,
			    a->row_count * sizeof(*a->rows)), 0, "%s", what);
}

Test(train_run, threads_do_not_show_in_a_byte)
{
	static struct fixture f;
	struct train_options options = fix_options;
	struct train_model *one, *more;

	fixture_init(&f, 1);
	one = run(&f, &options);
	for (options.threads = 2; options.threads <= 7; options.threads += 5) {
		more = run(&f, &options);
		expect_same(one, more, "threads");
		train_model_close(more);
	}
	train_model_close(one);
}

Test(train_run, instruction_sets_do_not_show_in_a_byte)
{
	static struct fixture f;
	struct train_options options = fix_options;
	struct train_model *want, *got;
	const struct train_isa *isa;

	fixture_init(&f, 1);
	options.isa = TRAIN_ISA_PLAIN;
	want = run(&f, &options);
	for (int i = TRAIN_ISA_AVX2; i <= TRAIN_ISA_NEON; i++) {
		options.isa = (enum train_isa_choice)i;
		if (train_isa_find(options.isa, &isa, NULL) != 0)
			continue;
		got = run(&f, &options);
		expect_same(want, got, isa->name);
		train_model_close(got);
	}
	train_model_close(want);
}

Test(train_run, another_seed_is_another_model)
{
	static struct fixture f;
	struct train_options options = fix_options;
	struct train_model *a, *b;

	fixture_init(&f, 1);
	a = run(&f, &options);
	options.seed++;
	b = run(&f, &options);
	cr_assert_neq(memcmp(a->parameters, b->parameters,
			     train_model_floats(a) * sizeof(float)), 0);
	train_model_close(a);
	train_model_close(b);
}

Test(train_run, learns_what_can_be_learnt)
{
	static struct fixture f, other;
	struct train_options options = fix_options;
	float probabilities[FIX_N * FIX_CLASSES];
	struct train_model *model;
	const struct train_row *rows;
	int right = 0;
	size_t n;

	fixture_init(&f, 1);
	fixture_init(&other, 2);
	options.epochs = 60;
	model = run(&f, &options);
	rows = train_model_history(model, &n);
	cr_assert_eq(n, 60);
	cr_assert_eq(rows[59].epoch, 60);
	cr_assert(rows[59].loss < rows[0].loss);
	cr_assert_eq(train_infer(model, &other.data, NULL, probabilities,
				 NULL), 0);
	for (int i = 0; i < FIX_N; i++) {
		const float *p = probabilities + i * FIX_CLASSES;
		float sum = 0;

		for (int k = 0; k < FIX_CLASSES; k++)
			sum += p[k];
		cr_assert(fabsf(sum - 1) < 1e-5f);
		right += p[other.y[i]] > 0.4f;
	}
	cr_assert(right > FIX_N * 9 / 10, "%d of %d", right, FIX_N);
	train_model_close(model);
}

Test(train_run, patience_ends_it_and_the_best_epoch_is_kept)
{
	static struct fixture f;
	struct train_options options = fix_options;
	const struct train_row *rows;
	struct train_model *model;
	size_t n;
	int best;

	fixture_init(&f, 1);
	for (int i = 0; i < FIX_N; i++)		/* nothing to learn */
		f.y[i] = i / 3 % FIX_CLASSES;
	options.epochs = 200;
	options.patience = 3;
	options.rate = 0.0001;
	model = run(&f, &options);
	rows = train_model_history(model, &n);
	best = train_model_best_epoch(model);
	cr_assert(n < 200);
	cr_assert_eq((int)n, best + 3);
	for (size_t i = 0; i < n; i++)
		cr_assert(rows[i].validation_accuracy <=
			  rows[best - 1].validation_accuracy);
	train_model_close(model);
}

Test(train_run, without_validation_the_last_epoch_counts)
{
	static struct fixture f;
	struct train_model *model;

	fixture_init(&f, 1);
	cr_assert_eq(train_run(&model, &(struct train_job){ .net = &f.net,
		.data = &f.data, .options = &fix_options }, NULL), 0);
	cr_assert_eq(train_model_best_epoch(model), 3);
	cr_assert(isnan(model->rows[0].validation_loss));
	train_model_close(model);
}

Test(train_run, diverging_stops_with_step_rate_and_hint)
{
	static struct fixture f;
	struct train_options options = fix_options;
	struct train_model *model;
	struct err err = { 0 };

	fixture_init(&f, 1);
	for (int i = 0; i < FIX_N * FIX_K * FIX_VALUES; i++)
		f.x[i] *= i % 1000 == 7 ? 3e38f / 1e2f : 1e-30f;
	options.rate = 1000;
	options.epochs = 200;
	cr_assert_eq(try(&model, &f, &options, &err), ERR_RANGE);
	cr_assert_null(model);
	cr_assert(strstr(err.text, "diverged at step"), "%s", err.text);
	cr_assert_str_eq(err.hint, "set train.rate to 250 or lower");
}

static void expect_refused(const struct fixture *f,
			   const struct train_options *options,
			   const char *text)
{
	struct train_model *model;
	struct err err = { 0 };

	cr_expect_eq(try(&model, f, options, &err), ERR_RANGE);
	cr_expect_null(model);
	cr_expect_str_eq(err.text, text);
}

Test(train_run, no_samples_is_said_in_words)
{
	static struct fixture f;

	fixture_init(&f, 1);
	f.data.n = 0;
	expect_refused(&f, &fix_options, "there is nothing "
		       "to train on: the training part has no samples");
}

Test(train_run, wrong_labels_values_shapes_and_options_are_refused)
{
	static struct fixture f;
	struct train_options options = fix_options;

	fixture_init(&f, 1);
	f.y[3] = FIX_CLASSES;
	expect_refused(&f, &fix_options,
		       "sample 3 has class 5 of 5");
	fixture_init(&f, 1);
	f.x[FIX_K * FIX_VALUES] = NAN;
	expect_refused(&f, &fix_options,
		       "an input value is not finite");
	fixture_init(&f, 1);
	f.net.layers[0].filters = 0;
	expect_refused(&f, &fix_options, "network: layer 0: filters is 0, 1 "
		       "to 4096 are possible");
	fixture_init(&f, 1);
	options.rate = NAN;
	expect_refused(&f, &options,
		       "rate is nan, 1e-09 to 1000 is possible");
}

Test(train_run, one_sample_of_one_class_is_enough_to_run)
{
	static struct fixture f;
	struct train_model *model;

	fixture_init(&f, 1);
	f.data.n = 1;
	f.y[0] = 0;
	nets_ds_cnn(&f.net, fix_shape, 1, &fix_size);
	cr_assert_eq(try(&model, &f, &fix_options, NULL), 0);
	train_model_close(model);
}
