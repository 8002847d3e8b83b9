#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/finetune.h"
#include "train/layers.h"

static struct fixture fixture;

static const char *items[] = {
	"conv 3x3/2 20 norm relu as a", "depthwise 3x3 norm relu6",
	"conv 1x1 20 as b", "add a relu", "concat b", "max-pool 2x2",
	"average-pool 2x1 valid", "conv 1x1 17", "global-pool",
	"dropout 0.1", "dense 12 relu", "dense classes"
};

static void make_net(void)
{
	const struct text_list list = { items, sizeof(items) / sizeof(*items),
					NULL };
	const struct layers_input input = { { FIX_H, FIX_W, 1 },
					    FIX_CLASSES };
	struct err err = { 0 };

	fixture_init(&fixture, 1);
	cr_assert_eq(layers_make(&fixture.net, &list, &input, "", &err), 0,
		     "%s", err.text);
}

static void train(struct model *graph)
{
	struct train_options options = fix_options;
	const struct train_job job = {
		.net = &fixture.net, .data = &fixture.data,
		.validation = &fixture.data, .options = &options };
	struct train_model *model;
	struct err err = { 0 };

	options.epochs = 20;
	cr_assert_eq(train_run(&model, &job, &err), 0, "%s", err.text);
	cr_assert_eq(train_export(model, graph, NULL), 0);
	train_model_close(model);
}

static void tune(const struct model *graph, double rate, struct model *out)
{
	const struct train_options options = {
		.epochs = 1, .batch = 20, .rate = rate, .seed = 3,
		.optimiser = TRAIN_SGD, .threads = 1 };
	const struct train_job job = { .data = &fixture.data,
				       .options = &options };
	struct err err = { 0 };

	cr_assert_eq(train_finetune(graph, &job, out, &err), 0, "%s",
		     err.text);
}

/* The largest difference of any constant. */
static double distance(const struct model *a, const struct model *b)
{
	double most = 0;

	cr_assert_eq(a->tensor_count, b->tensor_count);
	for (int i = 0; i < a->tensor_count; i++) {
		const float *x = a->tensors[i].data, *y = b->tensors[i].data;

		cr_assert(model_same_shape(&a->tensors[i], &b->tensors[i]));
		cr_assert_eq(!x, !y);
		for (size_t k = 0; x && k < model_elements(&a->tensors[i]);
		     k++)
			most = fmax(most, fabs((double)(x[k] - y[k])));
	}
	return most;
}

Test(finetune, a_model_comes_back_as_it_went_in, .init = make_net)
{
	struct model graph, same, other;

	train(&graph);
	tune(&graph, 1e-9, &same);
	cr_expect_lt(distance(&graph, &same), 1e-5);
	tune(&graph, 0.01, &other);
	cr_expect_gt(distance(&graph, &other), 1e-4);
	model_release(&graph);
	model_release(&same);
	model_release(&other);
}

Test(finetune, what_no_layer_does_is_named)
{
	struct train_imported imported;
	struct model m;
	struct err err = { 0 };
	int x, y;

	model_init(&m, "curve");
	x = model_add_tensor(&m, "x", KERN_F32, MODEL_SHAPE(1, 8));
	y = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(1, 8));
	model_add_op(&m, KERN_TANH, NULL, &x, 1, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	cr_assert_eq(model_check(&m, NULL), 0);
	cr_assert_eq(train_import(&m, &imported, &err), ERR_UNSUPPORTED);
	cr_assert_str_eq(err.text, "operation 0 (TANH) cannot be trained: "
			 "there is no such layer");
	model_release(&m);
}
