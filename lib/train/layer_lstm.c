/*
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates):
 *
 *     i, f, o = sigmoid, g = tanh (of) x_t Wx + h_(t-1) Wr + b
 *     c_t = f c_(t-1) + i g        h_t = o tanh(c_t)
 *
 * over H steps of each sample, h and c 0 before the first.  Row (n, t) of the
 * layer's own memory holds the four gates, c, h, and the gates' gradients.
 */
#include <string.h>

#include "base/fmath.h"
#include "train/pass_priv.h"

enum { GATE_I, GATE_F, GATE_G, GATE_O, GATES };

/* The layer's memory, U padded units, T = S * H rows. */
struct lstm {
	const struct layer *l;
	const struct tensor *in;
	size_t u, real, steps;
	float *gates, *cell, *hidden, *d_gates;	/* (T, 4 U) (T, U) ... */
	float *dh, *dc;				/* (S, U) */
};

static struct lstm lstm_of(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *out = work_tensor(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	size_t rows = TRAIN_SHARD * in->h * out->c;
	float *memory = k->s->arena + out->extra;

	return (struct lstm){
		.l = l, .in = in, .u = out->c, .real = out->real,
		.steps = in->h, .gates = memory,
		.d_gates = memory + GATES * rows,
		.cell = memory + 2 * GATES * rows,
		.hidden = memory + (2 * GATES + 1) * rows,
		.dh = memory + (2 * GATES + 2) * rows,
		.dc = memory + (2 * GATES + 2) * rows +
			TRAIN_SHARD * out->c };
}

size_t train_lstm_floats(size_t steps, size_t u)
{
	return TRAIN_SHARD * u * ((2 * GATES + 2) * steps + 2);
}

static float sigmoid(float x)
{
	return 1.0f / (1.0f + fmath_expf(-x));
}

/* Rows (n, t) of all samples, `width` floats each. */
static void step_places(const struct work *k, const struct lstm *m, size_t t,
			size_t width, int32_t *at)
{
	for (size_t n = 0; n < k->shard->n; n++)
		at[n] = (int32_t)((n * m->steps + t) * width);
}

static void step_units(const struct work *k, const struct lstm *m, size_t row,
		       bool first)
{
	const float *bias = k->pass->parameters + m->l->beta;
	float *gate = m->gates + row * GATES * m->u;
	float *c = m->cell + row * m->u, *h = m->hidden + row * m->u;

	memset(c, 0, m->u * sizeof(float));
	memset(h, 0, m->u * sizeof(float));
	for (size_t i = 0; i < m->real; i++) {
		float g[GATES];

		for (size_t j = 0; j < GATES; j++) {
			float sum = gate[j * m->u + i] + bias[j * m->u + i];

			g[j] = j == GATE_G ? fmath_tanhf(sum) : sigmoid(sum);
			gate[j * m->u + i] = g[j];
		}
		c[i] = __builtin_fmaf(g[GATE_F], first ? 0 : c[i - m->u],
				      g[GATE_I] * g[GATE_G]);
		h[i] = g[GATE_O] * fmath_tanhf(c[i]);
	}
}

static void step_forward(const struct work *k, const struct lstm *m, size_t t)
{
	step_places(k, m, t, GATES * m->u, k->s->out_at);
	if (t > 0) {
		step_places(k, m, t - 1, m->u, k->s->in_at);
		k->pass->isa->product(&(struct isa_product){
			.out = m->gates, .out_at = k->s->out_at,
			.left = m->hidden, .left_at = k->s->in_at,
			.right = k->pass->parameters + m->l->w +
				m->in->c * m->l->columns,
			.rows = k->shard->n, .groups = 1, .terms = m->u,
			.c = m->l->columns, .add = true });
	}
	for (size_t n = 0; n < k->shard->n; n++)
		step_units(k, m, n * m->steps + t, t == 0);
}

static void forward(const struct work *k, int layer)
{
	const struct lstm m = lstm_of(k, layer);
	size_t rows = k->shard->n * m.steps;
	float *y = work_value(k, layer);

	k->pass->isa->product(&(struct isa_product){
		.out = m.gates,
		.left = train_rows(k, m.l->net.from, 0, rows, k->s->block),
		.right = k->pass->parameters + m.l->w,
		.left_step = m.in->c, .rows = rows, .groups = 1,
		.terms = m.in->c, .c = m.l->columns });
	for (size_t t = 0; t < m.steps; t++)
		step_forward(k, &m, t);
	if (m.l->net.sequence)
		memcpy(y, m.hidden, rows * m.u * sizeof(float));
	else
		for (size_t n = 0; n < k->shard->n; n++)
			memcpy(y + n * m.u, m.hidden +
			       ((n + 1) * m.steps - 1) * m.u,
			       m.u * sizeof(float));
}

/* dy (U) of a step, or NULL; dh and dc of the sample become those of the step
 * before, dh without its product. */
static void units_back(const struct lstm *m, size_t n, size_t t,
		       const float *dy)
{
	size_t row = n * m->steps + t;
	const float *gate = m->gates + row * GATES * m->u;
	const float *c = m->cell + row * m->u;
	float *d = m->d_gates + row * GATES * m->u;
	float *dh = m->dh + n * m->u, *dc = m->dc + n * m->u;

	memset(d, 0, GATES * m->u * sizeof(float));
	for (size_t i = 0; i < m->real; i++) {
		float in = gate[i], f = gate[m->u + i];
		float g = gate[2 * m->u + i], o = gate[3 * m->u + i];
		float th = fmath_tanhf(c[i]), h = dh[i] + (dy ? dy[i] : 0);
		float dcell = __builtin_fmaf(h * o, 1.0f - th * th, dc[i]);

		d[i] = dcell * g * (in * (1.0f - in));
		d[m->u + i] = dcell * (t > 0 ? c[i - m->u] : 0) *
			(f * (1.0f - f));
		d[2 * m->u + i] = dcell * in * (1.0f - g * g);
		d[3 * m->u + i] = h * th * (o * (1.0f - o));
		dc[i] = dcell * f;
	}
}

static void step_back(const struct work *k, const struct lstm *m, int layer,
		      size_t t)
{
	const float *dy = work_gradient(k, layer);
	bool sequence = m->l->net.sequence;

	for (size_t n = 0; n < k->shard->n; n++) {
		const float *row = dy + (sequence ? n * m->steps + t : n) *
			m->u;

		units_back(m, n, t, sequence || t + 1 == m->steps ? row :
			   NULL);
	}
	step_places(k, m, t, GATES * m->u, k->s->in_at);
	k->pass->isa->product(&(struct isa_product){
		.out = m->dh, .left = m->d_gates, .left_at = k->s->in_at,
		.right = k->pass->turned + m->l->turned,
		.rows = k->shard->n, .groups = 1, .terms = GATES * m->u,
		.c = m->u });
}

static void weights_back(const struct work *k, const struct lstm *m)
{
	const struct layer *l = m->l;
	size_t rows = k->shard->n * m->steps;
	struct isa_outer a = {
		.out = k->shard->gradient + l->w,
		.left = train_rows(k, l->net.from, 0, rows, k->s->block),
		.right = m->d_gates, .left_step = m->in->c,
		.right_step = l->columns, .rows = m->in->c, .terms = rows,
		.c = l->columns };

	k->pass->isa->outer(&a);
	a.out += m->in->c * l->columns;
	a.rows = a.left_step = m->u;
	a.terms = m->steps - 1;
	for (size_t n = 0; n < k->shard->n; n++) {
		a.left = m->hidden + n * m->steps * m->u;
		a.right = m->d_gates + (n * m->steps + 1) * l->columns;
		k->pass->isa->outer(&a);
	}
	k->pass->isa->sums(k->shard->gradient + l->beta, m->d_gates, rows,
			   l->columns);
}

static void back(const struct work *k, int layer)
{
	const struct lstm m = lstm_of(k, layer);

	memset(m.dh, 0, 2 * TRAIN_SHARD * m.u * sizeof(float));
	for (size_t t = m.steps; t-- > 0;)
		step_back(k, &m, layer, t);
	weights_back(k, &m);
	if (m.l->net.from == NET_INPUT)
		return;
	k->pass->isa->product(&(struct isa_product){
		.out = work_gradient(k, m.l->net.from), .left = m.d_gates,
		.right = k->pass->turned + m.l->turned +
			m.u * m.l->columns,
		.left_step = m.l->columns, .rows = k->shard->n * m.steps,
		.groups = 1, .terms = m.l->columns, .c = m.in->c,
		.add = m.l->adds[0] });
}

const struct layer_kind train_lstm = { forward, back };
