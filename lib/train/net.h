/*
 * net - a network to train, as a list of layers.
 *
 * A layer reads the output of an earlier one and makes one output (H, W, C)
 * a sample, channels fastest.  A layer is named by its place in the list from
 * 0; NET_INPUT is what the network is fed.  One-dimensional signals have
 * W = 1, vectors H = W = 1.  The last layer's output is the network's: M
 * logits (NET_CLASSIFY) or a reconstruction of the input (NET_REBUILD).
 *
 *     conv        (H, W, C) -> (H', W', filters): kernel, stride, padding
 *     depthwise   the same, each channel by itself; filters is C
 *     dense       (H, W, C) -> (1, 1, filters), over all values
 *     max-pool, average-pool   kernel, stride, padding; zeros of the padding
 *                 are neither a maximum nor counted (as TensorFlow Lite does)
 *     global-pool (H, W, C) -> (1, 1, C), the mean
 *     add, concat with another layer of equal shape (concat: of equal H, W)
 *     dropout     zeroes a share of the values while training
 *     lstm        (H, 1, C) -> (1, 1, filters), or (H, 1, filters) with
 *                 sequence; gates i f g o, as TensorFlow Lite's
 *                 UNIDIRECTIONAL_SEQUENCE_LSTM without peepholes
 *
 * SAME and VALID are TensorFlow's: ceil(in / stride), the odd zero at the end;
 * ceil((in - kernel + 1) / stride).
 *
 * With norm, batch norm follows conv, depthwise or dense (which then has no
 * bias), and the activation after it; on add the activation follows the sum.
 */
#ifndef TINYML_TRAIN_NET_H
#define TINYML_TRAIN_NET_H

#include <stdbool.h>

#include "base/error.h"

enum {
	NET_LAYERS_MAX = 256,
	NET_FILTERS_MAX = 4096,
	NET_KERNEL_MAX = 64,
	NET_VALUES_MAX = 1 << 22,	/* of one tensor of one sample */
	NET_INPUT = -1,
};

enum net_kind {
	NET_CONV, NET_DEPTHWISE, NET_DENSE,
	NET_MAX_POOL, NET_AVERAGE_POOL, NET_GLOBAL_POOL,
	NET_ADD, NET_CONCAT, NET_DROPOUT, NET_LSTM,
	NET_KINDS
};

enum net_padding { NET_SAME, NET_VALID };

enum net_activation { NET_LINEAR, NET_RELU, NET_RELU6 };

enum net_task { NET_CLASSIFY, NET_REBUILD };

/* What a kind does not use is 0. */
struct net_layer {
	enum net_kind kind;
	int from, with;		/* with: add and concat */
	int filters;
	int kernel_h, kernel_w, stride_h, stride_w;
	enum net_padding padding;
	bool norm;
	enum net_activation activation;
	float share;		/* dropout: [0, 0.95] */
	bool sequence;		/* lstm: keep all steps */
};

struct net {
	enum net_task task;
	int h, w, c;			/* the input */
	struct net_layer layers[NET_LAYERS_MAX];
	int count;
};

struct net_shape {
	int h, w, c;
};

/*
 * The shape of every layer's output into shapes[net->count].  ERR_RANGE names
 * the layer and the value that is out of range: a from that is not earlier, a
 * kernel larger than its VALID input, shapes that do not add, too many values.
 */
int net_shapes(const struct net *net, struct net_shape *shapes,
	       struct err *err);

/* conv, depthwise ... as a list in tinyml.yaml and `tinyml show` name them. */
const char *net_kind_name(enum net_kind kind);

/* Weights and biases of the exported network, batch norm folded. */
long net_parameters(const struct net *net, const struct net_shape *shapes,
		    int layer);

/* Multiply-accumulates of one inference of that layer. */
long long net_macs(const struct net *net, const struct net_shape *shapes,
		   int layer);

#endif
