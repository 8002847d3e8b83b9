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

static double cut(double x, enum model_act act)
{
	if (act != MODEL_ACT_NONE && x < 0)
		return 0;
	return act == MODEL_ACT_RELU6 && x > 6 ? 6 : x;
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
		values[op->output][i] = cut(sum, attr.act);
	}
}

static void pool(const struct model *m, const struct model_op *op)
{
	const int32_t *in = m->tensors[op->inputs[0]].dims;
	const int32_t *out = m->tensors[op->output].dims;
	int index = (int)(op - m->ops);
	struct model_window window = model_window(m, index);
	struct model_attr attr = model_attr(m, index);

	for (int i = 0; i < out[1] * out[2] * out[3]; i++) {
		int c = i % out[3], x = i / out[3] % out[2], n = 0;
		int top = i / out[3] / out[2] * attr.stride_h -
			window.pad_top;
		int left = x * attr.stride_w - window.pad_left;
		double sum = 0, max = -INFINITY;

		for (int t = 0; t < attr.filter_h * attr.filter_w; t++) {
			int iy = top + t / attr.filter_w;
			int ix = left + t % attr.filter_w;
			double v;

			if (ix < 0 || iy < 0 || ix >= in[2] || iy >= in[1])
				continue;
			v = values[op->inputs[0]][(iy * in[2] + ix) * in[3] +
						  c];
			sum += v;
			max = fmax(max, v);
			n++;
		}
		values[op->output][i] = op->op == KERN_MAX_POOL_2D ? max :
			sum / n;
	}
}

static void add(const struct model *m, const struct model_op *op)
{
	enum model_act act = model_attr(m, (int)(op - m->ops)).act;

	for (int i = 0; i < ELEMENTS; i++)
		values[op->output][i] = cut(values[op->inputs[0]][i] +
					    values[op->inputs[1]][i], act);
}

static void concatenate(const struct model *m, const struct model_op *op)
{
	const int32_t *out = m->tensors[op->output].dims;
	int a = m->tensors[op->inputs[0]].dims[3], b = out[3] - a;

	for (int i = 0; i < out[1] * out[2] * out[3]; i++) {
		int c = i % out[3], p = i / out[3];

		values[op->output][i] = c < a ?
			values[op->inputs[0]][p * a + c] :
			values[op->inputs[1]][p * b + c - a];
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
		values[op->output][o] = cut(sum, model_attr(m, (int)
						(op - m->ops)).act);
	}
}

static double sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* The sum before gate g of unit u at step t. */
static double gate_sum(const struct model *m, const struct model_op *op, int g,
		       int u, int t)
{
	const int *in = op->inputs;
	int depth = m->tensors[in[0]].dims[2];
	int units = m->tensors[op->output].dims[2];
	double sum = constant(m, in[MODEL_LSTM_BIASES + g])[u];

	for (int k = 0; k < depth; k++)
		sum += values[in[0]][t * depth + k] * (double)
			constant(m, in[MODEL_LSTM_WEIGHTS + g])[u * depth + k];
	for (int k = 0; t > 0 && k < units; k++)
		sum += values[op->output][(t - 1) * units + k] * (double)
			constant(m, in[MODEL_LSTM_RECURRENT + g])[u * units +
								  k];
	return sum;
}

static void lstm(const struct model *m, const struct model_op *op)
{
	int steps = m->tensors[op->output].dims[1];
	int units = m->tensors[op->output].dims[2];
	double *cell = values[op->inputs[MODEL_LSTM_CELL]];

	memset(cell, 0, sizeof(values[0]));
	for (int t = 0; t < steps; t++)
		for (int u = 0; u < units; u++) {
			double i = sigmoid(gate_sum(m, op, 0, u, t));
			double f = sigmoid(gate_sum(m, op, 1, u, t));
			double g = tanh(gate_sum(m, op, 2, u, t));
			double o = sigmoid(gate_sum(m, op, 3, u, t));

			cell[u] = f * cell[u] + i * g;
			values[op->output][t * units + u] = o * tanh(cell[u]);
		}
}

