#include "train/finetune.h"

#include <stdlib.h>
#include <string.h>

#include "train/model_priv.h"
#include "train/nets.h"

enum { UNKNOWN = -2 };

struct import {
	const struct model *from;
	struct train_imported *to;
	int *layers;		/* by tensor: what writes it, or UNKNOWN */
	int op;			/* at hand */
	struct err *err;
};

static int refuse(const struct import *im, const char *why)
{
	return err_set(im->err, ERR_UNSUPPORTED, "operation %d (%s) cannot be "
		       "trained: %s", im->op,
		       model_op_name(im->from->ops[im->op].op), why);
}

static int read_input(struct import *im)
{
	const struct model *m = im->from;
	const struct model_tensor *t = &m->tensors[m->inputs[0]];
	struct net_shape shape = { 1, 1, 1 };

	if (m->input_count != 1 || m->output_count != 1 ||
	    t->type != KERN_F32 || t->rank < 2 || t->rank > 4 ||
	    t->dims[0] != 1)
		return err_set(im->err, ERR_UNSUPPORTED, "only a model from "
			       "one float input to one output can be trained");
	shape.c = t->dims[t->rank - 1];
	if (t->rank > 2)
		shape.h = t->dims[1];
	if (t->rank > 3)
		shape.w = t->dims[2];
	im->layers[m->inputs[0]] = NET_INPUT;
	return nets_start(&im->to->net, shape, im->err);
}

static bool take_activation(struct net_layer *l, enum model_act act)
{
	l->activation = act == MODEL_ACT_RELU ? NET_RELU :
		act == MODEL_ACT_RELU6 ? NET_RELU6 : NET_LINEAR;
	return act == MODEL_ACT_NONE || l->activation != NET_LINEAR;
}

static enum net_kind kind_of(enum kern_op op)
{
	switch (op) {
	case KERN_CONV_2D:
		return NET_CONV;
	case KERN_DEPTHWISE_CONV_2D:
		return NET_DEPTHWISE;
	case KERN_FULLY_CONNECTED:
		return NET_DENSE;
	case KERN_MAX_POOL_2D:
		return NET_MAX_POOL;
	case KERN_AVERAGE_POOL_2D:
		return NET_AVERAGE_POOL;
	case KERN_ADD:
		return NET_ADD;
	case KERN_CONCATENATION:
		return NET_CONCAT;
	default:
		return NET_KINDS;
	}
}

static bool has_weights(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DEPTHWISE || kind == NET_DENSE;
}

static int take_window(struct import *im, struct net_layer *l)
{
	const struct model_attr attr = model_attr(im->from, im->op);

	l->kernel_h = attr.filter_h;
	l->kernel_w = attr.filter_w;
	l->stride_h = attr.stride_h;
	l->stride_w = attr.stride_w;
	l->padding = attr.padding == MODEL_PAD_VALID ? NET_VALID : NET_SAME;
	if (attr.padding == MODEL_PAD_EXPLICIT)
		return refuse(im, "its padding is neither SAME nor VALID");
	if (has_weights(l->kind) &&
	    (attr.dilation_h > 1 || attr.dilation_w > 1))
		return refuse(im, "it is dilated");
	return 0;
}

static int take_weights(struct import *im, struct net_layer *l)
{
	const struct model *m = im->from;
	const struct model_op *op = &m->ops[im->op];
	const struct model_tensor *x = &m->tensors[op->inputs[0]];
	const struct model_tensor *filter = &m->tensors[op->inputs[1]];
	int in = x->dims[x->rank - 1];

	if (!model_is_const(m, op->inputs[1]) || filter->type != KERN_F32 ||
	    (op->input_count > 2 && op->inputs[2] >= 0 &&
	     !model_is_const(m, op->inputs[2])))
		return refuse(im, "its weights are no float constants");
	if (l->kind == NET_DEPTHWISE)
		return filter->dims[3] == in ? 0 :
			refuse(im, "it has several outputs a channel");
	if (l->kind == NET_CONV && filter->dims[3] != in)
		return refuse(im, "it works on groups of channels");
	l->filters = filter->dims[0];
	return 0;
}

