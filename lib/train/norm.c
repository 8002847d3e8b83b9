/* What follows the sums of a layer with weights, and how its output is read:
 * batch norm (Ioffe and Szegedy, arXiv 1502.03167) or bias, activation. */
#include <string.h>

#include "train/pass_priv.h"

enum { CACHED_FLOATS = 4096 };

size_t train_block_rows(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	size_t in = work_tensor(k, l->net.from)->c;
	size_t out = work_tensor(k, layer)->c;
	size_t rows = CACHED_FLOATS / (in > out ? in : out);

	return rows > 16 ? rows : 16;
}

static bool is_deferred(const struct work *k, int layer)
{
	return layer >= 0 && work_layer(k, layer)->net.norm;
}

static void normalise(const struct work *k, int layer, const float *z,
		      float *y, size_t n)
{
	const struct layer *l = work_layer(k, layer);

	k->pass->isa->norm(&(struct isa_norm){
		.z = z, .y = y, .low = l->low, .high = l->high,
		.scale = work_channel(k, layer, CHANNEL_SCALE),
		.offset = work_channel(k, layer, CHANNEL_OFFSET),
		.p = n, .c = work_tensor(k, layer)->c });
}

const float *train_rows(const struct work *k, int layer, size_t first,
			size_t n, float *room)
{
	const float *z = work_value(k, layer) +
		first * work_tensor(k, layer)->c;

	if (!is_deferred(k, layer))
		return z;
	normalise(k, layer, z, room, n);
	return room;
}

void train_border_open(const struct work *k, int layer,
		       const struct plan_window *window)
{
	memset(k->s->border, 0, window->h * window->w *
	       work_tensor(k, layer)->c * sizeof(float));
}

void train_border_fill(const struct work *k, int layer, size_t sample,
		       const struct plan_window *window)
{
	const struct tensor *t = work_tensor(k, layer);
	const float *z = work_value(k, layer) + sample * t->positions * t->c;
	bool deferred = is_deferred(k, layer);

	for (size_t y = 0; y < t->h; y++, z += t->w * t->c) {
		float *to = k->s->border + ((y + window->top) * window->w +
					    window->left) * t->c;

		if (deferred)
			normalise(k, layer, z, to, t->w);
		else
			memcpy(to, z, t->w * t->c * sizeof(float));
	}
}

/* ---- forward ------------------------------------------------------------- */

void train_norm_open(const struct work *k, int layer)
{
	size_t bytes = work_tensor(k, layer)->c * sizeof(float);

	memset(work_channel(k, layer, CHANNEL_SUM), 0, bytes);
	memset(work_channel(k, layer, CHANNEL_DOT), 0, bytes);
}

void train_norm_rows(const struct work *k, int layer, size_t first, size_t n)
{
	const struct layer *l = work_layer(k, layer);
	size_t c = work_tensor(k, layer)->c;
	float *z = work_value(k, layer);

	if (!l->net.norm)
		k->pass->isa->norm(&(struct isa_norm){
			.z = z + first * c, .y = z + first * c,
			.scale = k->s->ones,
			.offset = k->pass->parameters + l->beta,
			.low = l->low, .high = l->high, .p = n, .c = c });
	else if (k->training)	/* squares round the first row: no loss of
				   digits where the mean is far from 0 */
		k->pass->isa->moments(work_channel(k, layer, CHANNEL_SUM),
				      work_channel(k, layer, CHANNEL_DOT), z,
				      z + first * c, n, c);
}

/* Mean and variance of the shard, kept for the step's average. */
static void measure(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *t = work_tensor(k, layer);
	const float *sum = work_channel(k, layer, CHANNEL_SUM);
	const float *square = work_channel(k, layer, CHANNEL_DOT);
	const float *shift = work_value(k, layer);
	float *mean = k->shard->statistics + l->mean;
	float *variance = k->shard->statistics + l->variance;
	float n = (float)(k->shard->n * t->positions);

	for (size_t i = 0; i < t->c; i++) {
		float e = sum[i] / n;
		float v = __builtin_fmaf(-e, e, square[i] / n);

		mean[i] = shift[i] + e;
		variance[i] = v > 0 ? v : (v <= 0 ? 0 : v);
	}
}

