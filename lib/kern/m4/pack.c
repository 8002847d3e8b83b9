#include "kern/m4/m4.h"

/* All M4 packings have the table of kern/channels.h. */
static bool pack(const struct kern_layer *l, const struct kern_packed *to,
		 uint64_t bytes, kern_place_fn *place)
{
	return kern_pack_layer(l, to, bytes, place) &&
	       kern_pack_channels(l, to);
}

/* ---- rows ---------------------------------------------------------------- */

static size_t place_in_rows(const struct kern_layer *l, int32_t o, size_t i)
{
	static const uint8_t in_quad[4] = { 0, 4, 2, 6 };
	size_t pair_bytes = (l->n + 3) / 4 * 8;

	return o / 2 * pair_bytes + o % 2 + i / 4 * 8 + in_quad[i % 4];
}

bool kern_m4_conv_s8_pack(const struct kern_conv_s8 *k,
			  const struct kern_packed *to)
{
	struct kern_layer l = kern_conv_layer(k);

	return pack(&l, to, kern_m4_conv_bytes(&k->win), place_in_rows);
}

bool kern_m4_fc_s8_pack(const struct kern_fc_s8 *k,
			const struct kern_packed *to)
{
	struct kern_layer l = kern_fc_layer(k);

	return pack(&l, to, kern_m4_rows_bytes(l.channels, k->in_depth),
		    place_in_rows);
}

/* ---- depthwise ----------------------------------------------------------- */

enum { TAPS = 9 };

static size_t place_of_tap(const struct kern_layer *l, int32_t o, size_t i)
{
	/* byte of each row * 3 + column */
	static const uint8_t at[TAPS] = { 0, 2, 6, 1, 3, 7, 4, 5, 8 };

	(void)l;
	return o * (size_t)TAPS + at[i];
}

bool kern_m4_depthwise_s8_pack(const struct kern_conv_s8 *k,
			       const struct kern_packed *to)
{
	struct kern_layer l = kern_depthwise_layer(k);
	uint64_t bytes = kern_m4_depthwise_bytes(&k->win);

	return bytes && pack(&l, to, bytes, place_of_tap);
}

/* ---- depthwise by quads -------------------------------------------------- */

enum { LANES = 4 };

static size_t place_in_quads(const struct kern_layer *l, int32_t o, size_t i)
{
	size_t quad = o / LANES * LANES * l->n, lane = o % LANES;
	size_t odd = l->n % 2;

	if (i < odd)
		return quad + lane;
	i -= odd;
	return quad + odd * LANES + i / 2 * 2 * LANES + lane / 2 * LANES +
	       i % 2 * 2 + lane % 2;
}

bool kern_m4_depthwise_quads_s8_pack(const struct kern_conv_s8 *k,
				     const struct kern_packed *to)
{
	struct kern_layer l = kern_depthwise_layer(k);
	uint64_t bytes = kern_m4_depthwise_quads_bytes(&k->win);

	return bytes && pack(&l, to, bytes, place_in_quads);
}
