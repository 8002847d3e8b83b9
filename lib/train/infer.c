#include <stdlib.h>

#include "train/infer_priv.h"
#include "train/model_priv.h"

struct all {
	const struct pass *pass;
	const struct train_data *data;
	struct scratch *scratches;
	float *probabilities, *loss;
};

static void infer_shard(void *ctx, size_t item, int worker)
{
	const struct all *all = ctx;
	const struct train_plan *plan = all->pass->plan;
	size_t values = train_plan_values(plan);
	size_t first = item * TRAIN_SHARD, left = all->data->n - first;
	struct shard shard = {
		.n = left < TRAIN_SHARD ? left : TRAIN_SHARD,
		.probabilities = all->probabilities +
			first * plan->outputs,
		.loss = all->loss ? all->loss + first : NULL };

	for (size_t i = 0; i < shard.n; i++) {
		float *x = all->scratches[worker].input + i * values;

		all->data->fetch(all->data->ctx, first + i, NULL, x);
		shard.x[i] = x;
		train_shard_target(&shard, i, all->data, first + i,
				   plan->outputs);
	}
	train_pass_infer(all->pass, &all->scratches[worker], &shard);
}

void train_infer_all(const struct pass *pass, const struct train_data *data,
		     struct pool *pool, struct scratch *scratches,
		     float *probabilities, float *loss)
{
	struct all all = { pass, data, scratches, probabilities, loss };

	pool_run(pool, infer_shard, &all,
		 (data->n + TRAIN_SHARD - 1) / TRAIN_SHARD);
}

int train_scratches_open(struct scratch **out, int n,
			 const struct train_plan *plan, struct err *err)
{
	struct scratch *s = calloc((size_t)n, sizeof(*s));

	*out = s;
	if (!s)
		return err_nomem(err);
	for (int i = 0; i < n; i++)
		if (train_scratch_open(&s[i], plan, err) != 0)
			return ERR_MEM;
	return 0;
}

void train_scratches_close(struct scratch *scratches, int n)
{
	for (int i = 0; scratches && i < n; i++)
		train_scratch_close(&scratches[i]);
	free(scratches);
}

size_t train_answer(const float *probabilities, size_t classes)
{
	size_t best = 0;

	for (size_t i = 1; i < classes; i++)
		if (probabilities[i] > probabilities[best])
			best = i;
	return best;
}

int train_infer(const struct train_model *model, const struct train_data *data,
		const struct train_options *options, float *probabilities,
		struct err *err)
{
	const struct train_options defaults = { 0 };
	struct pass pass = {
		.plan = &model->plan, .parameters = model->parameters,
		.statistics = model->statistics,
		.input_scale = model->input_scale, .batch = 1 };
	struct scratch *scratches = NULL;
	struct pool *pool = NULL;
	float ignored;
	int status;

	options = options ? options : &defaults;
	status = train_check_data(&model->plan, data, &ignored, err);
	if (status == 0)
		status = train_isa_find(options->isa, &pass.isa, err);
	if (status == 0)
		status = pool_open(&pool, options->threads, err);
	if (status == 0)
		status = train_scratches_open(&scratches, pool_threads(pool),
					      &model->plan, err);
	if (status == 0)
		train_infer_all(&pass, data, pool, scratches, probabilities,
				NULL);
	train_scratches_close(scratches, pool ? pool_threads(pool) : 0);
	pool_close(pool);
	return status;
}
