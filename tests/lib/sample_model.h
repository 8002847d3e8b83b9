/*
 * sample_model - a small network with one of everything, for tests: int8 or
 * float32, the weights a fixed pattern.
 *
 *     x 1x6x5x2 - CONV_2D 3x3 SAME - DEPTHWISE 3x3 x2 / 2 - CONV_2D 1x1 -
 *     ADD with itself pooled - AVERAGE_POOL - RESHAPE - FULLY_CONNECTED -
 *     SOFTMAX 1x3
 */
#ifndef TINYML_TESTS_SAMPLE_MODEL_H
#define TINYML_TESTS_SAMPLE_MODEL_H

#include "model/model.h"

struct sample {
	struct model *m;
	enum kern_type type;
	uint32_t seed;
};

static inline int32_t sample_draw(struct sample *s)
{
	s->seed = s->seed * 1664525 + 1013904223;
	return (int32_t)(s->seed >> 24) - 128;
}

static inline int sample_act(struct sample *s, const char *name, int rank,
			     const int32_t *dims, float scale)
{
	int t = model_add_tensor(s->m, name, s->type, rank, dims);

	if (s->type == KERN_S8)
		model_set_quant(s->m, t, scale, -3);
	return t;
}

/* A constant; channels scales along axis when it is an int8 filter. */
static inline int sample_const(struct sample *s, const char *name, int rank,
			       const int32_t *dims, int axis)
{
	bool is_bias = rank == 1, is_int = s->type == KERN_S8;
	enum kern_type type = !is_int ? KERN_F32 : is_bias ? KERN_S32 :
		KERN_S8;
	int t = model_add_const(s->m, name, type, rank, dims, NULL);
	size_t n;
	void *data;
	float scales[16];

	if (t < 0)
		return t;
	n = model_elements(&s->m->tensors[t]);
	data = s->m->tensors[t].data;
	for (size_t i = 0; i < n; i++) {
		int32_t v = sample_draw(s);

		if (!is_int)
			((float *)data)[i] = (float)v / 256;
		else if (is_bias)
			((int32_t *)data)[i] = v * 8;
		else
			((int8_t *)data)[i] = (int8_t)v;
	}
	for (int i = 0; is_int && !is_bias && i < dims[axis]; i++)
		scales[i] = 0.01f + 0.001f * (float)i;
	if (is_int && !is_bias)
		model_set_quant_axis(s->m, t, axis, (uint32_t)dims[axis],
				     scales, NULL);
	return t;
}

static inline int sample_op(struct sample *s, enum kern_op op,
			    struct model_attr attr, const int *inputs, int n,
			    int output)
{
	model_add_op(s->m, op, &attr, inputs, n, output);
	return output;
}

/* The caller releases the model. */
static inline void sample_model(struct model *m, enum kern_type type)
{
	struct sample s = { m, type, 7 };
	struct model_attr same = { .act = MODEL_ACT_RELU };
	struct model_attr half = { .stride_h = 2, .stride_w = 2 };
	struct model_attr pool = { .filter_h = 3, .filter_w = 3 };
	struct model_attr all = { .filter_h = 3, .filter_w = 3,
				  .padding = MODEL_PAD_VALID };
	struct model_attr relu6 = { .act = MODEL_ACT_RELU6 }, none = { 0 };
	int x, a, b, c, d, e, f, g, h, y;

	model_init(m, "sample");
	x = sample_act(&s, "x", MODEL_SHAPE(1, 6, 5, 2), 0.05f);
	a = sample_act(&s, "a", MODEL_SHAPE(1, 6, 5, 3), 0.06f);
	sample_op(&s, KERN_CONV_2D, same, (int[]){ x,
		  sample_const(&s, "aw", MODEL_SHAPE(3, 3, 3, 2), 0),
		  sample_const(&s, "ab", MODEL_SHAPE(3), 0) }, 3, a);
	b = sample_act(&s, "b", MODEL_SHAPE(1, 3, 3, 6), 0.07f);
	sample_op(&s, KERN_DEPTHWISE_CONV_2D, half, (int[]){ a,
		  sample_const(&s, "bw", MODEL_SHAPE(1, 3, 3, 6), 3),
		  sample_const(&s, "bb", MODEL_SHAPE(6), 0) }, 3, b);
	c = sample_act(&s, "c", MODEL_SHAPE(1, 3, 3, 4), 0.08f);
	sample_op(&s, KERN_CONV_2D, relu6, (int[]){ b,
		  sample_const(&s, "cw", MODEL_SHAPE(4, 1, 1, 6), 0), -1 },
		  3, c);
	d = sample_act(&s, "d", MODEL_SHAPE(1, 3, 3, 4), 0.08f);
	sample_op(&s, KERN_MAX_POOL_2D, pool, &c, 1, d);
	e = sample_act(&s, "e", MODEL_SHAPE(1, 3, 3, 4), 0.09f);
	sample_op(&s, KERN_ADD, none, (int[]){ c, d }, 2, e);
	f = sample_act(&s, "f", MODEL_SHAPE(1, 1, 1, 4), 0.09f);
	sample_op(&s, KERN_AVERAGE_POOL_2D, all, &e, 1, f);
	g = sample_act(&s, "g", MODEL_SHAPE(1, 4), 0.09f);
	sample_op(&s, KERN_RESHAPE, none, &f, 1, g);
	h = sample_act(&s, "h", MODEL_SHAPE(1, 3), 0.1f);
	sample_op(&s, KERN_FULLY_CONNECTED, none, (int[]){ g,
		  sample_const(&s, "hw", MODEL_SHAPE(3, 4), 0),
		  sample_const(&s, "hb", MODEL_SHAPE(3), 0) }, 3, h);
	y = model_add_tensor(m, "y", type, MODEL_SHAPE(1, 3));
	if (type == KERN_S8)
		model_set_quant(m, y, 1.0f / 256, -128);
	sample_op(&s, KERN_SOFTMAX, none, &h, 1, y);
	model_add_input(m, x);
	model_add_output(m, y);
}

/* Pointwise up to 16 channels and 3x3 depthwise with stride 2 down again:
 * x h x w x 4, a h x w x 16, b h/2 x w/2 x 16; h and w are even. */
static inline void sample_wide(struct model *m, int h, int w)
{
	struct model_attr half = { .stride_h = 2, .stride_w = 2 };
	struct sample s = { m, KERN_S8, 3 };
	int x, a, b;

	model_init(m, "wide");
	x = sample_act(&s, "x", MODEL_SHAPE(1, h, w, 4), 0.05f);
	a = sample_act(&s, "a", MODEL_SHAPE(1, h, w, 16), 0.05f);
	b = sample_act(&s, "b", MODEL_SHAPE(1, h / 2, w / 2, 16), 0.05f);
	sample_op(&s, KERN_CONV_2D, (struct model_attr){ 0 }, (int[]){ x,
		  sample_const(&s, "aw", MODEL_SHAPE(16, 1, 1, 4), 0), -1 },
		  3, a);
	sample_op(&s, KERN_DEPTHWISE_CONV_2D, half, (int[]){ a,
		  sample_const(&s, "bw", MODEL_SHAPE(1, 3, 3, 16), 3), -1 },
		  3, b);
	model_add_input(m, x);
	model_add_output(m, b);
}

#endif
