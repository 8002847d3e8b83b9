#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "fixture.h"
#include "model/tflite.h"
#include "train/transfer.h"

#define START "test_transfer.tflite"

static struct fixture fixture;
static struct model first;

/* A trained ds-cnn: conv, 2 of (depthwise, conv), pool, dense: 7 layers. */
static void train_first(void)
{
	const struct train_job job = { .net = &fixture.net,
				       .data = &fixture.data,
				       .options = &fix_options };
	struct train_model *model;
	struct err err = { 0 };

	fixture_init(&fixture, 1);
	cr_assert_eq(train_run(&model, &job, &err), 0, "%s", err.text);
	cr_assert_eq(train_export(model, &first, NULL), 0);
	train_model_close(model);
}

static void release_first(void)
{
	model_release(&first);
	unlink(START);
}

/* The first model trained further on other data, for so many classes. */
static void transfer_to(int classes, int freeze,
			const struct train_options *options,
			struct model *out)
{
	struct train_job job = { .data = &fixture.data, .options = options,
				 .freeze = freeze };
	struct train_imported imported;
	struct train_model *start, *model;
	struct err err = { 0 };

	fixture_init(&fixture, 2);
	for (int i = 0; i < FIX_N; i++)
		fixture.y[i] = i % classes;
	cr_assert_eq(train_import(&first, &imported, &err), 0, "%s", err.text);
	cr_assert_eq(train_new_head(&imported, classes, &err), 0, "%s",
		     err.text);
	cr_assert_eq(train_start_from(&start, &first, &imported, &job, &err),
		     0, "%s", err.text);
	job.net = &imported.net;
	job.start = start;
	cr_assert_eq(train_run(&model, &job, &err), 0, "%s", err.text);
	cr_assert_eq(train_export(model, out, NULL), 0);
	train_model_close(start);
	train_model_close(model);
}

/* Are weights and bias of the n-th operation that has any the same? */
static bool is_same(const struct model *m, int n)
{
	const struct model *both[] = { &first, m };
	const struct model_op *ops[2] = { NULL, NULL };

	for (int k = 0; k < 2; k++)
		for (int i = 0, left = n; i < both[k]->op_count; i++)
			if (both[k]->ops[i].input_count > 2 && left-- == 0)
				ops[k] = &both[k]->ops[i];
	cr_assert(ops[0] && ops[1]);
	for (int k = 1; k < 3; k++) {
		const struct model_tensor *a =
			&first.tensors[ops[0]->inputs[k]];
		const struct model_tensor *b = &m->tensors[ops[1]->inputs[k]];

		if (!model_same_shape(a, b) ||
		    memcmp(a->data, b->data, model_elements(a) *
			   sizeof(float)) != 0)
			return false;
	}
	return true;
}

static void expect_frozen(const struct train_options *options)
{
	struct model m;

	transfer_to(FIX_CLASSES, 3, options, &m);
	for (int i = 0; i < 6; i++)
		cr_expect_eq(is_same(&m, i), i < 3, "layer %d", i);
	model_release(&m);
}

TestSuite(transfer, .init = train_first, .fini = release_first);

Test(transfer, frozen_layers_come_out_bit_for_bit)
{
	struct train_options options = fix_options;

	expect_frozen(&options);
	options.ema = 0.9;
	options.clip = 0.5;
	expect_frozen(&options);
	options.optimiser = TRAIN_SGD;
	options.momentum = 0.9;
	expect_frozen(&options);
}

Test(transfer, without_freeze_every_layer_is_trained)
{
	struct model m;

	transfer_to(FIX_CLASSES, 0, &fix_options, &m);
	for (int i = 0; i < 6; i++)
		cr_expect_not(is_same(&m, i), "layer %d", i);
	model_release(&m);
}

Test(transfer, another_number_of_classes_has_a_new_head)
{
	struct model m;

	transfer_to(FIX_CLASSES + 2, 6, &fix_options, &m);
	cr_expect_eq(model_elements(&m.tensors[m.outputs[0]]),
		     FIX_CLASSES + 2);
	for (int i = 0; i < 6; i++)
		cr_expect_eq(is_same(&m, i), i < 5, "layer %d", i);
	model_release(&m);
}

