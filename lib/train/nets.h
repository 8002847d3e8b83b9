/*
 * nets - the networks that tinyml.yaml knows by name, made to measure.
 *
 *     ds-cnn        conv 10x4/2, blocks of depthwise 3x3 and conv 1x1, mean,
 *                   dropout, dense; 64 filters, 4 blocks (keyword spotting of
 *                   MLPerf Tiny, after Zhang et al., arXiv 1711.07128)
 *     mobilenet-v1  conv 3x3/2, 13 pairs of depthwise and conv 1x1, mean,
 *                   dense; every width times alpha, 0.25 (visual wake words
 *                   of MLPerf Tiny; Howard et al., arXiv 1704.04861)
 *     resnet8       conv 3x3, stacks of two conv 3x3 with a shortcut, each
 *                   after the first half the size and twice the width; 16
 *                   filters, 3 stacks (image classification of MLPerf Tiny)
 *     autoencoder   dense layers to a code of 8 and back to the input; 128
 *                   filters, 4 blocks on each side (anomaly detection of
 *                   MLPerf Tiny)
 *     conv1d        blocks of conv 5x1 and max-pool 2x1 over time, mean,
 *                   dropout, dense; 32 filters, 3 blocks
 *     lstm          layers of units over time, dropout, dense; 32 filters, 1
 *                   block
 *     mlp           dense layers, dropout, dense; 64 filters, 2 blocks
 *
 * conv1d and lstm see an input (H, W, C) as H steps of W * C channels: the
 * same values in the same order.  All but the autoencoder end in one logit a
 * class.
 */
#ifndef TINYML_TRAIN_NETS_H
#define TINYML_TRAIN_NETS_H

#include "train/net.h"

enum { NETS_BLOCKS_MAX = 32 };	/* far below NET_LAYERS_MAX with any name */

struct nets_choice {
	const char *name;
	int filters, blocks;	/* 0: as above; mobilenet-v1 has neither */
	double alpha;		/* mobilenet-v1: (0, 2] */
	double dropout;		/* before the last dense layer; 0: none */
	struct net_shape input;
	int classes;		/* 0: unknown, for an autoencoder */
};

/* ERR_USAGE for a name that is none, with the nearest; ERR_RANGE as
 * net_shapes says it. */
int nets_make(struct net *net, const struct nets_choice *choice,
	      struct err *err);

/* A ds-cnn of another first convolution; values out of range are left to
 * net_shapes. */
struct nets_ds_cnn {
	int filters;
	int blocks;		/* 0 to NETS_BLOCKS_MAX */
	int kernel_h, kernel_w, stride_h, stride_w;
	float dropout;
};
void nets_ds_cnn(struct net *net, struct net_shape input, int classes,
		 const struct nets_ds_cnn *size);

/* A classifier without layers. ERR_RANGE for an input that is too large. */
int nets_start(struct net *net, struct net_shape input, struct err *err);

/* The input as H steps of W * C channels, before the first layer is added. */
void nets_as_steps(struct net *net);

/* Another layer on what came last, its other members 0; NULL when the net is
 * full. */
struct net_layer *nets_add(struct net *net, enum net_kind kind);

#endif