static int take_pair(struct import *im, struct net_layer *l)
{
	const struct model_op *op = &im->from->ops[im->op];
	const struct model_tensor *y = &im->from->tensors[op->output];

	if (op->input_count != 2)
		return refuse(im, "it does not join two");
	l->with = im->layers[op->inputs[1]];
	if (l->with == UNKNOWN)
		return refuse(im, "one side is a constant");
	if (l->kind == NET_CONCAT &&
	    model_axis(im->from, im->op) != y->rank - 1)
		return refuse(im, "it joins other than channels");
	return 0;
}

static int take_op(struct import *im, struct net_layer *l)
{
	const struct model_op *op = &im->from->ops[im->op];
	int status = 0;

	l->from = im->layers[op->inputs[0]];
	if (l->from == UNKNOWN)
		return refuse(im, "its input is a constant");
	if (im->from->tensors[op->inputs[0]].rank < 1)
		return refuse(im, "its input has no channels");
	if (!take_activation(l, op->attr.act))
		return refuse(im, "its activation is neither RELU nor RELU6");
	if (has_weights(l->kind))
		status = take_weights(im, l);
	if (status == 0 && l->kind != NET_DENSE && l->kind != NET_ADD &&
	    l->kind != NET_CONCAT)
		status = take_window(im, l);
	if (status == 0 && (l->kind == NET_ADD || l->kind == NET_CONCAT))
		status = take_pair(im, l);
	return status;
}

/* A graph may turn planes around between layers, a list cannot. */
static int check_shape(struct import *im)
{
	struct net_shape shapes[NET_LAYERS_MAX], s;
	const struct model_tensor *y =
		&im->from->tensors[im->from->ops[im->op].output];
	int status = net_shapes(&im->to->net, shapes, im->err);

	if (status != 0)
		return status;
	s = shapes[im->to->net.count - 1];
	if (y->type != KERN_F32 || y->rank < 1 || y->dims[y->rank - 1] != s.c ||
	    (y->rank == 4 && (y->dims[1] != s.h || y->dims[2] != s.w)) ||
	    model_elements(y) != (size_t)s.h * (size_t)s.w * (size_t)s.c)
		return refuse(im, "its shape is not that of the layer");
	return 0;
}

static int add_layer(struct import *im, enum net_kind kind)
{
	struct net *net = &im->to->net;
	struct net_layer *l = nets_add(net, kind);
	int status;

	if (!l)
		return err_set(im->err, ERR_LIMIT, "more than %d layers",
			       NET_LAYERS_MAX);
	status = take_op(im, l);
	if (status == 0)
		status = check_shape(im);
	im->to->ops[net->count - 1] = im->op;
	im->layers[im->from->ops[im->op].output] = net->count - 1;
	return status;
}

static int read_op(struct import *im)
{
	const struct model_op *op = &im->from->ops[im->op];
	enum net_kind kind = kind_of(op->op);
	bool is_last = op->output == im->from->outputs[0];

	if (kind != NET_KINDS)
		return add_layer(im, kind);
	if (op->op != KERN_RESHAPE && !(op->op == KERN_SOFTMAX && is_last))
		return refuse(im, "there is no such layer");
	im->layers[op->output] = im->layers[op->inputs[0]];
	return 0;
}

int train_import(const struct model *graph, struct train_imported *out,
		 struct err *err)
{
	struct err local = { 0 };
	struct import im = { .from = graph, .to = out,
			     .err = err ? err : &local };
	int status;

