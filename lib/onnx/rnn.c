#include <string.h>

#include "onnx/onnx_priv.h"

/*
 * LSTM, GRU and RNN, step by step: the products with the inputs are one layer
 * for all steps, those with the state a layer per step.
 *
 * Axes: X is steps, batch, inputs (layout 0) or batch, steps, inputs (1); W
 * directions, gates x size, inputs; R directions, gates x size, size; B
 * directions, 2 x gates x size.  Gates are i o f c (LSTM), z r h (GRU).
 * (onnx.ai, operators LSTM, GRU, RNN.)
 */
struct rnn {
	struct onnx_value *x, *w, *r, *b, *peep;
	int32_t steps, batch, inputs, size, gates, directions;
	bool is_batch_first, is_late;	/* GRU: reset after the product */
	int dir;			/* the direction at work */
	int projected;			/* X by W, all steps */
	int recurrent, news, news_bias;	/* R, its last gate (GRU), its Rb */
	int peepholes[3];		/* at i, o and f */
	int h, c;			/* the state, batch x size */
};

enum { STEPS_MAX = 256 };

/* ---- constants ---------------------------------------------------------- */

/* Rows of R or W of the direction, from a gate on, as a layer's filter. */
static int rows(struct onnx *o, const struct rnn *n, const struct onnx_value *v,
		int32_t gate, int32_t gates)
{
	int32_t depth = v->dims[2];
	int64_t at = ((int64_t)n->dir * n->gates + gate) * n->size * depth;
	float *data;
	int i = onnx_weights(o, "filter", 2, (int32_t[]){ gates * n->size,
							   depth }, &data);

	if (data)
		memcpy(data, v->floats + at, sizeof(float) * (size_t)depth *
		       (size_t)(gates * n->size));
	return i;
}

/* Rb of some gates, with Wb or alone. */
static int biases(struct onnx *o, const struct rnn *n, int32_t gate,
		  int32_t gates, bool with_w)
{
	int32_t count = gates * n->size;
	const float *w;
	float *data;
	int i = onnx_weights(o, "bias", 1, &count, &data);

	if (!data || !n->b)
		return i;
	w = n->b->floats + ((int64_t)n->dir * 2 * n->gates + gate) * n->size;
	for (int32_t k = 0; k < count; k++) {
		data[k] = w[(int64_t)n->gates * n->size + k];
		if (with_w)
			data[k] += w[k];
	}
	return i;
}

/* Factors of the cell's state at a gate (LSTM). */
static int peephole(struct onnx *o, const struct rnn *n, int gate)
{
	float *data;
	int i = onnx_weights(o, "peephole", 1, &n->size, &data);

	if (data)
		memcpy(data, n->peep->floats + ((int64_t)n->dir * 3 + gate) *
		       n->size, (size_t)n->size * sizeof(float));
	return i;
}

/* ---- pieces ------------------------------------------------------------- */

static int layer(struct onnx *o, int from, int filter, int bias)
{
	int inputs[] = { from, filter, bias };
	int32_t dims[MODEL_RANK_MAX];
	int rank;

	if (from < 0 || filter < 0)
		return -1;
	rank = o->model->tensors[from].rank;
	memcpy(dims, o->model->tensors[from].dims, sizeof(dims));
	dims[rank - 1] = o->model->tensors[filter].dims[0];
	return onnx_do(o, &(struct onnx_step){ KERN_FULLY_CONNECTED, NULL,
		       inputs, bias < 0 ? 2 : 3 }, rank, dims);
}

/* Gates of batch x (gates x size). */
static int part(struct onnx *o, const struct rnn *n, int from, int32_t gate,
		int32_t gates)
{
	struct onnx_range ranges[] = { { 0, 1, n->batch },
		{ (int64_t)gate * n->size, 1, (int64_t)gates * n->size } };

	return onnx_sliced(o, from, ranges);
}

