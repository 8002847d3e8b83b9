/* Where windows lie in padded planes. */
#include "train/pass_priv.h"

void train_input_places(const struct work *k, int layer, int32_t *at)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *out = work_tensor(k, layer);
	size_t c = work_tensor(k, l->net.from)->c;

	for (size_t y = 0; y < out->h; y++)
		for (size_t x = 0; x < out->w; x++)
			*at++ = (int32_t)((y * (size_t)l->net.stride_h *
					   l->window.w +
					   x * (size_t)l->net.stride_w) * c);
}

void train_tap_places(const struct work *k, int layer, int32_t *at)
{
	const struct layer *l = work_layer(k, layer);
	size_t c = work_tensor(k, l->net.from)->c;

	for (size_t i = 0; i < (size_t)l->net.kernel_h; i++)
		for (size_t j = 0; j < (size_t)l->net.kernel_w; j++)
			*at++ = (int32_t)((i * l->window.w + j) * c);
}

void train_gradient_places(const struct work *k, int layer, int32_t *at)
{
	const struct plan_window *w = &work_layer(k, layer)->window;
	const struct tensor *out = work_tensor(k, layer);

	for (size_t y = 0; y < out->h; y++)
		for (size_t x = 0; x < out->w; x++)
			*at++ = (int32_t)(((y + w->back_top) * w->back_w + x +
					   w->back_left) * out->c);
}

/* The first i from 0 with (i + before) % stride == a. */
static size_t first_of(size_t a, size_t before, size_t stride)
{
	return (a + stride - before % stride) % stride;
}

static size_t phase_places(const struct work *k, int layer,
			   const struct plan_phase *phase, int32_t *input_at,
			   int32_t *gradient_at)
{
	const struct layer *l = work_layer(k, layer);
	const struct plan_window *w = &l->window;
	const struct tensor *in = work_tensor(k, l->net.from);
	size_t sh = (size_t)l->net.stride_h, sw = (size_t)l->net.stride_w;
	size_t c = work_tensor(k, layer)->c, n = 0;
	size_t y0 = first_of(phase->a, w->top, sh);
	size_t x0 = first_of(phase->b, w->left, sw);

	for (size_t y = y0; y < in->h; y += sh) {
		size_t top = (y + w->top) / sh + w->back_top + 1 -
			phase->taps_h;
		size_t left = (x0 + w->left) / sw + w->back_left + 1 -
			phase->taps_w;

		for (size_t x = x0; x < in->w; x += sw, left++) {
			input_at[n] = (int32_t)((y * in->w + x) * in->c);
			gradient_at[n++] = (int32_t)((top * w->back_w + left) *
						     c);
		}
	}
	return n;
}

void train_all_phases(const struct work *k, int layer)
{
	const struct net_layer *l = &work_layer(k, layer)->net;
	size_t phases = (size_t)l->stride_h * (size_t)l->stride_w, n = 0;

	for (size_t i = 0; i < phases; i++) {
		struct plan_phase phase = train_phase(l, i);

		n += phase_places(k, layer, &phase, k->s->phase_at + n,
					k->s->back_at + n);
	}
}

size_t train_phase_count(const struct work *k, int layer,
			 const struct plan_phase *phase)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	size_t sh = (size_t)l->net.stride_h, sw = (size_t)l->net.stride_w;
	size_t y = first_of(phase->a, l->window.top, sh);
	size_t x = first_of(phase->b, l->window.left, sw);

	return (y < in->h ? (in->h - y + sh - 1) / sh : 0) *
		(x < in->w ? (in->w - x + sw - 1) / sw : 0);
}
