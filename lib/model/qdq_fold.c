#include "model/qdq.h"

#include <math.h>
#include <string.h>

/* A product and a sum for each channel of a layer's output. */
struct affine {
	const float *factor, *sum;	/* NULL: 1 and 0 */
	size_t factors, sums;		/* 1 or a number per channel */
	bool divides, subtracts;
};

static bool is_numbers(const struct model *m, int tensor, size_t channels)
{
	const struct model_tensor *t = &m->tensors[tensor < 0 ? 0 : tensor];
	size_t n = model_elements(t);

	return tensor >= 0 && t->type == KERN_F32 && t->data &&
	       (n == 1 || (n == channels && t->rank > 0 &&
			   t->dims[t->rank - 1] == (int32_t)channels));
}

static bool is_one_tap(const struct model *m, int op)
{
	struct model_attr a = model_attr(m, op);

	return a.filter_h == 1 && a.filter_w == 1 && a.stride_h == 1 &&
	       a.stride_w == 1 && a.act == MODEL_ACT_NONE &&
	       !m->tensors[m->ops[op].inputs[1]].quant.n;
}

/* Nothing, or a number for each channel. */
static bool is_bias(const struct model *m, int tensor, size_t channels)
{
	const struct model_tensor *t = &m->tensors[tensor < 0 ? 0 : tensor];

	return tensor < 0 || (t->type == KERN_F32 && t->data &&
			      model_elements(t) == channels);
}

/* What an operation does to each channel of its first input, by constants. */
static bool read_affine(const struct model *m, int index, size_t channels,
			struct affine *a)
{
	const struct model_op *op = &m->ops[index];
	const struct model_tensor *second = op->input_count > 1 &&
		op->inputs[1] >= 0 ? &m->tensors[op->inputs[1]] : NULL;
	const float *x;

	*a = (struct affine){ .factor = NULL };
	if (!second || !is_numbers(m, op->inputs[1], channels) ||
	    op->attr.act != MODEL_ACT_NONE)
		return false;
	x = second->data;
	a->divides = op->op == KERN_DIV;
	a->subtracts = op->op == KERN_SUB;
	a->factors = a->sums = model_elements(second);
	if (op->op == KERN_ADD || op->op == KERN_SUB)
		a->sum = x;
	else if (op->op == KERN_MUL || op->op == KERN_DIV)
		a->factor = x;
	if (a->sum || a->factor)
		return true;
	if (op->op != KERN_DEPTHWISE_CONV_2D || !is_one_tap(m, index))
		return false;
	a->factor = x;
	if (op->input_count < 3 || op->inputs[2] < 0)
		return true;
	a->sum = m->tensors[op->inputs[2]].data;
	a->sums = channels;
	return is_bias(m, op->inputs[2], channels);
}

static float factor_of(const struct affine *a, size_t c)
{
	float f = a->factor ? a->factor[a->factors == 1 ? 0 : c] : 1;

	return a->divides ? 1 / f : f;
}

static float sum_of(const struct affine *a, size_t c)
{
	float s = a->sum ? a->sum[a->sums == 1 ? 0 : c] : 0;

	return a->subtracts ? -s : s;
}

static int axis_of(const struct model *m, int layer)
{
	return m->ops[layer].op == KERN_DEPTHWISE_CONV_2D ? 3 : 0;
}

/* A convolution in float whose filter is integers times scales. */
static bool is_layer(const struct model *m, int index, size_t channels)
{
	const struct model_op *op = &m->ops[index < 0 ? 0 : index];
	const struct model_tensor *w;

	if (index < 0 || (op->op != KERN_CONV_2D &&
			  op->op != KERN_DEPTHWISE_CONV_2D))
		return false;
	w = &m->tensors[op->inputs[1]];
	return w->type == KERN_F32 && w->data && w->rank == 4 &&
	       (size_t)w->dims[axis_of(m, index)] == channels &&
	       (w->quant.n == 1 || w->quant.n == channels) &&
	       op->attr.act == MODEL_ACT_NONE &&
	       is_bias(m, op->input_count > 2 ? op->inputs[2] : -1,
		       channels) &&
	       model_readers(m, op->inputs[1]) == 1 &&
	       model_readers(m, op->output) == 1;
}

static bool factors_are_sound(const struct affine *a, size_t channels)
{
	for (size_t c = 0; c < channels; c++) {
		float f = factor_of(a, c);

		if (!isfinite(f) || fabsf(f) < 1e-20f ||
		    fabsf(f) > 1e20f)
			return false;
	}
	return true;
}

/* Filter and scales by the factors; the integers stay, or change sides. */
static void scale_filter(struct model *m, int filter, const struct affine *a,
			 int axis)
{
	struct model_tensor *w = &m->tensors[filter];
	size_t n = (size_t)w->dims[axis];
	size_t inner = axis ? 1 : model_elements(w) / n;
	float *x = w->data, *scales = model_alloc(m, n * sizeof(*scales));

	if (!scales)
		return;
	for (size_t c = 0; c < n; c++)
		scales[c] = w->quant.scales[w->quant.n == 1 ? 0 : c] *
			    fabsf(factor_of(a, c));
	for (size_t i = 0; i < model_elements(w); i++)
		x[i] *= factor_of(a, i / inner % n);
	model_set_quant_axis(m, filter, axis, (uint32_t)n, scales, NULL);
}

/* The bias, made when there is none, in a tensor of its own. */
static void move_bias(struct model *m, int index, const struct affine *a,
		      int32_t n)
{
	struct model_op *op = &m->ops[index];
	int old = op->input_count > 2 ? op->inputs[2] : -1;
	const float *from = old < 0 ? NULL : m->tensors[old].data;
	int bias = model_add_const(m, "bias", KERN_F32, MODEL_SHAPE(n), NULL);
	float *to;

	if (bias < 0)
		return;
	to = m->tensors[bias].data;
	for (int32_t c = 0; c < n; c++)
		to[c] = factor_of(a, (size_t)c) * (from ? from[c] : 0) +
			sum_of(a, (size_t)c);
	op->inputs[2] = bias;
	op->input_count = 3;
}

bool model_fold_qdq(struct model *m, int index)
{
	struct model_op *op = &m->ops[index];
	int layer = model_producer(m, op->inputs[0]);
	const struct model_tensor *out = &m->tensors[op->output];
	struct affine a;
	size_t n;

	if (out->type != KERN_F32 || out->rank != 4 ||
	    !model_same_shape(&m->tensors[op->inputs[0]], out))
		return false;
	n = (size_t)out->dims[3];
	if (!is_layer(m, layer, n) || !read_affine(m, index, n, &a) ||
	    !factors_are_sound(&a, n))
		return false;
	if (a.factor)
		scale_filter(m, m->ops[layer].inputs[1], &a,
			     axis_of(m, layer));
	move_bias(m, layer, &a, (int32_t)n);
	m->ops[layer].output = m->ops[index].output;
	m->op_count--;
	memmove(&m->ops[index], &m->ops[index + 1],
		(size_t)(m->op_count - index) * sizeof(*m->ops));
	return !m->failed;
}
