#include <stdlib.h>

#include "train/infer_priv.h"
#include "train/random_priv.h"
#include "train/step_priv.h"

static size_t shard_count(size_t batch)
{
	return (batch + TRAIN_SHARD - 1) / TRAIN_SHARD;
}

static float *floats(size_t n)
{
	return calloc(n, sizeof(float));
}

static int reserve(struct trainer *t, struct err *err)
{
	const struct train_plan *plan = &t->model->plan;
	size_t batch = (size_t)t->options->batch < t->data->n ?
		(size_t)t->options->batch : t->data->n;
	size_t shards = shard_count(batch);

	t->gradients = floats(shards * plan->parameters);
	t->shard_statistics = floats(shards * plan->statistics);
	t->gradient = floats(plan->parameters);
	t->turned = floats(plan->turned);
	t->loss = floats(batch);
	t->probabilities = floats(batch * plan->outputs);
	if (!t->gradients || !t->shard_statistics || !t->gradient ||
	    !t->turned || !t->loss || !t->probabilities)
		return err_nomem(err);
	return 0;
}

int trainer_open(struct trainer *trainer, struct train_model *model,
		 const struct train_data *data,
		 const struct train_options *options, struct err *err)
{
	int status;

	*trainer = (struct trainer){
		.model = model, .data = data, .options = options };
	status = reserve(trainer, err);
	if (status == 0)
		status = train_isa_find(options->isa, &trainer->pass.isa, err);
	if (status == 0)
		status = optimise_open(&trainer->optimiser, model, options,
				       trainer->pass.isa, err);
	if (status == 0)
		status = pool_open(&trainer->pool, options->threads, err);
	if (status == 0)
		status = train_scratches_open(&trainer->scratches,
					      pool_threads(trainer->pool),
					      &model->plan, err);
	trainer->pass.plan = &model->plan;
	trainer->pass.parameters = model->parameters;
	trainer->pass.statistics = model->statistics;
	trainer->pass.turned = trainer->turned;
	trainer->pass.input_scale = model->input_scale;
	trainer->pass.smoothing = (float)options->label_smoothing;
	trainer->pass.seed = options->seed;
	return status;
}

void trainer_close(struct trainer *trainer)
{
	train_scratches_close(trainer->scratches,
			      trainer->pool ? pool_threads(trainer->pool) : 0);
	pool_close(trainer->pool);
	optimise_close(&trainer->optimiser);
	free(trainer->gradients);
	free(trainer->shard_statistics);
	free(trainer->gradient);
	free(trainer->turned);
	free(trainer->loss);
	free(trainer->probabilities);
}

/* What this epoch makes of a sample. */
static void fetch(const struct trainer *t, uint32_t sample, float *out)
{
	struct rng rng;

	random_stream(&rng, t->options->seed, RANDOM_SAMPLE,
		      (uint64_t)t->epoch, sample);
	t->data->fetch(t->data->ctx, sample, &rng, out);
}

/* Shards of a batch differ by at most one sample. */
static size_t shard_first(size_t batch, size_t index)
{
	return batch * index / shard_count(batch);
}

static void train_shard(void *ctx, size_t item, int worker)
{
	struct trainer *t = ctx;
	const struct train_plan *plan = &t->model->plan;
	size_t batch = t->pass.batch, first = shard_first(batch, item);
	size_t values = train_plan_values(plan);
	struct shard shard = {
		.n = shard_first(batch, item + 1) - first, .first = first,
		.gradient = t->gradients + item * plan->parameters,
		.statistics = t->shard_statistics + item * plan->statistics,
		.loss = t->loss + first,
		.probabilities = t->probabilities +
			first * plan->outputs };

	for (size_t i = 0; i < shard.n; i++) {
		float *x = t->scratches[worker].input + i * values;

		fetch(t, t->order[first + i], x);
		shard.x[i] = x;
		train_shard_target(&shard, i, t->data, t->order[first + i],
				   plan->outputs);
	}
	train_pass_train(&t->pass, &t->scratches[worker], &shard);
}

/* The mean over the step's shards moves the running values. */
static void update_statistics(struct trainer *t, size_t shards)
{
	size_t n = t->model->plan.statistics;
	float *running = t->model->statistics, *mean = t->shard_statistics;

	for (size_t s = 1; s < shards; s++)
		for (size_t i = 0; i < n; i++)
			mean[i] += t->shard_statistics[s * n + i];
	for (size_t i = 0; i < n; i++)
		running[i] = __builtin_fmaf(TRAIN_BN_MOMENTUM, running[i],
					    (1 - TRAIN_BN_MOMENTUM) *
					    (mean[i] / (float)shards));
}

void trainer_step(struct trainer *trainer, const uint32_t *order, size_t n,
		  double rate, double *loss, size_t *right)
{
	const struct train_plan *plan = &trainer->model->plan;
	size_t classes = plan->outputs, shards = shard_count(n);

	trainer->order = order;
	trainer->pass.batch = n;
	train_plan_turn(plan, trainer->model->parameters, trainer->turned);
	pool_run(trainer->pool, train_shard, trainer, shards);
	trainer->pass.isa->sums(trainer->gradient, trainer->gradients, shards,
				plan->parameters);
	optimise_step(&trainer->optimiser, trainer->gradient, rate);
	update_statistics(trainer, shards);
	optimise_average(&trainer->optimiser);
	trainer->pass.step++;
	for (size_t i = 0; i < n; i++) {
		*loss += trainer->loss[i];
		*right += plan->net.task == NET_CLASSIFY &&
			train_answer(trainer->probabilities + i * classes,
				       classes) ==
			(size_t)trainer->data->y[order[i]];
	}
}
