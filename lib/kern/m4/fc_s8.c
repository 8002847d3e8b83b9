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

static inline void dot(const struct input *p, int32_t sums[4],
		       const int8_t *first, const int8_t *second)
{
	size_t whole = 8 * (size_t)p->quads;

	if (p->quads)
		simd_dot_4x1(sums, first, second, p->in, p->quads);
	if (p->k->in_depth % 4)
		simd_dot_4x1(sums, first + whole, second + whole, p->tail, 1);
}

/* Channel o. Layers mostly have one factor for all, which then stays. */
static inline void load_channel(const struct kern_fc_s8 *k, int32_t o,
				int32_t *bias, struct m4_factor *f)
{
	struct kern_channel c;

	if ((k->channels[0] & 0xff) == KERN_CHANNELS_SHARED) {
		*bias = (int32_t)k->channels[2 + o];
		return;
	}
	c = kern_channel(k->channels, o);
	*bias = c.bias;
	*f = m4_factor(c, k->out_zero);
}

static void fc_row(const struct input *p, int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t pair = (size_t)kern_m4_rows_bytes(2, k->in_depth);
	const int8_t *weights = k->weights;
	struct m4_factor f = m4_factor(kern_channel(k->channels, 0),
				       k->out_zero);

	for (int32_t o = 0; o < k->out_depth; weights += 2 * pair) {
		int32_t sums[4] = { 0 }, left = k->out_depth - o, bias;

		dot(p, sums, weights, left > 2 ? weights + pair : weights);
		for (int i = 0; i < 4 && o < k->out_depth; i++, o++) {
			load_channel(k, o, &bias, &f);
			out[o] = m4_output(simd_add(sums[i], bias), f);
		}
	}
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

size_t kern_m4_fc_s8_scratch_bytes(const struct kern_fc_s8 *k)
{
	(void)k;
	return 0;
}