void train_norm_close(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	size_t c = work_tensor(k, layer)->c;
	const float *from = k->training ? k->shard->statistics :
		k->pass->statistics;
	const float *gamma = k->pass->parameters + l->gamma;
	const float *beta = k->pass->parameters + l->beta;
	float *inverse = work_channel(k, layer, CHANNEL_INVERSE);
	float *scale = work_channel(k, layer, CHANNEL_SCALE);
	float *offset = work_channel(k, layer, CHANNEL_OFFSET);
	float *mean = work_channel(k, layer, CHANNEL_MEAN);

	if (!l->net.norm)
		return;
	if (k->training)
		measure(k, layer);
	memcpy(mean, from + l->mean, c * sizeof(float));
	for (size_t i = 0; i < c; i++) {
		inverse[i] = 1.0f / __builtin_sqrtf(from[l->variance + i] +
						    TRAIN_BN_EPSILON);
		scale[i] = gamma[i] * inverse[i];
		offset[i] = __builtin_fmaf(-mean[i], scale[i], beta[i]);
	}
}

/* ---- back ---------------------------------------------------------------- */

static struct isa_back back_of(const struct work *k, int layer, size_t first,
			       size_t n)
{
	const struct layer *l = work_layer(k, layer);
	size_t c = work_tensor(k, layer)->c;
	struct isa_back a = {
		.z = work_value(k, layer) + first * c,
		.dy = work_gradient(k, layer) + first * c,
		.scale = k->s->ones, .offset = k->s->zeros,
		.mean = k->s->zeros, .by_z = k->s->zeros,
		.constant = k->s->zeros, .low = l->low, .high = l->high,
		.p = n, .c = c };

	if (l->net.norm) {
		a.scale = work_channel(k, layer, CHANNEL_SCALE);
		a.offset = work_channel(k, layer, CHANNEL_OFFSET);
		a.mean = work_channel(k, layer, CHANNEL_MEAN);
		a.by_z = work_channel(k, layer, CHANNEL_BY_Z);
		a.constant = work_channel(k, layer, CHANNEL_CONSTANT);
	}
	return a;
}

void train_back_open(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *t = work_tensor(k, layer);
	size_t p = k->shard->n * t->positions;
	struct isa_back a = back_of(k, layer, 0, p);
	const float *inverse = work_channel(k, layer, CHANNEL_INVERSE);
	float *dot = work_channel(k, layer, CHANNEL_DOT);
	float *by_z = work_channel(k, layer, CHANNEL_BY_Z);
	float *constant = work_channel(k, layer, CHANNEL_CONSTANT);
	float *sum = k->shard->gradient + l->beta;

	k->pass->isa->back_sums(&a, sum, dot);
	for (size_t i = 0; l->net.norm && i < t->c; i++) {
		float gamma = dot[i] * inverse[i];

		k->shard->gradient[l->gamma + i] = gamma;
		by_z[i] = -(a.scale[i] * inverse[i]) * (gamma / (float)p);
		constant[i] = __builtin_fmaf(-by_z[i], a.mean[i],
					     -(a.scale[i] *
					       (sum[i] / (float)p)));
	}
}

void train_back_rows(const struct work *k, int layer, size_t first, size_t n,
		     float *out)
{
	struct isa_back a = back_of(k, layer, first, n);

	a.dz = out;
	k->pass->isa->back(&a);
}

void train_back_border_open(const struct work *k, int layer)
{
	const struct plan_window *w = &work_layer(k, layer)->window;

	memset(k->s->border_back, 0, w->back_h * w->back_w *
	       work_tensor(k, layer)->c * sizeof(float));
}

void train_back_border_fill(const struct work *k, int layer, size_t sample)
{
	const struct plan_window *w = &work_layer(k, layer)->window;
	const struct tensor *t = work_tensor(k, layer);

	for (size_t y = 0; y < t->h; y++)
		train_back_rows(k, layer, sample * t->positions + y * t->w,
				t->w, k->s->border_back +
				((y + w->back_top) * w->back_w +
				 w->back_left) * t->c);
}
