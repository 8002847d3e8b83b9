#include "train/net.h"

#include <stddef.h>

static const char *const kind_names[NET_KINDS] = {
	[NET_CONV] = "conv", [NET_DEPTHWISE] = "depthwise",
	[NET_DENSE] = "dense", [NET_MAX_POOL] = "max-pool",
	[NET_AVERAGE_POOL] = "average-pool",
	[NET_GLOBAL_POOL] = "global-pool", [NET_ADD] = "add",
	[NET_CONCAT] = "concat", [NET_DROPOUT] = "dropout",
	[NET_LSTM] = "lstm"
};

const char *net_kind_name(enum net_kind kind)
{
	return kind_names[kind];
}

static struct net_shape shape_of(const struct net *net,
				 const struct net_shape *shapes, int layer)
{
	if (layer == NET_INPUT)
		return (struct net_shape){ net->h, net->w, net->c };
	return shapes[layer];
}

static int bad(const struct net *net, int layer, const char *what, int value,
	       struct err *err)
{
	return err_set(err, ERR_RANGE, "layer %d (%s): %s is %d", layer,
		       kind_names[net->layers[layer].kind], what, value);
}

static bool has_window(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DEPTHWISE ||
		kind == NET_MAX_POOL || kind == NET_AVERAGE_POOL;
}

static bool has_filters(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DENSE || kind == NET_LSTM;
}

static int check_layer(const struct net *net, int i, struct err *err)
{
	const struct net_layer *l = &net->layers[i];
	const struct { const char *what; int value, min, max; bool asked; }
	rules[] = {
		{ "kind", (int)l->kind, 0, NET_KINDS - 1, true },
		{ "from", l->from, NET_INPUT, i - 1, true },
		{ "with", l->with, NET_INPUT, i - 1,
		  l->kind == NET_ADD || l->kind == NET_CONCAT },
		{ "filters", l->filters, 1, NET_FILTERS_MAX,
		  has_filters(l->kind) },
		{ "kernel height", l->kernel_h, 1, NET_KERNEL_MAX,
		  has_window(l->kind) },
		{ "kernel width", l->kernel_w, 1, NET_KERNEL_MAX,
		  has_window(l->kind) },
		{ "stride down", l->stride_h, 1, NET_KERNEL_MAX,
		  has_window(l->kind) },
		{ "stride across", l->stride_w, 1, NET_KERNEL_MAX,
		  has_window(l->kind) },
	};

	for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
		if (rules[k].asked && (rules[k].value < rules[k].min ||
				       rules[k].value > rules[k].max))
			return err_set(err, ERR_RANGE, "network: layer %d: %s "
				       "is %d, %d to %d are possible", i,
				       rules[k].what, rules[k].value,
				       rules[k].min, rules[k].max);
	if (!(l->share >= 0 && l->share <= 0.95f))
		return err_set(err, ERR_RANGE, "network: layer %d: dropout of "
			       "%g, 0 to 0.95 is possible", i,
			       (double)l->share);
	return 0;
}

static int windows(int in, int kernel, int stride, enum net_padding padding)
{
	int room = padding == NET_SAME ? in : in - kernel + 1;

	return room <= 0 ? 0 : (room + stride - 1) / stride;
}

static int window_shape(const struct net *net, int i, struct net_shape *out,
			struct err *err)
{
	const struct net_layer *l = &net->layers[i];

	out->h = windows(out->h, l->kernel_h, l->stride_h, l->padding);
	out->w = windows(out->w, l->kernel_w, l->stride_w, l->padding);
	if (out->h == 0)
		return bad(net, i, "no window fits: kernel height",
			   l->kernel_h, err);
	if (out->w == 0)
		return bad(net, i, "no window fits: kernel width",
			   l->kernel_w, err);
	if (l->kind == NET_CONV)
		out->c = l->filters;
	return 0;
}

static int pair_shape(const struct net *net, int i, struct net_shape with,
		      struct net_shape *out, struct err *err)
{
	bool add = net->layers[i].kind == NET_ADD;

	if (with.h != out->h || with.w != out->w ||
	    (add && with.c != out->c))
		return err_set(err, ERR_RANGE, "network: layer %d (%s): %d x "
			       "%d x %d does not go with %d x %d x %d", i,
			       kind_names[net->layers[i].kind], out->h,
			       out->w, out->c, with.h, with.w, with.c);
	if (!add)
		out->c += with.c;
	return 0;
}

