/*
 * nets - networks by name, made as lists of layers.
 */
#ifndef TINYML_TRAIN_NETS_H
#define TINYML_TRAIN_NETS_H

#include "train/net.h"

enum { NETS_BLOCKS_MAX = 64 };

/*
 * The keyword spotting net of MLCommons' tiny benchmark, after Zhang et al.,
 * "Hello Edge", arXiv 1711.07128:
 *
 *     conv kernel_h x kernel_w / stride, SAME      H x W -> H' x W' x filters
 *     blocks times: depthwise 3x3 SAME, pointwise 1x1
 *         each of these convolutions: batch norm, ReLU
 *     average over all H' x W' positions, dropout, dense
 */
struct nets_ds_cnn {
	int filters;
	int blocks;		/* 0 to NETS_BLOCKS_MAX */
	int kernel_h, kernel_w, stride_h, stride_w;	/* first convolution */
	float dropout;		/* [0, 0.95] */
};

/* Values out of range are left to net_shapes. */
void nets_ds_cnn(struct net *net, struct net_shape input, int classes,
		 const struct nets_ds_cnn *size);

#endif
