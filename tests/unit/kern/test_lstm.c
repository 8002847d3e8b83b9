#include <math.h>

#include "cases.h"
#include "kern/ref/curve_s16.h"

enum { BATCHES = 2, STEPS = 3, DEPTH = 7, UNITS = 5 };

struct lstm_case {
	struct kern_lstm_s8 k;
	int8_t weights[KERN_LSTM_GATES][UNITS * DEPTH];
	int8_t recurrent[KERN_LSTM_GATES][UNITS * UNITS];
	int32_t bias[KERN_LSTM_GATES][UNITS];
	int8_t in[BATCHES * STEPS * DEPTH];
	/* the oracle's own states, and its outputs in time-first order */
	int64_t hidden[BATCHES][UNITS], cell[BATCHES][UNITS];
	int64_t out[STEPS][BATCHES][UNITS];
};

static void pick_lstm(struct cases *cases, struct lstm_case *c)
{
	c->k = (struct kern_lstm_s8){
		BATCHES, STEPS, DEPTH, UNITS, pick(cases, 0, 1),
		.in_zero = pick(cases, -128, 127),
		.hidden_zero = pick(cases, -20, 20),
		.forget_multiplier = 1 << 30, .forget_shift = -14,
		.input_multiplier = 1 << 30,
		.input_shift = pick(cases, -20, -14),
		.hidden_multiplier = pick(cases, 1 << 30, INT32_MAX),
		.hidden_shift = pick(cases, -24, -21),
		.tanh_multiplier = pick(cases, 0, 1) ? 3 : 48,
		.tanh_shift = pick(cases, 0, 3),
		.cell_clip = pick(cases, 0, 1) ? pick(cases, 1, 9999) : 0,
	};
	for (int g = 0; g < KERN_LSTM_GATES; g++) {
		for (int i = 0; i < UNITS * DEPTH; i++)
			c->weights[g][i] = (int8_t)pick(cases, -128, 127);
		for (int i = 0; i < UNITS * UNITS; i++)
			c->recurrent[g][i] = (int8_t)pick(cases, -128, 127);
		for (int i = 0; i < UNITS; i++)
			c->bias[g][i] = pick(cases, -20000, 20000);
		c->k.gates[g] = (struct kern_lstm_gate){
			c->weights[g], c->recurrent[g], c->bias[g],
			pick(cases, 1 << 30, INT32_MAX), pick(cases, -6, 1),
			pick(cases, 1 << 30, INT32_MAX), pick(cases, -6, 1),
		};
	}
	for (size_t i = 0; i < sizeof(c->in); i++)
		c->in[i] = (int8_t)pick(cases, -128, 127);
	for (int b = 0; b < BATCHES; b++)
		for (int u = 0; u < UNITS; u++) {
			c->hidden[b][u] = pick(cases, -128, 127);
			c->cell[b][u] = pick(cases, -32768, 32767);
		}
}

static int64_t clamp16(int64_t x)
{
	return oracle_clamp(x, -32768, 32767);
}

/* What gate g sees at one step, three for each 2^-12. */
static int32_t gate(const struct lstm_case *c, int g, int b, int t, int u)
{
	const struct kern_lstm_gate *w = &c->k.gates[g];
	const int8_t *in = c->in + DEPTH * (c->k.is_time_major ?
					    t * BATCHES + b : b * STEPS + t);
	int64_t x = c->bias[g][u], h = 0;

	for (int d = 0; d < DEPTH; d++)
		x += (in[d] - c->k.in_zero) * c->weights[g][u * DEPTH + d];
	for (int v = 0; v < UNITS; v++)
		h += (c->hidden[b][v] - c->k.hidden_zero) *
		     c->recurrent[g][u * UNITS + v];
	x = clamp16(oracle_mul(x, w->multiplier, w->shift));
	h = clamp16(oracle_mul(h, w->recurrent_multiplier,
			       w->recurrent_shift));
	return 3 * (int32_t)clamp16(x + h);
}

static int64_t hidden_value(const struct lstm_case *c, int64_t cell,
			    int64_t output)
{
	int64_t x = cell * c->k.tanh_multiplier;
	int64_t half = c->k.tanh_shift ? 1 << (c->k.tanh_shift - 1) : 0;
	int64_t y = curve_s16_tanh((int32_t)floor((double)(x + half) /
					(double)(1 << c->k.tanh_shift)));

	return oracle_clamp(oracle_mul(y * output, c->k.hidden_multiplier,
				       c->k.hidden_shift) + c->k.hidden_zero,
			    -128, 127);
}

