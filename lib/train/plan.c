#include "train/plan_priv.h"

#include <string.h>

/* Rows of a product that are worked on while they are in the first cache, at
 * least and in floats of a row's wider side. */
enum { BLOCK_ROWS = 16, BLOCK_FLOATS = 4096 };

static size_t whole_vectors(size_t n)
{
	return (n + TRAIN_LANES - 1) / TRAIN_LANES * TRAIN_LANES;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

bool train_has_weights(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DEPTHWISE ||
		kind == NET_DENSE || kind == NET_LSTM;
}

bool train_is_pointwise(const struct net_layer *l)
{
	return l->kind == NET_CONV && l->kernel_h == 1 && l->kernel_w == 1 &&
		l->stride_h == 1 && l->stride_w == 1;
}

bool train_needs_input(const struct net_layer *l)
{
	return train_has_weights(l->kind) || l->kind == NET_MAX_POOL;
}

static bool has_window(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DEPTHWISE ||
		kind == NET_MAX_POOL || kind == NET_AVERAGE_POOL;
}

static bool has_pair(enum net_kind kind)
{
	return kind == NET_ADD || kind == NET_CONCAT;
}

size_t train_plan_values(const struct train_plan *plan)
{
	const struct tensor *t = plan_tensor(plan, NET_INPUT);

	return t->positions * t->real;
}

struct plan_phase train_phase(const struct net_layer *l, size_t i)
{
	size_t sh = (size_t)l->stride_h, sw = (size_t)l->stride_w;
	size_t kh = (size_t)l->kernel_h, kw = (size_t)l->kernel_w, row = 0;
	struct plan_phase p = { 0 };

	for (size_t k = 0; k <= i; k++) {
		row += p.taps_h * p.taps_w;
		p.a = k / sw;
		p.b = k % sw;
		p.taps_h = p.a < kh ? (kh - p.a + sh - 1) / sh : 0;
		p.taps_w = p.b < kw ? (kw - p.b + sw - 1) / sw : 0;
		p.row = row;
	}
	return p;
}

/* One direction of a window: zeros before, padded length; the same of the way
 * back. */
struct span {
	size_t before, all, back_before, back_all;
};

static struct span span_of(size_t in, size_t out, size_t kernel,
			   size_t stride, enum net_padding padding)
{
	size_t reach = (out - 1) * stride + kernel, last;
	struct span s = { 0 };

	if (padding == NET_SAME && reach > in)
		s.before = (reach - in) / 2;
	s.all = larger(reach, s.before + in);
	last = (in - 1 + s.before) / stride + 1;
	s.back_before = (kernel + stride - 1) / stride - 1;
	s.back_all = s.back_before + larger(out, last);
	return s;
}

static void plan_windows(struct layer *layer, const struct tensor *in,
			 const struct tensor *out)
{
	const struct net_layer *l = &layer->net;
	struct span h = span_of(in->h, out->h, (size_t)l->kernel_h,
				(size_t)l->stride_h, l->padding);
	struct span w = span_of(in->w, out->w, (size_t)l->kernel_w,
				(size_t)l->stride_w, l->padding);

	layer->window = (struct plan_window){
		h.before, w.before, h.all, w.all,
		h.back_before, w.back_before, h.back_all, w.back_all };
}

/* Does anything but a product read the input, lane by lane? */
static bool input_in_lanes(const struct net *net)
{
	for (int i = 0; i < net->count; i++) {
		const struct net_layer *l = &net->layers[i];
		bool product = train_has_weights(l->kind) &&
			l->kind != NET_DEPTHWISE;

		if ((l->from == NET_INPUT && !product) ||
		    (has_pair(l->kind) && l->with == NET_INPUT))
			return true;
	}
	return false;
}

/* Can a factor of the input be folded into weights, and one of a rebuilt
 * output too? */
static bool can_scale(const struct net *net)
{
	const struct net_layer *last = &net->layers[net->count - 1];

	for (int i = 0; i < net->count; i++) {
		const struct net_layer *l = &net->layers[i];

		if ((l->from == NET_INPUT && !train_has_weights(l->kind)) ||
		    (has_pair(l->kind) && l->with == NET_INPUT))
			return false;
	}
	return net->task == NET_CLASSIFY ||
		(train_has_weights(last->kind) && last->kind != NET_LSTM &&
		 last->activation == NET_LINEAR);
}

static void plan_tensors(struct train_plan *plan,
			 const struct net_shape *shapes)
{
	const struct net *net = &plan->net;

	for (int i = NET_INPUT; i < net->count; i++) {
		struct net_shape s = i < 0 ?
			(struct net_shape){ net->h, net->w, net->c } :
			shapes[i];
		struct tensor *t = &plan->tensors[i + 1];

		t->h = (size_t)s.h;
		t->w = (size_t)s.w;
		t->positions = t->h * t->w;
		t->real = (size_t)s.c;
		t->c = i < 0 && !input_in_lanes(net) ? t->real :
			whole_vectors(t->real);
	}
}

static void plan_rows(struct layer *layer, const struct tensor *in,
		      const struct tensor *out)
{
	size_t taps = (size_t)layer->net.kernel_h *
		(size_t)layer->net.kernel_w;

	layer->columns = out->c;
	switch (layer->net.kind) {
	case NET_CONV:
		layer->rows = taps * in->c;
		layer->inputs = taps * in->real;
		break;
	case NET_DEPTHWISE:
		layer->rows = layer->inputs = taps;
		break;
	case NET_DENSE:
		layer->rows = in->positions * in->c;
		layer->inputs = in->positions * in->real;
		break;
	case NET_LSTM:
		layer->rows = in->c + out->c;
		layer->inputs = in->real + out->real;
		layer->columns = 4 * out->c;
		break;
	default:
		layer->columns = 0;
	}
}

static size_t advance(size_t *total, size_t n)
{
	size_t at = *total;

	*total += n;
	return at;
}

static int plan_offsets(struct train_plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->layer_count; i++) {
		struct layer *l = &plan->layers[i];
		size_t floats = l->rows * l->columns;

		if (floats > TRAIN_PARAMETERS_MAX - plan->parameters)
			return err_set(err, ERR_RANGE, "network: layer %zu "
				       "(%s) makes it more than %d weights",
				       i, net_kind_name(l->net.kind),
				       TRAIN_PARAMETERS_MAX);
		l->w = advance(&plan->parameters, floats);
		if (l->net.from != NET_INPUT || l->net.kind == NET_LSTM)
			l->turned = advance(&plan->turned, floats);
	}
	plan->decayed = plan->parameters;
	for (size_t i = 0; i < plan->layer_count; i++) {
		struct layer *l = &plan->layers[i];

		if (l->net.norm) {
			l->gamma = advance(&plan->parameters, l->columns);
			l->mean = advance(&plan->statistics, l->columns);
			l->variance = advance(&plan->statistics, l->columns);
		}
		l->beta = advance(&plan->parameters, l->columns);
	}
	return 0;
}

