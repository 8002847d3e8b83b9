/* The exported graph, walked here in double precision by the definitions of
 * its operations, against the engine's own inference. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "model/model.h"

enum { TENSORS = 64, ELEMENTS = 4096 };

static double values[TENSORS][ELEMENTS];

static const float *constant(const struct model *m, int tensor)
{
	return m->tensors[tensor].data;
}

static void convolve(const struct model *m, const struct model_op *op,
		     bool depthwise)
{
	const int32_t *in = m->tensors[op->inputs[0]].dims;
	const int32_t *k = m->tensors[op->inputs[1]].dims;
	const int32_t *out = m->tensors[op->output].dims;
	const float *w = constant(m, op->inputs[1]);
	int index = (int)(op - m->ops), inputs = depthwise ? 1 : in[3];
	struct model_window window = model_window(m, index);
	struct model_attr attr = model_attr(m, index);

	for (int i = 0; i < out[1] * out[2] * out[3]; i++) {
		int o = i % out[3], x = i / out[3] % out[2];
		int y = i / out[3] / out[2];
		double sum = constant(m, op->inputs[2])[o];

		for (int t = 0; t < k[1] * k[2] * inputs; t++) {
			int c = t % inputs, kx = t / inputs % k[2];
			int ky = t / inputs / k[2];
			int ix = x * attr.stride_w - window.pad_left + kx;
			int iy = y * attr.stride_h - window.pad_top + ky;

			if (ix < 0 || iy < 0 || ix >= in[2] || iy >= in[1])
				continue;
			sum += values[op->inputs[0]][(iy * in[2] + ix) * in[3]
						     + (depthwise ? o : c)] *
				(double)w[depthwise ? (ky * k[2] + kx) * k[3] +
					  o : ((o * k[1] + ky) * k[2] + kx) *
					  k[3] + c];
		}
		values[op->output][i] = sum > 0 ? sum : 0;
	}
	cr_assert_eq(attr.act, MODEL_ACT_RELU);
}

static void average(const struct model *m, const struct model_op *op)
{
	const int32_t *in = m->tensors[op->inputs[0]].dims;

	for (int c = 0; c < in[3]; c++) {
		values[op->output][c] = 0;
		for (int i = 0; i < in[1] * in[2]; i++)
			values[op->output][c] +=
				values[op->inputs[0]][i * in[3] + c] /
				(in[1] * in[2]);
	}
}

static void dense(const struct model *m, const struct model_op *op)
{
	const int32_t *w = m->tensors[op->inputs[1]].dims;

	for (int o = 0; o < w[0]; o++) {
		double sum = constant(m, op->inputs[2])[o];

		for (int i = 0; i < w[1]; i++)
			sum += values[op->inputs[0]][i] *
				(double)constant(m, op->inputs[1])[o * w[1] +
								   i];
		values[op->output][o] = sum;
	}
}

static void softmax(const struct model *m, const struct model_op *op)
{
	int n = m->tensors[op->output].dims[1];
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += exp(values[op->inputs[0]][i]);
	for (int i = 0; i < n; i++)
		values[op->output][i] = exp(values[op->inputs[0]][i]) / sum;
}

static void walk(const struct model *m, const float *x, int n)
{
	for (int i = 0; i < n; i++)
		values[m->inputs[0]][i] = x[i];
	for (int i = 0; i < m->op_count; i++) {
		const struct model_op *op = &m->ops[i];

		if (op->op == KERN_CONV_2D || op->op == KERN_DEPTHWISE_CONV_2D)
			convolve(m, op, op->op == KERN_DEPTHWISE_CONV_2D);
		else if (op->op == KERN_AVERAGE_POOL_2D)
			average(m, op);
		else if (op->op == KERN_FULLY_CONNECTED)
			dense(m, op);
		else if (op->op == KERN_SOFTMAX)
			softmax(m, op);
		else if (op->op == KERN_RESHAPE)
			memcpy(values[op->output], values[op->inputs[0]],
			       sizeof(values[0]));
		else
			cr_assert_fail("unexpected operation %d", op->op);
	}
}

static struct train_model *train(const struct fixture *f)
{
	struct train_options options = fix_options;
	struct train_model *model;

	options.epochs = 10;
	cr_assert_eq(train_run(&model, &(struct train_job){ .net = &f->net,
		.data = &f->data, .validation = &f->data,
		.options = &options }, NULL), 0);
	return model;
}

static void expect_equal_answers(struct net_shape shape,
				 const struct nets_ds_cnn *size)
{
	static struct fixture f;
	float p[FIX_N * FIX_CLASSES];
	struct err err = { 0 };
	struct train_model *trained;
	struct model graph;
	int n = shape.h * shape.w * shape.c;

	fixture_init(&f, 1);
	f.rows.values = (size_t)n;
	nets_ds_cnn(&f.net, shape, FIX_CLASSES, size);
	trained = train(&f);
	cr_assert_eq(train_infer(trained, &f.data, NULL, p, NULL), 0);
	cr_assert_eq(train_export(trained, &graph, &err), 0, "%s", err.text);
	cr_assert(graph.tensor_count <= TENSORS);
	for (int i = 0; i < FIX_N; i++) {
		walk(&graph, f.x + i * FIX_K * n, n);
		for (int c = 0; c < FIX_CLASSES; c++)
			cr_expect(fabs(values[graph.outputs[0]][c] -
				       (double)p[i * FIX_CLASSES + c]) < 1e-5);
	}
	model_release(&graph);
	train_model_close(trained);
}

Test(train_export, graph_answers_as_the_engine_does)
{
	expect_equal_answers(fix_shape, &fix_size);
}

Test(train_export, several_channels_and_strides_too)
{
	struct nets_ds_cnn size = fix_size;

	size.stride_h = 3;
	size.stride_w = 1;
	size.filters = 16;
	expect_equal_answers((struct net_shape){ 11, 2, 3 }, &size);
}

Test(train_export, parameters_are_those_of_the_graph)
{
	static struct fixture f;
	struct train_model *trained;
	struct model graph;
	size_t n = 0;

	fixture_init(&f, 1);
	trained = train(&f);
	cr_assert_eq(train_export(trained, &graph, NULL), 0);
	for (int i = 0; i < graph.tensor_count; i++)
		if (model_is_const(&graph, i))
			n += model_elements(&graph.tensors[i]);
	cr_assert_eq(train_model_parameters(trained), n);
	model_release(&graph);
	train_model_close(trained);
}
