/*
 * plan - where everything of a network lies, decided once from its shape.
 *
 * Three blocks of floats, offsets in floats:
 *
 *   parameters   all convolution weights, dense weights | gamma, beta per
 *                layer, dense bias          (AdamW decays the first part only)
 *   statistics   running mean, variance of every layer
 *   turned       weights as the way back reads them: pointwise and dense
 *                transposed, depthwise taps in reverse
 *
 * C (filters) and M (classes) are padded to whole vectors of TRAIN_LANES.
 * Padded weights, gammas and betas start as zeros, so their activations and
 * gradients are zeros and they stay zeros.
 *
 * Weight layouts: conv (kernel_h * kernel_w * c, C), depthwise (9, C),
 * pointwise (C in, C out), dense (C, M).
 */
#ifndef TINYML_TRAIN_PLAN_PRIV_H
#define TINYML_TRAIN_PLAN_PRIV_H

#include "train/train.h"

enum { LAYERS_MAX = NET_LAYERS_MAX };

/* What of a list of layers this engine follows: conv, blocks of depthwise 3x3
 * and pointwise, global pool, dropout or not, dense. */
struct ds_cnn {
	int h, w, c, classes;
	int filters, blocks;
	int kernel_h, kernel_w, stride_h, stride_w;	/* first convolution */
	float dropout;
};

enum layer_kind { LAYER_CONV, LAYER_DEPTHWISE, LAYER_POINTWISE };

/* A convolution with its batch norm and ReLU. */
struct layer {
	enum layer_kind kind;
	size_t rows;			/* of w (rows, C) */
	size_t inputs;			/* real ones behind one output */
	size_t w, gamma, beta;		/* in parameters */
	size_t mean, variance;		/* in statistics */
	size_t turned;			/* in turned; not of a conv */
};

struct train_plan {
	struct ds_cnn net;
	size_t h, w;		/* H', W' of every activation */
	size_t pad_top, pad_left;	/* of the first convolution */
	size_t c, m;
	struct layer layers[LAYERS_MAX];
	size_t layer_count;
	size_t dense_w, dense_b, dense_turned;
	size_t decayed, parameters, statistics, turned;
};

/* ERR_RANGE of net_shapes; ERR_UNSUPPORTED for another kind of network. */
int train_plan_init(struct train_plan *plan, const struct net *net,
		    struct err *err);

/* Of one input sample. */
size_t train_plan_values(const struct train_plan *plan);

/* Random start: He et al.'s normal weights (arXiv 1502.01852) by fan-in,
 * gamma 1, mean 0, variance 1. */
void train_plan_start(const struct train_plan *plan, uint64_t seed,
		      float *parameters, float *statistics);

/* Fill turned from parameters. */
void train_plan_turn(const struct train_plan *plan, const float *parameters,
		     float *turned);

#endif
