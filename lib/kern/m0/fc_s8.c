#include "dot.h"
#include "kern/m0/m0.h"

enum { ROWS = 4, OFFSET = 128 };

/* Inputs are signed here, so only the weights are 128 too large. */
static uint32_t offset_sum(const int8_t *in, int32_t n)
{
	int32_t sum = 0;

	for (const int8_t *end = in + n; in != end; in++)
		sum += *in;
	return (uint32_t)sum * OFFSET;
}

static uint32_t dot(const uint8_t *w, const int8_t *x, int32_t n)
{
	int32_t sum = 0;

	while (n--)
		sum += *w++ * *x++;
	return (uint32_t)sum;
}

/* Four outputs from o on, or as many as there are. */
static int32_t dot_rows(const struct kern_fc_s8 *k, int32_t o,
			const int8_t *in, uint32_t dots[ROWS])
{
	const uint8_t *weights = (const uint8_t *)k->weights + o * k->in_depth;
	int32_t n = k->out_depth - o;

	if (n >= ROWS) {
		m0_dot_4x1(dots, weights, in, (uint32_t)k->in_depth);
		return ROWS;
	}
	for (int32_t i = 0; i < n; i++, weights += k->in_depth)
		dots[i] = dot(weights, in, k->in_depth);
	return n;
}

static void run_batch(const struct kern_fc_s8 *k, const struct m0_layer *layer,
		      const int8_t *in, int8_t *out)
{
	uint32_t less = offset_sum(in, k->in_depth), dots[ROWS];
	int32_t sums[ROWS], n;

	for (int32_t o = 0; o < k->out_depth; o += n) {
		n = dot_rows(k, o, in, dots);
		for (int32_t i = 0; i < n; i++)
			sums[i] = (int32_t)((uint32_t)k->bias[o + i] +
					    dots[i] - less);
		m0_put_channels(layer, o, sums, n, out + o);
	}
}

void kern_m0_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch)
{
	struct m0_layer layer = m0_layer(&k->requant, k->out_zero, k->act_min,
					 k->act_max);

	(void)scratch;
	for (int32_t b = 0; b < k->batches; b++) {
		run_batch(k, &layer, in, out);
		in += k->in_depth;
		out += k->out_depth;
	}
}
