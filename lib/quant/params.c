#include "quant/params.h"

#include <math.h>
#include <stdlib.h>

/* Tensors whose scale must be one form a group; its root has the range. */
struct groups {
	const struct model *model;
	struct quant_params *all;
	int *parent;
	const struct quant_scale **fixed;	/* of a root: the only choice */
};

static const struct quant_scale softmax_scale = { 1.0f / 256, -128 };
static const struct quant_scale tanh_scale = { 1.0f / 128, 0 };
static const struct quant_scale s16_scale = { 1.0f / 32768, 0 };

struct quant_scale quant_scale_in(enum kern_type type,
				  struct quant_range range)
{
	double size = fmax(fabs((double)range.min), fabs((double)range.max));

	if (type == KERN_S8)
		return quant_scale_s8(range);
	return (struct quant_scale){
		size < 1e-20 ? 1 : (float)(size / INT16_MAX), 0 };
}

/* Operations that hand on numbers as they are. */
static bool keeps_scale(enum kern_op op)
{
	switch (op) {
	case KERN_RESHAPE:
	case KERN_AVERAGE_POOL_2D:
	case KERN_MAX_POOL_2D:
	case KERN_PAD:
	case KERN_PADV2:
	case KERN_STRIDED_SLICE:
	case KERN_TRANSPOSE:
	case KERN_CONCATENATION:
	case KERN_MINIMUM:
	case KERN_MAXIMUM:
	case KERN_RELU6:
		return true;
	default:
		return false;
	}
}

static const struct quant_scale *fixed_scale(enum kern_op op)
{
	switch (op) {
	case KERN_SOFTMAX:
	case KERN_LOGISTIC:
		return &softmax_scale;
	case KERN_TANH:
		return &tanh_scale;
	default:
		return NULL;
	}
}

static int root_of(const struct groups *g, int t)
{
	while (g->parent[t] != t)
		t = g->parent[t];
	return t;
}

static void widen(struct quant_range *r, struct quant_range by)
{
	r->min = by.min < r->min ? by.min : r->min;
	r->max = by.max > r->max ? by.max : r->max;
}

/* What has a fixed scale takes in what follows it, and nothing else. */
static void join(struct groups *g, int in, int out)
{
	int a = root_of(g, in), b = root_of(g, out);

	if (a == b)
		return;
	g->parent[b] = a;
	widen(&g->all[a].range, g->all[b].range);
}

static void join_op(struct groups *g, int index)
{
	const struct model_op *op = &g->model->ops[index];
	int acts = model_acts(op);

	g->fixed[op->output] = fixed_scale(op->op);
	for (int k = 0; k < acts && keeps_scale(op->op); k++)
		if (acts == 1 || !g->fixed[root_of(g, op->inputs[k])])
			join(g, op->inputs[k], op->output);
}

static struct quant_range range_of_data(const struct model_tensor *t)
{
	const float *x = t->data;
	struct quant_range r = { 0, 0 };

	for (size_t i = 0; i < model_elements(t); i++)
		widen(&r, (struct quant_range){ x[i], x[i] });
	return r;
}

/* ---- types --------------------------------------------------------------- */

/* Constants that say a shape are int32 and stay. */
static bool is_shape(const struct model *m, int tensor)
{
	return m->tensors[tensor].type == KERN_S32 && m->tensors[tensor].data;
}

static int check_type(const struct model *m, int tensor, struct err *err)
{
	const struct model_tensor *t = &m->tensors[tensor];

	if (t->type == KERN_F32 || is_shape(m, tensor))
		return 0;
	return err_set(err, ERR_UNSUPPORTED, "tensor '%s' is %s: only float32 "
		       "models are quantised", t->name,
		       model_type_name(t->type));
}

static int choose_type(const struct model *m, int index,
		       const struct quant_format *format,
		       struct quant_params *all, struct err *err)
{
	const struct model_op *op = &m->ops[index];
	unsigned types = kern_op_info(op->op)->types;
	bool has_s16 = types & KERN_TYPES_S16;

	if (!(types & KERN_TYPES_S8) || kern_op_states(op->op)) {
		err_set(err, ERR_UNSUPPORTED, "operation %d (%s) %s", index,
			model_op_name(op->op), kern_op_states(op->op) ?
			"keeps state, whose ranges calibration does not see" :
			"has no int8 kernel");
		err_hint(err, "take it out of the model, or run the float "
			 "model on the host");
		return ERR_UNSUPPORTED;
	}
	all[op->output].type = format->has_s16 && has_s16 ? KERN_S16
							  : KERN_S8;
	return 0;
}

static int choose_types(const struct model *m,
			const struct quant_format *format,
			struct quant_params *all, struct err *err)
{
	int ret = 0;

	for (int t = 0; t < m->tensor_count && !ret; t++) {
		all[t].type = format->has_s16 ? KERN_S16 : KERN_S8;
		ret = check_type(m, t, err);
	}
	for (int i = 0; i < m->input_count && format->has_s8_ports; i++)
		all[m->inputs[i]].type = KERN_S8;
	for (int i = 0; i < m->op_count && !ret; i++)
		ret = choose_type(m, i, format, all, err);
	return ret;
}

/* A constant is what its first reader wants; one more is made for readers
 * that want another. */
static void take_constants(const struct model *m, struct quant_params *all)
{
	for (int i = m->op_count - 1; i >= 0; i--)
		for (int k = model_acts(&m->ops[i]) - 1; k >= 0; k--) {
			int t = m->ops[i].inputs[k];

			if (t >= 0 && m->tensors[t].data)
				all[t] = quant_wanted(m, i, k, all);
		}
}

/* ---- all of it ----------------------------------------------------------- */

static void take_scales(struct groups *g)
{
	for (int t = 0; t < g->model->tensor_count; t++) {
		int root = root_of(g, t);
		struct quant_params *p = &g->all[t];

		p->range = g->all[root].range;
		p->scale = quant_scale_in(p->type, p->range);
		if (g->fixed[root])
			p->scale = p->type == KERN_S8 ? *g->fixed[root]
						      : s16_scale;
	}
}

int quant_params(const struct model *model, const struct quant_range *ranges,
		 const struct quant_format *format, struct quant_params *all,
		 struct err *err)
{
	size_t n = (size_t)model->tensor_count + 1;
	struct groups g = { .model = model, .all = all };
	int ret = choose_types(model, format, all, err);

	g.parent = calloc(n, sizeof(*g.parent));
	g.fixed = calloc(n, sizeof(*g.fixed));
	if (!ret && (!g.parent || !g.fixed))
		ret = err_nomem(err);
	for (int t = 0; t < model->tensor_count && !ret; t++) {
		const struct model_tensor *tensor = &model->tensors[t];

		g.parent[t] = t;
		all[t].range = tensor->data && tensor->type == KERN_F32 ?
			range_of_data(tensor) : ranges[t];
	}
	for (int i = 0; i < model->op_count && !ret; i++)
		join_op(&g, i);
	if (!ret) {
		take_scales(&g);
		take_constants(model, all);
	}
	free(g.parent);
	free(g.fixed);
	return ret;
}

struct quant_params quant_wanted(const struct model *model, int op, int k,
				 const struct quant_params *all)
{
	const struct model_op *node = &model->ops[op];
	const struct quant_params *out = &all[node->output];
	struct quant_params in = all[node->inputs[k]];

	if (keeps_scale(node->op))
		return *out;
	if (in.type != out->type)
		in.scale = quant_scale_in(out->type, in.range);
	in.type = out->type;
	return in;
}