/* What the inputs add at step t: batch x (gates x size). */
static int at_step(struct onnx *o, const struct rnn *n, int32_t t)
{
	int32_t width = n->gates * n->size;
	struct onnx_range ranges[3] = { { t, 1, 1 }, { 0, 1, n->batch },
					{ 0, 1, width } };

	if (n->is_batch_first) {
		ranges[0] = (struct onnx_range){ 0, 1, n->batch };
		ranges[1] = (struct onnx_range){ t, 1, 1 };
	}
	return onnx_reshaped(o, onnx_sliced(o, n->projected, ranges), 2,
			     (int32_t[]){ n->batch, width });
}

static int add(struct onnx *o, int a, int b)
{
	return onnx_both(o, KERN_ADD, a, b);
}

static int times(struct onnx *o, int a, int b)
{
	return onnx_both(o, KERN_MUL, a, b);
}

/* ---- steps -------------------------------------------------------------- */

/* A gate of the LSTM with what it sees of the cell. */
static int lstm_gate(struct onnx *o, const struct rnn *n, int z, int gate,
		     int cell)
{
	z = part(o, n, z, gate, 1);
	if (n->peep)
		z = add(o, z, onnx_broadcast(o, KERN_MUL, cell,
					     n->peepholes[gate]));
	return onnx_curve(o, KERN_LOGISTIC, 0, z);
}

static void lstm_step(struct onnx *o, struct rnn *n, int x)
{
	int z = add(o, x, layer(o, n->h, n->recurrent, -1));
	int in = lstm_gate(o, n, z, 0, n->c);
	int forget = lstm_gate(o, n, z, 2, n->c);
	int news = onnx_curve(o, KERN_TANH, 0, part(o, n, z, 3, 1));

	n->c = add(o, times(o, forget, n->c), times(o, in, news));
	n->h = times(o, lstm_gate(o, n, z, 1, n->c),
		     onnx_curve(o, KERN_TANH, 0, n->c));
}

/* h' = news + z (h - news) */
static void gru_step(struct onnx *o, struct rnn *n, int x)
{
	int zr = layer(o, n->h, n->recurrent, -1);
	int z, reset, news;

	zr = onnx_curve(o, KERN_LOGISTIC, 0, add(o, part(o, n, x, 0, 2), zr));
	z = part(o, n, zr, 0, 1);
	reset = part(o, n, zr, 1, 1);
	if (n->is_late)
		news = times(o, reset, layer(o, n->h, n->news, n->news_bias));
	else
		news = layer(o, times(o, reset, n->h), n->news, -1);
	news = onnx_curve(o, KERN_TANH, 0, add(o, part(o, n, x, 2, 1), news));
	n->h = add(o, news, times(o, z, onnx_both(o, KERN_SUB, n->h, news)));
}

static void rnn_step(struct onnx *o, struct rnn *n, int x)
{
	int z = layer(o, n->h, n->recurrent, -1);

	n->h = onnx_curve(o, KERN_TANH, 0, add(o, x, z));
}

static void step(struct onnx *o, struct rnn *n, int x)
{
	if (n->gates == 4)
		lstm_step(o, n, x);
	else if (n->gates == 3)
		gru_step(o, n, x);
	else
		rnn_step(o, n, x);
}

/* ---- a direction -------------------------------------------------------- */

/* The state before the first step: an input, or zeros. */
static int start(struct onnx *o, const struct rnn *n, int input)
{
	struct onnx_value *v = onnx_in(o, input);
	int32_t dims[] = { n->batch, n->size };
	struct onnx_range all[] = { { 0, 1, n->directions }, { 0, 1, n->batch },
				    { 0, 1, n->size } };
	float *zeros;

	if (!v)
		return onnx_weights(o, "start", 2, dims, &zeros);
	if (n->is_batch_first) {
		all[0].count = n->batch;
		all[1].count = n->directions;
	}
	if (!v->is_float || v->rank != 3 || v->dims[0] != all[0].count ||
	    v->dims[1] != all[1].count || v->dims[2] != n->size)
		return onnx_fail(o, ERR_FORMAT, "its state has another "
				 "shape"), -1;
	all[n->is_batch_first].start = n->dir;
	all[n->is_batch_first].count = 1;
	return onnx_reshaped(o, onnx_sliced(o, onnx_plain(o, v), all), 2,
			     dims);
}

