/* From the last activations to loss, and back: pool, dropout, dense, softmax
 * cross entropy with smoothed labels. */
#include <string.h>

#include "base/fmath.h"
#include "train/pass_priv.h"
#include "train/random_priv.h"

static const float *last_plane(const struct pass *pass,
			       const struct scratch *s, size_t sample)
{
	const struct train_plan *plan = pass->plan;

	return s->layers[plan->layer_count - 1].y +
		sample * plan->h * plan->w * plan->c;
}

/* 0 or 1 / (1 - dropout), drawn by step, place in the batch, and unit. */
static void draw_mask(const struct pass *pass, size_t place, float *mask)
{
	float kept = 1.0f / (1.0f - pass->plan->net.dropout);
	struct rng rng;

	random_stream(&rng, pass->seed, RANDOM_DROPOUT, pass->step, place);
	for (size_t i = 0; i < pass->plan->c; i++)
		mask[i] = rng_unit(&rng) < pass->plan->net.dropout ? 0 : kept;
}

static void pool(const struct pass *pass, struct scratch *s,
		 const struct shard *shard, bool training)
{
	const struct train_plan *plan = pass->plan;
	size_t c = plan->c, plane = plan->h * plan->w;

	for (size_t n = 0; n < shard->n; n++) {
		float *pooled = s->pooled + n * c, *mask = s->mask + n * c;

		pass->isa->sums(pooled, last_plane(pass, s, n), plane, c);
		for (size_t i = 0; i < c; i++)
			pooled[i] /= (float)plane;
		if (!training || pass->plan->net.dropout <= 0)
			continue;
		draw_mask(pass, shard->first + n, mask);
		for (size_t i = 0; i < c; i++)
			pooled[i] *= mask[i];
	}
}

static void dense(const struct pass *pass, struct scratch *s, size_t n)
{
	const struct train_plan *plan = pass->plan;
	const float *bias = pass->parameters + plan->dense_b;

	pass->isa->product(&(struct isa_product){
		.out = s->logits, .left = s->pooled,
		.right = pass->parameters + plan->dense_w,
		.row_step = plan->c, .term_step = 1, .rows = n,
		.terms = plan->c, .c = plan->m });
	for (size_t i = 0; i < n * plan->m; i++)
		s->logits[i] += bias[i % plan->m];
}

/* p = exp(l - max) / sum; returns log of the sum, so that
 * log p = l - max - log sum. */
static float softmax(const float *logits, size_t classes, float *p,
		     float *max)
{
	float sum = 0;

	*max = logits[0];
	for (size_t i = 1; i < classes; i++)
		*max = logits[i] > *max ? logits[i] : *max;
	for (size_t i = 0; i < classes; i++) {
		p[i] = fmath_expf(logits[i] - *max);
		sum += p[i];
	}
	for (size_t i = 0; i < classes; i++)
		p[i] /= sum;
	return fmath_logf(sum);
}

void train_shard_target(struct shard *shard, size_t i,
			const struct train_data *data, size_t index,
			size_t classes)
{
	shard->y[i] = data->y ? data->y[index] : 0;
	shard->soft[i] = data->soft ? data->soft + index * classes : NULL;
	shard->weight[i] = data->class_weights ?
		data->class_weights[shard->y[i]] : 1;
}

/* What the softmax of sample n should be at class i. */
static float target_of(const struct pass *pass, const struct shard *shard,
		       size_t n, size_t i)
{
	float rest = pass->smoothing / (float)pass->plan->net.classes;

	if (shard->soft[n])
		return shard->soft[n][i];
	return (size_t)shard->y[n] == i ? rest + (1.0f - pass->smoothing) :
		rest;
}

/* Loss of sample n and weight (p - target) / batch. */
static float cross_entropy(const struct pass *pass, const struct shard *shard,
			   size_t n, const float *logits, float shift,
			   float *d_logits)
{
	size_t classes = (size_t)pass->plan->net.classes;
	const float *p = shard->probabilities + n * classes;
	float scale = shard->weight[n] / (float)pass->batch, loss = 0;

	for (size_t i = 0; i < classes; i++) {
		float target = target_of(pass, shard, n, i);

		loss = __builtin_fmaf(target, shift - logits[i], loss);
		d_logits[i] = (p[i] - target) * scale;
	}
	return shard->weight[n] * loss;
}

void train_head_forward(const struct pass *pass, struct scratch *s,
			const struct shard *shard, bool training)
{
	const struct train_plan *plan = pass->plan;
	size_t classes = (size_t)plan->net.classes;

	pool(pass, s, shard, training);
	dense(pass, s, shard->n);
	memset(s->d_logits, 0, shard->n * plan->m * sizeof(float));
	for (size_t n = 0; n < shard->n; n++) {
		const float *logits = s->logits + n * plan->m;
		float *p = shard->probabilities + n * classes, max;
		float shift = softmax(logits, classes, p, &max) + max;

		if (shard->loss)
			shard->loss[n] = cross_entropy(pass, shard, n, logits,
						       shift, s->d_logits +
						       n * plan->m);
	}
}

/* The gradient of a mean, spread over its plane. */
static void spread(const struct train_plan *plan, const float *d_pooled,
		   float *d)
{
	for (size_t i = 0; i < plan->h * plan->w; i++)
		memcpy(d + i * plan->c, d_pooled, plan->c * sizeof(float));
}

static void dense_back(const struct pass *pass, struct scratch *s,
		       const struct shard *shard)
{
	const struct train_plan *plan = pass->plan;

	pass->isa->product(&(struct isa_product){
		.out = shard->gradient + plan->dense_w, .left = s->pooled,
		.right = s->d_logits, .row_step = 1, .term_step = plan->c,
		.rows = plan->c, .terms = shard->n, .c = plan->m });
	pass->isa->sums(shard->gradient + plan->dense_b, s->d_logits,
			shard->n, plan->m);
	pass->isa->product(&(struct isa_product){
		.out = s->d_pooled, .left = s->d_logits,
		.right = pass->turned + plan->dense_turned,
		.row_step = plan->m, .term_step = 1, .rows = shard->n,
		.terms = plan->m, .c = plan->c });
}

void train_head_backward(const struct pass *pass, struct scratch *s,
			 const struct shard *shard)
{
	const struct train_plan *plan = pass->plan;
	size_t plane = plan->h * plan->w;

	dense_back(pass, s, shard);
	for (size_t n = 0; n < shard->n; n++) {
		float *d = s->d_pooled + n * plan->c;

		for (size_t i = 0; i < plan->c; i++) {
			if (pass->plan->net.dropout > 0)
				d[i] *= s->mask[n * plan->c + i];
			d[i] /= (float)plane;
		}
		spread(plan, d, s->d + n * plane * plan->c);
	}
}
