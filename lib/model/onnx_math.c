#include <math.h>
#include <string.h>

#include "model/onnx_priv.h"

static bool is_floats(const struct onnx_value *v)
{
	return v && v->kind == ONNX_CONST && v->is_float;
}

static bool is_flow(struct onnx *o, const struct onnx_value *v)
{
	if (v && v->kind == ONNX_FLOW)
		return true;
	onnx_fail(o, ERR_UNSUPPORTED, "an input is not float32 values that "
		  "flow");
	return false;
}

/* The one tensor that holds a value which nobody else reads, and the
 * operation that wrote it; NULL when there is none such. */
static struct model_op *writer(struct onnx *o, const struct onnx_value *v)
{
	int tensor = v->last >= 0 ? v->last : v->plain;
	int last = o->model->op_count - 1;

	if (v->uses != 1 || tensor < 0 || (v->last >= 0 && v->plain >= 0))
		return NULL;
	for (int i = last; i >= 0; i--)
		if (o->model->ops[i].output == tensor)
			return &o->model->ops[i];
	return NULL;
}

/* The node's output is its input, which an operation before now computes. */
static void take_over(struct onnx *o, const struct onnx_value *in)
{
	struct onnx_value *out = onnx_out(o);
	struct onnx_slice name = out->name;
	int uses = out->uses;

	*out = *in;
	out->name = name;
	out->uses = uses;
}

/* ---- Gemm, MatMul ------------------------------------------------------ */

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
	if (from->plain >= 0 || from->last < 0 ||
	    from->dims[0] != in->dims[0])
		return 1;
	return in->dims[1] / from->dims[1];
}

static int gemm_filter(struct onnx *o, const struct gemm *g,
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
	return i;
}

static int gemm_bias(struct onnx *o, const struct gemm *g,
		     const struct onnx_value *c)
{
	int64_t n = onnx_elements(c);
	float *data;
	int i;

	if (!is_floats(c) || (n != 1 && (n != g->out || (c->rank > 0 &&
					c->dims[c->rank - 1] != g->out)))) {
		onnx_fail(o, ERR_UNSUPPORTED, "its bias is not a constant of "
			  "%d", (int)g->out);
		return -1;
	}
	i = onnx_weights(o, "bias", 1, &g->out, &data);
	for (int32_t k = 0; k < g->out && data; k++)
		data[k] = g->beta * c->floats[n == 1 ? 0 : k];
	return i;
}

int onnx_gemm(struct onnx *o)
{
	bool is_gemm = onnx_is(o->node.op, "Gemm");
	struct onnx_value *a = onnx_in(o, 0), *b = onnx_in(o, 1);
	struct onnx_value *c = onnx_in(o, 2);
	struct gemm g = { .alpha = 1, .beta = 1 };
	int32_t dims[MODEL_RANK_MAX];
	int inputs[3], n = 2, to;

	if (!is_flow(o, a))
		return o->err->kind;
	if (!is_floats(b) || b->rank != 2 || onnx_elements(b) < 1)
		return onnx_fail(o, ERR_UNSUPPORTED, "its right side is not a "
				 "float32 constant of two axes");
	if (is_gemm) {
		g.alpha = onnx_float(o, "alpha", 1);
		g.beta = onnx_float(o, "beta", 1);
		g.is_turned = onnx_int(o, "transB", 0) != 0;
	}
	g.in = b->dims[g.is_turned];
	g.out = b->dims[!g.is_turned];
	if (onnx_int(o, "transA", 0) || (is_gemm && a->rank != 2))
		return onnx_fail(o, ERR_UNSUPPORTED, "its left side is turned, "
				 "or not a matrix");
	if (a->rank < 1 || a->dims[a->rank - 1] != g.in)
		return onnx_fail(o, ERR_FORMAT, "its sides do not fit");
	g.points = image_points(o, a);
	inputs[0] = g.points > 1 ? o->values[a->origin].last :
		    onnx_plain(o, a);
	inputs[1] = gemm_filter(o, &g, b);
	if (is_gemm && c)
		inputs[n++] = gemm_bias(o, &g, c);
	memcpy(dims, a->dims, sizeof(dims));
	dims[a->rank - 1] = g.out;
	to = onnx_new(o, a->rank, dims);
	if (onnx_add(o, KERN_FULLY_CONNECTED, NULL, inputs, n, to) >= 0)
		onnx_give_plain(o, to);
	return o->err->kind;
}

/* ---- a factor and an addend per channel -------------------------------- */

struct scaling {
	const float *scale, *offset, *mean, *variance;	/* NULL: left out */
	bool is_single;		/* one number for all channels */
	float epsilon, sign;
};

