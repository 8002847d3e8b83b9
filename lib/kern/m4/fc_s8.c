#include <string.h>

#include "kern/m4/m4.h"
#include "kern/m4/output.h"

/* One row of the batch, and its layer. */
struct input {
	const struct kern_fc_s8 *k;
	const int8_t *in;
	uint32_t quads;		/* whole ones */
	int8_t tail[4];		/* the elements behind them, then zeros */
};

/* Where calls cost less than the bytes of a second loop. */
static __attribute__((noinline))
void dot(const struct input *p, int32_t sums[4], const int8_t *first,
	 const int8_t *second)
{
	struct { const int8_t *in; uint32_t quads; } part[2] = {
		{ p->in, p->quads }, { p->tail, p->k->in_depth % 4 != 0 },
	};

	for (int i = 0; i < 2; i++) {
		if (part[i].quads)
			simd_dot_4x1(sums, first, second, part[i].in,
				     part[i].quads);
		first += 8 * part[i].quads;
		second += 8 * part[i].quads;
	}
}

/* Up to four rows of any form, from row o on. */
static void put_rows(const struct input *p, int32_t o, const int8_t *weights,
		     int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t pair = (size_t)kern_m4_rows_bytes(2, k->in_depth);
	int32_t left = k->out_depth - o, sums[4] = { 0 };

	dot(p, sums, weights, left > 2 ? weights + pair : weights);
	for (int32_t i = 0; i < 4 && i < left; i++) {
		struct kern_channel c = kern_channel(k->channels, o + i);

		out[o + i] = m4_output(simd_add(sums[i], c.bias),
				       m4_factor(c, k->out_zero));
	}
}

/* Four rows after four with one factor for all, as most layers have; returns
 * how many there are. */
static int32_t put_shared(const struct input *p, int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t pair = (size_t)kern_m4_rows_bytes(2, k->in_depth);
	const int32_t *bias = (const int32_t *)k->channels + 2;
	const int8_t *weights = k->weights;
	int32_t whole = k->out_depth / 4 * 4;
	struct m4_factor f = m4_factor(kern_channel(k->channels, 0),
				       k->out_zero);

	for (int32_t o = 0; o < whole; o += 4, weights += 2 * pair) {
		int32_t sums[4] = { bias[o], bias[o + 1], bias[o + 2],
				    bias[o + 3] };

		if (p->k->in_depth % 4)
			dot(p, sums, weights, weights + pair);
		else
			simd_dot_4x1(sums, weights, weights + pair, p->in,
				     p->quads);
		out[o] = m4_output(sums[0], f);
		out[o + 1] = m4_output(sums[1], f);
		out[o + 2] = m4_output(sums[2], f);
		out[o + 3] = m4_output(sums[3], f);
	}
	return whole;
}

static void fc_row(const struct input *p, int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t four = (size_t)kern_m4_rows_bytes(4, k->in_depth);
	bool shared = (k->channels[0] & 0xff) == KERN_CHANNELS_SHARED;
	int32_t o = shared ? put_shared(p, out) : 0;

	for (; o < k->out_depth; o += 4)
		put_rows(p, o, k->weights + (size_t)o / 4 * four, out);
}

void kern_m4_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch)
{
	struct input p = { .k = k, .quads = (uint32_t)k->in_depth / 4 };
	size_t whole = 4 * (size_t)p.quads;

	(void)scratch;
	for (int32_t b = 0; b < k->batches; b++) {
		p.in = in + (size_t)b * k->in_depth;
		memcpy(p.tail, p.in + whole, (size_t)k->in_depth - whole);
		fc_row(&p, out + (size_t)b * k->out_depth);
	}
	m4_clamp(out, (size_t)k->batches * k->out_depth, k->act_min,
		 k->act_max);
}
