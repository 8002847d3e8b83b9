/*
 * oneDNN's gates are i f c~ o, ours i f g o.  The first state is given though
 * it is zero: without it oneDNN 2.6 gives other gradients of the recurrent
 * weights, which are not those that differences of the loss show.
 */
#include "oracle_priv.h"

#include <string.h>

enum { GATES = 4 };

struct lstm {
	dnnl_memory_desc_t x, y, state, wx, wh, wx_back, wh_back, b;
	float *weights_x, *weights_h, *bias;
	size_t inputs, units;
};

static struct lstm lstm_of(const struct at *a)
{
	const struct layer *l = a->l;
	dnnl_dim_t in = (dnnl_dim_t)a->in->c, u = (dnnl_dim_t)a->out->c;
	const dnnl_dims_t wx = { 1, 1, in, GATES, u };
	const dnnl_dims_t wh = { 1, 1, u, GATES, u };
	const dnnl_dim_t steps = (dnnl_dim_t)a->in->h;
	float *w = (float *)a->o->parameters + l->w;

	return (struct lstm){
		.x = dnnl_shape(3, (dnnl_dims_t){ steps, a->o->samples, in },
				dnnl_tnc),
		.y = dnnl_shape(3, (dnnl_dims_t){ steps, a->o->samples, u },
				dnnl_tnc),
		.state = dnnl_shape(4, (dnnl_dims_t){ 1, 1, a->o->samples, u },
				    dnnl_ldnc),
		.wx = dnnl_shape(5, wx, dnnl_ldigo),
		.wh = dnnl_shape(5, wh, dnnl_ldigo),
		.wx_back = dnnl_shape(5, wx, dnnl_ldgoi),
		.wh_back = dnnl_shape(5, wh, dnnl_ldgoi),
		.b = dnnl_shape(4, (dnnl_dims_t){ 1, 1, GATES, u }, dnnl_ldgo),
		.weights_x = w, .weights_h = w + a->in->c * l->columns,
		.bias = (float *)a->o->parameters + l->beta,
		.inputs = a->in->c, .units = a->out->c };
}

/* (A, B, C) to (B, A, C), for samples and steps. */
static float *turn(struct oracle *o, const float *from, size_t a, size_t b,
		   size_t c)
{
	float *to = oracle_zeros(o, a * b * c);

	for (size_t i = 0; i < a; i++)
		for (size_t j = 0; j < b; j++)
			memcpy(to + (j * a + i) * c, from + (i * b + j) * c,
			       c * sizeof(float));
	return to;
}

/* Zeros for hidden or cell state of all samples, (1, 1, S, C). */
static float *state(const struct at *a)
{
	return oracle_zeros(a->o, (size_t)a->o->samples * a->out->c);
}

void oracle_lstm(const struct at *a)
{
	const struct lstm m = lstm_of(a);
	struct node *node = a->node;
	size_t n = (size_t)a->o->samples, steps = a->in->h;
	dnnl_rnn_desc_t op;

	node->steps = oracle_zeros(a->o, n * steps * m.units);
	node->h = state(a);
	node->c = state(a);
	dnnl_must(dnnl_lstm_forward_desc_init(&op, dnnl_forward_training,
		  dnnl_unidirectional_left2right, &m.x, &m.state, &m.state,
		  &m.wx, &m.wh, &m.b, &m.y, &m.state, &m.state, 0), "lstm");
	node->kind = dnnl_describe(&a->o->d, &op, NULL);
	oracle_keep(a);
	RUN(a, node->kind, { DNNL_ARG_SRC_LAYER, &m.x,
	    turn(a->o, a->from->y, n, steps, m.inputs) },
	    { DNNL_ARG_SRC_ITER, &m.state, state(a) },
	    { DNNL_ARG_SRC_ITER_C, &m.state, state(a) },
	    { DNNL_ARG_WEIGHTS_LAYER, &m.wx, m.weights_x },
	    { DNNL_ARG_WEIGHTS_ITER, &m.wh, m.weights_h },
	    { DNNL_ARG_BIAS, &m.b, m.bias },
	    { DNNL_ARG_DST_LAYER, &m.y, node->steps },
	    { DNNL_ARG_DST_ITER, &m.state, node->h },
	    { DNNL_ARG_DST_ITER_C, &m.state, node->c },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace });
	node->n = node->y = node->z = a->l->net.sequence ?
		turn(a->o, node->steps, steps, n, m.units) :
		node->steps + (steps - 1) * n * m.units;
}

