#include "train/nets.h"

#include <string.h>

#include "base/text.h"

enum { CODE = 8, PAIRS = 13, NAMES = 7 };

struct net_layer *nets_add(struct net *net, enum net_kind kind)
{
	struct net_layer *layer;

	if (net->count == NET_LAYERS_MAX)
		return NULL;
	layer = &net->layers[net->count];
	*layer = (struct net_layer){ .kind = kind, .from = net->count - 1 };
	net->count++;
	return layer;
}

void nets_as_steps(struct net *net)
{
	net->c *= net->w;
	net->w = 1;
}

int nets_start(struct net *net, struct net_shape input, struct err *err)
{
	struct net_shape shape;
	int status;

	memset(net, 0, sizeof(*net));
	net->h = input.h;
	net->w = input.w;
	net->c = input.c;
	nets_add(net, NET_DROPOUT);
	status = net_shapes(net, &shape, err);
	net->count = 0;
	return status;
}

static int last(const struct net *net)
{
	return net->count - 1;
}

static void conv(struct net *net, int kernel, int stride, int filters,
		 bool norm)
{
	struct net_layer *l = nets_add(net, NET_CONV);

	l->filters = filters;
	l->kernel_h = l->kernel_w = kernel;
	l->stride_h = l->stride_w = stride;
	l->norm = norm;
	l->activation = norm ? NET_RELU : NET_LINEAR;
}

static void depthwise(struct net *net, int stride)
{
	struct net_layer *l = nets_add(net, NET_DEPTHWISE);

	l->kernel_h = l->kernel_w = 3;
	l->stride_h = l->stride_w = stride;
	l->norm = true;
	l->activation = NET_RELU;
}

static void dense(struct net *net, int filters, bool norm,
		  enum net_activation activation)
{
	struct net_layer *l = nets_add(net, NET_DENSE);

	l->filters = filters;
	l->norm = norm;
	l->activation = activation;
}

/* Dropout, and a logit a class. */
static void head(struct net *net, const struct nets_choice *choice)
{
	nets_add(net, NET_DROPOUT)->share = (float)choice->dropout;
	dense(net, choice->classes, false, NET_LINEAR);
}

static int or_else(int chosen, int otherwise)
{
	return chosen > 0 ? chosen : otherwise;
}

void nets_ds_cnn(struct net *net, struct net_shape input, int classes,
		 const struct nets_ds_cnn *size)
{
	struct net_layer *l;

	*net = (struct net){ .h = input.h, .w = input.w, .c = input.c };
	conv(net, 1, 1, size->filters, true);
	l = &net->layers[0];
	l->kernel_h = size->kernel_h;
	l->kernel_w = size->kernel_w;
	l->stride_h = size->stride_h;
	l->stride_w = size->stride_w;
	for (int i = 0; i < size->blocks && i < NETS_BLOCKS_MAX; i++) {
		depthwise(net, 1);
		conv(net, 1, 1, size->filters, true);
	}
	nets_add(net, NET_GLOBAL_POOL);
	nets_add(net, NET_DROPOUT)->share = size->dropout;
	dense(net, classes, false, NET_LINEAR);
}

static void make_ds_cnn(struct net *net, const struct nets_choice *choice)
{
	nets_ds_cnn(net, choice->input, choice->classes, &(struct nets_ds_cnn){
		.filters = or_else(choice->filters, 64),
		.blocks = or_else(choice->blocks, 4), .kernel_h = 10,
		.kernel_w = 4, .stride_h = 2, .stride_w = 2,
		.dropout = (float)choice->dropout });
}

static int scaled(int filters, double alpha)
{
	int n = (int)((double)filters * alpha);

	return n > 0 ? n : 1;
}

static void make_mobilenet(struct net *net, const struct nets_choice *choice)
{
	static const struct { int stride, filters; } rows[PAIRS] = {
		{ 1, 64 }, { 2, 128 }, { 1, 128 }, { 2, 256 }, { 1, 256 },
		{ 2, 512 }, { 1, 512 }, { 1, 512 }, { 1, 512 }, { 1, 512 },
		{ 1, 512 }, { 2, 1024 }, { 1, 1024 }
	};

	conv(net, 3, 2, scaled(32, choice->alpha), true);
	for (int i = 0; i < PAIRS; i++) {
		depthwise(net, rows[i].stride);
		conv(net, 1, 1, scaled(rows[i].filters, choice->alpha), true);
	}
	nets_add(net, NET_GLOBAL_POOL);
	head(net, choice);
}

/* Two convolutions beside a shortcut, which is a conv 1x1 where the shape
 * changes. */
static void residual(struct net *net, int filters, int stride)
{
	int from = last(net), wide;
	struct net_layer *sum;

	conv(net, 3, stride, filters, true);
	conv(net, 3, 1, filters, true);
	net->layers[last(net)].activation = NET_LINEAR;
	wide = last(net);
	if (stride > 1) {
		conv(net, 1, stride, filters, false);
		net->layers[last(net)].from = from;
		from = last(net);
	}
	sum = nets_add(net, NET_ADD);
	sum->from = wide;
	sum->with = from;
	sum->activation = NET_RELU;
}

