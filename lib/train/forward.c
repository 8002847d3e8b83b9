#include <string.h>

#include "train/pass_priv.h"

static size_t plane_floats(const struct train_plan *plan)
{
	return plan->h * plan->w * plan->c;
}

/* One position's window of the scaled input, zeros outside: (kh, kw, c). */
static float *window(const struct pass *pass, const float *x, size_t oy,
		     size_t ox, float *out)
{
	const struct ds_cnn *net = &pass->plan->net;
	long top = (long)(oy * net->stride_h) - (long)pass->plan->pad_top;
	long left = (long)(ox * net->stride_w) - (long)pass->plan->pad_left;

	for (long i = top; i < top + net->kernel_h; i++)
		for (long j = left; j < left + net->kernel_w; j++)
			for (long c = 0; c < net->c; c++) {
				bool inside = i >= 0 && i < net->h &&
					j >= 0 && j < net->w;

				*out++ = inside ? pass->input_scale *
					x[(i * net->w + j) * net->c + c] : 0;
			}
	return out;
}

static void fill_columns(const struct pass *pass, struct scratch *s,
			 const struct shard *shard)
{
	float *out = s->columns;

	for (size_t n = 0; n < shard->n; n++)
		for (size_t oy = 0; oy < pass->plan->h; oy++)
			for (size_t ox = 0; ox < pass->plan->w; ox++)
				out = window(pass, shard->x[n], oy, ox, out);
}

void train_border_fill(const struct train_plan *plan, float *border,
		       const float *plane)
{
	size_t row = plan->w * plan->c;

	for (size_t i = 0; i < plan->h; i++)
		memcpy(border + ((i + 1) * (plan->w + 2) + 1) * plan->c,
		       plane + i * row, row * sizeof(float));
}

static void multiply(const struct pass *pass, const struct layer *layer,
		     const float *x, float *z, size_t p)
{
	pass->isa->product(&(struct isa_product){
		.out = z, .left = x, .right = pass->parameters + layer->w,
		.row_step = layer->rows, .term_step = 1, .rows = p,
		.terms = layer->rows, .c = pass->plan->c });
}

static void depthwise(const struct pass *pass, struct scratch *s,
		      const struct layer *layer, const float *x, float *z,
		      size_t samples)
{
	const struct train_plan *plan = pass->plan;
	size_t plane = plane_floats(plan);

	for (size_t n = 0; n < samples; n++) {
		train_border_fill(plan, s->border, x + n * plane);
		pass->isa->stencil(&(struct isa_stencil){
			.plane = z + n * plane, .in = s->border,
			.taps = pass->parameters + layer->w,
			.h = plan->h, .w = plan->w, .c = plan->c });
	}
}

/* Mean and variance of z over the shard, kept for the step's average. */
static void measure(const struct pass *pass, const struct layer *layer,
		    struct trace *t, size_t p, float *statistics)
{
	size_t c = pass->plan->c;

	pass->isa->sums(t->mean, t->z, p, c);
	for (size_t i = 0; i < c; i++)
		t->mean[i] /= (float)p;
	pass->isa->squares(t->variance, t->z, t->mean, p, c);
	for (size_t i = 0; i < c; i++)
		t->variance[i] /= (float)p;
	memcpy(statistics + layer->mean, t->mean, c * sizeof(float));
	memcpy(statistics + layer->variance, t->variance, c * sizeof(float));
}

static void recall(const struct pass *pass, const struct layer *layer,
		   struct trace *t)
{
	size_t bytes = pass->plan->c * sizeof(float);

	memcpy(t->mean, pass->statistics + layer->mean, bytes);
	memcpy(t->variance, pass->statistics + layer->variance, bytes);
}

static void normalise(const struct pass *pass, const struct layer *layer,
		      struct trace *t, size_t p)
{
	const float *gamma = pass->parameters + layer->gamma;
	const float *beta = pass->parameters + layer->beta;

	for (size_t i = 0; i < pass->plan->c; i++) {
		t->inverse[i] = 1.0f / __builtin_sqrtf(t->variance[i] +
						       TRAIN_BN_EPSILON);
		t->scale[i] = gamma[i] * t->inverse[i];
		t->offset[i] = __builtin_fmaf(-t->mean[i], t->scale[i],
					      beta[i]);
	}
	pass->isa->norm(&(struct isa_norm){
		.z = t->z, .y = t->y, .scale = t->scale, .offset = t->offset,
		.p = p, .c = pass->plan->c });
}

void train_pass_forward(const struct pass *pass, struct scratch *s,
			const struct shard *shard, bool training)
{
	const struct train_plan *plan = pass->plan;
	size_t p = shard->n * plan->h * plan->w;

	fill_columns(pass, s, shard);
	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *layer = &plan->layers[i];
		const float *x = i ? s->layers[i - 1].y : s->columns;
		struct trace *t = &s->layers[i];

		if (layer->kind == LAYER_DEPTHWISE)
			depthwise(pass, s, layer, x, t->z, shard->n);
		else
			multiply(pass, layer, x, t->z, p);
		if (training)
			measure(pass, layer, t, p, shard->statistics);
		else
			recall(pass, layer, t);
		normalise(pass, layer, t, p);
	}
	train_head_forward(pass, s, shard, training);
}

void train_pass_infer(const struct pass *pass, struct scratch *scratch,
		      const struct shard *shard)
{
	train_pass_forward(pass, scratch, shard, false);
}
