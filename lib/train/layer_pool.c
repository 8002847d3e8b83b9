/* Maxima and means over windows; what lies outside of the input is neither a
 * maximum nor counted. */
#include <string.h>

#include "train/pass_priv.h"

/* The part of a window inside of the input: rows and columns [from, to). */
struct inside {
	size_t top, bottom, left, right;
};

static void clip(size_t at, size_t before, size_t kernel, size_t in,
		 size_t *from, size_t *to)
{
	size_t end = at + kernel - before;

	*from = at > before ? at - before : 0;
	*to = end < in ? end : in;
}

static struct inside inside_of(const struct work *k, int layer, size_t y,
			       size_t x)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	struct inside w;

	clip(y * (size_t)l->net.stride_h, l->window.top,
	     (size_t)l->net.kernel_h, in->h, &w.top, &w.bottom);
	clip(x * (size_t)l->net.stride_w, l->window.left,
	     (size_t)l->net.kernel_w, in->w, &w.left, &w.right);
	return w;
}

/* One position of a window of one sample: x, dx (C) of the input, y, dy (C) of
 * the output; share is 1 / counted positions. */
typedef void pool_step(const float *x, float *dx, float *y, float *dy,
		       float share, size_t c);

static void walk_window(const struct work *k, int layer, struct inside w,
			pool_step *step, float *const at[4])
{
	const struct tensor *in = work_tensor(k,
					      work_layer(k, layer)->net.from);
	float share = 1.0f / (float)((w.bottom - w.top) * (w.right - w.left));

	for (size_t i = w.top; i < w.bottom; i++)
		for (size_t j = w.left; j < w.right; j++) {
			size_t place = (i * in->w + j) * in->c;

			step(at[0] + place, at[1] + place, at[2], at[3],
			     share, in->c);
		}
}

static void walk(const struct work *k, int layer, float *const sample[4],
		 pool_step *step)
{
	const struct tensor *out = work_tensor(k, layer);

	for (size_t p = 0; p < out->positions; p++) {
		size_t place = p * out->c;
		float *at[4] = { sample[0], sample[1], sample[2] + place,
				 sample[3] + place };

		walk_window(k, layer, inside_of(k, layer, p / out->w,
						p % out->w), step, at);
	}
}

static void max_step(const float *x, float *dx, float *y, float *dy,
		     float share, size_t c)
{
	(void)dx, (void)dy, (void)share;
	for (size_t i = 0; i < c; i++)
		y[i] = y[i] > x[i] ? y[i] : x[i];
}

/* The first position that has the maximum takes the gradient; dy is set to 0
 * then. */
static void max_back_step(const float *x, float *dx, float *y, float *dy,
			  float share, size_t c)
{
	(void)share;
	for (size_t i = 0; i < c; i++) {
		bool is_it = x[i] >= y[i];

		dx[i] += is_it ? dy[i] : 0;
		dy[i] = is_it ? 0 : dy[i];
	}
}

static void mean_step(const float *x, float *dx, float *y, float *dy,
		      float share, size_t c)
{
	(void)dx, (void)dy;
	for (size_t i = 0; i < c; i++)
		y[i] = __builtin_fmaf(x[i], share, y[i]);
}

static void mean_back_step(const float *x, float *dx, float *y, float *dy,
			   float share, size_t c)
{
	(void)x, (void)y;
	for (size_t i = 0; i < c; i++)
		dx[i] = __builtin_fmaf(dy[i], share, dx[i]);
}

static void pool_forward(const struct work *k, int layer, float start,
			 pool_step *step)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	const struct tensor *out = work_tensor(k, layer);
	size_t plane = out->positions * out->c;
	float *y = work_value(k, layer);

	for (size_t i = 0; i < k->shard->n * plane; i++)
		y[i] = start;
	for (size_t n = 0; n < k->shard->n; n++) {
		float *x = (float *)(uintptr_t)
			train_rows(k, l->net.from, n * in->positions,
				   in->positions, k->s->block);

		walk(k, layer, (float *[]){ x, x, y + n * plane,
		     y + n * plane }, step);
	}
}

static void pool_back(const struct work *k, int layer, bool reads,
		      pool_step *step)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	const struct tensor *out = work_tensor(k, layer);
	size_t plane = out->positions * out->c, sample = in->positions * in->c;
	float *dx, *x, *y = work_value(k, layer);

	if (l->net.from == NET_INPUT)
		return;
	dx = work_gradient(k, l->net.from);
	if (!l->adds[0])
		memset(dx, 0, k->shard->n * sample * sizeof(float));
	for (size_t n = 0; n < k->shard->n; n++) {
		x = !reads ? dx + n * sample : (float *)(uintptr_t)
			train_rows(k, l->net.from, n * in->positions,
				   in->positions, k->s->block);
		walk(k, layer, (float *[]){ x, dx + n * sample,
		     reads ? y + n * plane : dx,
		     work_gradient(k, layer) + n * plane }, step);
	}
}

static void max_forward(const struct work *k, int layer)
{
	pool_forward(k, layer, -__builtin_inff(), max_step);
}

static void max_back(const struct work *k, int layer)
{
	pool_back(k, layer, true, max_back_step);
}

static void average_forward(const struct work *k, int layer)
{
	pool_forward(k, layer, 0, mean_step);
}

static void average_back(const struct work *k, int layer)
{
	pool_back(k, layer, false, mean_back_step);
}

static void global_forward(const struct work *k, int layer)
{
	int from = work_layer(k, layer)->net.from;
	const struct tensor *in = work_tensor(k, from);
	float *y = work_value(k, layer);

	for (size_t n = 0; n < k->shard->n; n++, y += in->c) {
		k->pass->isa->sums(y, train_rows(k, from, n * in->positions,
						 in->positions, k->s->block),
				   in->positions, in->c);
		for (size_t i = 0; i < in->c; i++)
			y[i] /= (float)in->positions;
	}
}

static void global_back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	const float *dy = work_gradient(k, layer);
	float *share = k->s->block, *dx;

	if (l->net.from == NET_INPUT)
		return;
	dx = work_gradient(k, l->net.from);
	for (size_t n = 0; n < k->shard->n; n++, dy += in->c) {
		for (size_t i = 0; i < in->c; i++)
			share[i] = dy[i] / (float)in->positions;
		for (size_t p = 0; p < in->positions; p++, dx += in->c)
			k->pass->isa->join(dx, share, l->adds[0] ? dx :
					   k->s->zeros, -__builtin_inff(),
					   __builtin_inff(), in->c);
	}
}

const struct layer_kind train_max_pool = { max_forward, max_back };
const struct layer_kind train_average_pool = { average_forward,
					       average_back };
const struct layer_kind train_global_pool = { global_forward, global_back };