static void factors(const struct scaling *s, int32_t channel, double *factor,
		    double *addend)
{
	int32_t i = s->is_single ? 0 : channel;

	*factor = s->scale ? s->scale[i] : 1;
	if (s->variance)
		*factor /= sqrt((double)s->variance[i] + s->epsilon);
	*addend = s->offset ? (double)s->sign * s->offset[i] : 0;
	if (s->mean)
		*addend -= s->mean[i] * *factor;
}

/* Into the weights of the operation before. */
static bool fold_scaling(struct onnx *o, const struct onnx_value *in,
			 const struct scaling *s)
{
	struct model_op *op = writer(o, in);
	int32_t channels = in->dims[1];
	size_t n, inner;
	float *w, *bias;

	if (!op || op->attr.act || (op->op != KERN_CONV_2D &&
	    op->op != KERN_DEPTHWISE_CONV_2D &&
	    (op->op != KERN_FULLY_CONNECTED || in->rank != 2)))
		return false;
	if (op->input_count < 3) {
		int i = onnx_weights(o, "bias", 1, &channels, &bias);

		if (i < 0)
			return false;
		op->inputs[2] = i;
		op->input_count = 3;
	}
	w = o->model->tensors[op->inputs[1]].data;
	bias = o->model->tensors[op->inputs[2]].data;
	n = model_elements(&o->model->tensors[op->inputs[1]]);
	inner = op->op == KERN_DEPTHWISE_CONV_2D ? 1 : n / (size_t)channels;
	for (size_t i = 0; i < n; i++) {
		double f, a;

		factors(s, (int32_t)(i / inner % (size_t)channels), &f, &a);
		w[i] = (float)(w[i] * f);
	}
	for (int32_t i = 0; i < channels; i++) {
		double f, a;

		factors(s, i, &f, &a);
		bias[i] = (float)(bias[i] * f + a);
	}
	take_over(o, in);
	return true;
}

/* As an operation of its own. */
static void add_scaling(struct onnx *o, struct onnx_value *in,
			const struct scaling *s)
{
	struct model_attr attr = { .padding = MODEL_PAD_VALID };
	int rank = in->rank;
	int32_t d[2] = { in->dims[0], rank < 2 ? 1 : in->dims[1] };
	int inputs[3], from, to;
	float *w, *bias;

	if (rank == 2) {
		from = onnx_plain(o, in);
		inputs[0] = onnx_new(o, 4, (int32_t[]){ d[0], 1, 1, d[1] });
		if (onnx_add(o, KERN_RESHAPE, NULL, &from, 1, inputs[0]) < 0)
			return;
	} else {
		inputs[0] = onnx_last(o, in);
	}
	if (inputs[0] < 0)
		return;
	inputs[1] = onnx_weights(o, "factor", 4,
				 (int32_t[]){ 1, 1, 1, d[1] }, &w);
	inputs[2] = onnx_weights(o, "addend", 1, &d[1], &bias);
	for (int32_t i = 0; i < d[1] && w && bias; i++) {
		double f, a;

		factors(s, i, &f, &a);
		w[i] = (float)f;
		bias[i] = (float)a;
	}
	from = onnx_new(o, 4, o->model->tensors[inputs[0]].dims);
	if (onnx_add(o, KERN_DEPTHWISE_CONV_2D, &attr, inputs, 3, from) < 0)
		return;
	if (rank != 2) {
		onnx_give_last(o, rank, from);
		return;
	}
	to = onnx_new(o, 2, d);
	if (onnx_add(o, KERN_RESHAPE, NULL, &from, 1, to) >= 0)
		onnx_give_plain(o, to);
}

int onnx_batch_norm(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct scaling s = { .sign = 1 };

	if (!is_flow(o, in))
		return o->err->kind;
	if (in->rank < 2 || in->rank > 4 || onnx_int(o, "training_mode", 0))
		return onnx_fail(o, ERR_UNSUPPORTED, "training mode, or an "
				 "input of 1 or more than 4 axes");
	for (int i = 1; i < 5; i++)
		if (!is_floats(onnx_in(o, i)) ||
		    onnx_elements(onnx_in(o, i)) != in->dims[1])
			return onnx_fail(o, ERR_UNSUPPORTED, "input %d is not "
					 "a constant of %d", i,
					 (int)in->dims[1]);
	s.scale = onnx_in(o, 1)->floats;
	s.offset = onnx_in(o, 2)->floats;
	s.mean = onnx_in(o, 3)->floats;
	s.variance = onnx_in(o, 4)->floats;
	s.epsilon = onnx_float(o, "epsilon", 1e-5f);
	if (!fold_scaling(o, in, &s))
		add_scaling(o, in, &s);
	return o->err->kind;
}