static int lstm_shape(const struct net *net, int i, struct net_shape *out,
		      struct err *err)
{
	const struct net_layer *l = &net->layers[i];

	if (out->w != 1)
		return bad(net, i, "an lstm reads steps of vectors, width",
			   out->w, err);
	if (!l->sequence)
		out->h = 1;
	out->c = l->filters;
	return 0;
}

static int layer_shape(const struct net *net, struct net_shape *shapes, int i,
		       struct err *err)
{
	const struct net_layer *l = &net->layers[i];
	struct net_shape *out = &shapes[i];

	*out = shape_of(net, shapes, l->from);
	if (has_window(l->kind))
		return window_shape(net, i, out, err);
	if (l->kind == NET_ADD || l->kind == NET_CONCAT)
		return pair_shape(net, i, shape_of(net, shapes, l->with), out,
				  err);
	if (l->kind == NET_LSTM)
		return lstm_shape(net, i, out, err);
	if (l->kind == NET_DENSE)
		*out = (struct net_shape){ 1, 1, l->filters };
	if (l->kind == NET_GLOBAL_POOL)
		*out = (struct net_shape){ 1, 1, out->c };
	return 0;
}

/* Sides are at most NET_VALUES_MAX, so none of these products overflows. */
static bool too_large(struct net_shape s)
{
	return s.h > NET_VALUES_MAX / s.w || s.c > NET_VALUES_MAX / s.h / s.w;
}

static int check_input(const struct net *net, struct err *err)
{
	if (net->count < 1 || net->count > NET_LAYERS_MAX)
		return err_set(err, ERR_RANGE, "network: %d layers, 1 to %d "
			       "are possible", net->count, NET_LAYERS_MAX);
	if (net->h < 1 || net->w < 1 || net->c < 1 ||
	    net->h > NET_VALUES_MAX || net->w > NET_VALUES_MAX ||
	    net->c > NET_VALUES_MAX ||
	    too_large((struct net_shape){ net->h, net->w, net->c }))
		return err_set(err, ERR_RANGE, "network: an input of %d x %d "
			       "x %d; 1 to %d values are possible", net->h,
			       net->w, net->c, NET_VALUES_MAX);
	return 0;
}

int net_shapes(const struct net *net, struct net_shape *shapes,
	       struct err *err)
{
	if (check_input(net, err) != 0)
		return ERR_RANGE;
	for (int i = 0; i < net->count; i++) {
		if (check_layer(net, i, err) != 0 ||
		    layer_shape(net, shapes, i, err) != 0)
			return ERR_RANGE;
		if (too_large(shapes[i]))
			return err_set(err, ERR_RANGE, "network: layer %d "
				       "gives %d x %d x %d, more than %d "
				       "values", i, shapes[i].h, shapes[i].w,
				       shapes[i].c, NET_VALUES_MAX);
	}
	return 0;
}

static long long weights(const struct net *net,
			 const struct net_shape *shapes, int i)
{
	const struct net_layer *l = &net->layers[i];
	struct net_shape in = shape_of(net, shapes, l->from);
	long long taps = (long long)l->kernel_h * l->kernel_w;

	switch (l->kind) {
	case NET_CONV:
		return taps * in.c * l->filters;
	case NET_DEPTHWISE:
		return taps * in.c;
	case NET_DENSE:
		return (long long)in.h * in.w * in.c * l->filters;
	case NET_LSTM:
		return 4LL * l->filters * (in.c + l->filters);
	default:
		return 0;
	}
}

long net_parameters(const struct net *net, const struct net_shape *shapes,
		    int layer)
{
	enum net_kind kind = net->layers[layer].kind;
	long biases = has_filters(kind) || kind == NET_DEPTHWISE ?
		net->layers[layer].filters : 0;

	if (kind == NET_DEPTHWISE)
		biases = shapes[layer].c;
	if (kind == NET_LSTM)
		biases *= 4;
	return (long)weights(net, shapes, layer) + biases;
}

long long net_macs(const struct net *net, const struct net_shape *shapes,
		   int layer)
{
	const struct net_layer *l = &net->layers[layer];
	struct net_shape out = shapes[layer];
	long long times = 1;

	if (l->kind == NET_CONV || l->kind == NET_DEPTHWISE)
		times = (long long)out.h * out.w;
	if (l->kind == NET_LSTM)
		times = shape_of(net, shapes, l->from).h;
	return weights(net, shapes, layer) * times;
}
