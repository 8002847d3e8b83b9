/* The trained net as a graph: batch norm folded, real channels only. */
#include <stdio.h>

#include "model/model.h"
#include "train/model_priv.h"

struct export {
	const struct train_model *from;
	struct model *to;
	int x;			/* the tensor written last */
};

/* What batch norm does to channel c: z * scale + offset. */
static void fold(const struct train_model *m, const struct layer *layer,
		 size_t c, float *scale, float *offset)
{
	float variance = m->statistics[layer->variance + c];

	*scale = m->parameters[layer->gamma + c] /
		__builtin_sqrtf(variance + TRAIN_BN_EPSILON);
	*offset = __builtin_fmaf(-m->statistics[layer->mean + c], *scale,
				 m->parameters[layer->beta + c]);
}

/* Filter (O, inputs), or (inputs, O) of a depthwise one, and bias (O). */
static void fill(const struct train_model *m, const struct layer *layer,
		 float *filter, float *bias)
{
	size_t outputs = (size_t)m->plan.net.filters;
	size_t inputs = layer->inputs;
	bool depthwise = layer->kind == LAYER_DEPTHWISE;
	const float *w = m->parameters + layer->w;

	for (size_t o = 0; o < outputs; o++) {
		float scale;

		fold(m, layer, o, &scale, &bias[o]);
		if (layer->kind == LAYER_CONV)
			scale *= m->input_scale;
		for (size_t i = 0; i < inputs; i++)
			filter[depthwise ? i * outputs + o : o * inputs + i] =
				w[i * m->plan.c + o] * scale;
	}
}

static int add_tensor(struct export *e, const char *name, int h, int w, int c)
{
	return model_add_tensor(e->to, name, KERN_F32,
				MODEL_SHAPE(1, h, w, c));
}

static int add_filter(struct export *e, const struct layer *layer,
		      const char *name)
{
	const struct ds_cnn *net = &e->from->plan.net;
	int n = net->filters;

	if (layer->kind == LAYER_CONV)
		return model_add_const(e->to, name, KERN_F32,
				       MODEL_SHAPE(n, net->kernel_h,
						   net->kernel_w, net->c),
				       NULL);
	if (layer->kind == LAYER_DEPTHWISE)
		return model_add_const(e->to, name, KERN_F32,
				       MODEL_SHAPE(1, 3, 3, n), NULL);
	return model_add_const(e->to, name, KERN_F32, MODEL_SHAPE(n, 1, 1, n),
			       NULL);
}

static void add_layer(struct export *e, size_t index)
{
	static const char *const names[] = {
		[LAYER_CONV] = "conv", [LAYER_DEPTHWISE] = "depthwise",
		[LAYER_POINTWISE] = "pointwise"
	};
	const struct train_plan *plan = &e->from->plan;
	const struct layer *layer = &plan->layers[index];
	struct model_attr attr = { .act = MODEL_ACT_RELU,
				   .padding = MODEL_PAD_SAME };
	size_t block = (index + 1) / 2;
	char name[40], part[60];
	int filter, bias, y;

	snprintf(name, sizeof(name), "%s%zu", names[layer->kind], block);
	snprintf(part, sizeof(part), "%s/filter", name);
	filter = add_filter(e, layer, part);
	snprintf(part, sizeof(part), "%s/bias", name);
	bias = model_add_const(e->to, part, KERN_F32,
			       MODEL_SHAPE(plan->net.filters), NULL);
	y = add_tensor(e, name, (int)plan->h, (int)plan->w,
		       plan->net.filters);
	if (y < 0 || bias < 0 || filter < 0)
		return;
	fill(e->from, layer, e->to->tensors[filter].data,
	     e->to->tensors[bias].data);
	if (layer->kind == LAYER_CONV) {
		attr.stride_h = plan->net.stride_h;
		attr.stride_w = plan->net.stride_w;
	}
	model_add_op(e->to, layer->kind == LAYER_DEPTHWISE ?
		     KERN_DEPTHWISE_CONV_2D : KERN_CONV_2D, &attr,
		     (int[]){ e->x, filter, bias }, 3, y);
	e->x = y;
}

static void add_pool(struct export *e)
{
	const struct train_plan *plan = &e->from->plan;
	struct model_attr attr = {
		.padding = MODEL_PAD_VALID,
		.filter_h = (int32_t)plan->h, .filter_w = (int32_t)plan->w,
		.stride_h = (int32_t)plan->h, .stride_w = (int32_t)plan->w };
	int y = add_tensor(e, "pool", 1, 1, plan->net.filters);
	int flat = model_add_tensor(e->to, "flat", KERN_F32,
				    MODEL_SHAPE(1, plan->net.filters));

	model_add_op(e->to, KERN_AVERAGE_POOL_2D, &attr, &e->x, 1, y);
	model_add_op(e->to, KERN_RESHAPE, NULL, &y, 1, flat);
	e->x = flat;
}

static void add_dense(struct export *e)
{
	const struct train_plan *plan = &e->from->plan;
	const float *w = e->from->parameters + plan->dense_w;
	int inputs = plan->net.filters, classes = plan->net.classes;
	int filter = model_add_const(e->to, "dense/weights", KERN_F32,
				     MODEL_SHAPE(classes, inputs), NULL);
	int bias = model_add_const(e->to, "dense/bias", KERN_F32,
				   MODEL_SHAPE(classes),
				   e->from->parameters + plan->dense_b);
	int y = model_add_tensor(e->to, "logits", KERN_F32,
				 MODEL_SHAPE(1, classes));
	float *to;

	if (filter < 0 || bias < 0 || y < 0)
		return;
	to = e->to->tensors[filter].data;
	for (int o = 0; o < classes; o++)
		for (int i = 0; i < inputs; i++)
			to[o * inputs + i] = w[(size_t)i * plan->m + o];
	model_add_op(e->to, KERN_FULLY_CONNECTED, NULL,
		     (int[]){ e->x, filter, bias }, 3, y);
	e->x = y;
}

static void add_softmax(struct export *e)
{
	int y = model_add_tensor(e->to, "probabilities", KERN_F32,
				 MODEL_SHAPE(1, e->from->plan.net.classes));

	model_add_op(e->to, KERN_SOFTMAX, NULL, &e->x, 1, y);
	e->x = y;
}

int train_export(const struct train_model *model, struct model *out,
		 struct err *err)
{
	const struct ds_cnn *net = &model->plan.net;
	struct export e = { .from = model, .to = out };
	int status;

	model_init(out, "ds-cnn");
	e.x = add_tensor(&e, "input", net->h, net->w, net->c);
	model_add_input(out, e.x);
	for (size_t i = 0; i < model->plan.layer_count; i++)
		add_layer(&e, i);
	add_pool(&e);
	add_dense(&e);
	add_softmax(&e);
	model_add_output(out, e.x);
	status = model_check(out, err);
	if (status != 0)
		model_release(out);
	return status;
}
