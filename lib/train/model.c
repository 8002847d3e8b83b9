#include <stdlib.h>

#include "train/model_priv.h"

size_t train_model_floats(const struct train_model *model)
{
	return model->plan.parameters + model->plan.statistics;
}

int train_model_start(struct train_model **out,
		      const struct train_network *network,
		      const struct train_options *options, struct err *err)
{
	struct train_model *model = calloc(1, sizeof(*model));

	*out = NULL;
	if (!model)
		return err_nomem(err);
	if (train_plan_init(&model->plan, network, err) != 0) {
		free(model);
		return ERR_RANGE;
	}
	model->parameters = calloc(train_model_floats(model), sizeof(float));
	model->rows = calloc((size_t)options->epochs, sizeof(*model->rows));
	if (!model->parameters || !model->rows) {
		train_model_close(model);
		return err_nomem(err);
	}
	model->statistics = model->parameters + model->plan.parameters;
	train_plan_start(&model->plan, options->seed, model->parameters,
			 model->statistics);
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
	const struct train_network *net = &model->plan.net;
	size_t filters = (size_t)net->filters, n = 0;

	for (size_t i = 0; i < model->plan.layer_count; i++)
		n += (model->plan.layers[i].inputs + 1) * filters;
	return n + (filters + 1) * (size_t)net->classes;
}

static int check_values(const float *x, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!__builtin_isfinite(x[i]))
			return err_set(err, ERR_RANGE, "an input value is not "
				       "finite");
	return 0;
}

int train_check_data(const struct train_network *net,
		     const struct train_data *data, struct err *err)
{
	size_t values = (size_t)net->h * (size_t)net->w * (size_t)net->c;

	if (data->k < 1)
		return err_set(err, ERR_RANGE, "%d variants of each sample: "
			       "1 is the least", data->k);
	for (size_t i = 0; data->y && i < data->n; i++)
		if (data->y[i] < 0 || data->y[i] >= net->classes)
			return err_set(err, ERR_RANGE, "sample %zu has class "
				       "%d of %d", i, (int)data->y[i],
				       net->classes);
	for (size_t i = 0; i < data->n; i++)
		if (check_values(data->x + i * (size_t)data->k * values,
				 (size_t)data->k * values, err) != 0) {
			err_at(err, "sample %zu", i);
			return ERR_RANGE;
		}
	return 0;
}
