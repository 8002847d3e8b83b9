#include "kern/pack.h"

#include <string.h>

#include "kern/requant.h"

/* The largest magnitude of a sum: half of what doubles within int32. */
#define SUM_LIMIT (INT64_C(1) << 30)

/* ---- one output channel -------------------------------------------------- */

struct channel {
	const int8_t *weights;
	size_t n, step;
	int32_t bias, in_zero, out_zero;
	int32_t multiplier;
	int shift;
	/* found: all sums lie between low and high */
	int64_t total, low, high;
};

/* Weights that meet padding add nothing: 0 lies between both ends. */
static void find_range(struct channel *c)
{
	c->total = 0;
	c->low = c->high = c->bias;
	for (size_t i = 0; i < c->n; i++) {
		int64_t w = c->weights[i * c->step];
		int64_t a = w * (INT8_MIN - c->in_zero);
		int64_t b = w * (INT8_MAX - c->in_zero);

		c->total += w;
		c->low += a < b ? a : b;
		c->high += a < b ? b : a;
	}
}

static bool is_exact(const struct channel *c)
{
	return c->low >= -SUM_LIMIT && c->high < SUM_LIMIT &&
	       c->shift >= PACK_SHIFT_MIN && c->shift <= PACK_SHIFT_MAX;
}

static int32_t output(const struct channel *c, int64_t sum)
{
	int64_t v = requant_mul((int32_t)sum, c->multiplier, c->shift);

	v += c->out_zero;
	return v < INT8_MIN ? INT8_MIN : v > INT8_MAX ? INT8_MAX : (int32_t)v;
}

/* Outputs do not fall as sums rise, unless something wraps. */
static bool is_constant(const struct channel *c)
{
	return c->low >= INT32_MIN && c->high <= INT32_MAX &&
	       (c->shift < 0 || (c->shift == 0 && c->multiplier == 0)) &&
	       output(c, c->low) == output(c, c->high);
}

/* Four steps a quarter each: exact with multiplier 2^30 and shift -1. */
static int32_t constant_bias(const struct channel *c)
{
	return 4 * (output(c, c->low) - c->out_zero);
}

/* ---- a layer ------------------------------------------------------------- */

struct kern_layer kern_conv_layer(const struct kern_conv_s8 *k)
{
	const struct kern_window *win = &k->win;
	size_t n = (size_t)win->kernel_h * win->kernel_w * win->in.c;

	return (struct kern_layer){
		k->weights, k->bias, &k->requant, win->out.c, k->in_zero,
		k->out_zero, n, 1, n,
	};
}

struct kern_layer kern_depthwise_layer(const struct kern_conv_s8 *k)
{
	const struct kern_window *win = &k->win;

	return (struct kern_layer){
		k->weights, k->bias, &k->requant, win->out.c, k->in_zero,
		k->out_zero, (size_t)win->kernel_h * win->kernel_w,
		(size_t)win->out.c, 1,
	};
}

struct kern_layer kern_fc_layer(const struct kern_fc_s8 *k)
{
	size_t n = (size_t)k->in_depth;

	return (struct kern_layer){
		k->weights, k->bias, &k->requant, k->out_depth, k->in_zero,
		k->out_zero, n, 1, n,
	};
}

static struct channel channel_of(const struct kern_layer *l, int32_t o)
{
	const struct kern_requant *rq = l->requant;
	struct channel c = {
		.weights = l->weights + o * l->channel_step,
		.n = l->n, .step = l->step,
		.bias = l->bias ? l->bias[o] : 0,
		.in_zero = l->in_zero, .out_zero = l->out_zero,
		.multiplier = rq->multiplier[o * rq->step],
		.shift = rq->shift[o * rq->step],
	};

	find_range(&c);
	return c;
}

bool kern_pack_channel(const struct kern_layer *l, int32_t o,
		       const struct kern_packed *to, bool *keeps_weights)
{
	struct channel c = channel_of(l, o);
	int32_t entry = o * l->requant->step;

	bool is_dead = (l->requant->step || !c.multiplier) && is_constant(&c);

	*keeps_weights = is_exact(&c) && !is_dead;
	to->multiplier[entry] = c.multiplier;
	to->shift[entry] = (int8_t)c.shift;
	to->bias[o] = (int32_t)(uint32_t)(c.bias - c.in_zero * c.total);
	if (to->sums && *keeps_weights)
		to->sums[o] = (struct kern_sums){ (int32_t)c.low,
						  (int32_t)c.high };
	if (*keeps_weights || !is_dead)
		return *keeps_weights;
	to->multiplier[entry] = 1 << 30;
	to->shift[entry] = -1;
	to->bias[o] = constant_bias(&c);
	if (to->sums)
		to->sums[o] = (struct kern_sums){ to->bias[o], to->bias[o] };
	return true;
}

bool kern_pack_layer(const struct kern_layer *l, const struct kern_packed *to,
		     uint64_t bytes, kern_place_fn *place)
{
	memset(to->weights, 0, (size_t)bytes);
	for (int32_t o = 0; o < l->channels; o++) {
		const int8_t *from = l->weights + o * l->channel_step;
		bool keeps_weights;

		if (!kern_pack_channel(l, o, to, &keeps_weights))
			return false;
		for (size_t i = 0; keeps_weights && i < l->n; i++)
			to->weights[place(l, o, i)] = from[i * l->step];
	}
	return true;
}