	im.layers = malloc(((size_t)graph->tensor_count + 1) *
			   sizeof(*im.layers));
	if (!im.layers)
		return err_nomem(im.err);
	for (int i = 0; i < graph->tensor_count; i++)
		im.layers[i] = UNKNOWN;
	status = read_input(&im);
	for (; im.op < graph->op_count && status == 0; im.op++)
		status = read_op(&im);
	if (status == 0 &&
	    im.layers[graph->outputs[0]] != out->net.count - 1)
		status = err_set(im.err, ERR_UNSUPPORTED, "the model's output "
				 "is not what its last operation makes");
	free(im.layers);
	return status;
}

/* The weights of layer i as train/export.c writes them, the other way. */
static void fill(struct train_model *model, const struct model *graph,
		 int i, const struct model_op *op)
{
	const struct layer *l = &model->plan.layers[i];
	const struct tensor *in = plan_tensor(&model->plan, l->net.from);
	size_t outputs = plan_tensor(&model->plan, i)->real;
	bool depthwise = l->net.kind == NET_DEPTHWISE;
	const float *filter = graph->tensors[op->inputs[1]].data;
	const float *bias = op->input_count > 2 && op->inputs[2] >= 0 ?
		graph->tensors[op->inputs[2]].data : NULL;
	float scale = l->net.from == NET_INPUT ? 1 / model->input_scale : 1;

	for (size_t o = 0; o < outputs; o++) {
		for (size_t k = 0; k < l->inputs; k++) {
			size_t row = depthwise ? k :
				k / in->real * in->c + k % in->real;

			model->parameters[l->w + row * l->columns + o] =
				scale * filter[depthwise ? k * outputs + o :
					       o * l->inputs + k];
		}
		model->parameters[l->beta + o] = bias ? bias[o] : 0;
	}
}

int train_new_head(struct train_imported *imported, int classes,
		   struct err *err)
{
	struct net *net = &imported->net;
	struct net_shape shapes[NET_LAYERS_MAX], out;
	struct net_layer *head = &net->layers[net->count - 1];
	int status = net_shapes(net, shapes, err);

	if (status != 0)
		return status;
	out = shapes[net->count - 1];
	if (out.h == 1 && out.w == 1 && out.c == classes)
		return 0;
	if (head->kind != NET_DENSE)
		return err_set(err, ERR_UNSUPPORTED, "the last layer (%s) has "
			       "no value for each of %d classes, and only a "
			       "dense layer can be replaced",
			       net_kind_name(head->kind), classes);
	head->filters = classes;
	head->activation = NET_LINEAR;
	imported->ops[net->count - 1] = TRAIN_FRESH;
	return net_shapes(net, shapes, err);
}

int train_start_from(struct train_model **out, const struct model *graph,
		     const struct train_imported *imported,
		     const struct train_job *job, struct err *err)
{
	struct train_model *start;
	int status = train_untrained(&start, &imported->net,
				     job->options->seed, err);

	*out = NULL;
	if (status == 0)
		status = train_check_data(&start->plan, job->data,
					  &start->input_scale, err);
	if (status != 0) {
		train_model_close(start);
		return status;
	}
	if (job->freeze > 0)
		start->input_scale = train_exact_scale(start->input_scale);
	for (int i = 0; i < imported->net.count; i++)
		if (imported->ops[i] != TRAIN_FRESH &&
		    has_weights(imported->net.layers[i].kind))
			fill(start, graph, i, &graph->ops[imported->ops[i]]);
	*out = start;
	return 0;
}

int train_finetune(const struct model *graph, const struct train_job *job,
		   struct model *out, struct err *err)
{
	struct train_imported *imported = calloc(1, sizeof(*imported));
	struct train_model *start = NULL, *tuned = NULL;
	struct train_job own = *job;
	int status = imported ? train_import(graph, imported, err) :
		err_nomem(err);

	*out = (struct model){ 0 };
	if (status == 0)
		status = train_start_from(&start, graph, imported, job, err);
	if (status == 0) {
		own.net = &imported->net;
		own.start = start;
		status = train_run(&tuned, &own, err);
	}
	if (status == 0)
		status = train_export(tuned, out, err);
	train_model_close(start);
	train_model_close(tuned);
	free(imported);
	return status;
}
