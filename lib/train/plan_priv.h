/*
 * plan - where everything of a network lies, decided once from its shapes.
 *
 * Blocks of floats, offsets in floats:
 *
 *   parameters   weights of all layers | gamma and beta, or the bias, of all
 *                layers            (weight decay works on the first part only)
 *   statistics   running mean, variance of every layer with batch norm
 *   turned       weights as the way back to the layer's input reads them
 *   arena        what one thread needs for one shard, shared by lifetime
 *
 * Channels are padded to whole vectors of TRAIN_LANES; the network's input is
 * not where only convolutions, dense layers and LSTMs read it.  Padded
 * weights, gammas and betas start as zeros, so their activations and
 * gradients are zeros and they stay zeros.
 *
 * Weight layouts (rows, C of the output):
 *   conv (kernel_h, kernel_w, C in), depthwise (kernel_h, kernel_w),
 *   dense (H, W, C in), lstm (C in, then C of the hidden state) with columns
 *   of four gates i f g o, each padded.
 */
#ifndef TINYML_TRAIN_PLAN_PRIV_H
#define TINYML_TRAIN_PLAN_PRIV_H

#include "train/train.h"

/* What a layer puts out, or the input of the network. */
struct tensor {
	size_t h, w, positions;	/* positions: h * w */
	size_t real, c;		/* channels: of the network, with padding */
	/* in the arena, for TRAIN_SHARD samples */
	size_t value;		/* (S, H, W, C): before batch norm where the
				   layer has it, else the output */
	size_t gradient;	/* the same; not of the input */
	size_t extra, extra_floats;	/* the layer's own */
	size_t channel;		/* CHANNEL_* vectors of C floats */
};

/* Per channel; z * scale + offset is what the activation gets. */
enum {
	CHANNEL_MEAN, CHANNEL_VARIANCE, CHANNEL_INVERSE, CHANNEL_SCALE,
	CHANNEL_OFFSET, CHANNEL_SUM, CHANNEL_DOT, CHANNEL_BY_Z,
	CHANNEL_CONSTANT, CHANNEL_VECTORS
};

/* The windows of a conv, depthwise or pool over its padded input, and of its
 * way back over the padded gradient. */
struct plan_window {
	size_t top, left, h, w;
	size_t back_top, back_left, back_h, back_w;
};

struct layer {
	struct net_layer net;
	size_t inputs;		/* real values behind one output */
	size_t rows, columns;	/* of w */
	size_t w, gamma, beta;	/* in parameters; beta: or the bias */
	size_t mean, variance;	/* in statistics; not without norm */
	size_t turned;		/* in turned */
	struct plan_window window;
	float low, high;	/* the activation cuts there */
	bool adds[2];		/* the gradients of from and with are begun
				   by a layer that goes back earlier */
};

struct train_plan {
	struct net net;
	struct tensor tensors[NET_LAYERS_MAX + 1];	/* layer + 1 */
	struct layer layers[NET_LAYERS_MAX];
	size_t layer_count;
	size_t outputs;		/* real values of the last layer: M */
	bool is_scaled;		/* inputs are multiplied by a constant, which
				   export folds into the weights */
	size_t decayed, parameters, statistics, turned;
	/* floats of the parts of the arena */
	size_t arena, block, border, places, widest;
};

static inline const struct tensor *plan_tensor(const struct train_plan *plan,
					       int layer)
{
	return &plan->tensors[layer + 1];
}

/* ERR_RANGE of net_shapes, for a layer that nothing reads, for a last layer
 * that does not suit the task, for more than TRAIN_PARAMETERS_MAX; ERR_MEM. */
int train_plan_init(struct train_plan *plan, const struct net *net,
		    struct err *err);

/* Lifetimes to places in the arena (arena.c). ERR_MEM; ERR_RANGE for layers
 * that no machine has memory for. */
int train_plan_arena(struct train_plan *plan, struct err *err);

/* Floats that an LSTM of padded units u keeps for its way back. */
size_t train_lstm_floats(size_t steps, size_t u);

bool train_has_weights(enum net_kind kind);
bool train_is_pointwise(const struct net_layer *l);
/* Does the way back read the output of from? */
bool train_needs_input(const struct net_layer *l);

/* Of one input sample. */
size_t train_plan_values(const struct train_plan *plan);

/* Random start: He et al.'s normal weights (arXiv 1502.01852) by fan-in,
 * gamma 1, mean 0, variance 1. */
void train_plan_start(const struct train_plan *plan, uint64_t seed,
		      float *parameters, float *statistics);

/* Fill turned from parameters. */
void train_plan_turn(const struct train_plan *plan, const float *parameters,
		     float *turned);

/*
 * Stride and kernel of a convolution seen from its input: input positions of
 * phase 0 <= a < stride meet the taps a, a + stride, ...; those are `taps` of
 * the kernel, met from the last to the first as outputs ascend.
 */
struct plan_phase {
	size_t a, b;			/* down, across */
	size_t taps_h, taps_w;
	size_t row;			/* of the turned weights, before it */
};

/* The phase of number i, 0 to stride_h * stride_w - 1. */
struct plan_phase train_phase(const struct net_layer *l, size_t i);

#endif
