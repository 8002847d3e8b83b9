/* What the outputs are worth: softmax cross-entropy, or squared error of what
 * was rebuilt. */
#include <string.h>

#include "base/fmath.h"
#include "train/pass_priv.h"

void train_shard_target(struct shard *shard, size_t i,
			const struct train_data *data, size_t index,
			size_t classes)
{
	shard->y[i] = data->y ? data->y[index] : 0;
	shard->soft[i] = data->soft ? data->soft + index * classes : NULL;
	shard->weight[i] = data->class_weights ?
		data->class_weights[shard->y[i]] : 1;
}

/* p = exp(l - max) / sum; returns max + log of the sum, so that
 * log p = l - that. */
static float softmax(const float *logits, size_t classes, float *p)
{
	float sum = 0, max = logits[0];

	for (size_t i = 1; i < classes; i++)
		max = logits[i] > max ? logits[i] : max;
	for (size_t i = 0; i < classes; i++) {
		p[i] = fmath_expf(logits[i] - max);
		sum += p[i];
	}
	for (size_t i = 0; i < classes; i++)
		p[i] /= sum;
	return fmath_logf(sum) + max;
}

/* What the softmax of sample n should be at class i. */
static float target_of(const struct work *k, size_t n, size_t i)
{
	float smoothing = k->pass->smoothing;
	float rest = smoothing / (float)k->pass->plan->outputs;

	if (k->shard->soft[n])
		return k->shard->soft[n][i];
	return (size_t)k->shard->y[n] == i ? rest + (1.0f - smoothing) : rest;
}

/* Loss of sample n and weight (p - target) / batch. */
static float cross_entropy(const struct work *k, size_t n,
			   const float *logits, float *d_logits)
{
	const struct shard *shard = k->shard;
	size_t classes = k->pass->plan->outputs;
	float *p = shard->probabilities + n * classes;
	float shift = softmax(logits, classes, p), loss = 0;
	float scale = shard->weight[n] / (float)k->pass->batch;

	for (size_t i = 0; i < classes && shard->loss; i++) {
		float target = target_of(k, n, i);

		loss = __builtin_fmaf(target, shift - logits[i], loss);
		d_logits[i] = (p[i] - target) * scale;
	}
	return shard->weight[n] * loss;
}

/* Mean of (y - x)^2 of sample n and its gradient / batch; the rebuilt values
 * in the input's own scale. */
static float squared_error(const struct work *k, size_t n, const float *y,
			   float *dy)
{
	const struct tensor *out = work_tensor(k, (int)k->pass->plan->
					       layer_count - 1);
	const struct tensor *in = work_tensor(k, NET_INPUT);
	size_t values = k->pass->plan->outputs;
	const float *x = work_value(k, NET_INPUT) +
		n * in->positions * in->c;
	float *rebuilt = k->shard->probabilities + n * values;
	float scale = 2.0f / ((float)values * (float)k->pass->batch);
	float sum = 0;

	for (size_t i = 0; i < values; i++) {
		size_t at = i / out->real * out->c + i % out->real;
		float e = y[at] - x[i / in->real * in->c + i % in->real];

		rebuilt[i] = y[at] / k->pass->input_scale;
		sum = __builtin_fmaf(e, e, sum);
		if (k->shard->loss)
			dy[at] = scale * e;
	}
	return sum / (float)values;
}

void train_loss(const struct work *k)
{
	const struct train_plan *plan = k->pass->plan;
	int last = (int)plan->layer_count - 1;
	const struct tensor *t = work_tensor(k, last);
	size_t row = t->positions * t->c;
	const float *y = train_rows(k, last, 0, k->shard->n * t->positions,
				    k->s->block);
	float *dy = work_gradient(k, last), loss;

	memset(dy, 0, k->shard->n * row * sizeof(float));
	for (size_t n = 0; n < k->shard->n; n++) {
		loss = plan->net.task == NET_CLASSIFY ?
			cross_entropy(k, n, y + n * row, dy + n * row) :
			squared_error(k, n, y + n * row, dy + n * row);
		if (k->shard->loss)
			k->shard->loss[n] = loss;
	}
}
