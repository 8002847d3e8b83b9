/* Small float nets around one operation each, quantised with random inputs:
 * int8 and int16x8 answer as the float net, within steps of their outputs. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "chain.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "quant/recipe.h"

enum { SIDE = 6, DEPTH = 4, IN = SIDE * SIDE * DEPTH, SAMPLES = 40 };

/* A net that is being built: m, the last tensor, and what its weights come
 * from. */
struct net {
	struct model m;
	struct rng rng;
	int x;			/* the input */
};

typedef int build(struct net *n, int from);

struct net_case {
	const char *name;
	build *build;
	double steps;		/* of int8 that answers may be off, at most */
};

static int tensor(struct net *n, int rank, const int32_t *dims)
{
	return model_add_tensor(&n->m, "t", KERN_F32, rank, dims);
}

static int like(struct net *n, int from)
{
	struct model_tensor t = n->m.tensors[from];

	return tensor(n, t.rank, t.dims);
}

static int weights(struct net *n, int rank, const int32_t *dims, float size)
{
	return chain_const(&n->m, &n->rng, rank, dims, size);
}

static int shape(struct net *n, int count, const int32_t *numbers)
{
	return model_add_const(&n->m, "s", KERN_S32, MODEL_SHAPE(count),
			       numbers);
}

static int op(struct net *n, enum kern_op kind, const int *inputs, int count,
	      int to)
{
	model_add_op(&n->m, kind, NULL, inputs, count, to);
	return to;
}

static int conv(struct net *n, int from)
{
	int w = weights(n, MODEL_SHAPE(DEPTH, 3, 3, DEPTH), 0.3f);
	int b = weights(n, MODEL_SHAPE(DEPTH), 0.2f);

	return op(n, KERN_CONV_2D, (int[]){ from, w, b }, 3, like(n, from));
}

/* ---- the operations ------------------------------------------------------ */

static int curve(struct net *n, int from, enum kern_op kind, float alpha)
{
	const struct model_attr attr = { .alpha = alpha };
	int to = like(n, from);

	model_add_op(&n->m, kind, &attr, &from, 1, to);
	return to;
}

static int relu(struct net *n, int from)
{
	return curve(n, from, KERN_RELU, 0);
}

static int relu6(struct net *n, int from)
{
	return curve(n, from, KERN_RELU6, 0);
}

static int leaky(struct net *n, int from)
{
	return curve(n, from, KERN_LEAKY_RELU, 0.1f);
}

static int hard_swish(struct net *n, int from)
{
	return curve(n, from, KERN_HARD_SWISH, 0);
}

static int logistic(struct net *n, int from)
{
	return curve(n, from, KERN_LOGISTIC, 0);
}

static int hyperbolic(struct net *n, int from)
{
	return curve(n, from, KERN_TANH, 0);
}

static int softmax(struct net *n, int from)
{
	return curve(n, from, KERN_SOFTMAX, 0);
}

static int pair(struct net *n, int from, enum kern_op kind)
{
	return op(n, kind, (int[]){ from, conv(n, n->x) }, 2, like(n, from));
}

static int add(struct net *n, int from)
{
	return pair(n, from, KERN_ADD);
}

static int sub(struct net *n, int from)
{
	return pair(n, from, KERN_SUB);
}

static int mul(struct net *n, int from)
{
	return pair(n, from, KERN_MUL);
}

static int minimum(struct net *n, int from)
{
	return pair(n, from, KERN_MINIMUM);
}

static int maximum(struct net *n, int from)
{
	return pair(n, from, KERN_MAXIMUM);
}

static int sub_from_constant(struct net *n, int from)
{
	int c = weights(n, MODEL_SHAPE(1, 1, 1, DEPTH), 1);

	return op(n, KERN_SUB, (int[]){ c, relu(n, from) }, 2, like(n, from));
}

static int mul_by_channels(struct net *n, int from)
{
	int c = weights(n, MODEL_SHAPE(DEPTH), 2);

	return op(n, KERN_MUL, (int[]){ relu(n, from), c }, 2, like(n, from));
}

static int concat(struct net *n, int from)
{
	const struct model_attr attr = { .axis = 3 };
	int to = tensor(n, MODEL_SHAPE(1, SIDE, SIDE, 3 * DEPTH));

	model_add_op(&n->m, KERN_CONCATENATION, &attr, (int[]){
		from, logistic(n, from), n->x }, 3, to);
	return to;
}

