#include "train/nets.h"

/* The next layer, reading the one before it. */
static struct net_layer *append(struct net *net, enum net_kind kind)
{
	struct net_layer *l = &net->layers[net->count];

	*l = (struct net_layer){ .kind = kind, .from = net->count - 1 };
	net->count++;
	return l;
}

/* A convolution with batch norm and ReLU. */
static struct net_layer *append_conv(struct net *net, enum net_kind kind,
				     int filters, int side)
{
	struct net_layer *l = append(net, kind);

	l->filters = filters;
	l->kernel_h = l->kernel_w = side;
	l->stride_h = l->stride_w = 1;
	l->padding = NET_SAME;
	l->norm = true;
	l->activation = NET_RELU;
	return l;
}

void nets_ds_cnn(struct net *net, struct net_shape input, int classes,
		 const struct nets_ds_cnn *size)
{
	struct net_layer *l;

	*net = (struct net){ .task = NET_CLASSIFY, .h = input.h,
			     .w = input.w, .c = input.c };
	l = append_conv(net, NET_CONV, size->filters, 1);
	l->kernel_h = size->kernel_h;
	l->kernel_w = size->kernel_w;
	l->stride_h = size->stride_h;
	l->stride_w = size->stride_w;
	for (int i = 0; i < size->blocks && i < NETS_BLOCKS_MAX; i++) {
		append_conv(net, NET_DEPTHWISE, 0, 3);
		append_conv(net, NET_CONV, size->filters, 1);
	}
	append(net, NET_GLOBAL_POOL);
	append(net, NET_DROPOUT)->share = size->dropout;
	append(net, NET_DENSE)->filters = classes;
}
