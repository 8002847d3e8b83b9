/* Weights at random, and turned round for the way back. */
#include <string.h>

#include "base/fmath.h"
#include "train/plan_priv.h"
#include "train/random_priv.h"

/* A weight row belongs to an input channel; is that one real? */
static bool is_real_row(const struct train_plan *plan,
			const struct layer *layer, size_t row)
{
	const struct tensor *in = plan_tensor(plan, layer->net.from);

	if (layer->net.kind == NET_LSTM && row >= in->c)
		return row - in->c < layer->inputs - in->real;
	return layer->net.kind == NET_DEPTHWISE || row % in->c < in->real;
}

/* Normal with the variance that keeps the size of activations: twice where a
 * ReLU takes half away. */
static void start_weights(const struct train_plan *plan, size_t index,
			  uint64_t seed, float *w)
{
	const struct layer *layer = &plan->layers[index];
	const struct tensor *out = &plan->tensors[index + 1];
	bool linear = layer->net.activation == NET_LINEAR && !layer->net.norm;
	float deviation = __builtin_sqrtf((linear ? 1.0f : 2.0f) /
					  (float)layer->inputs);
	struct rng rng;

	random_stream(&rng, seed, RANDOM_WEIGHTS, index, 0);
	for (size_t r = 0; r < layer->rows; r++)
		for (size_t j = 0; j < layer->columns; j++)
			if (j % out->c < out->real &&
			    is_real_row(plan, layer, r))
				w[r * layer->columns + j] =
					fmath_gauss(&rng) * deviation;
}

void train_plan_start(const struct train_plan *plan, uint64_t seed,
		      float *parameters, float *statistics)
{
	memset(parameters, 0, plan->parameters * sizeof(float));
	memset(statistics, 0, plan->statistics * sizeof(float));
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *layer = &plan->layers[i];

		if (layer->columns > 0)
			start_weights(plan, i, seed, parameters + layer->w);
		/* an open forget gate: Jozefowicz et al., ICML 2015 */
		for (size_t j = 0; layer->net.kind == NET_LSTM &&
		     j < plan->tensors[i + 1].real; j++)
			parameters[layer->beta + layer->columns / 4 + j] = 1;
		for (size_t j = 0; layer->net.norm &&
		     j < plan->tensors[i + 1].real; j++) {
			parameters[layer->gamma + j] = 1;
			statistics[layer->variance + j] = 1;
		}
	}
}

static void transpose(float *to, const float *from, size_t rows,
		      size_t columns)
{
	enum { BAND = 16 };	/* rows whose lines stay in the cache */

	for (size_t first = 0; first < rows; first += BAND) {
		size_t last = rows - first < BAND ? rows : first + BAND;

		for (size_t j = 0; j < columns; j++)
			for (size_t i = first; i < last; i++)
				to[j * rows + i] = from[i * columns + j];
	}
}

/* Tap number i of a phase, counted from its last. */
static size_t phase_tap(const struct net_layer *l,
			const struct plan_phase *phase, size_t i)
{
	size_t y = phase->taps_h - 1 - i / phase->taps_w;
	size_t x = phase->taps_w - 1 - i % phase->taps_w;

	return (phase->a + y * (size_t)l->stride_h) * (size_t)l->kernel_w +
		phase->b + x * (size_t)l->stride_w;
}

/* Each tap's weights, transposed for a convolution, in the order of phases;
 * size: floats of a tap. */
static void turn_window(const struct layer *layer, size_t in, size_t out,
			const float *w, float *to)
{
	const struct net_layer *l = &layer->net;
	size_t phases = (size_t)l->stride_h * (size_t)l->stride_w;
	size_t size = in * out;

	for (size_t i = 0; i < phases; i++) {
		struct plan_phase phase = train_phase(l, i);

		for (size_t t = 0; t < phase.taps_h * phase.taps_w; t++)
			transpose(to + (phase.row + t) * size,
				  w + phase_tap(l, &phase, t) * size, in, out);
	}
}

/* First the weights of the hidden state, then those of the input. */
static void turn_lstm(const struct train_plan *plan, const struct layer *l,
		      const float *w, float *to)
{
	size_t in = plan_tensor(plan, l->net.from)->c, u = l->rows - in;

	transpose(to, w + in * l->columns, u, l->columns);
	transpose(to + u * l->columns, w, in, l->columns);
}

void train_plan_turn(const struct train_plan *plan, const float *parameters,
		     float *turned)
{
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *l = &plan->layers[i];
		const float *w = parameters + l->w;
		float *to = turned + l->turned;

		if (l->net.kind == NET_LSTM)
			turn_lstm(plan, l, w, to);
		if (l->net.from == NET_INPUT || l->net.kind == NET_LSTM)
			continue;
		if (l->net.kind == NET_DEPTHWISE)
			turn_window(l, 1, l->columns, w, to);
		else if (l->net.kind == NET_CONV)
			turn_window(l, plan_tensor(plan, l->net.from)->c,
				    l->columns, w, to);
		else if (l->columns > 0)
			transpose(to, w, l->rows, l->columns);
	}
}