/* A GRU with a late reset adds Rb of h inside: not here. */
static int input_bias(struct onnx *o, const struct rnn *n)
{
	int32_t last = 2 * n->size;
	int i = biases(o, n, 0, n->gates, true);
	float *data = i < 0 ? NULL : o->model->tensors[i].data;

	if (data && n->b && n->is_late)
		memcpy(data + last, n->b->floats + (int64_t)n->dir * 6 *
		       n->size + last, (size_t)n->size * sizeof(float));
	return i;
}

/* The constants that every step shares, and what comes before the first. */
static void prepare(struct onnx *o, struct rnn *n)
{
	n->recurrent = rows(o, n, n->r, 0, n->gates == 3 ? 2 : n->gates);
	if (n->gates == 3) {
		n->news = rows(o, n, n->r, 2, 1);
		n->news_bias = biases(o, n, 2, 1, false);
	}
	for (int i = 0; i < 3 && n->peep; i++)
		n->peepholes[i] = peephole(o, n, i);
	n->projected = layer(o, onnx_plain(o, n->x),
			     rows(o, n, n->w, 0, n->gates), input_bias(o, n));
	n->h = start(o, n, 5);
	n->c = n->gates == 4 ? start(o, n, 6) : -1;
}

/* All steps of a direction; outs takes the state after each. */
static void run(struct onnx *o, struct rnn *n, bool is_reverse, int *outs)
{
	prepare(o, n);
	for (int32_t i = 0; i < n->steps && !o->err->kind; i++) {
		int32_t t = is_reverse ? n->steps - 1 - i : i;

		step(o, n, at_step(o, n, t));
		outs[t] = n->h;
	}
}

/* ---- outputs ------------------------------------------------------------ */

/* Batch x size with an axis of steps and one of directions. */
static int placed(struct onnx *o, const struct rnn *n, int h, bool has_steps)
{
	int32_t d[4], rank = 0;

	if (n->is_batch_first)
		d[rank++] = n->batch;
	if (has_steps)
		d[rank++] = 1;
	d[rank++] = 1;
	if (!n->is_batch_first)
		d[rank++] = n->batch;
	d[rank++] = n->size;
	return onnx_reshaped(o, h, rank, d);
}

static bool is_wanted(struct onnx *o, int k)
{
	if (o->err->kind || k >= o->node.output_count ||
	    o->node.outputs[k] < 0)
		return false;
	o->which = k;
	return onnx_out(o)->uses > 0;
}

static void give_steps(struct onnx *o, const struct rnn *n, int *outs)
{
	int whole[2];

	for (int d = 0; d < n->directions; d++) {
		int *part = outs + d * n->steps;

		for (int32_t t = 0; t < n->steps; t++)
			part[t] = placed(o, n, part[t], true);
		whole[d] = onnx_joined(o, part, n->steps, n->is_batch_first);
	}
	onnx_give_plain(o, onnx_joined(o, whole, n->directions,
				       n->is_batch_first ? 2 : 1));
}

static void give_state(struct onnx *o, const struct rnn *n, int *states)
{
	for (int d = 0; d < n->directions; d++)
		states[d] = placed(o, n, states[d], false);
	onnx_give_plain(o, onnx_joined(o, states, n->directions,
				       n->is_batch_first));
}

/* ---- the operator ------------------------------------------------------- */

static bool is_shape(const struct onnx_value *v, int rank, int32_t a,
		     int32_t b, int32_t c)
{
	return onnx_is_floats(v) && v->rank == rank && v->dims[0] == a &&
	       v->dims[1] == b && (rank < 3 || v->dims[2] == c);
}

