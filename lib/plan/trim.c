#include <string.h>

#include "plan/dead.h"
#include "plan/plan_priv.h"

/* A layer while it is written anew. */
struct rewrite {
	struct model *to;
	const struct plan *plan;
	const struct dead_lanes *lanes;
	int op;
	struct dead_layer layer;
	const struct dead_lanes *in, *out;
	int32_t in_zero;
};

static int32_t kept(const struct dead_lanes *l)
{
	int32_t n = 0;

	for (int32_t c = 0; c < l->count; c++)
		n += l->keep[c];
	return n;
}

/* Input lanes of the layer's rows: those that stay of a plain layer. */
static bool keeps_input(const struct rewrite *r, int32_t i)
{
	return r->layer.is_depthwise || r->in->count != r->layer.inputs ||
	       r->in->keep[i];
}

static void put_weights(const struct rewrite *r, int8_t *to)
{
	const struct dead_layer *l = &r->layer;

	if (l->is_depthwise) {
		for (int32_t i = 0; i < l->taps * l->outputs; i++)
			if (r->out->keep[i % l->outputs])
				*to++ = l->weights[i];
		return;
	}
	for (int32_t o = 0; o < l->outputs; o++)
		for (int32_t i = 0; i < l->taps * l->inputs; i++)
			if (r->out->keep[o] && keeps_input(r, i % l->inputs))
				*to++ = l->weights[o * l->taps * l->inputs + i];
}

/* The bias of output o, with what lanes that go have always added. */
static int32_t bias_of(const struct rewrite *r, int32_t o)
{
	const struct dead_layer *l = &r->layer;
	int64_t sum = l->bias ? l->bias[o] : 0;

	for (int32_t i = 0; !l->is_depthwise && i < l->taps * l->inputs; i++)
		if (!keeps_input(r, i % l->inputs))
			sum += l->weights[o * l->taps * l->inputs + i] *
			       (r->in->value[i % l->inputs] - r->in_zero);
	return (int32_t)(uint32_t)sum;
}

static void put_bias(const struct rewrite *r, int32_t *to)
{
	for (int32_t o = 0; o < r->layer.outputs; o++)
		if (r->out->keep[o])
			*to++ = bias_of(r, o);
}

/* A filter's scales, of the outputs that stay. */
static void put_scales(const struct rewrite *r, int from, int to)
{
	const struct model_quant *q = &r->plan->model->tensors[from].quant;
	struct model_quant *mine;
	uint32_t n = 0;

	if (q->n <= 1) {
		model_set_quant(r->to, to, q->scales[0], q->zeros[0]);
		return;
	}
	model_set_quant_axis(r->to, to, q->axis, (uint32_t)kept(r->out),
			     q->scales, NULL);
	if (r->to->failed)
		return;
	mine = &r->to->tensors[to].quant;
	for (uint32_t o = 0; o < q->n; o++)
		if (r->out->keep[o])
			mine->scales[n++] = q->scales[o];
}

static int add_filter(const struct rewrite *r)
{
	const struct model_op *node = &r->plan->model->ops[r->op];
	const struct model_tensor *f = plan_input(r->plan, r->op, 1);
	bool is_depthwise = r->layer.is_depthwise;
	int32_t dims[MODEL_RANK_MAX];
	int filter;

	memcpy(dims, f->dims, sizeof(dims));
	if (is_depthwise)
		dims[f->rank - 1] = kept(r->out);
	else
		dims[0] = kept(r->out);
	if (!is_depthwise && r->in->count == r->layer.inputs)
		dims[f->rank - 1] = kept(r->in);
	filter = model_add_const(r->to, f->name, KERN_S8, f->rank, dims, NULL);
	if (r->to->failed)
		return -1;
	put_weights(r, r->to->tensors[filter].data);
	put_scales(r, node->inputs[1], filter);
	return filter;
}

static int add_bias(const struct rewrite *r)
{
	const struct model_tensor *b = plan_input(r->plan, r->op, 2);
	int bias = model_add_const(r->to, b ? b->name : "", KERN_S32,
				   MODEL_SHAPE(kept(r->out)), NULL);

	if (!r->to->failed)
		put_bias(r, r->to->tensors[bias].data);
	return bias;
}