static void plan_layer(struct train_plan *plan, int i)
{
	struct layer *layer = &plan->layers[i];
	const struct tensor *in, *out = plan_tensor(plan, i);

	layer->net = plan->net.layers[i];
	in = plan_tensor(plan, layer->net.from);
	if (!train_has_weights(layer->net.kind) ||
	    layer->net.kind == NET_LSTM)
		layer->net.norm = false;
	if (layer->net.kind == NET_DROPOUT)
		plan->tensors[i + 1].extra_floats = TRAIN_SHARD *
			out->positions * out->c;
	if (layer->net.kind == NET_LSTM)
		plan->tensors[i + 1].extra_floats =
			train_lstm_floats(in->h, out->c);
	layer->low = layer->net.activation == NET_LINEAR ?
		-__builtin_inff() : 0;
	layer->high = layer->net.activation == NET_RELU6 ? 6.0f :
		__builtin_inff();
	plan_rows(layer, in, out);
	if (has_window(layer->net.kind))
		plan_windows(layer, in, out);
}

/* Who goes back first begins a gradient, the others add to it. */
static int plan_readers(struct train_plan *plan, struct err *err)
{
	bool begun[NET_LAYERS_MAX + 1] = { false };

	begun[plan->layer_count] = true;	/* by the loss */
	for (size_t i = plan->layer_count; i-- > 0;) {
		struct layer *l = &plan->layers[i];

		if (!begun[i + 1])
			return err_set(err, ERR_RANGE, "network: nothing "
				       "reads layer %zu (%s)", i,
				       net_kind_name(l->net.kind));
		l->adds[0] = begun[l->net.from + 1];
		begun[l->net.from + 1] = true;
		if (!has_pair(l->net.kind))
			continue;
		l->adds[1] = begun[l->net.with + 1];
		begun[l->net.with + 1] = true;
	}
	return 0;
}

