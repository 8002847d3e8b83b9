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

static inline int8_t value(const struct kern_fc_s8 *k, int32_t o, int32_t sum)
{
	return m4_output(m4_doubled(sum),
			 m4_factor(&k->requant, o, k->out_zero));
}

/* Rows that are no multiple of four. */
static void last_rows(const struct input *p, int32_t o, const int8_t *weights,
		      int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t pair = (size_t)kern_m4_rows_bytes(2, k->in_depth);
	int32_t left = k->out_depth - o, sums[4] = { 0 };

	for (int32_t i = 0; i < left; i++)
		sums[i] = k->bias[o + i];
	dot(p, sums, weights, left > 2 ? weights + pair : weights);
	for (int32_t i = 0; i < left; i++)
		out[o + i] = value(k, o + i, sums[i]);
}

static void fc_row(const struct input *p, int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t pair = (size_t)kern_m4_rows_bytes(2, k->in_depth);
	const int8_t *weights = k->weights;
	int32_t o = 0, whole = k->out_depth / 4 * 4;

	for (; o < whole; o += 4, weights += 2 * pair) {
		const int32_t *bias = k->bias + o;
		int32_t sums[4] = { bias[0], bias[1], bias[2], bias[3] };

		dot(p, sums, weights, weights + pair);
		out[o] = value(k, o, sums[0]);
		out[o + 1] = value(k, o + 1, sums[1]);
		out[o + 2] = value(k, o + 2, sums[2]);
		out[o + 3] = value(k, o + 3, sums[3]);
	}
	if (o < k->out_depth)
		last_rows(p, o, weights, out);
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
