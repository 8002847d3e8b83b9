#include <string.h>

#include "kern/f32/clamp_f32.h"
#include "kern/f32/math_f32.h"
#include "kern/kern.h"

static float dot(const float *a, const float *b, int32_t n)
{
	float sum = 0;

	for (int32_t i = 0; i < n; i++)
		sum = __builtin_fmaf(a[i], b[i], sum);
	return sum;
}

static float gate(const struct kern_lstm_f32 *k, int g, int32_t u,
		  const float *in, const float *hidden)
{
	const struct kern_lstm_gate_f32 *w = &k->gates[g];
	float x = dot(w->weights + (size_t)u * k->in_depth, in, k->in_depth);
	float h = dot(w->recurrent + (size_t)u * k->units, hidden, k->units);

	return x + w->bias[u] + h;
}

/* One unit at one step: its cell state changes, its output is returned. */
static float unit(const struct kern_lstm_f32 *k, int32_t u, const float *in,
		  const float *hidden, float *cell)
{
	float forget = logistic_f32(gate(k, KERN_LSTM_FORGET, u, in, hidden));
	float input = logistic_f32(gate(k, KERN_LSTM_INPUT, u, in, hidden));
	float candidate = tanh_f32(gate(k, KERN_LSTM_CANDIDATE, u, in,
					hidden));
	float output = logistic_f32(gate(k, KERN_LSTM_OUTPUT, u, in, hidden));

	*cell = forget * *cell + input * candidate;
	if (k->cell_clip > 0)
		*cell = clamp_f32(*cell, -k->cell_clip, k->cell_clip);
	return tanh_f32(*cell) * output;
}

/* The gates of all units read the old hidden state, so the new one waits in
 * the output. */
static void step(const struct kern_lstm_f32 *k, const float *in,
		 float *hidden, float *cell, float *out)
{
	for (int32_t u = 0; u < k->units; u++)
		out[u] = unit(k, u, in, hidden, &cell[u]);
	memcpy(hidden, out, (size_t)k->units * sizeof(*out));
}

void kern_lstm_f32(const struct kern_lstm_f32 *k, const float *in,
		   float *hidden, float *cell, float *out)
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