static int check_last(const struct train_plan *plan, struct err *err)
{
	const struct tensor *in = plan_tensor(plan, NET_INPUT);
	const struct tensor *out = &plan->tensors[plan->layer_count];

	if (plan->net.task == NET_CLASSIFY && out->positions != 1)
		return err_set(err, ERR_RANGE, "network: the last layer gives "
			       "%zu x %zu x %zu, not a vector of classes",
			       out->h, out->w, out->real);
	if (plan->net.task == NET_REBUILD &&
	    (out->positions * out->real != in->positions * in->real))
		return err_set(err, ERR_RANGE, "network: the last layer gives "
			       "%zu x %zu x %zu, not the input's %zu x %zu x "
			       "%zu", out->h, out->w, out->real, in->h, in->w,
			       in->real);
	return 0;
}

/* Memory that layers use one after the other. */
static void plan_rooms(struct train_plan *plan)
{
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *l = &plan->layers[i];
		const struct tensor *in = plan_tensor(plan, l->net.from);
		const struct tensor *out = &plan->tensors[i + 1];
		const struct plan_window *w = &l->window;
		size_t wide = larger(in->c, larger(out->c, l->columns));

		plan->widest = larger(plan->widest, wide);
		plan->block = larger(plan->block, larger(BLOCK_FLOATS,
						 BLOCK_ROWS * wide));
		plan->block = larger(plan->block, in->positions * in->c);
		if (l->net.kind == NET_DENSE || l->net.kind == NET_LSTM)
			plan->block = larger(plan->block, TRAIN_SHARD *
					     in->positions * wide);
		plan->border = larger(plan->border, w->h * w->w * in->c);
		plan->border = larger(plan->border,
				      w->back_h * w->back_w * out->c);
		plan->places = larger(plan->places, larger(in->positions,
							   out->positions));
		plan->places = larger(plan->places, (size_t)l->net.kernel_h *
				      (size_t)l->net.kernel_w);
	}
	plan->places = larger(plan->places, TRAIN_SHARD);
	plan->block = larger(plan->block, TRAIN_SHARD * plan->tensors[
		plan->layer_count].positions *
		plan->tensors[plan->layer_count].c);
}

int train_plan_init(struct train_plan *plan, const struct net *net,
		    struct err *err)
{
	struct net_shape shapes[NET_LAYERS_MAX];
	const struct tensor *last;

	memset(plan, 0, sizeof(*plan));
	if (net_shapes(net, shapes, err) != 0)
		return ERR_RANGE;
	plan->net = *net;
	plan->layer_count = (size_t)net->count;
	plan_tensors(plan, shapes);
	for (int i = 0; i < net->count; i++)
		plan_layer(plan, i);
	if (plan_readers(plan, err) != 0 || check_last(plan, err) != 0)
		return ERR_RANGE;
	last = &plan->tensors[plan->layer_count];
	plan->outputs = last->positions * last->real;
	plan->is_scaled = can_scale(net);
	if (plan_offsets(plan, err) != 0)
		return ERR_RANGE;
	plan_rooms(plan);
	return train_plan_arena(plan, err);
}
