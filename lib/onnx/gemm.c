#include <string.h>

#include "onnx/onnx_priv.h"

struct gemm {
	int32_t in, out;
	bool is_turned;		/* B is out x in */
	float alpha, beta;
	int32_t points;		/* of a flattened image that stays N H W C; 1:
				   the columns keep their order */
};

/* An input that flattens an image which lies as N H W C. */
static int32_t image_points(struct onnx *o, const struct onnx_value *in)
{
	const struct onnx_value *from;

	if (in->plain >= 0 || in->origin < 0 || in->rank != 2)
		return 1;
	from = &o->values[in->origin];
	if (!onnx_lies_last(from) || from->dims[0] != in->dims[0])
		return 1;
	return in->dims[1] / from->dims[1];
}

/* Scales per output stay; alpha would change them. */
static void set_scales(struct onnx *o, int tensor, const struct gemm *g,
		       const struct onnx_value *b)
{
	const struct onnx_scales *s = &b->scales;
	int axis = g->is_turned ? 0 : 1;

	if (tensor < 0 || !s->n || g->alpha != 1)
		return;
	if (s->n == 1)
		model_set_quant(o->model, tensor, s->scales[0], 0);
	else if (s->axis == axis && s->n == (uint32_t)g->out)
		model_set_quant_axis(o->model, tensor, 0, s->n, s->scales,
				     NULL);
}

static int filter(struct onnx *o, const struct gemm *g,
		  const struct onnx_value *b)
{
	int32_t channels = g->in / g->points;
	float *data;
	int i = onnx_weights(o, "filter", 2, (int32_t[]){ g->out, g->in },
			     &data);

	for (int32_t n = 0; n < g->out && data; n++)
		for (int32_t k = 0; k < g->in; k++) {
			int64_t to = (int64_t)(k % g->points) * channels +
				     k / g->points;
			int64_t at = g->is_turned ? (int64_t)n * g->in + k :
				     (int64_t)k * g->out + n;

			data[(int64_t)n * g->in + to] = g->alpha *
							b->floats[at];
		}
	set_scales(o, i, g, b);
	return i;
}

/* One number, or one per column, goes into the layer. */
static bool is_bias(const struct gemm *g, const struct onnx_value *c)
{
	int64_t n = onnx_elements(c);

	return onnx_is_floats(c) && (n == 1 || (n == g->out && c->rank > 0 &&
		c->dims[c->rank - 1] == g->out));
}

static int bias(struct onnx *o, const struct gemm *g,
		const struct onnx_value *c)
{
	bool is_single = onnx_elements(c) == 1;
	float *data;
	int i = onnx_weights(o, "bias", 1, &g->out, &data);

	for (int32_t k = 0; k < g->out && data; k++)
		data[k] = g->beta * c->floats[is_single ? 0 : k];
	return i;
}

/* ---- a layer ------------------------------------------------------------ */

/* B as two axes: a vector is one column, which vanishes afterwards. */
static bool is_layer(const struct onnx_value *b)
{
	return onnx_is_floats(b) && (b->rank == 1 || b->rank == 2) &&
	       onnx_elements(b) > 0;
}

static int left_side(struct onnx *o, struct onnx_value *a, bool turns)
{
	int from = onnx_plain(o, a);

	return turns ? onnx_permuted(o, from, (int[]){ 1, 0 }) : from;
}

static int dense(struct onnx *o, struct gemm *g, struct onnx_value *a,
		 bool turns)
{
	struct onnx_value *b = onnx_in(o, 1), *c = onnx_in(o, 2);
	int32_t dims[MODEL_RANK_MAX];
	int inputs[3], n = 2, rank = a->rank;

	g->in = b->dims[b->rank == 2 && g->is_turned];
	g->out = b->rank == 1 ? 1 : b->dims[!g->is_turned];
	if (rank < 1 || a->dims[turns ? 0 : rank - 1] != g->in) {
		onnx_fail(o, ERR_FORMAT, "its sides do not fit");
		return -1;
	}
	g->points = turns ? 1 : image_points(o, a);
	inputs[0] = g->points > 1 ? o->values[a->origin].last :
		    left_side(o, a, turns);
	inputs[1] = filter(o, g, b);
	if (c && is_bias(g, c))
		inputs[n++] = bias(o, g, c);
	memcpy(dims, a->dims, sizeof(dims));
	if (turns)
		dims[0] = a->dims[1];
	dims[rank - 1] = g->out;
	return onnx_do(o, &(struct onnx_step){ KERN_FULLY_CONNECTED, NULL,
		       inputs, n }, rank, dims);
}

