#include "kern/m0/m0.h"

enum { OFFSET = 128 };

/* x and w are stored 128 too large, which the m0 kernels make up for but for
 * 128 SUM w. False when the channel is refused. */
static bool pack_channel(const struct kern_layer *l, int32_t o,
			 const struct kern_packed *to, uint32_t x_offset,
			 bool *keeps_weights)
{
	uint32_t sum = 0;

	if (!kern_pack_channel(l, o, to, keeps_weights))
		return false;
	for (size_t i = 0; *keeps_weights && i < l->n; i++)
		sum += (uint32_t)l->weights[o * l->channel_step + i * l->step];
	to->bias[o] = (int32_t)((uint32_t)to->bias[o] - x_offset * sum);
	return true;
}

static int8_t stored(int8_t weight, bool keeps_weights)
{
	return (int8_t)((keeps_weights ? weight : 0) ^ -OFFSET);
}

static bool pack_rows(const struct kern_layer *l, const struct kern_packed *to,
		      uint32_t x_offset)
{
	for (int32_t o = 0; o < l->channels; o++) {
		bool keeps_weights;
		size_t at = (size_t)o * l->n;

		if (!pack_channel(l, o, to, x_offset, &keeps_weights))
			return false;
		for (size_t end = at + l->n; at < end; at++)
			to->weights[at] = stored(l->weights[at],
						 keeps_weights);
	}
	return true;
}

bool kern_m0_conv_s8_pack(const struct kern_conv_s8 *k,
			  const struct kern_packed *to)
{
	struct kern_layer l = kern_conv_layer(k);

	return pack_rows(&l, to, OFFSET);
}

bool kern_m0_fc_s8_pack(const struct kern_fc_s8 *k,
			const struct kern_packed *to)
{
	struct kern_layer l = kern_fc_layer(k);

	return pack_rows(&l, to, 0);
}

/* ---- depthwise ----------------------------------------------------------- */

/* The taps of channel o, line by line. */
static void pack_taps(const struct kern_conv_s8 *k, int32_t o,
		      bool keeps_weights, int8_t *to)
{
	const struct kern_window *win = &k->win;
	bool is_turned = win->out.h > win->out.w;
	int32_t along = is_turned ? win->kernel_h : win->kernel_w;
	int32_t across = is_turned ? win->kernel_w : win->kernel_h;

	for (int32_t i = 0; i < across; i++)
		for (int32_t j = 0; j < along; j++) {
			int32_t tap = is_turned ? j * win->kernel_w + i :
				      i * win->kernel_w + j;

			*to++ = stored(k->weights[tap * win->out.c + o],
				       keeps_weights);
		}
}

bool kern_m0_depthwise_s8_pack(const struct kern_conv_s8 *k,
			       const struct kern_packed *to)
{
	struct kern_layer l = kern_depthwise_layer(k);

	if (!kern_m0_depthwise_bytes(&k->win))
		return false;
	for (int32_t o = 0; o < l.channels; o++) {
		bool keeps_weights;

		if (!pack_channel(&l, o, to, OFFSET, &keeps_weights))
			return false;
		pack_taps(k, o, keeps_weights, to->weights + o * l.n);
	}
	return true;
}