static void rewrite_layer(struct rewrite *r)
{
	const struct model_op *from = &r->plan->model->ops[r->op];
	struct model_op *to = &r->to->ops[r->op];

	r->in = &r->lanes[from->inputs[0]];
	r->out = &r->lanes[from->output];
	r->in_zero = plan_input(r->plan, r->op, 0)->quant.zeros[0];
	if (kept(r->in) == r->in->count && kept(r->out) == r->out->count)
		return;
	to->inputs[1] = add_filter(r);
	to->inputs[2] = add_bias(r);
	to->input_count = 3;
}

static void drop_lanes(struct model *to, const struct plan *plan,
		       const struct dead_lanes *lanes)
{
	for (int i = 0; i < plan->model->tensor_count; i++)
		if (lanes[i].count && to->tensors[i].rank)
			to->tensors[i].dims[to->tensors[i].rank - 1] =
				kept(&lanes[i]);
	for (int i = 0; i < plan->model->op_count && !to->failed; i++) {
		struct rewrite r = { .to = to, .plan = plan, .lanes = lanes,
				     .op = i };

		if (dead_layer(plan, i, &r.layer))
			rewrite_layer(&r);
	}
}

/* ---- depthwise layers of one channel ------------------------------------- */

static bool is_spread(const struct model *m, int op)
{
	const struct model_tensor *in = &m->tensors[m->ops[op].inputs[0]];

	return m->ops[op].op == KERN_DEPTHWISE_CONV_2D &&
	       in->type == KERN_S8 && in->dims[3] == 1;
}

/* The same as a convolution, for which there are faster kernels. */
static void turn_spread(struct model *m, int op)
{
	struct model_tensor f = m->tensors[m->ops[op].inputs[1]];
	int32_t outputs = f.dims[3], taps = f.dims[1] * f.dims[2];
	int filter = model_add_const(m, f.name, KERN_S8, MODEL_SHAPE(
		outputs, f.dims[1], f.dims[2], 1), NULL);
	int8_t *to;

	if (m->failed)
		return;
	to = m->tensors[filter].data;
	for (int32_t o = 0; o < outputs; o++)
		for (int32_t i = 0; i < taps; i++)
			*to++ = ((int8_t *)f.data)[i * outputs + o];
	if (f.quant.n > 1)
		model_set_quant_axis(m, filter, 0, f.quant.n, f.quant.scales,
				     f.quant.zeros);
	else
		model_set_quant(m, filter, f.quant.scales[0],
				f.quant.zeros[0]);
	m->ops[op].op = KERN_CONV_2D;
	m->ops[op].inputs[1] = filter;
}

/* ---- the whole ----------------------------------------------------------- */

static bool has_spread(const struct model *m)
{
	for (int i = 0; i < m->op_count; i++)
		if (is_spread(m, i))
			return true;
	return false;
}

static int rewrite(const struct plan *plan, const struct dead_lanes *lanes,
		   struct model *to, struct err *err)
{
	int kind = model_copy(to, plan->model, err);

	if (kind)
		return kind;
	drop_lanes(to, plan, lanes);
	for (int i = 0; i < to->op_count && !to->failed; i++)
		if (is_spread(to, i))
			turn_spread(to, i);
	return to->failed ? err_nomem(err) : 0;
}

int plan_trim(struct plan *plan, struct err *err)
{
	struct plan look = { .model = plan->model, .set = plan->set };
	struct dead_lanes *lanes;
	int dropped = 0, kind = 0;

	look.ops = arena_array(&look.memory, (size_t)look.model->op_count,
			       sizeof(*look.ops));
	if (!look.ops)
		kind = err_nomem(err);
	for (int i = 0; !kind && i < look.model->op_count; i++)
		kind = plan_requant(&look, i, err);
	if (!kind)
		kind = dead_find(&look, &lanes, &dropped, err);
	if (!kind && (dropped || has_spread(plan->model))) {
		kind = rewrite(&look, lanes, &plan->trimmed, err);
		plan->model = &plan->trimmed;
	}
	arena_release(&look.memory);
	return kind;
}