static void make_resnet8(struct net *net, const struct nets_choice *choice)
{
	int filters = or_else(choice->filters, 16);
	int stacks = or_else(choice->blocks, 3);

	conv(net, 3, 1, filters, true);
	for (int i = 0; i < stacks; i++) {
		if (i > 0 && filters <= NET_FILTERS_MAX)
			filters *= 2;
		residual(net, filters, i > 0 ? 2 : 1);
	}
	nets_add(net, NET_GLOBAL_POOL);
	head(net, choice);
}

static void make_autoencoder(struct net *net, const struct nets_choice *choice)
{
	int filters = or_else(choice->filters, 128);
	int blocks = or_else(choice->blocks, 4);

	net->task = NET_REBUILD;
	for (int i = 0; i < blocks; i++)
		dense(net, filters, true, NET_RELU);
	dense(net, CODE, true, NET_RELU);
	for (int i = 0; i < blocks; i++)
		dense(net, filters, true, NET_RELU);
	dense(net, net->h * net->w * net->c, false, NET_LINEAR);
}

static void make_conv1d(struct net *net, const struct nets_choice *choice)
{
	int blocks = or_else(choice->blocks, 3);

	nets_as_steps(net);
	for (int i = 0; i < blocks; i++) {
		struct net_layer *l;

		conv(net, 5, 1, or_else(choice->filters, 32), true);
		net->layers[last(net)].kernel_w = 1;
		l = nets_add(net, NET_MAX_POOL);
		l->kernel_h = l->stride_h = 2;
		l->kernel_w = l->stride_w = 1;
	}
	nets_add(net, NET_GLOBAL_POOL);
	head(net, choice);
}

static void make_lstm(struct net *net, const struct nets_choice *choice)
{
	int blocks = or_else(choice->blocks, 1);

	nets_as_steps(net);
	for (int i = 0; i < blocks; i++) {
		struct net_layer *l = nets_add(net, NET_LSTM);

		l->filters = or_else(choice->filters, 32);
		l->sequence = i < blocks - 1;
	}
	head(net, choice);
}

static void make_mlp(struct net *net, const struct nets_choice *choice)
{
	int blocks = or_else(choice->blocks, 2);

	for (int i = 0; i < blocks; i++)
		dense(net, or_else(choice->filters, 64), false, NET_RELU);
	head(net, choice);
}

static const struct {
	const char *name;
	void (*make)(struct net *net, const struct nets_choice *choice);
} makers[NAMES] = {
	{ "ds-cnn", make_ds_cnn }, { "mobilenet-v1", make_mobilenet },
	{ "resnet8", make_resnet8 }, { "autoencoder", make_autoencoder },
	{ "conv1d", make_conv1d }, { "lstm", make_lstm }, { "mlp", make_mlp }
};

static int unknown(const char *name, struct err *err)
{
	const char *names[NAMES], *near;

	for (int i = 0; i < NAMES; i++)
		names[i] = makers[i].name;
	near = text_nearest(name, names, NAMES);
	err_set(err, ERR_USAGE, "network '%s' is not known", name);
	if (near)
		err_hint(err, "did you mean '%s'?", near);
	else
		err_hint(err, "networks: ds-cnn, mobilenet-v1, resnet8, "
			 "autoencoder, conv1d, lstm, mlp");
	return ERR_USAGE;
}

static int check_choice(const struct nets_choice *choice, struct err *err)
{
	if (choice->filters < 0 || choice->filters > NET_FILTERS_MAX)
		return err_set(err, ERR_RANGE, "network: filters is %d, 1 to "
			       "%d are possible", choice->filters,
			       NET_FILTERS_MAX);
	if (choice->blocks < 0 || choice->blocks > NETS_BLOCKS_MAX)
		return err_set(err, ERR_RANGE, "network: blocks is %d, 1 to "
			       "%d are possible", choice->blocks,
			       NETS_BLOCKS_MAX);
	if (!(choice->alpha > 0 && choice->alpha <= 2))
		return err_set(err, ERR_RANGE, "network: alpha is %g, above 0 "
			       "to 2 is possible", choice->alpha);
	return 0;
}

int nets_make(struct net *net, const struct nets_choice *choice,
	      struct err *err)
{
	struct net_shape shapes[NET_LAYERS_MAX];

	if (nets_start(net, choice->input, err) != 0 ||
	    check_choice(choice, err) != 0)
		return ERR_RANGE;
	for (int i = 0; i < NAMES; i++) {
		if (strcmp(choice->name, makers[i].name) != 0)
			continue;
		makers[i].make(net, choice);
		return net_shapes(net, shapes, err);
	}
	return unknown(choice->name, err);
}