/* The gradient of all steps' outputs, (H, S, C). */
static float *lstm_dy(const struct at *a, const struct lstm *m)
{
	size_t n = (size_t)a->o->samples, steps = a->in->h;
	float *dy;

	if (a->l->net.sequence)
		return turn(a->o, a->node->dz, n, steps, m->units);
	dy = oracle_zeros(a->o, n * steps * m->units);
	memcpy(dy + (steps - 1) * n * m->units, a->node->dz,
	       n * m->units * sizeof(float));
	return dy;
}

void oracle_lstm_back(const struct at *a)
{
	const struct lstm m = lstm_of(a);
	struct node *node = a->node;
	struct oracle *o = a->o;
	size_t n = (size_t)o->samples, steps = a->in->h;
	float *dx = oracle_zeros(o, n * steps * m.inputs);
	float *gradient = o->gradient + a->l->w;
	dnnl_primitive_desc_t back;
	dnnl_rnn_desc_t op;

	dnnl_must(dnnl_lstm_backward_desc_init(&op, dnnl_backward,
		  dnnl_unidirectional_left2right, &m.x, &m.state, &m.state,
		  &m.wx_back, &m.wh_back, &m.b, &m.y, &m.state, &m.state,
		  &m.x, &m.state, &m.state, &m.wx, &m.wh, &m.b, &m.y,
		  &m.state, &m.state, 0), "the way back of an lstm");
	back = dnnl_describe(&o->d, &op, node->kind);
	RUN(a, back, { DNNL_ARG_SRC_LAYER, &m.x,
	    turn(o, a->from->y, n, steps, m.inputs) },
	    { DNNL_ARG_SRC_ITER, &m.state, state(a) },
	    { DNNL_ARG_SRC_ITER_C, &m.state, state(a) },
	    { DNNL_ARG_DST_ITER, &m.state, node->h },
	    { DNNL_ARG_DST_ITER_C, &m.state, node->c },
	    { DNNL_ARG_DIFF_SRC_ITER, &m.state, state(a) },
	    { DNNL_ARG_DIFF_SRC_ITER_C, &m.state, state(a) },
	    { DNNL_ARG_DIFF_DST_ITER, &m.state, state(a) },
	    { DNNL_ARG_DIFF_DST_ITER_C, &m.state, state(a) },
	    { DNNL_ARG_WEIGHTS_LAYER, &m.wx_back,
	      turn(o, m.weights_x, m.inputs, GATES * m.units, 1) },
	    { DNNL_ARG_WEIGHTS_ITER, &m.wh_back,
	      turn(o, m.weights_h, m.units, GATES * m.units, 1) },
	    { DNNL_ARG_BIAS, &m.b, m.bias },
	    { DNNL_ARG_DST_LAYER, &m.y, node->steps },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace },
	    { DNNL_ARG_DIFF_DST_LAYER, &m.y, lstm_dy(a, &m) },
	    { DNNL_ARG_DIFF_SRC_LAYER, &m.x, dx },
	    { DNNL_ARG_DIFF_WEIGHTS_LAYER, &m.wx, gradient },
	    { DNNL_ARG_DIFF_WEIGHTS_ITER, &m.wh,
	      gradient + m.inputs * a->l->columns },
	    { DNNL_ARG_DIFF_BIAS, &m.b, o->gradient + a->l->beta });
	dnnl_primitive_desc_destroy(back);
	a->from->dy = turn(o, dx, steps, n, m.inputs);
}