static void step(struct lstm_case *c, int b, int t)
{
	int64_t next[UNITS];

	for (int u = 0; u < UNITS; u++) {
		int64_t f = curve_s16_logistic(gate(c, KERN_LSTM_FORGET, b, t,
						    u));
		int64_t i = curve_s16_logistic(gate(c, KERN_LSTM_INPUT, b, t,
						    u));
		int64_t g = curve_s16_tanh(gate(c, KERN_LSTM_CANDIDATE, b, t,
						u));
		int64_t o = curve_s16_logistic(gate(c, KERN_LSTM_OUTPUT, b, t,
						    u));
		int64_t *cell = &c->cell[b][u];

		*cell = clamp16(clamp16(oracle_mul(f * *cell,
				c->k.forget_multiplier, c->k.forget_shift)) +
			clamp16(oracle_mul(i * g, c->k.input_multiplier,
					   c->k.input_shift)));
		if (c->k.cell_clip)
			*cell = oracle_clamp(*cell, -c->k.cell_clip,
					     c->k.cell_clip);
		next[u] = hidden_value(c, *cell, o);
	}
	for (int u = 0; u < UNITS; u++)
		c->out[t][b][u] = c->hidden[b][u] = next[u];
}

Test(lstm, sequences_equal_the_formula)
{
	struct cases cases = cases_init(61);

	for (; cases.number < CASES; cases.number++) {
		struct guarded out = guarded_init(BATCHES * STEPS * UNITS);
		struct guarded hidden = guarded_init(BATCHES * UNITS);
		struct guarded cell = guarded_init(2 * BATCHES * UNITS);
		struct lstm_case c;

		pick_lstm(&cases, &c);
		for (int i = 0; i < BATCHES * UNITS; i++) {
			hidden.data[i] = (uint8_t)
				c.hidden[i / UNITS][i % UNITS];
			((int16_t *)cell.data)[i] =
				(int16_t)c.cell[i / UNITS][i % UNITS];
		}
		kern_lstm_s8(&c.k, c.in, (int8_t *)hidden.data,
			     (int16_t *)cell.data, (int8_t *)out.data);
		for (int t = 0; t < STEPS; t++)
			for (int b = 0; b < BATCHES; b++)
				step(&c, b, t);
		for (int t = 0; t < STEPS; t++)
			for (int b = 0; b < BATCHES; b++)
				for (int u = 0; u < UNITS; u++) {
					int row = c.k.is_time_major ?
						t * BATCHES + b :
						b * STEPS + t;

					case_assert(&cases, (int8_t)
						out.data[row * UNITS + u] ==
						c.out[t][b][u]);
				}
		for (int i = 0; i < BATCHES * UNITS; i++)
			case_assert(&cases, (int8_t)hidden.data[i] ==
				    c.hidden[i / UNITS][i % UNITS] &&
				    ((int16_t *)cell.data)[i] ==
				    c.cell[i / UNITS][i % UNITS]);
		case_assert(&cases, guarded_intact(&out) &&
			    guarded_intact(&hidden) && guarded_intact(&cell));
		guarded_release(&out);
		guarded_release(&hidden);
		guarded_release(&cell);
	}
}

static double logistic(double x)
{
	return 1 / (1 + exp(-x));
}

/* One unit, two steps, by hand. */
Test(lstm, float_gates_open_and_close)
{
	const float w[] = { 0.5f, -0.25f, 1, 2 }, r[] = { 0.1f, 0.2f, -1, 3 };
	const float b[] = { 0, 1, -0.5f, 0.25f }, x[] = { 1.5f, -0.75f };
	struct kern_lstm_f32 k = { 1, 2, 1, 1, 0, .cell_clip = 0 };
	float hidden = 0.5f, cell = -0.25f, out[2];
	double h = 0.5, c = -0.25;

	for (int g = 0; g < KERN_LSTM_GATES; g++)
		k.gates[g] = (struct kern_lstm_gate_f32){ &w[g], &r[g],
							  &b[g] };
	kern_lstm_f32(&k, x, &hidden, &cell, out);
	for (int t = 0; t < 2; t++) {
		double z[KERN_LSTM_GATES];

		for (int g = 0; g < KERN_LSTM_GATES; g++)
			z[g] = (double)w[g] * x[t] + (double)b[g] +
			       (double)r[g] * h;
		c = logistic(z[KERN_LSTM_FORGET]) * c +
		    logistic(z[KERN_LSTM_INPUT]) *
		    tanh(z[KERN_LSTM_CANDIDATE]);
		h = tanh(c) * logistic(z[KERN_LSTM_OUTPUT]);
		cr_assert_float_eq(out[t], h, 1e-6);
	}
	cr_assert_float_eq(cell, c, 1e-6);
	cr_assert_eq(hidden, out[1]);
}
