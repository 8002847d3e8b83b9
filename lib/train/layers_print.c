#include <stdio.h>

#include "train/layers.h"

static void print_pair(int rows, int columns, struct buf *out)
{
	buf_addf(out, "%d", rows);
	if (columns != rows)
		buf_addf(out, "x%d", columns);
}

static void print_window(const struct net_layer *l, struct buf *out)
{
	buf_addf(out, " %dx%d", l->kernel_h, l->kernel_w);
	if (l->stride_h > 1 || l->stride_w > 1) {
		buf_addc(out, '/');
		print_pair(l->stride_h, l->stride_w, out);
	}
}

static void print_place(const char *word, int layer, struct buf *out)
{
	if (layer == NET_INPUT)
		buf_addf(out, " %sinput", word);
	else
		buf_addf(out, " %s%d", word, layer);
}

void layers_print(const struct net *net, int layer, struct buf *out)
{
	static const char *const activations[] = {
		[NET_LINEAR] = "", [NET_RELU] = " relu",
		[NET_RELU6] = " relu6" };
	const struct net_layer *l = &net->layers[layer];

	buf_adds(out, net_kind_name(l->kind));
	if (l->kind == NET_ADD || l->kind == NET_CONCAT)
		print_place("", l->with, out);
	if (l->kernel_h > 0)
		print_window(l, out);
	if (l->filters > 0)
		buf_addf(out, " %d", l->filters);
	if (l->kind == NET_DROPOUT)
		buf_addf(out, " %g", (double)l->share);
	if (l->kernel_h > 0 && l->padding == NET_VALID)
		buf_adds(out, " valid");
	if (l->sequence)
		buf_adds(out, " sequence");
	if (l->norm)
		buf_adds(out, " norm");
	buf_adds(out, activations[l->activation]);
	if (l->from != layer - 1)
		print_place("from ", l->from, out);
}

static void print_row(const struct net *net, const struct net_shape *shapes,
		      int i, struct buf *out)
{
	struct buf line = BUF_INIT;
	char shape[40];

	layers_print(net, i, &line);
	snprintf(shape, sizeof(shape), "%d x %d x %d", shapes[i].h,
		 shapes[i].w, shapes[i].c);
	buf_addf(out, "%5d  %-32s %-16s %10ld %11lld\n", i,
		 line.data ? (const char *)line.data : "", shape,
		 net_parameters(net, shapes, i), net_macs(net, shapes, i));
	out->failed |= line.failed;
	buf_release(&line);
}

void layers_table(const struct net *net, struct buf *out)
{
	struct net_shape shapes[NET_LAYERS_MAX];
	long parameters = 0;
	long long macs = 0;

	if (net_shapes(net, shapes, NULL) != 0)
		return;
	buf_addf(out, "%-5s  %-32s %-16s %10s %11s\n", "layer", "", "output",
		 "parameters", "MACs");
	buf_addf(out, "%5s  %-32s %d x %d x %d\n", "", "input", net->h, net->w,
		 net->c);
	for (int i = 0; i < net->count; i++) {
		print_row(net, shapes, i, out);
		parameters += net_parameters(net, shapes, i);
		macs += net_macs(net, shapes, i);
	}
	buf_addf(out, "%5s  %-32s %-16s %10ld %11lld\n", "", "all", "",
		 parameters, macs);
}