/* ---- any two ------------------------------------------------------------ */

/* A vector becomes a row or a column. */
static int matrix(struct onnx *o, struct onnx_value *v, bool is_right,
		  bool turns)
{
	int32_t column[] = { v->dims[0], 1 }, row[] = { 1, v->dims[0] };

	if (v->rank == 1)
		return onnx_shaped(o, v, 2, is_right ? column : row);
	return turns ? onnx_permuted(o, onnx_plain(o, v), (int[]){ 1, 0 }) :
		onnx_plain(o, v);
}

static int32_t batch(const struct model_tensor *t, int i)
{
	return i < t->rank ? t->dims[t->rank - 1 - i] : 1;
}

static int multiply(struct onnx *o, int a, int b)
{
	int32_t dims[MODEL_RANK_MAX];
	struct model_tensor x, y;
	int rank;

	if (a < 0 || b < 0)
		return -1;
	x = o->model->tensors[a];
	y = o->model->tensors[b];
	rank = x.rank > y.rank ? x.rank : y.rank;
	for (int i = 2; i < rank; i++) {
		int32_t p = batch(&x, i), q = batch(&y, i);

		dims[rank - 1 - i] = p > q ? p : q;
	}
	dims[rank - 2] = batch(&x, 1);
	dims[rank - 1] = batch(&y, 0);
	return onnx_do(o, &(struct onnx_step){ KERN_BATCH_MATMUL, NULL,
		       (int[]){ a, b }, 2 }, rank, dims);
}

/* ---- operators ---------------------------------------------------------- */

/* Axes that stand for a vector vanish. */
static int without_vectors(struct onnx *o, int to, const struct onnx_value *a,
			   const struct onnx_value *b, bool was_layer)
{
	int32_t dims[MODEL_RANK_MAX];
	struct model_tensor t;
	int rank = 0;

	if (to < 0)
		return -1;
	t = o->model->tensors[to];
	for (int i = 0; i < t.rank; i++) {
		if (i == t.rank - 1 && b->rank == 1)
			continue;
		if (i == t.rank - 2 && a->rank == 1 && !was_layer)
			continue;
		dims[rank++] = t.dims[i];
	}
	return onnx_reshaped(o, to, rank, dims);
}

int onnx_gemm(struct onnx *o)
{
	bool is_gemm = onnx_is(o->node.op, "Gemm"), turns = false, is_dense;
	struct onnx_value *a = onnx_in(o, 0), *b = onnx_in(o, 1);
	struct onnx_value *c = is_gemm ? onnx_in(o, 2) : NULL;
	struct gemm g = { .alpha = 1, .beta = 1 };
	int to;

	if (!b || !a->is_float || !b->is_float || a->rank < 1 || b->rank < 1 ||
	    (is_gemm && (a->rank != 2 || b->rank != 2)))
		return onnx_fail(o, ERR_UNSUPPORTED, "its sides are not "
				 "float32 matrices");
	if (is_gemm) {
		g.alpha = onnx_float(o, "alpha", 1);
		g.beta = onnx_float(o, "beta", 1);
		g.is_turned = onnx_int(o, "transB", 0) != 0;
		turns = onnx_int(o, "transA", 0) != 0;
	}
	is_dense = is_layer(b);
	to = is_dense ? dense(o, &g, a, turns) :
	     multiply(o, matrix(o, a, false, turns),
		      matrix(o, b, true, g.is_turned));
	if (!is_dense && g.alpha != 1)
		to = onnx_with(o, KERN_MUL, to, g.alpha);
	if (c && !(is_dense && is_bias(&g, c)))
		to = onnx_broadcast(o, KERN_ADD, to, g.beta == 1 ?
				    onnx_plain(o, c) :
				    onnx_with(o, KERN_MUL, onnx_plain(o, c),
					      g.beta));
	onnx_give_plain(o, is_gemm ? to :
			without_vectors(o, to, a, b, is_dense));
	return o->err->kind;
}
