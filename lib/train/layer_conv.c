/* Convolution as products over windows of padded planes, nothing copied out;
 * with a 1x1 kernel and no stride over rows as they are. */
#include "train/pass_priv.h"

/* ---- 1x1 ----------------------------------------------------------------- */

static void pointwise_forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	const struct tensor *out = work_tensor(k, layer);
	size_t p = k->shard->n * out->positions, n;
	size_t most = train_block_rows(k, layer);

	for (size_t i = 0; i < p; i += n) {
		n = p - i < most ? p - i : most;
		k->pass->isa->product(&(struct isa_product){
			.out = work_value(k, layer) + i * out->c,
			.left = train_rows(k, l->net.from, i, n, k->s->block),
			.right = k->pass->parameters + l->w,
			.left_step = in->c, .rows = n, .groups = 1,
			.terms = in->c, .c = out->c });
		train_norm_rows(k, layer, i, n);
	}
}

static void pointwise_block_back(const struct work *k, int layer,
				 size_t first, size_t n)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	const struct tensor *out = work_tensor(k, layer);

	train_back_rows(k, layer, first, n, k->s->block_back);
	k->pass->isa->outer(&(struct isa_outer){
		.out = k->shard->gradient + l->w,
		.left = train_rows(k, l->net.from, first, n, k->s->block),
		.right = k->s->block_back, .left_step = in->c,
		.right_step = out->c, .rows = in->c, .terms = n,
		.c = out->c });
	if (l->net.from == NET_INPUT)
		return;
	k->pass->isa->product(&(struct isa_product){
		.out = work_gradient(k, l->net.from) + first * in->c,
		.left = k->s->block_back, .left_step = out->c,
		.right = k->pass->turned + l->turned, .rows = n, .groups = 1,
		.terms = out->c, .c = in->c, .add = l->adds[0] });
}

static void pointwise_back(const struct work *k, int layer)
{
	size_t p = k->shard->n * work_tensor(k, layer)->positions, n;
	size_t most = train_block_rows(k, layer);

	for (size_t i = 0; i < p; i += n) {
		n = p - i < most ? p - i : most;
		pointwise_block_back(k, layer, i, n);
	}
}

/* ---- any window ---------------------------------------------------------- */

static void window_forward(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	const struct tensor *out = work_tensor(k, layer);

	train_border_open(k, l->net.from, &l->window);
	train_input_places(k, layer, k->s->in_at);
	for (size_t n = 0; n < k->shard->n; n++) {
		train_border_fill(k, l->net.from, n, &l->window);
		k->pass->isa->product(&(struct isa_product){
			.out = work_value(k, layer) +
				n * out->positions * out->c,
			.left = k->s->border, .left_at = k->s->in_at,
			.right = k->pass->parameters + l->w,
			.rows = out->positions,
			.groups = (size_t)l->net.kernel_h,
			.group_step = l->window.w * in->c,
			.terms = (size_t)l->net.kernel_w * in->c,
			.c = out->c });
		train_norm_rows(k, layer, n * out->positions, out->positions);
	}
}

static void weights_back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);
	size_t c = work_tensor(k, layer)->c;
	size_t in = work_tensor(k, l->net.from)->c;
	size_t row = (size_t)l->net.kernel_w * in;

	for (size_t i = 0; i < (size_t)l->net.kernel_h; i++)
		k->pass->isa->outer(&(struct isa_outer){
			.out = k->shard->gradient + l->w + i * row * c,
			.left = k->s->border + i * l->window.w * in,
			.left_at = k->s->in_at, .right = k->s->border_back,
			.right_at = k->s->out_at, .rows = row,
			.terms = work_tensor(k, layer)->positions, .c = c });
}

static void input_back(const struct work *k, int layer, size_t sample)
{
	const struct layer *l = work_layer(k, layer);
	const struct tensor *in = work_tensor(k, l->net.from);
	size_t c = work_tensor(k, layer)->c;
	size_t phases = (size_t)l->net.stride_h * (size_t)l->net.stride_w;
	size_t rows, first = 0;

	for (size_t i = 0; i < phases; i++, first += rows) {
		struct plan_phase phase = train_phase(&l->net, i);

		rows = train_phase_count(k, layer, &phase);

		k->pass->isa->product(&(struct isa_product){
			.out = work_gradient(k, l->net.from) +
				sample * in->positions * in->c,
			.out_at = k->s->phase_at + first,
			.left = k->s->border_back,
			.left_at = k->s->back_at + first,
			.right = k->pass->turned + l->turned +
				phase.row * c * in->c,
			.rows = rows,
			.groups = phase.taps_w ? phase.taps_h : 0,
			.group_step = l->window.back_w * c,
			.terms = phase.taps_w * c, .c = in->c,
			.add = l->adds[0] });
	}
}

static void window_back(const struct work *k, int layer)
{
	const struct layer *l = work_layer(k, layer);

	train_border_open(k, l->net.from, &l->window);
	train_back_border_open(k, layer);
	train_input_places(k, layer, k->s->in_at);
	train_gradient_places(k, layer, k->s->out_at);
	train_all_phases(k, layer);
	for (size_t n = 0; n < k->shard->n; n++) {
		train_border_fill(k, l->net.from, n, &l->window);
		train_back_border_fill(k, layer, n);
		weights_back(k, layer);
		if (l->net.from != NET_INPUT)
			input_back(k, layer, n);
	}
}

static void forward(const struct work *k, int layer)
{
	train_norm_open(k, layer);
	if (train_is_pointwise(&work_layer(k, layer)->net))
		pointwise_forward(k, layer);
	else
		window_forward(k, layer);
	train_norm_close(k, layer);
}

static void back(const struct work *k, int layer)
{
	train_back_open(k, layer);
	if (train_is_pointwise(&work_layer(k, layer)->net))
		pointwise_back(k, layer);
	else
		window_back(k, layer);
}

const struct layer_kind train_conv = { forward, back };
