#include "kern/m55/m55.h"
#include "kern/m55/output.h"
#include "kern/m55/rows.h"

void kern_m55_fc_s8(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		    void *scratch)
{
	struct m55_rows rows = {
		.weights = k->weights, .bias = k->bias, .requant = k->requant,
		.channels = k->out_depth, .depth = k->in_depth,
		.out_zero = k->out_zero,
		.is_signed = m55_is_signed(k->out_zero, k->act_min),
	};
	size_t in_pitch = (size_t)k->in_depth;
	size_t out_pitch = (size_t)k->out_depth;
	int32_t b = k->batches;
	int8_t *to = out;

	(void)scratch;
	m55_rows_init(&rows);
	for (; b > 1; b -= 2, in += 2 * in_pitch, to += 2 * out_pitch)
		m55_rows_2(&rows, in, to, in + in_pitch, to + out_pitch);
	if (b)
		m55_rows_1(&rows, in, to);
	m55_clamp(out, (size_t)k->batches * out_pitch, k->act_min,
		  k->act_max);
}