/* One number, or one per channel (axis 1) of the value. */
static bool is_per_channel(const struct onnx_value *in,
			   const struct onnx_value *c, bool *is_single)
{
	int64_t n = onnx_elements(c);
	int axis = 1 - (in->rank - c->rank);	/* of c */

	*is_single = n == 1;
	if (in->rank < 2 || in->rank > 4 || c->rank > in->rank)
		return false;
	return n == 1 || (axis >= 0 && c->dims[axis] == in->dims[1] &&
			  n == in->dims[1]);
}

int onnx_mul(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0), *c = onnx_in(o, 1);
	struct scaling s = { .sign = 1 };

	if (is_floats(in)) {
		in = onnx_in(o, 1);
		c = onnx_in(o, 0);
	}
	if (!is_flow(o, in))
		return o->err->kind;
	if (!is_floats(c) || !is_per_channel(in, c, &s.is_single))
		return onnx_fail(o, ERR_UNSUPPORTED, "only the product with "
				 "one constant, or one per channel, is taken");
	s.scale = c->floats;
	if (!fold_scaling(o, in, &s))
		add_scaling(o, in, &s);
	return o->err->kind;
}

/* ---- Add, Sub ---------------------------------------------------------- */

/* A constant with the axes of a value that lies as N H W C. */
static int constant(struct onnx *o, const struct onnx_value *c, float sign,
		    int rank, bool is_last)
{
	int32_t d[4] = { 1, 1, 1, 1 }, dims[4];
	int64_t at = 0;
	float *data;
	int i;

	if (!is_last) {
		i = onnx_weights(o, "addend", c->rank, c->dims, &data);
		for (int64_t k = 0; k < onnx_elements(c) && data; k++)
			data[k] = sign * c->floats[k];
		return i;
	}
	for (i = 0; i < c->rank; i++)	/* N C H W */
		d[rank == 3 && rank - c->rank + i == 2 ? 3 :
		  rank - c->rank + i] = c->dims[i];
	dims[0] = d[0];
	dims[1] = d[2];
	dims[2] = d[3];
	dims[3] = d[1];
	i = onnx_weights(o, "addend", 4, dims, &data);
	for (int32_t n = 0; n < d[0] && data; n++)
		for (int32_t ch = 0; ch < d[1]; ch++)
			for (int32_t p = 0; p < d[2] * d[3]; p++)
				data[((int64_t)n * d[2] * d[3] + p) * d[1] +
				     ch] = sign * c->floats[at++];
	return i;
}

static int32_t from_end(const struct model_tensor *t, int i)
{
	return i < t->rank ? t->dims[t->rank - 1 - i] : 1;
}

static void add_two(struct onnx *o, int a, int b, int rank, bool is_last)
{
	const struct model_tensor *x, *y;
	int32_t dims[MODEL_RANK_MAX];
	int most, to;

	if (a < 0 || b < 0)
		return;
	x = &o->model->tensors[a];
	y = &o->model->tensors[b];
	most = x->rank > y->rank ? x->rank : y->rank;
	for (int i = 0; i < most; i++) {
		int32_t p = from_end(x, i), q = from_end(y, i);

		dims[most - 1 - i] = p > q ? p : q;
		if (p != q && p != 1 && q != 1) {
			onnx_fail(o, ERR_FORMAT, "its inputs differ in shape");
			return;
		}
	}
	to = onnx_new(o, most, dims);
	if (onnx_add(o, KERN_ADD, NULL, (int[]){ a, b }, 2, to) < 0)
		return;
	if (is_last)
		onnx_give_last(o, rank, to);
	else
		onnx_give_plain(o, to);
}

static bool lies_last(const struct onnx_value *v)
{
	return v->last >= 0 && v->plain < 0;
}

int onnx_sum(struct onnx *o)
{
	struct onnx_value *a = onnx_in(o, 0), *b = onnx_in(o, 1);
	bool is_sub = onnx_is(o->node.op, "Sub"), is_last;
	struct scaling s = { .sign = is_sub ? -1 : 1 };

	if (!b || (is_sub && !is_floats(b)))
		return onnx_fail(o, ERR_UNSUPPORTED, "only a constant can be "
				 "subtracted");
	if (is_floats(a)) {
		a = b;
		b = onnx_in(o, 0);
	}
	if (!is_flow(o, a) || (!is_floats(b) && !is_flow(o, b)))
		return o->err->kind;
	if (is_floats(b)) {
		s.offset = b->floats;
		if (is_per_channel(a, b, &s.is_single) &&
		    fold_scaling(o, a, &s))
			return o->err->kind;
		is_last = lies_last(a) && b->rank <= a->rank;
		add_two(o, is_last ? a->last : onnx_plain(o, a),
			constant(o, b, s.sign, a->rank, is_last), a->rank,
			is_last);
		return o->err->kind;
	}
	is_last = a->rank == b->rank && (lies_last(a) || lies_last(b));
	if (is_last)
		add_two(o, onnx_last(o, a), onnx_last(o, b), a->rank, true);
	else
		add_two(o, onnx_plain(o, a), onnx_plain(o, b), a->rank, false);
	return o->err->kind;
}

