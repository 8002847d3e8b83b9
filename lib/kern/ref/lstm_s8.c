#include <string.h>

#include "kern/kern.h"
#include "kern/ref/curve_s16.h"
#include "kern/requant.h"

/* Gates enter their function in steps of 2^-12, a third of its unit. */
enum { GATE_STEP = 3 };

static int32_t clamp16(int32_t x)
{
	return requant_clamp(x, INT16_MIN, INT16_MAX);
}

static int32_t dot(const int8_t *weights, const int8_t *x, int32_t zero,
		   int32_t n, int32_t sum)
{
	for (int32_t i = 0; i < n; i++)
		sum = requant_add(sum, weights[i] * (x[i] - zero));
	return sum;
}

/* What gate g of unit u lets its function see. */
static int32_t gate(const struct kern_lstm_s8 *k, int g, int32_t u,
		    const int8_t *in, const int8_t *hidden)
{
	const struct kern_lstm_gate *w = &k->gates[g];
	int32_t x = dot(w->weights + (size_t)u * k->in_depth, in, k->in_zero,
			k->in_depth, w->bias[u]);
	int32_t h = dot(w->recurrent + (size_t)u * k->units, hidden,
			k->hidden_zero, k->units, 0);

	x = clamp16(requant_mul(x, w->multiplier, w->shift));
	h = clamp16(requant_mul(h, w->recurrent_multiplier,
				w->recurrent_shift));
	return GATE_STEP * clamp16(x + h);
}

/* One unit at one step: its cell state changes, its output is returned. */
static int8_t unit(const struct kern_lstm_s8 *k, int32_t u, const int8_t *in,
		   const int8_t *hidden, int16_t *cell)
{
	int32_t forget = curve_s16_logistic(gate(k, KERN_LSTM_FORGET, u, in,
						 hidden));
	int32_t input = curve_s16_logistic(gate(k, KERN_LSTM_INPUT, u, in,
						hidden));
	int32_t candidate = curve_s16_tanh(gate(k, KERN_LSTM_CANDIDATE, u, in,
						hidden));
	int32_t output = curve_s16_logistic(gate(k, KERN_LSTM_OUTPUT, u, in,
						 hidden));
	int32_t kept = clamp16(requant_mul(forget * *cell,
					   k->forget_multiplier,
					   k->forget_shift));
	int32_t added = clamp16(requant_mul(input * candidate,
					    k->input_multiplier,
					    k->input_shift));
	int32_t c = clamp16(kept + added), h;

	if (k->cell_clip > 0)
		c = requant_clamp(c, -k->cell_clip, k->cell_clip);
	*cell = (int16_t)c;
	h = curve_s16_tanh(curve_s16_scaled(c, k->tanh_multiplier,
					    k->tanh_shift));
	h = requant_mul(h * output, k->hidden_multiplier, k->hidden_shift);
	h = requant_add(h, k->hidden_zero);
	return (int8_t)requant_clamp(h, INT8_MIN, INT8_MAX);
}

/* The gates of all units read the old hidden state, so the new one waits in
 * the output. */
static void step(const struct kern_lstm_s8 *k, const int8_t *in,
		 int8_t *hidden, int16_t *cell, int8_t *out)
{
	for (int32_t u = 0; u < k->units; u++)
		out[u] = unit(k, u, in, hidden, &cell[u]);
	memcpy(hidden, out, (size_t)k->units);
}

void kern_lstm_s8(const struct kern_lstm_s8 *k, const int8_t *in,
		  int8_t *hidden, int16_t *cell, int8_t *out)
{
	for (int32_t b = 0; b < k->batches; b++)
		for (int32_t t = 0; t < k->steps; t++) {
			size_t row = k->is_time_major ?
				(size_t)t * k->batches + b :
				(size_t)b * k->steps + t;

			step(k, in + row * k->in_depth,
			     hidden + (size_t)b * k->units,
			     cell + (size_t)b * k->units,
			     out + row * k->units);
		}
}
