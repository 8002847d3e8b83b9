#include "kern/m55/m55.h"

/* Where in its four rows weight i of the first goes, and how far on the
 * second's is. */
static size_t place_of(size_t i, size_t n, size_t *pitch)
{
	size_t chunk = i / 16 * 16;

	*pitch = n - chunk < 16 ? n - chunk : 16;
	return 4 * chunk + i % 16;
}

static bool pack_rows(const struct kern_layer *l, const struct kern_packed *to)
{
	size_t bytes = (size_t)kern_m55_rows_bytes(l->channels,
						   (int64_t)l->n);

	for (size_t i = 0; i < bytes; i++)
		to->weights[i] = 0;
	for (int32_t o = 0; o < l->channels; o++) {
		int8_t *rows = to->weights + (size_t)(o / 4) * 4 * l->n;
		const int8_t *from = l->weights + o * l->channel_step;
		bool keeps_weights;

		if (!kern_pack_channel(l, o, to, &keeps_weights))
			return false;
		for (size_t i = 0; keeps_weights && i < l->n; i++) {
			size_t pitch, at = place_of(i, l->n, &pitch);

			rows[at + o % 4 * pitch] = from[i * l->step];
		}
	}
	return true;
}

bool kern_m55_conv_s8_pack(const struct kern_conv_s8 *k,
			   const struct kern_packed *to)
{
	const struct kern_window *win = &k->win;
	size_t n = (size_t)win->kernel_h * win->kernel_w * win->in.c;
	struct kern_layer l = { k->weights, k->bias, &k->requant, win->out.c,
				k->in_zero, k->out_zero, n, 1, n };

	return pack_rows(&l, to);
}

bool kern_m55_fc_s8_pack(const struct kern_fc_s8 *k,
			 const struct kern_packed *to)
{
	size_t n = (size_t)k->in_depth;
	struct kern_layer l = { k->weights, k->bias, &k->requant, k->out_depth,
				k->in_zero, k->out_zero, n, 1, n };

	return pack_rows(&l, to);
}

/* ---- depthwise ----------------------------------------------------------- */

static bool pack_taps(const struct kern_layer *l, const struct kern_packed *to)
{
	for (int32_t o = 0; o < l->channels; o++) {
		bool keeps_weights;

		if (!kern_pack_channel(l, o, to, &keeps_weights))
			return false;
		for (size_t i = 0; i < l->n; i++) {
			size_t at = i * l->step + o;

			to->weights[at] = keeps_weights ? l->weights[at] : 0;
		}
	}
	return true;
}

bool kern_m55_depthwise_s8_pack(const struct kern_conv_s8 *k,
				const struct kern_packed *to)
{
	const struct kern_window *win = &k->win;
	size_t channels = (size_t)win->out.c;
	struct kern_layer l = { k->weights, k->bias, &k->requant, win->out.c,
				k->in_zero, k->out_zero,
				(size_t)win->kernel_h * win->kernel_w,
				channels, 1 };

	if (!kern_m55_depthwise_bytes(win))
		return false;
	return win->in.c == 1 ? pack_rows(&l, to) : pack_taps(&l, to);
}