Test(transfer, frozen_layers_do_not_depend_on_threads)
{
	struct train_options options = fix_options;
	struct buf one = BUF_INIT, four = BUF_INIT;
	struct model m;

	transfer_to(FIX_CLASSES + 1, 2, &options, &m);
	cr_assert_eq(model_write_tflite(&m, &one, NULL), 0);
	model_release(&m);
	options.threads = 4;
	transfer_to(FIX_CLASSES + 1, 2, &options, &m);
	cr_assert_eq(model_write_tflite(&m, &four, NULL), 0);
	model_release(&m);
	cr_expect_eq(one.len, four.len);
	cr_expect_eq(memcmp(one.data, four.data, one.len), 0);
	buf_release(&one);
	buf_release(&four);
}

/* ---- the file ------------------------------------------------------------ */

static void write_first(void)
{
	struct buf bytes = BUF_INIT;

	cr_assert_eq(model_write_tflite(&first, &bytes, NULL), 0);
	cr_assert_eq(file_write(START, bytes.data, bytes.len, 0600, NULL), 0);
	buf_release(&bytes);
}

static int open_with(const char *yaml, struct net_shape input, int classes,
		     struct transfer **out, struct err *err)
{
	struct stage stage = { 0 };
	int status;

	cr_assert_eq(project_parse(&stage.project, "tinyml.yaml", yaml,
				   strlen(yaml), err), 0, "%s", err->text);
	status = transfer_open(out, &stage, input, classes, err);
	project_release(&stage.project);
	return status;
}

static void refused(const char *yaml, struct net_shape input, int kind,
		    const char *text)
{
	struct transfer *t;
	struct err err = { 0 };

	cr_expect_eq(open_with(yaml, input, FIX_CLASSES, &t, &err), kind,
		     "%s", err.text);
	cr_expect_null(t);
	cr_expect(strstr(err.text, text), "%s", err.text);
	cr_expect_neq(err.hint[0], '\0');
}

#define WITH "project: p\ntrain:\n  start: " START "\n"

Test(transfer, a_file_is_a_network)
{
	struct transfer *t;
	struct err err = { 0 };

	write_first();
	cr_assert_eq(open_with(WITH, fix_shape, 9, &t, &err), 0, "%s",
		     err.text);
	cr_expect_eq(t->imported.net.count, 7);
	cr_expect_eq(t->imported.net.layers[6].filters, 9);
	cr_expect_eq(t->imported.ops[6], TRAIN_FRESH);
	transfer_close(t);
	cr_assert_eq(open_with("project: p\n", fix_shape, 9, &t, &err), 0);
	cr_expect_null(t);
}

Test(transfer, what_does_not_go_together_is_refused)
{
	const struct net_shape longer = { FIX_H + 1, FIX_W, 1 };
	const struct net_shape turned = { FIX_W, FIX_H, 1 };

	write_first();
	refused(WITH, longer, ERR_FORMAT, "its input is 11 x 6 x 1, the "
		"features are 12 x 6 x 1");
	refused(WITH, turned, ERR_FORMAT, "its input is");
	refused(WITH "  freeze: 7\n", fix_shape, ERR_RANGE,
		"nothing is left to train");
	refused(WITH "  layers: [dense classes]\n", fix_shape, ERR_FORMAT,
		"train.start and train.layers");
	refused("project: p\ntrain: {freeze: 1}\n", fix_shape, ERR_FORMAT,
		"no weights to keep");
	refused("project: p\ntrain: {start: not-there}\n", fix_shape,
		ERR_MISSING, "not-there");
}

Test(transfer, every_cut_of_a_file_is_refused)
{
	struct buf bytes = BUF_INIT;
	struct transfer *t;

	cr_assert_eq(model_write_tflite(&first, &bytes, NULL), 0);
	for (size_t n = 0; n < 512; n += 8) {
		struct err err = { 0 };

		cr_assert_eq(file_write(START, bytes.data, n, 0600, NULL), 0);
		cr_expect_lt(open_with(WITH, fix_shape, FIX_CLASSES, &t,
				       &err), 0);
		cr_expect_null(t);
	}
	buf_release(&bytes);
}
