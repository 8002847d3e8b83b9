/* The trained net as a graph: batch norm folded, real channels only. */
#include <stdio.h>

#include "train/export_priv.h"

void export_name(const struct export *e, int i, char *name)
{
	snprintf(name, EXPORT_NAME_MAX, "%s%d",
		 net_kind_name(export_layer(e, i)->net.kind), i);
}

/* ---- folding ------------------------------------------------------------- */

/* A rebuilt output is in the scale of the input. */
static float last_scale(const struct export *e, int i)
{
	const struct train_plan *plan = &e->from->plan;

	return plan->net.task == NET_REBUILD &&
		i + 1 == (int)plan->layer_count ?
		1.0f / e->from->input_scale : 1;
}

/* Channel c of layer i is sum * scale + offset. */
static void fold(const struct export *e, int i, size_t c, float *scale,
		 float *offset)
{
	const struct train_model *m = e->from;
	const struct layer *l = export_layer(e, i);

	*scale = 1;
	*offset = m->parameters[l->beta + c];
	if (l->net.norm) {
		*scale = m->parameters[l->gamma + c] /
			__builtin_sqrtf(m->statistics[l->variance + c] +
					TRAIN_BN_EPSILON);
		*offset = __builtin_fmaf(-m->statistics[l->mean + c], *scale,
					 *offset);
	}
	*scale *= last_scale(e, i);
	*offset *= last_scale(e, i);
	if (l->net.from == NET_INPUT)
		*scale *= m->input_scale;
}

/* Filter (O, inputs), or (inputs, O) of a depthwise one, and bias (O). */
static void fill(const struct export *e, int i, float *filter, float *bias)
{
	const struct layer *l = export_layer(e, i);
	const struct tensor *in = export_tensor(e, l->net.from);
	bool depthwise = l->net.kind == NET_DEPTHWISE;
	size_t outputs = export_tensor(e, i)->real, per_tap = in->real;
	const float *w = e->from->parameters + l->w;

	for (size_t o = 0; o < outputs; o++) {
		float scale;

		fold(e, i, o, &scale, &bias[o]);
		for (size_t k = 0; k < l->inputs; k++) {
			size_t row = depthwise ? k :
				k / per_tap * in->c + k % per_tap;

			filter[depthwise ? k * outputs + o :
			       o * l->inputs + k] =
				w[row * l->columns + o] * scale;
		}
	}
}

/* ---- operations ---------------------------------------------------------- */

static int add_plane(struct export *e, int i)
{
	const struct tensor *t = export_tensor(e, i);
	char name[EXPORT_NAME_MAX];

	export_name(e, i, name);
	return model_add_tensor(e->to, name, KERN_F32,
				MODEL_SHAPE(1, (int)t->h, (int)t->w,
					    (int)t->real));
}

/* Layer i as one row, or as a plane. */
static int shaped(struct export *e, int i, bool row)
{
	const struct tensor *t = export_tensor(e, i);
	int x = e->at[i + 1], y;

	if (e->to->failed || e->to->tensors[x].rank == (row ? 2 : 4))
		return x;
	y = row ? model_add_tensor(e->to, "flat", KERN_F32,
				   MODEL_SHAPE(1, (int)(t->positions *
							t->real))) :
		model_add_tensor(e->to, "plane", KERN_F32,
				 MODEL_SHAPE(1, (int)t->h, (int)t->w,
					     (int)t->real));
	model_add_op(e->to, KERN_RESHAPE, NULL, &x, 1, y);
	return y;
}

static enum model_act act_of(const struct net_layer *l)
{
	return l->activation == NET_RELU ? MODEL_ACT_RELU :
		l->activation == NET_RELU6 ? MODEL_ACT_RELU6 : MODEL_ACT_NONE;
}

static struct model_attr window_attr(const struct net_layer *l)
{
	return (struct model_attr){
		.act = act_of(l), .stride_h = l->stride_h,
		.stride_w = l->stride_w, .filter_h = l->kernel_h,
		.filter_w = l->kernel_w,
		.padding = l->padding == NET_SAME ? MODEL_PAD_SAME :
			MODEL_PAD_VALID };
}

static int add_filter(struct export *e, int i, const char *name)
{
	const struct layer *l = export_layer(e, i);
	int in = (int)export_tensor(e, l->net.from)->real;
	int out = (int)export_tensor(e, i)->real;

	if (l->net.kind == NET_CONV)
		return model_add_const(e->to, name, KERN_F32,
				       MODEL_SHAPE(out, l->net.kernel_h,
						   l->net.kernel_w, in),
				       NULL);
	if (l->net.kind == NET_DEPTHWISE)
		return model_add_const(e->to, name, KERN_F32,
				       MODEL_SHAPE(1, l->net.kernel_h,
						   l->net.kernel_w, out),
				       NULL);
	return model_add_const(e->to, name, KERN_F32,
			       MODEL_SHAPE(out, (int)l->inputs), NULL);
}

