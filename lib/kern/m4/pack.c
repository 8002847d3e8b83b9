#include "kern/m4/m4.h"

/* ---- rows ---------------------------------------------------------------- */

/* Where in its pair of rows weight i of the first row goes; the second row's
 * is the next byte. */
static size_t place_of(size_t i)
{
	static const uint8_t in_quad[4] = { 0, 4, 2, 6 };

	return i / 4 * 8 + in_quad[i % 4];
}

static bool pack_rows(const struct kern_layer *l, const struct kern_packed *to)
{
	size_t bytes = (size_t)kern_m4_rows_bytes(l->channels, (int64_t)l->n);
	size_t pair_bytes = (l->n + 3) / 4 * 8;

	for (size_t i = 0; i < bytes; i++)
		to->weights[i] = 0;
	for (int32_t o = 0; o < l->channels; o++) {
		int8_t *pair = to->weights + o / 2 * pair_bytes + o % 2;
		bool keeps_weights;

		if (!kern_pack_channel(l, o, to, &keeps_weights))
			return false;
		for (size_t i = 0; keeps_weights && i < l->n; i++)
			pair[place_of(i)] = l->weights[o * l->n + i];
	}
	return kern_pack_channels(l, to);
}

bool kern_m4_conv_s8_pack(const struct kern_conv_s8 *k,
			  const struct kern_packed *to)
{
	const struct kern_window *win = &k->win;
	size_t n = (size_t)win->kernel_h * win->kernel_w * win->in.c;
	struct kern_layer l = { k->weights, k->bias, &k->requant, win->out.c,
				k->in_zero, k->out_zero, n, 1, n };

	return pack_rows(&l, to);
}

bool kern_m4_fc_s8_pack(const struct kern_fc_s8 *k,
			const struct kern_packed *to)
{
	size_t n = (size_t)k->in_depth;
	struct kern_layer l = { k->weights, k->bias, &k->requant, k->out_depth,
				k->in_zero, k->out_zero, n, 1, n };

	return pack_rows(&l, to);
}

/* ---- depthwise ----------------------------------------------------------- */

enum { TAPS = 9 };

bool kern_m4_depthwise_s8_pack(const struct kern_conv_s8 *k,
			       const struct kern_packed *to)
{
	/* row * 3 + column of each byte */
	static const uint8_t order[TAPS] = { 0, 3, 1, 4, 6, 7, 2, 5, 8 };
	int32_t channels = k->win.out.c;
	struct kern_layer l = { k->weights, k->bias, &k->requant, channels,
				k->in_zero, k->out_zero, TAPS,
				(size_t)channels, 1 };
	int8_t *byte = to->weights;

	if (!kern_m4_depthwise_bytes(&k->win))
		return false;
	for (int32_t o = 0; o < channels; o++) {
		bool keeps_weights;

		if (!kern_pack_channel(&l, o, to, &keeps_weights))
			return false;
		for (int i = 0; i < TAPS; i++)
			*byte++ = keeps_weights ?
				l.weights[o + order[i] * channels] : 0;
	}
	return kern_pack_channels(&l, to);
}

/* ---- depthwise by quads -------------------------------------------------- */

enum { LANES = 4 };

/* Where weight (tap, lane) of four channels goes. */
static size_t place_in_quad(size_t tap, size_t lane, size_t taps)
{
	size_t odd = taps % 2;

	if (tap < odd)
		return lane;
	tap -= odd;
	return odd * LANES + tap / 2 * 2 * LANES + lane / 2 * LANES +
	       tap % 2 * 2 + lane % 2;
}

bool kern_m4_depthwise_quads_s8_pack(const struct kern_conv_s8 *k,
				     const struct kern_packed *to)
{
	size_t taps = (size_t)k->win.kernel_h * k->win.kernel_w;
	size_t channels = (size_t)k->win.out.c;
	struct kern_layer l = { k->weights, k->bias, &k->requant,
				k->win.out.c, k->in_zero, k->out_zero, taps,
				channels, 1 };

	if (!kern_m4_depthwise_quads_bytes(&k->win))
		return false;
	for (size_t o = 0; o < channels; o++) {
		int8_t *quad = to->weights + o / LANES * LANES * taps;
		bool keeps_weights;

		if (!kern_pack_channel(&l, (int32_t)o, to, &keeps_weights))
			return false;
		for (size_t i = 0; i < taps; i++)
			quad[place_in_quad(i, o % LANES, taps)] =
				keeps_weights ?
				k->weights[i * channels + o] : 0;
	}
	return kern_pack_channels(&l, to);
}
