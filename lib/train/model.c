#include <stdlib.h>
#include <string.h>

#include "train/model_priv.h"

size_t train_model_floats(const struct train_model *model)
{
	return model->plan.parameters + model->plan.statistics;
}

/* The parameters of start, if it has the same plan. */
static int copy_start(struct train_model *model,
		      const struct train_model *start, struct err *err)
{
	if (memcmp(&model->plan, &start->plan, sizeof(model->plan)) != 0)
		return err_set(err, ERR_RANGE, "the model to start from is of "
			       "another network");
	memcpy(model->parameters, start->parameters,
	       train_model_floats(model) * sizeof(float));
	return 0;
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
		status = copy_start(model, job->start, err);
	if (status == 0)
		*out = model;
	else
		train_model_close(model);
	return status;
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
	const struct ds_cnn *net = &model->plan.net;
	size_t filters = (size_t)net->filters, n = 0;

	for (size_t i = 0; i < model->plan.layer_count; i++)
		n += (model->plan.layers[i].inputs + 1) * filters;
	return n + (filters + 1) * (size_t)net->classes;
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
	int classes = plan->net.classes;

	for (size_t i = 0; data->y && i < data->n; i++)
		if (data->y[i] < 0 || data->y[i] >= classes)
			return err_set(err, ERR_RANGE, "sample %zu has class "
				       "%d of %d", i, (int)data->y[i],
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
	*scale = sum > 0 ?
		(float)(1 / __builtin_sqrt(sum / (double)(n * values))) : 1;
	return status;
}
