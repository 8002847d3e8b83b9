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

static void dot(const struct input *p, int32_t sums[4], const int8_t *first,
		const int8_t *second)
{
	size_t whole = 8 * (size_t)p->quads;

	if (p->quads)
		simd_dot_4x1(sums, first, second, p->in, p->quads);
	if (p->k->in_depth % 4)
		simd_dot_4x1(sums, first + whole, second + whole, p->tail, 1);
}

static __attribute__((noinline))
void put_rows(const struct kern_fc_s8 *k, int32_t o, const int32_t *sums,
	      int32_t n, int8_t *out)
{
	for (int32_t i = 0; i < n; i++)
		out[i] = m4_output(m4_doubled(sums[i]),
				   m4_factor(&k->requant, o + i,
					     k->out_zero));
}

static void fc_row(const struct input *p, int8_t *out)
{
	const struct kern_fc_s8 *k = p->k;
	size_t pair = (size_t)kern_m4_rows_bytes(2, k->in_depth);
	const int8_t *weights = k->weights;
	int32_t o = 0, left = k->out_depth, sums[4] = { 0 };

	for (; left >= 4; left -= 4, o += 4, weights += 2 * pair) {
		__builtin_memcpy(sums, k->bias + o, sizeof(sums));
		dot(p, sums, weights, weights + pair);
		put_rows(k, o, sums, 4, out + o);
	}
	if (!left)
		return;
	for (int32_t i = 0; i < left; i++)
		sums[i] = k->bias[o + i];
	dot(p, sums, weights, left > 2 ? weights + pair : weights);
	put_rows(k, o, sums, left, out + o);
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
