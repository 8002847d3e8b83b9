/*
 * chain - a model whose layers follow each other, for tests: conv 3x3 (2 -> 6
 * channels), depthwise 3x3, pointwise (6 -> 4), average pool, reshape, fully
 * connected (4 -> 3).
 */
#ifndef TINYML_TESTS_CHAIN_H
#define TINYML_TESTS_CHAIN_H

#include <criterion/criterion.h>

#include "base/rng.h"
#include "plan/runner.h"
#include "quant/quant.h"

enum {
	CHAIN_H = 6, CHAIN_W = 5, CHAIN_C = 2, CHAIN_F = 6, CHAIN_P = 4,
	CHAIN_M = 3, CHAIN_IN = CHAIN_H * CHAIN_W * CHAIN_C,
	CHAIN_SAMPLES = 40,
};

static inline float *chain_noise(struct rng *rng, float *x, size_t n,
				 float size)
{
	for (size_t i = 0; i < n; i++)
		x[i] = size * (2 * rng_unit(rng) - 1);
	return x;
}

static inline int chain_const(struct model *m, struct rng *rng, int rank,
			      const int32_t *dims, float size)
{
	int id = model_add_const(m, "w", KERN_F32, rank, dims, NULL);

	chain_noise(rng, m->tensors[id].data,
		    model_elements(&m->tensors[id]), size);
	return id;
}

static inline int chain_tensor(struct model *m, const char *name, int h, int w,
			       int c)
{
	return model_add_tensor(m, name, KERN_F32, MODEL_SHAPE(1, h, w, c));
}

/* The operations are 0 conv, 1 depthwise, 2 pointwise, 3 pool, 4 reshape,
 * 5 fully connected; act is of the first three. */
static inline void chain_build(struct model *m, uint64_t seed,
			       enum model_act act)
{
	const struct model_attr conv = { .act = act };
	const struct model_attr pool = { .filter_h = CHAIN_H,
		.filter_w = CHAIN_W, .padding = MODEL_PAD_VALID };
	struct rng rng;
	int t[7];

	rng_init(&rng, seed, 0);
	model_init(m, "chain");
	t[0] = chain_tensor(m, "x", CHAIN_H, CHAIN_W, CHAIN_C);
	t[1] = chain_tensor(m, "conv", CHAIN_H, CHAIN_W, CHAIN_F);
	t[2] = chain_tensor(m, "depthwise", CHAIN_H, CHAIN_W, CHAIN_F);
	t[3] = chain_tensor(m, "pointwise", CHAIN_H, CHAIN_W, CHAIN_P);
	t[4] = chain_tensor(m, "pool", 1, 1, CHAIN_P);
	t[5] = model_add_tensor(m, "flat", KERN_F32, MODEL_SHAPE(1, CHAIN_P));
	t[6] = model_add_tensor(m, "y", KERN_F32, MODEL_SHAPE(1, CHAIN_M));
	model_add_op(m, KERN_CONV_2D, &conv, (int[]){ t[0],
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_F, 3, 3, CHAIN_C), 0.5f),
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_F), 0.2f) }, 3, t[1]);
	model_add_op(m, KERN_DEPTHWISE_CONV_2D, &conv, (int[]){ t[1],
		chain_const(m, &rng, MODEL_SHAPE(1, 3, 3, CHAIN_F), 0.5f),
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_F), 0.2f) }, 3, t[2]);
	model_add_op(m, KERN_CONV_2D, &conv, (int[]){ t[2],
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_P, 1, 1, CHAIN_F), 1),
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_P), 0.2f) }, 3, t[3]);
	model_add_op(m, KERN_AVERAGE_POOL_2D, &pool, &t[3], 1, t[4]);
	model_add_op(m, KERN_RESHAPE, NULL, &t[4], 1, t[5]);
	model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ t[5],
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_M, CHAIN_P), 1),
		chain_const(m, &rng, MODEL_SHAPE(CHAIN_M), 0.1f) }, 3, t[6]);
	model_add_input(m, t[0]);
	model_add_output(m, t[6]);
}

static inline struct quant_samples chain_samples(float *x, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, seed, 1);
	chain_noise(&rng, x, CHAIN_SAMPLES * CHAIN_IN, 3);
	return (struct quant_samples){ x, CHAIN_SAMPLES, CHAIN_IN };
}

/* y: CHAIN_M numbers a sample. */
static inline void chain_answers(const struct model *m, const float *x,
				 float *y)
{
	struct plan_runner r;
	struct err err = { 0 };

	cr_assert_eq(plan_runner_open_model(&r, m, &err), 0, "%s", err.text);
	for (int i = 0; i < CHAIN_SAMPLES; i++)
		plan_runner_infer(&r, x + i * CHAIN_IN, y + i * CHAIN_M);
	plan_runner_close(&r);
}

#endif
