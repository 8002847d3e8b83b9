#include <stdlib.h>
#include <string.h>

#include "train/model_priv.h"

size_t train_model_floats(const struct train_model *model)
{
	return model->plan.parameters + model->plan.statistics;
}

/* Weights, norm and bias of one layer that is the same in both. */
static void copy_layer(struct train_model *to, const struct train_model *from,
		       size_t i)
{
	const struct layer *a = &to->plan.layers[i];
	const struct layer *b = &from->plan.layers[i];
	size_t bytes = a->columns * sizeof(float);

	memcpy(to->parameters + a->w, from->parameters + b->w,
	       a->rows * bytes);
	memcpy(to->parameters + a->beta, from->parameters + b->beta, bytes);
	if (!a->net.norm)
		return;
	memcpy(to->parameters + a->gamma, from->parameters + b->gamma, bytes);
	memcpy(to->statistics + a->mean, from->statistics + b->mean, bytes);
	memcpy(to->statistics + a->variance, from->statistics + b->variance,
	       bytes);
}

static void copy_start(struct train_model *to, const struct train_model *from)
{
	for (size_t i = 0; i < to->plan.layer_count &&
	     i < from->plan.layer_count; i++) {
		const struct layer *a = &to->plan.layers[i];
		const struct layer *b = &from->plan.layers[i];

		if (a->net.kind == b->net.kind && a->rows == b->rows &&
		    a->columns == b->columns && a->inputs == b->inputs &&
		    to->plan.tensors[i + 1].real ==
		    from->plan.tensors[i + 1].real &&
		    a->net.norm == b->net.norm)
			copy_layer(to, from, i);
	}
}

int train_model_start(struct train_model **out, const struct train_job *job,
		      struct err *err)
{
	struct train_model *model = calloc(1, sizeof(*model));
	int status;

	*out = NULL;
	if (!model)
		return err_nomem(err);
	status = train_plan_init(&model->plan, job->net, err);
	if (status != 0) {
		free(model);
		return status;
	}
	model->parameters = calloc(train_model_floats(model), sizeof(float));
	model->rows = calloc((size_t)job->options->epochs,
			     sizeof(*model->rows));
	if (!model->parameters || !model->rows) {
		train_model_close(model);
		return err_nomem(err);
	}
	model->statistics = model->parameters + model->plan.parameters;
	train_plan_start(&model->plan, job->options->seed, model->parameters,
			 model->statistics);
	if (job->start)
		copy_start(model, job->start);
	*out = model;
	return 0;
}

void train_model_close(struct train_model *model)
{
	if (!model)
		return;
	free(model->parameters);
	free(model->rows);
	free(model);
}

const struct train_row *train_model_history(const struct train_model *model,
					    size_t *rows)
{
	*rows = model->row_count;
	return model->rows;
}

int train_model_best_epoch(const struct train_model *model)
{
	return model->best_epoch;
}

size_t train_model_parameters(const struct train_model *model)
{
	const struct train_plan *plan = &model->plan;
	size_t n = 0;

	for (size_t i = 0; i < plan->layer_count; i++) {
		const struct layer *l = &plan->layers[i];
		size_t real = plan->tensors[i + 1].real;

		if (l->columns > 0)
			n += (l->inputs + 1) * real *
				(l->net.kind == NET_LSTM ? 4 : 1);
	}
	return n;
}

void train_fetch_rows(void *ctx, size_t sample, struct rng *rng, float *out)
{
	const struct train_rows *rows = ctx;
	size_t k = (size_t)rows->k, row = sample * k;

	if (rng)
		row += rng_below(rng, (uint32_t)k);
	memcpy(out, rows->x + row * rows->values,
	       rows->values * sizeof(float));
}

static int check_labels(const struct train_plan *plan,
			const struct train_data *data, struct err *err)
{
	size_t classes = plan->outputs;

	if (plan->net.task == NET_REBUILD)
		return 0;
	for (size_t i = 0; data->y && i < data->n; i++)
		if (data->y[i] < 0 || (size_t)data->y[i] >= classes)
			return err_set(err, ERR_RANGE, "sample %zu has class "
				       "%d of %zu", i, (int)data->y[i],
				       classes);
	return 0;
}

/* Adds the squares to sum. */
static int check_values(const float *x, size_t n, double *sum,
			struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!__builtin_isfinite(x[i]))
			return err_set(err, ERR_RANGE, "an input value is not "
				       "finite");
		*sum += (double)x[i] * (double)x[i];
	}
	return 0;
}

int train_check_data(const struct train_plan *plan,
		     const struct train_data *data, float *scale,
		     struct err *err)
{
	size_t values = train_plan_values(plan), n = data->n;
	float *x = calloc(values, sizeof(*x));
	int status = x ? check_labels(plan, data, err) : err_nomem(err);
	double sum = 0;

	for (size_t i = 0; i < n && status == 0; i++) {
		data->fetch(data->ctx, i, NULL, x);
		status = check_values(x, values, &sum, err);
		if (status != 0)
			err_at(err, "sample %zu", i);
	}
	free(x);
	*scale = sum > 0 && plan->is_scaled ?
		(float)(1 / __builtin_sqrt(sum / (double)(n * values))) : 1;
	return status;
}

float train_exact_scale(float scale)
{
	const uint32_t exponent = 0x7f800000, least = 0x00800000;
	uint32_t bits;

	memcpy(&bits, &scale, sizeof(bits));
	bits &= exponent;
	if (bits < least)
		bits = least;
	memcpy(&scale, &bits, sizeof(bits));
	return scale;
}
