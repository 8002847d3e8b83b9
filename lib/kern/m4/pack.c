#include "kern/m4/m4.h"
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
	       c->shift >= M4_SHIFT_MIN && c->shift <= M4_SHIFT_MAX;
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

struct layer {
	const int8_t *weights;
	const int32_t *bias;
	const struct kern_requant *requant;
	int32_t channels, in_zero, out_zero;
	size_t n, step, channel_step;	/* of the weights */
};

static struct channel channel_of(const struct layer *l, int32_t o)
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

/* Bias and factor of channel o; *keeps_weights becomes false for one without.
 * False when it is refused. */
static bool pack_channel(const struct layer *l, int32_t o,
			 const struct kern_m4_packed *to, bool *keeps_weights)
{
	struct channel c = channel_of(l, o);
	int32_t entry = o * l->requant->step;

	*keeps_weights = is_exact(&c);
	to->multiplier[entry] = c.multiplier;
	to->shift[entry] = (int8_t)c.shift;
	to->bias[o] = (int32_t)(uint32_t)(c.bias - c.in_zero * c.total);
	if (*keeps_weights)
		return true;
	if (!l->requant->step || !is_constant(&c))
		return false;
	to->multiplier[entry] = 1 << 30;
	to->shift[entry] = -1;
	to->bias[o] = constant_bias(&c);
	return true;
}

/* ---- rows ---------------------------------------------------------------- */

/* Where in its pair of rows weight i of the first row goes; the second row's
 * is the next byte. */
static size_t place_of(size_t i)
{
	static const uint8_t in_quad[4] = { 0, 4, 2, 6 };

	return i / 4 * 8 + in_quad[i % 4];
}

static bool pack_rows(const struct layer *l, const struct kern_m4_packed *to)
{
	size_t bytes = (size_t)kern_m4_rows_bytes(l->channels, (int64_t)l->n);
	size_t pair_bytes = (l->n + 3) / 4 * 8;

	for (size_t i = 0; i < bytes; i++)
		to->weights[i] = 0;
	for (int32_t o = 0; o < l->channels; o++) {
		int8_t *pair = to->weights + o / 2 * pair_bytes + o % 2;
		bool keeps_weights;

		if (!pack_channel(l, o, to, &keeps_weights))
			return false;
		for (size_t i = 0; keeps_weights && i < l->n; i++)
			pair[place_of(i)] = l->weights[o * l->n + i];
	}
	return true;
}

bool kern_m4_conv_s8_pack(const struct kern_conv_s8 *k,
			  const struct kern_m4_packed *to)
{
	const struct kern_window *win = &k->win;
	size_t n = (size_t)win->kernel_h * win->kernel_w * win->in.c;
	struct layer l = { k->weights, k->bias, &k->requant, win->out.c,
			   k->in_zero, k->out_zero, n, 1, n };

	return pack_rows(&l, to);
}

bool kern_m4_fc_s8_pack(const struct kern_fc_s8 *k,
			const struct kern_m4_packed *to)
{
	size_t n = (size_t)k->in_depth;
	struct layer l = { k->weights, k->bias, &k->requant, k->out_depth,
			   k->in_zero, k->out_zero, n, 1, n };

	return pack_rows(&l, to);
}

/* ---- depthwise ----------------------------------------------------------- */

enum { TAPS = 9 };

bool kern_m4_depthwise_s8_pack(const struct kern_conv_s8 *k,
			       const struct kern_m4_packed *to)
{
	/* row * 3 + column of each byte */
	static const uint8_t order[TAPS] = { 0, 3, 1, 4, 6, 7, 2, 5, 8 };
	int32_t channels = k->win.out.c;
	struct layer l = { k->weights, k->bias, &k->requant, channels,
			   k->in_zero, k->out_zero, TAPS, (size_t)channels,
			   1 };
	int8_t *byte = to->weights;

	if (!kern_m4_depthwise_s8_takes(&k->win))
		return false;
	for (int32_t o = 0; o < channels; o++) {
		bool keeps_weights;

		if (!pack_channel(&l, o, to, &keeps_weights))
			return false;
		for (int i = 0; i < TAPS; i++)
			*byte++ = keeps_weights ?
				l.weights[o + order[i] * channels] : 0;
	}
	return true;
}