/* ---- Relu, Clip -------------------------------------------------------- */

static float limit(struct onnx *o, const char *name, int input, float absent)
{
	const struct onnx_value *v = onnx_in(o, input);

	if (v && (!is_floats(v) || onnx_elements(v) != 1)) {
		onnx_fail(o, ERR_UNSUPPORTED, "%s is not one float32 constant",
			  name);
		return absent;
	}
	return v ? v->floats[0] : onnx_float(o, name, absent);
}

static int find_act(struct onnx *o)
{
	float low, high;

	if (onnx_is(o->node.op, "Relu"))
		return MODEL_ACT_RELU;
	low = limit(o, "min", 1, -INFINITY);
	high = limit(o, "max", 2, INFINITY);
	if (low == 0 && high > 3.4e38f)
		return MODEL_ACT_RELU;
	if (low == 0 && high == 6)
		return MODEL_ACT_RELU6;
	if (low == -1 && high == 1)
		return MODEL_ACT_RELU_N1_TO_1;
	if (low < -3.4e38f && high > 3.4e38f)
		return MODEL_ACT_NONE;
	onnx_fail(o, ERR_UNSUPPORTED, "limits %g and %g; those from 0, 0 to 6 "
		  "and -1 to 1 are taken", (double)low, (double)high);
	return -1;
}

int onnx_relu(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	struct model_op *op;
	struct model_attr attr = { 0 };
	bool is_last;
	int act, zero, from, rank = in->rank, to;
	float *data;

	if (!is_flow(o, in))
		return o->err->kind;
	act = find_act(o);
	if (act < 0 || o->err->kind)
		return o->err->kind;
	op = writer(o, in);
	if (op && !op->attr.act && op->op != KERN_RESHAPE &&
	    op->op != KERN_SOFTMAX) {
		op->attr.act = (enum model_act)act;
		take_over(o, in);
		return 0;
	}
	attr.act = (enum model_act)act;
	is_last = lies_last(in);
	from = is_last ? in->last : onnx_plain(o, in);
	zero = onnx_weights(o, "zero", 1, (int32_t[]){ 1 }, &data);
	if (from < 0)
		return o->err->kind;
	to = onnx_new(o, o->model->tensors[from].rank,
		      o->model->tensors[from].dims);
	if (onnx_add(o, KERN_ADD, &attr, (int[]){ from, zero }, 2, to) < 0)
		return o->err->kind;
	if (is_last)
		onnx_give_last(o, rank, to);
	else
		onnx_give_plain(o, to);
	return o->err->kind;
}

/* ---- Softmax ----------------------------------------------------------- */

int onnx_softmax(struct onnx *o)
{
	struct onnx_value *in = onnx_in(o, 0);
	int64_t axis = onnx_int(o, "axis", o->opset < 13 ? 1 : -1);
	int rank = in->rank, from, to;
	bool is_last;

	if (!is_flow(o, in))
		return o->err->kind;
	if (axis < 0)
		axis += rank;
	for (int i = (int)axis + 1; i >= 1 && i < rank && o->opset < 13; i++)
		if (in->dims[i] != 1)
			return onnx_fail(o, ERR_UNSUPPORTED, "over several "
					 "axes at once");
	is_last = axis == 1 && (rank == 3 || rank == 4);
	if (!is_last && axis != rank - 1) {
		onnx_fail(o, ERR_UNSUPPORTED, "over axis %lld; the last one "
			  "or channels are taken", (long long)axis);
		return o->err->kind;
	}
	from = is_last ? onnx_last(o, in) : onnx_plain(o, in);
	if (from < 0)
		return o->err->kind;
	to = onnx_new(o, o->model->tensors[from].rank,
		      o->model->tensors[from].dims);
	if (onnx_add(o, KERN_SOFTMAX, NULL, &from, 1, to) < 0)
		return o->err->kind;
	if (is_last)
		onnx_give_last(o, rank, to);
	else
		onnx_give_plain(o, to);
	return o->err->kind;
}
