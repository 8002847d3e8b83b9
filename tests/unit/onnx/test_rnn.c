#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "onnx_text.h"
#include "plan/runner.h"

/* LSTM and GRU over several steps against the formulas of onnx.ai, written
 * out: three steps, two of a batch, two inputs, two units. */

enum { STEPS = 3, BATCH = 2, IN = 2, SIZE = 2, GATES_MAX = 4 };

static const double pattern[] = { 0.5, -0.25, 0.75, 0.125, -0.625 };

static double at(int i)
{
	return pattern[i % 5];
}

static double sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* The sum of a gate's row with x and with h; both biases are 0.1 and 0.2. */
static double from_x(int dir, int gates, int gate, int unit, const double *x)
{
	int row = (dir * gates + gate) * SIZE + unit;
	double sum = 0;

	for (int k = 0; k < IN; k++)
		sum += at(row * IN + k) * x[k];
	return sum;
}

static double from_h(int dir, int gates, int gate, int unit, const double *h)
{
	int row = (dir * gates + gate) * SIZE + unit;
	double sum = 0;

	for (int k = 0; k < SIZE; k++)
		sum += at(row * SIZE + k) * h[k];
	return sum;
}

/* b[dir][W then R][gate][unit] alternates 0.1, 0.2. */
static double bias(int dir, int gates, bool of_r, int gate, int unit)
{
	int i = ((dir * 2 + of_r) * gates + gate) * SIZE + unit;

	return i % 2 ? 0.2 : 0.1;
}

static double gate_sum(int dir, int gates, int gate, int unit,
		       const double *x, const double *h)
{
	return from_x(dir, gates, gate, unit, x) +
	       from_h(dir, gates, gate, unit, h) +
	       bias(dir, gates, false, gate, unit) +
	       bias(dir, gates, true, gate, unit);
}

static void lstm_step(int dir, const double *x, double *h, double *c)
{
	double next[SIZE];

	for (int u = 0; u < SIZE; u++) {
		double in = sigmoid(gate_sum(dir, 4, 0, u, x, h));
		double out = sigmoid(gate_sum(dir, 4, 1, u, x, h));
		double forget = sigmoid(gate_sum(dir, 4, 2, u, x, h));
		double news = tanh(gate_sum(dir, 4, 3, u, x, h));

		c[u] = forget * c[u] + in * news;
		next[u] = out * tanh(c[u]);
	}
	memcpy(h, next, sizeof(next));
}

static void gru_step(int dir, const double *x, double *h, bool is_late)
{
	double reset[SIZE], gated[SIZE], next[SIZE];

	for (int u = 0; u < SIZE; u++) {
		reset[u] = sigmoid(gate_sum(dir, 3, 1, u, x, h));
		gated[u] = reset[u] * h[u];
	}
	for (int u = 0; u < SIZE; u++) {
		double z = sigmoid(gate_sum(dir, 3, 0, u, x, h));
		double r = is_late ? reset[u] * (from_h(dir, 3, 2, u, h) +
						 bias(dir, 3, true, 2, u)) :
			from_h(dir, 3, 2, u, gated) + bias(dir, 3, true, 2, u);
		double news = tanh(from_x(dir, 3, 2, u, x) +
				   bias(dir, 3, false, 2, u) + r);

		next[u] = (1 - z) * news + z * h[u];
	}
	memcpy(h, next, sizeof(next));
}

/* Y [steps][directions][batch][size]. */
static void expect(int directions, int gates, bool is_late, const float *in,
		   double *y)
{
	for (int b = 0; b < BATCH; b++)
		for (int d = 0; d < directions; d++) {
			double h[SIZE] = { 0 }, c[SIZE] = { 0 }, x[IN];

			for (int i = 0; i < STEPS; i++) {
				int t = d ? STEPS - 1 - i : i;

				for (int k = 0; k < IN; k++)
					x[k] = (double)in[(t * BATCH + b) *
							  IN + k];
				if (gates == 4)
					lstm_step(d, x, h, c);
				else
					gru_step(d, x, h, is_late);
				for (int u = 0; u < SIZE; u++)
					y[((t * directions + d) * BATCH + b) *
					  SIZE + u] = h[u];
			}
		}
}

static void run(const char *op, int directions, int gates, bool is_late)
{
	double want[STEPS * 2 * BATCH * SIZE];
	float in[STEPS * BATCH * IN], got[STEPS * 2 * BATCH * SIZE];
	struct buf file = BUF_INIT;
	struct plan_runner r;
	struct err err = { 0 };
	char text[600];

	snprintf(text, sizeof(text), "input x float 3,2,2\n"
		 "const w float %d,%d,2 0.5 -0.25 0.75 0.125 -0.625\n"
		 "const r float %d,%d,2 0.5 -0.25 0.75 0.125 -0.625\n"
		 "const b float %d,%d 0.1 0.2\n"
		 "%s x w r b : y direction=%s linear_before_reset=%d\n"
		 "output y", directions, gates * SIZE, directions,
		 gates * SIZE, directions, 2 * gates * SIZE, op,
		 directions == 2 ? "bidirectional" : "forward", is_late);
	for (int i = 0; i < STEPS * BATCH * IN; i++)
		in[i] = (float)(i % 7) / 4 - 0.75f;
	onnx_from_text(&file, text);
	cr_assert_eq(plan_runner_open(&r, file.data, file.len, &err), 0, "%s",
		     err.text);
	cr_assert_eq(r.output_bytes, (size_t)(STEPS * directions * BATCH *
					      SIZE) * sizeof(float));
	plan_runner_infer(&r, in, got);
	expect(directions, gates, is_late, in, want);
	for (int i = 0; i < STEPS * directions * BATCH * SIZE; i++)
		cr_expect_float_eq(got[i], want[i], 1e-6, "%s %d: %g %g", op, i,
				   (double)got[i], want[i]);
	plan_runner_close(&r);
	buf_release(&file);
}

Test(onnx_rnn, an_lstm_keeps_its_cell_from_step_to_step)
{
	run("LSTM", 1, 4, false);
}

Test(onnx_rnn, an_lstm_goes_both_ways)
{
	run("LSTM", 2, 4, false);
}

Test(onnx_rnn, a_gru_resets_before_or_after_its_product)
{
	run("GRU", 1, 3, false);
	run("GRU", 2, 3, true);
}