static void add_weighted(struct export *e, int i)
{
	const struct layer *l = export_layer(e, i);
	bool dense = l->net.kind == NET_DENSE;
	int x = shaped(e, l->net.from, dense), filter, bias, y;
	struct model_attr attr = window_attr(&l->net);
	char name[EXPORT_NAME_MAX], part[EXPORT_NAME_MAX + 10];
	int out = (int)export_tensor(e, i)->real;

	export_name(e, i, name);
	snprintf(part, sizeof(part), "%s/filter", name);
	filter = add_filter(e, i, part);
	snprintf(part, sizeof(part), "%s/bias", name);
	bias = model_add_const(e->to, part, KERN_F32, MODEL_SHAPE(out), NULL);
	y = dense ? model_add_tensor(e->to, name, KERN_F32,
				     MODEL_SHAPE(1, out)) : add_plane(e, i);
	if (e->to->failed)
		return;
	fill(e, i, e->to->tensors[filter].data, e->to->tensors[bias].data);
	model_add_op(e->to, dense ? KERN_FULLY_CONNECTED :
		     l->net.kind == NET_CONV ? KERN_CONV_2D :
		     KERN_DEPTHWISE_CONV_2D, &attr,
		     (int[]){ x, filter, bias }, 3, y);
	e->at[i + 1] = y;
}

static void add_pool(struct export *e, int i)
{
	const struct net_layer *l = &export_layer(e, i)->net;
	const struct tensor *in = export_tensor(e, l->from);
	struct model_attr attr = window_attr(l);
	int x = shaped(e, l->from, false), y = add_plane(e, i);

	if (l->kind == NET_GLOBAL_POOL)
		attr = (struct model_attr){
			.padding = MODEL_PAD_VALID,
			.filter_h = (int32_t)in->h, .filter_w = (int32_t)in->w,
			.stride_h = (int32_t)in->h,
			.stride_w = (int32_t)in->w };
	model_add_op(e->to, l->kind == NET_MAX_POOL ? KERN_MAX_POOL_2D :
		     KERN_AVERAGE_POOL_2D, &attr, &x, 1, y);
	e->at[i + 1] = y;
}

static void add_pair(struct export *e, int i)
{
	const struct net_layer *l = &export_layer(e, i)->net;
	int x[] = { shaped(e, l->from, false), shaped(e, l->with, false) };
	struct model_attr attr = { .act = act_of(l) };
	int y = add_plane(e, i);

	if (l->kind == NET_CONCAT)
		attr = (struct model_attr){ .axis = 3 };
	model_add_op(e->to, l->kind == NET_ADD ? KERN_ADD :
		     KERN_CONCATENATION, &attr, x, 2, y);
	e->at[i + 1] = y;
}

static void add_layer(struct export *e, int i)
{
	const struct net_layer *l = &export_layer(e, i)->net;

	switch (l->kind) {
	case NET_CONV:
	case NET_DEPTHWISE:
	case NET_DENSE:
		add_weighted(e, i);
		break;
	case NET_MAX_POOL:
	case NET_AVERAGE_POOL:
	case NET_GLOBAL_POOL:
		add_pool(e, i);
		break;
	case NET_ADD:
	case NET_CONCAT:
		add_pair(e, i);
		break;
	case NET_LSTM:
		export_lstm(e, i);
		break;
	default:	/* dropout is not there after training */
		e->at[i + 1] = e->at[l->from + 1];
	}
}

static int add_softmax(struct export *e)
{
	int last = (int)e->from->plan.layer_count - 1;
	int x = shaped(e, last, true);
	int y = model_add_tensor(e->to, "probabilities", KERN_F32,
				 MODEL_SHAPE(1, (int)e->from->plan.outputs));

	model_add_op(e->to, KERN_SOFTMAX, NULL, &x, 1, y);
	return y;
}

int train_export(const struct train_model *model, struct model *out,
		 struct err *err)
{
	const struct train_plan *plan = &model->plan;
	struct export e = { .from = model, .to = out };
	int status;

	model_init(out, "trained");
	e.at[0] = model_add_tensor(out, "input", KERN_F32,
				   MODEL_SHAPE(1, plan->net.h, plan->net.w,
					       plan->net.c));
	model_add_input(out, e.at[0]);
	for (int i = 0; i < (int)plan->layer_count && !out->failed; i++)
		add_layer(&e, i);
	if (!out->failed)
		model_add_output(out, plan->net.task == NET_CLASSIFY ?
				 add_softmax(&e) : e.at[plan->layer_count]);
	status = model_check(out, err);
	if (status != 0)
		model_release(out);
	return status;
}
