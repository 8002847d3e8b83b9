/* Each channel by itself, over padded planes. */
#include "train/pass_priv.h"

static struct isa_stencil stencil_of(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *out = work_tensor(k, layer);

	return (struct isa_stencil){
		.in = k->s->border, .taps = k->pass->parameters + l->w,
		.out_at = k->s->out_at, .in_at = k->s->in_at,
		.tap_at = k->s->tap_at, .p = out->positions,
		.tap_count = l->rows, .c = out->c };
}

static void forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *out = work_tensor(k, layer);
	size_t plane = out->positions * out->c;
	struct isa_stencil a = stencil_of(k, layer);

	train_norm_open(k, layer);
	train_border_open(k, l->net.from, &l->window);
	train_input_places(k, layer, k->s->in_at);
	train_tap_places(k, layer, k->s->tap_at);
	for (size_t i = 0; i < out->positions; i++)
		k->s->out_at[i] = (int32_t)(i * out->c);
	for (size_t n = 0; n < k->shard->n; n++) {
		train_border_fill(k, l->net.from, n, &l->window);
		a.out = work_value(k, layer) + n * plane;
		k->pass->isa->stencil(&a);
		train_norm_rows(k, layer, n * out->positions, out->positions);
	}
	train_norm_close(k, layer);
}

static void input_back(const struct work *k, int layer, size_t sample)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	size_t phases = (size_t)l->net.stride_h * (size_t)l->net.stride_w;
	size_t first = 0;
	struct isa_stencil a = stencil_of(k, layer);

	a.in = k->s->border_back;
	a.out = work_gradient(k, l->net.from) +
		sample * in->positions * in->c;
	a.add = l->adds[0];
	for (size_t i = 0; i < phases; i++, first += a.p) {
		struct plan_phase phase = train_phase(&l->net, i);

		a.taps = k->pass->turned + l->turned + phase.row * a.c;
		a.tap_count = phase.taps_h * phase.taps_w;
		a.p = train_phase_count(k, layer, &phase);
		a.out_at = k->s->phase_at + first;
		a.in_at = k->s->back_at + first;
		for (size_t t = 0; t < a.tap_count; t++)
			k->s->tap_at[t] = (int32_t)
				((t / phase.taps_w * l->window.back_w +
				  t % phase.taps_w) * a.c);
		k->pass->isa->stencil(&a);
	}
}

static void back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	struct isa_stencil a = stencil_of(k, layer);

	a.out = k->s->border_back;
	train_back_open(k, layer);
	train_border_open(k, l->net.from, &l->window);
	train_back_border_open(k, layer);
	train_input_places(k, layer, k->s->in_at);
	train_gradient_places(k, layer, k->s->out_at);
	train_all_phases(k, layer);
	for (size_t n = 0; n < k->shard->n; n++) {
		train_border_fill(k, l->net.from, n, &l->window);
		train_back_border_fill(k, layer, n);
		train_tap_places(k, layer, k->s->tap_at);
		k->pass->isa->stencil_taps(k->shard->gradient + l->w, &a);
		if (l->net.from != NET_INPUT)
			input_back(k, layer, n);
	}
}

const struct layer_kind train_depthwise = { forward, back };