/* Sigmoid at the gates, Tanh elsewhere; that may be said or not. */
static bool has_usual_functions(struct onnx *o, const struct rnn *n)
{
	static const char *const usual[] = { "Sigmoid", "Tanh", "Tanh" };
	int each = n->gates == 4 ? 3 : n->gates == 3 ? 2 : 1;
	struct onnx_slice word;

	for (int i = 0; onnx_word(o, "activations", i, &word); i++)
		if (!onnx_is(word, each == 1 ? "Tanh" : usual[i % each]))
			return false;
	return true;
}

static int check(struct onnx *o, struct rnn *n)
{
	int32_t width = n->gates * n->size;

	if (n->size < 1 || n->size > INT16_MAX || n->steps > STEPS_MAX) {
		onnx_fail(o, ERR_LIMIT, "%d steps of %d; %d and %d are taken",
			  (int)n->steps, (int)n->size, STEPS_MAX, INT16_MAX);
		err_hint(o->err, "cut the sequence into pieces");
		return ERR_LIMIT;
	}
	if (!is_shape(n->w, 3, n->directions, width, n->inputs) ||
	    !is_shape(n->r, 3, n->directions, width, n->size) ||
	    (n->b && !is_shape(n->b, 2, n->directions, 2 * width, 0)) ||
	    (n->peep && !is_shape(n->peep, 2, n->directions, 3 * n->size, 0)))
		return onnx_fail(o, ERR_UNSUPPORTED, "its weights are not "
				 "float32 constants of its shape");
	if (onnx_in(o, 4) || !has_usual_functions(o, n) ||
	    onnx_has(o, "clip") || onnx_int(o, "input_forget", 0))
		return onnx_fail(o, ERR_UNSUPPORTED, "lengths of sequences, "
				 "other activations, clipping, or tied gates");
	return 0;
}

static int read_rnn(struct onnx *o, struct rnn *n)
{
	struct onnx_slice way = onnx_text(o, "direction");

	*n = (struct rnn){
		.x = onnx_in(o, 0), .w = onnx_in(o, 1), .r = onnx_in(o, 2),
		.b = onnx_in(o, 3), .peep = onnx_in(o, 7),
		.is_batch_first = onnx_int(o, "layout", 0) != 0,
		.is_late = onnx_int(o, "linear_before_reset", 0) != 0,
		.directions = onnx_is(way, "bidirectional") ? 2 : 1,
		.gates = onnx_is(o->node.op, "LSTM") ? 4 :
			 onnx_is(o->node.op, "GRU") ? 3 : 1,
	};
	if (!n->x->is_float || n->x->rank != 3 || !n->r || n->r->rank != 3 ||
	    onnx_elements(n->x) < 1)
		return onnx_fail(o, ERR_FORMAT, "its input is not float32 of "
				 "three axes");
	n->is_late = n->is_late && n->gates == 3;
	n->steps = n->x->dims[n->is_batch_first];
	n->batch = n->x->dims[!n->is_batch_first];
	n->inputs = n->x->dims[2];
	n->size = n->r->dims[2];
	return check(o, n);
}

int onnx_rnn(struct onnx *o)
{
	struct onnx_slice way = onnx_text(o, "direction");
	int outs[2 * STEPS_MAX], h[2], c[2];
	struct rnn n;

	if (read_rnn(o, &n))
		return o->err->kind;
	for (n.dir = 0; n.dir < n.directions; n.dir++) {
		run(o, &n, n.dir == 1 || onnx_is(way, "reverse"),
		    outs + n.dir * n.steps);
		h[n.dir] = n.h;
		c[n.dir] = n.c;
	}
	if (is_wanted(o, 0))
		give_steps(o, &n, outs);
	if (is_wanted(o, 1))
		give_state(o, &n, h);
	if (n.gates == 4 && is_wanted(o, 2))
		give_state(o, &n, c);
	return o->err->kind;
}
