#include "train/optimise_priv.h"

#include <stdlib.h>
#include <string.h>

int optimise_open(struct optimiser *o, struct train_model *model,
		  const struct train_options *options,
		  const struct train_isa *isa, struct err *err)
{
	size_t n = model->plan.parameters, all = train_model_floats(model);

	*o = (struct optimiser){ .model = model, .options = options,
				 .isa = isa, .beta1_power = 1,
				 .beta2_power = 1 };
	o->v = calloc(n, sizeof(float));
	if (options->optimiser == TRAIN_ADAMW)
		o->m = calloc(n, sizeof(float));
	if (options->ema > 0)
		o->average = calloc(all, sizeof(float));
	if (!o->v || (options->optimiser == TRAIN_ADAMW && !o->m) ||
	    (options->ema > 0 && !o->average))
		return err_nomem(err);
	if (o->average)
		memcpy(o->average, model->parameters, all * sizeof(float));
	return 0;
}

void optimise_close(struct optimiser *o)
{
	free(o->m);
	free(o->v);
	free(o->average);
	free(o->frozen);
}

int optimise_freeze(struct optimiser *o, size_t layers, struct err *err)
{
	const struct train_plan *plan = &o->model->plan;
	size_t bytes = plan->parameters * sizeof(float);

	if (layers == 0)
		return 0;
	o->frozen = malloc(bytes);
	if (!o->frozen)
		return err_nomem(err);
	memcpy(o->frozen, o->model->parameters, bytes);
	o->frozen_layers = layers < plan->layer_count ? layers :
		plan->layer_count;
	return 0;
}

static void put_range(float *to, const float *from, size_t at, size_t n)
{
	if (from)
		memcpy(to + at, from + at, n * sizeof(*to));
	else
		memset(to + at, 0, n * sizeof(*to));
}

/* The parameters of frozen layers in a block: as they were, or 0. */
static void put_frozen(const struct optimiser *o, float *block,
		       const float *from)
{
	for (size_t i = 0; i < o->frozen_layers; i++) {
		const struct layer *l = &o->model->plan.layers[i];

		put_range(block, from, l->w, l->rows * l->columns);
		put_range(block, from, l->beta, l->columns);
		if (l->net.norm)
			put_range(block, from, l->gamma, l->columns);
	}
}

static void clip(const struct optimiser *o, float *gradient)
{
	size_t n = o->model->plan.parameters;
	double sum = 0, norm;
	float scale;

	if (!(o->options->clip > 0))
		return;
	for (size_t i = 0; i < n; i++)
		sum += (double)gradient[i] * (double)gradient[i];
	norm = __builtin_sqrt(sum);
	if (!(norm > o->options->clip))
		return;
	scale = (float)(o->options->clip / norm);
	for (size_t i = 0; i < n; i++)
		gradient[i] *= scale;
}

static void adamw(struct optimiser *o, const float *gradient, double rate)
{
	const struct train_plan *plan = &o->model->plan;
	struct isa_adam a = { .w = o->model->parameters, .m = o->m, .v = o->v,
			      .g = gradient, .rate = (float)rate };

	o->beta1_power *= ADAM_BETA1;
	o->beta2_power *= ADAM_BETA2;
	a.m_scale = (float)(1 / (1 - o->beta1_power));
	a.v_scale = (float)(1 / (1 - o->beta2_power));
	a.n = plan->decayed;
	a.keep = (float)(1 - rate * o->options->weight_decay);
	o->isa->adam(&a);
	a.w += plan->decayed;
	a.m += plan->decayed;
	a.v += plan->decayed;
	a.g += plan->decayed;
	a.n = plan->parameters - plan->decayed;
	a.keep = 1;
	o->isa->adam(&a);
}

static void sgd(struct optimiser *o, const float *gradient, double rate)
{
	const struct train_plan *plan = &o->model->plan;
	float keep = (float)(1 - rate * o->options->weight_decay);
	float momentum = (float)o->options->momentum, r = (float)rate;
	float *w = o->model->parameters;

	for (size_t i = 0; i < plan->parameters; i++) {
		o->v[i] = momentum * o->v[i] + gradient[i];
		w[i] = w[i] * (i < plan->decayed ? keep : 1) - r * o->v[i];
	}
}

void optimise_step(struct optimiser *o, float *gradient, double rate)
{
	put_frozen(o, gradient, NULL);
	clip(o, gradient);
	if (o->options->optimiser == TRAIN_SGD)
		sgd(o, gradient, rate);
	else
		adamw(o, gradient, rate);
	put_frozen(o, o->model->parameters, o->frozen);
	o->steps++;
}

void optimise_average(struct optimiser *o)
{
	double first = (1 + (double)o->steps) / (10 + (double)o->steps);
	double d = first < o->options->ema ? first : o->options->ema;
	float keep = (float)d, take = (float)(1 - d);

	if (!o->average)
		return;
	for (size_t i = 0; i < train_model_floats(o->model); i++)
		o->average[i] = keep * o->average[i] +
			take * o->model->parameters[i];
	put_frozen(o, o->average, o->frozen);
}

const float *optimise_block(const struct optimiser *o)
{
	return o->average ? o->average : o->model->parameters;
}