/* A slice of one step. */
static void take_step(const struct model *m, const struct model_op *op)
{
	int units = m->tensors[op->output].dims[2];
	int t = ((const int32_t *)m->tensors[op->inputs[1]].data)[1];

	memcpy(values[op->output], values[op->inputs[0]] + t * units,
	       (size_t)units * sizeof(double));
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
		else if (op->op == KERN_AVERAGE_POOL_2D ||
			 op->op == KERN_MAX_POOL_2D)
			pool(m, op);
		else if (op->op == KERN_UNIDIRECTIONAL_SEQUENCE_LSTM)
			lstm(m, op);
		else if (op->op == KERN_STRIDED_SLICE)
			take_step(m, op);
		else if (op->op == KERN_ADD)
			add(m, op);
		else if (op->op == KERN_CONCATENATION)
			concatenate(m, op);
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

/* f->net, whose input has n values and whose output m, trained a little. */
static void expect_equal_answers(struct fixture *f, int n, int m)
{
	static float p[FIX_N * FIX_VALUES];
	struct err err = { 0 };
	struct train_model *trained;
	struct model graph;

	f->rows.values = (size_t)n;
	trained = train(f);
	cr_assert_eq(train_infer(trained, &f->data, NULL, p, NULL), 0);
	cr_assert_eq(train_export(trained, &graph, &err), 0, "%s", err.text);
	cr_assert(graph.tensor_count <= TENSORS);
	for (int i = 0; i < FIX_N; i++) {
		walk(&graph, f->x + i * FIX_K * n, n);
		for (int c = 0; c < m; c++)
			cr_expect(fabs(values[graph.outputs[0]][c] -
				       (double)p[i * m + c]) <
				  1e-5 * (1 + fabs((double)p[i * m + c])));
	}
	model_release(&graph);
	train_model_close(trained);
}

Test(train_export, graph_answers_as_the_engine_does)
{
	static struct fixture f;

	fixture_init(&f, 1);
	expect_equal_answers(&f, FIX_VALUES, FIX_CLASSES);
}

Test(train_export, several_channels_and_strides_too)
{
	struct nets_ds_cnn size = fix_size;
	static struct fixture f;

	size.stride_h = 3;
	size.stride_w = 1;
	size.filters = 16;
	fixture_init(&f, 1);
	nets_ds_cnn(&f.net, (struct net_shape){ 11, 2, 3 }, FIX_CLASSES,
		    &size);
	expect_equal_answers(&f, FIX_VALUES, FIX_CLASSES);
}

/* A layer of any kind that has windows, 3 x 3. */
static struct net_layer windowed(enum net_kind kind, int from, int stride)
{
	return (struct net_layer){
		.kind = kind, .from = from, .filters = 18, .kernel_h = 3,
		.kernel_w = 3, .stride_h = stride, .stride_w = 1,
		.norm = kind == NET_CONV, .activation = NET_RELU6 };
}

Test(train_export, every_kind_of_layer)
{
	static struct fixture f;
	struct net_layer *l = f.net.layers;

	fixture_init(&f, 1);
	f.net = (struct net){ .h = FIX_H, .w = FIX_W, .c = 1 };
	l[0] = windowed(NET_CONV, NET_INPUT, 1);
	l[1] = windowed(NET_CONV, 0, 1);
	l[2] = (struct net_layer){ .kind = NET_ADD, .from = 1, .with = 0,
				   .activation = NET_RELU };
	l[3] = windowed(NET_MAX_POOL, 2, 2);
	l[4] = windowed(NET_AVERAGE_POOL, 3, 1);
	l[5] = (struct net_layer){ .kind = NET_CONCAT, .from = 3, .with = 4 };
	l[6] = windowed(NET_DEPTHWISE, 5, 2);
	l[6].padding = NET_VALID;
	l[7] = (struct net_layer){ .kind = NET_DROPOUT, .from = 6,
				   .share = 0.2f };
	l[8] = (struct net_layer){ .kind = NET_DENSE, .from = 7,
				   .filters = 12, .norm = true,
				   .activation = NET_RELU };
	l[9] = (struct net_layer){ .kind = NET_DENSE, .from = 8,
				   .filters = FIX_CLASSES };
	f.net.count = 10;
	expect_equal_answers(&f, FIX_VALUES, FIX_CLASSES);
}

Test(train_export, lstms)
{
	static struct fixture f;
	struct net_layer *l = f.net.layers;

	fixture_init(&f, 1);
	f.net = (struct net){ .h = FIX_H, .w = 1, .c = FIX_W, .count = 3 };
	l[0] = (struct net_layer){ .kind = NET_LSTM, .from = NET_INPUT,
				   .filters = 9, .sequence = true };
	l[1] = (struct net_layer){ .kind = NET_LSTM, .from = 0,
				   .filters = 7 };
	l[2] = (struct net_layer){ .kind = NET_DENSE, .from = 1,
				   .filters = FIX_CLASSES };
	expect_equal_answers(&f, FIX_VALUES, FIX_CLASSES);
}

Test(train_export, what_rebuilds_its_input)
{
	static struct fixture f;

	fixture_init(&f, 1);
	f.net = (struct net){ .task = NET_REBUILD, .h = 1, .w = 1,
			      .c = FIX_VALUES, .count = 2 };
	f.net.layers[0] = (struct net_layer){
		.kind = NET_DENSE, .from = NET_INPUT, .filters = 9,
		.norm = true, .activation = NET_RELU };
	f.net.layers[1] = (struct net_layer){
		.kind = NET_DENSE, .from = 0, .filters = FIX_VALUES };
	expect_equal_answers(&f, FIX_VALUES, FIX_VALUES);
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