static int pad(struct net *n, int from)
{
	int by = shape(n, 8, (int32_t[]){ 0, 0, 1, 0, 2, 1, 0, 0 });

	n->m.tensors[by].rank = 2;
	n->m.tensors[by].dims[0] = 4;
	n->m.tensors[by].dims[1] = 2;
	return op(n, KERN_PAD, (int[]){ from, by }, 2,
		  tensor(n, MODEL_SHAPE(1, SIDE + 1, SIDE + 3, DEPTH)));
}

static int explicit_pads(struct net *n, int from)
{
	const struct model_attr attr = {
		.padding = MODEL_PAD_EXPLICIT, .stride_h = 2, .stride_w = 2,
		.pad_top = 1, .pad_bottom = 1, .pad_left = 1, .pad_right = 1,
	};
	int w = weights(n, MODEL_SHAPE(DEPTH, 3, 3, DEPTH), 0.3f);
	int to = tensor(n, MODEL_SHAPE(1, SIDE / 2, SIDE / 2, DEPTH));

	model_add_op(&n->m, KERN_CONV_2D, &attr, (int[]){ from, w }, 2, to);
	return to;
}

static int pool(struct net *n, int from, enum kern_op kind)
{
	const struct model_attr attr = {
		.padding = MODEL_PAD_SAME, .filter_h = 3, .filter_w = 2,
		.stride_h = 2, .stride_w = 2,
	};
	int to = tensor(n, MODEL_SHAPE(1, SIDE / 2, SIDE / 2, DEPTH));

	model_add_op(&n->m, kind, &attr, &from, 1, to);
	return to;
}

static int max_pool(struct net *n, int from)
{
	return pool(n, from, KERN_MAX_POOL_2D);
}

static int average_pool(struct net *n, int from)
{
	return pool(n, from, KERN_AVERAGE_POOL_2D);
}

static int mean_of_all(struct net *n, int from)
{
	int axes = shape(n, 2, (int32_t[]){ 1, 2 });

	return op(n, KERN_MEAN, (int[]){ from, axes }, 2,
		  tensor(n, MODEL_SHAPE(1, DEPTH)));
}

static int mean_of_channels(struct net *n, int from)
{
	int axes = shape(n, 1, (int32_t[]){ 3 });

	return op(n, KERN_MEAN, (int[]){ from, axes }, 2,
		  tensor(n, MODEL_SHAPE(1, SIDE, SIDE)));
}

static int nearest(struct net *n, int from)
{
	int to = shape(n, 2, (int32_t[]){ 2 * SIDE, 2 * SIDE });

	return op(n, KERN_RESIZE_NEAREST_NEIGHBOR, (int[]){ from, to }, 2,
		  tensor(n, MODEL_SHAPE(1, 2 * SIDE, 2 * SIDE, DEPTH)));
}

static int slice(struct net *n, int from)
{
	int begin = shape(n, 4, (int32_t[]){ 0, 1, 0, 0 });
	int end = shape(n, 4, (int32_t[]){ 1, SIDE, SIDE, DEPTH });
	int step = shape(n, 4, (int32_t[]){ 1, 2, 1, 3 });

	return op(n, KERN_STRIDED_SLICE, (int[]){ from, begin, end, step }, 4,
		  tensor(n, MODEL_SHAPE(1, 3, SIDE, 2)));
}

static int transpose(struct net *n, int from)
{
	int order = shape(n, 4, (int32_t[]){ 0, 3, 2, 1 });

	return op(n, KERN_TRANSPOSE, (int[]){ from, order }, 2,
		  tensor(n, MODEL_SHAPE(1, DEPTH, SIDE, SIDE)));
}

static int dense(struct net *n, int from)
{
	int w = weights(n, MODEL_SHAPE(5, IN), 0.1f);
	int b = weights(n, MODEL_SHAPE(5), 0.2f);
	int flat = op(n, KERN_RESHAPE, &from, 1,
		      tensor(n, MODEL_SHAPE(1, IN)));

	return op(n, KERN_FULLY_CONNECTED, (int[]){ flat, w, b }, 3,
		  tensor(n, MODEL_SHAPE(1, 5)));
}

