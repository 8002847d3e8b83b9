#include <string.h>

#include "train/pass_priv.h"

/* Positions whose products are added before the next are touched: their rows
 * stay in the first cache.  The chains continue, so it does not show. */
enum { POSITIONS_AT_ONCE = 64 };

/* dy in s->d becomes dz; gradients of gamma and beta. */
static void norm_back(const struct pass *pass, const struct layer *layer,
		      const struct trace *t, struct scratch *s,
		      const struct shard *shard)
{
	const struct train_plan *plan = pass->plan;
	size_t c = plan->c, p = shard->n * plan->h * plan->w;
	const struct isa_norm a = { .z = t->z, .mean = t->mean,
		.scale = t->scale, .offset = t->offset, .y = s->d, .p = p,
		.c = c };

	pass->isa->norm_sums(&a, s->sum, s->dot);
	for (size_t i = 0; i < c; i++) {
		float gamma = s->dot[i] * t->inverse[i];

		shard->gradient[layer->gamma + i] = gamma;
		shard->gradient[layer->beta + i] = s->sum[i];
		s->by_z[i] = -(t->scale[i] * t->inverse[i]) *
			(gamma / (float)p);
		s->constant[i] = __builtin_fmaf(-s->by_z[i], t->mean[i],
						-(t->scale[i] *
						  (s->sum[i] / (float)p)));
	}
	pass->isa->norm_back(&a, s->by_z, s->constant);
}

/* w (rows, C) = x' . dz over all positions. */
static void weights_back(const struct pass *pass, const struct layer *layer,
			 const float *x, const float *dz, size_t p, float *w)
{
	struct isa_product a = {
		.out = w, .row_step = 1, .term_step = layer->rows,
		.rows = layer->rows, .c = pass->plan->c };

	for (size_t i = 0; i < p; i += POSITIONS_AT_ONCE) {
		a.left = x + i * layer->rows;
		a.right = dz + i * a.c;
		a.terms = p - i < POSITIONS_AT_ONCE ? p - i :
			POSITIONS_AT_ONCE;
		a.add = i > 0;
		pass->isa->product(&a);
	}
}

static void pointwise_back(const struct pass *pass, const struct layer *layer,
			   struct scratch *s, size_t p)
{
	pass->isa->product(&(struct isa_product){
		.out = s->d_next, .left = s->d,
		.right = pass->turned + layer->turned,
		.row_step = pass->plan->c, .term_step = 1, .rows = p,
		.terms = layer->rows, .c = pass->plan->c });
}

static void depthwise_back(const struct pass *pass, const struct layer *layer,
			   const float *x, struct scratch *s,
			   const struct shard *shard)
{
	const struct train_plan *plan = pass->plan;
	size_t plane = plan->h * plan->w * plan->c;
	struct isa_stencil a = { .in = s->border, .h = plan->h, .w = plan->w,
				 .c = plan->c };
	float *taps = shard->gradient + layer->w;

	memset(taps, 0, layer->rows * plan->c * sizeof(float));
	for (size_t n = 0; n < shard->n; n++) {
		train_border_fill(plan, s->border, x + n * plane);
		a.plane = s->d + n * plane;
		pass->isa->stencil_taps(taps, &a);
		train_border_fill(plan, s->border, s->d + n * plane);
		a.plane = s->d_next + n * plane;
		a.taps = pass->turned + layer->turned;
		pass->isa->stencil(&a);
	}
}

static void layer_back(const struct pass *pass, size_t index,
		       struct scratch *s, const struct shard *shard)
{
	const struct train_plan *plan = pass->plan;
	const struct layer *layer = &plan->layers[index];
	const float *x = index ? s->layers[index - 1].y : s->columns;
	size_t p = shard->n * plan->h * plan->w;
	float *dz = s->d;

	norm_back(pass, layer, &s->layers[index], s, shard);
	if (layer->kind == LAYER_DEPTHWISE)
		depthwise_back(pass, layer, x, s, shard);
	else
		weights_back(pass, layer, x, dz, p,
			     shard->gradient + layer->w);
	if (layer->kind == LAYER_POINTWISE)
		pointwise_back(pass, layer, s, p);
	s->d = s->d_next;
	s->d_next = dz;
}

void train_pass_train(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard)
{
	train_pass_forward(pass, scratch, shard, true);
	train_head_backward(pass, scratch, shard);
	for (size_t i = pass->plan->layer_count; i-- > 0;)
		layer_back(pass, i, scratch, shard);
}
