#include "kern/m55/m55.h"

static size_t place_in_rows(const struct kern_layer *l, int32_t o, size_t i)
{
	size_t n = l->n, chunk = i / 16 * 16;
	size_t pitch = n - chunk < 16 ? n - chunk : 16;

	return (size_t)(o / 4) * 4 * n + 4 * chunk + o % 4 * pitch + i % 16;
}

static size_t place_of_tap(const struct kern_layer *l, int32_t o, size_t i)
{
	return i * (size_t)l->channels + (size_t)o;
}

bool kern_m55_conv_s8_pack(const struct kern_conv_s8 *k,
			   const struct kern_packed *to)
{
	struct kern_layer l = kern_conv_layer(k);

	return kern_pack_layer(&l, to, kern_m55_conv_bytes(&k->win),
			       place_in_rows);
}

bool kern_m55_fc_s8_pack(const struct kern_fc_s8 *k,
			 const struct kern_packed *to)
{
	struct kern_layer l = kern_fc_layer(k);

	return kern_pack_layer(&l, to, kern_m55_rows_bytes(l.channels,
							   k->in_depth),
			       place_in_rows);
}

bool kern_m55_depthwise_s8_pack(const struct kern_conv_s8 *k,
				const struct kern_packed *to)
{
	struct kern_layer l = kern_depthwise_layer(k);
	uint64_t bytes = kern_m55_depthwise_bytes(&k->win);

	return bytes && kern_pack_layer(&l, to, bytes, k->win.in.c == 1 ?
					place_in_rows : place_of_tap);
}