static const struct net_case cases[] = {
	{ "RELU", relu, 3 }, { "RELU6", relu6, 3 },
	{ "LEAKY_RELU", leaky, 3 }, { "HARD_SWISH", hard_swish, 3 },
	{ "LOGISTIC", logistic, 3 }, { "TANH", hyperbolic, 4 },
	{ "SOFTMAX", softmax, 4 }, { "ADD", add, 3 }, { "SUB", sub, 3 },
	{ "MUL", mul, 3 }, { "MINIMUM", minimum, 3 },
	{ "MAXIMUM", maximum, 3 }, { "SUB of", sub_from_constant, 3 },
	{ "MUL by", mul_by_channels, 3 }, { "CONCATENATION", concat, 3 },
	{ "PAD", pad, 3 }, { "explicit", explicit_pads, 3 },
	{ "MAX_POOL_2D", max_pool, 3 }, { "AVERAGE_POOL_2D", average_pool, 3 },
	{ "MEAN", mean_of_all, 3 }, { "MEAN 3", mean_of_channels, 3 },
	{ "RESIZE_NEAREST_NEIGHBOR", nearest, 3 },
	{ "STRIDED_SLICE", slice, 3 }, { "TRANSPOSE", transpose, 3 },
	{ "RESHAPE", dense, 3 },
};

/* ---- comparing ----------------------------------------------------------- */

static void build_net(struct net *n, const struct net_case *c)
{
	struct err err = { 0 };

	model_init(&n->m, c->name);
	rng_init(&n->rng, 7, 1);
	n->x = tensor(n, MODEL_SHAPE(1, SIDE, SIDE, DEPTH));
	model_add_input(&n->m, n->x);
	model_add_output(&n->m, c->build(n, conv(n, n->x)));
	cr_assert_eq(model_check(&n->m, &err), 0, "%s: %s", c->name, err.text);
}

static int quantised(const struct model_tensor *t, double v)
{
	double q = round(v / (double)t->quant.scales[0]) + t->quant.zeros[0];

	return (int)fmax(-128, fmin(127, q));
}

/* The largest difference to the float answers, in int8 steps of the output. */
static double off(const struct model *f, const struct model *q, const float *x)
{
	const struct model_tensor *in = &q->tensors[q->inputs[0]];
	const struct model_tensor *out = &q->tensors[q->outputs[0]];
	size_t count = model_elements(out);
	float *want = calloc(count, sizeof(*want));
	int8_t bytes[IN], *got = calloc(count, 1);
	struct plan_runner a, b;
	struct err err = { 0 };
	double worst = 0;

	cr_assert_eq(plan_runner_open_model(&a, f, &err), 0, "%s", err.text);
	cr_assert_eq(plan_runner_open_model(&b, q, &err), 0, "%s", err.text);
	for (int s = 0; s < SAMPLES; s++, x += IN) {
		for (int i = 0; i < IN; i++)
			bytes[i] = (int8_t)quantised(in, (double)x[i]);
		plan_runner_infer(&a, x, want);
		plan_runner_infer(&b, bytes, got);
		for (size_t i = 0; i < count; i++) {
			double real = (double)want[i] /
				(double)out->quant.scales[0] +
				out->quant.zeros[0];

			worst = fmax(worst, fabs(real - got[i]));
		}
	}
	plan_runner_close(&a);
	plan_runner_close(&b);
	free(want);
	free(got);
	return worst;
}

/* Through the file, as squeeze and everybody behind it has the model. */
static void reread(struct model *q)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(model_write_tflite(q, &file, &err), 0, "%s", err.text);
	model_release(q);
	cr_assert_eq(model_read_tflite(q, file.data, file.len, &err), 0, "%s",
		     err.text);
	buf_release(&file);
}

static void compare(const struct net_case *c, const struct quant_format *format)
{
	static float x[SAMPLES * IN];
	const struct quant_samples samples = { x, SAMPLES, IN };
	struct quant_recipe recipe = quant_recipe_usual();
	struct err err = { 0 };
	struct net n;
	struct model q;
	struct rng rng;
	double worst;

	build_net(&n, c);
	rng_init(&rng, 3, 3);
	chain_noise(&rng, x, SAMPLES * IN, 2);
	recipe.calibration.method = QUANT_MINMAX;
	recipe.format = *format;
	cr_assert_eq(quant_make(&n.m, &recipe, &samples, NULL, &q, &err), 0,
		     "%s: %s", c->name, err.text);
	reread(&q);
	worst = off(&n.m, &q, x);
	cr_expect_leq(worst, c->steps, "%s: %.2f steps off", c->name, worst);
	model_release(&q);
	model_release(&n.m);
}

Test(operations, int8_answers_as_float)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		compare(&cases[i], &quant_int8);
}

Test(operations, int16x8_answers_as_float)
{
	const struct quant_format format = { .has_s16 = true,
					     .has_s8_ports = true };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		compare(&cases[i], &format);
}
