#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "train/checkpoint_priv.h"
#include "train/infer_priv.h"
#include "train/random_priv.h"
#include "train/schedule_priv.h"
#include "train/step_priv.h"

/* One training at work. */
struct run {
	struct trainer trainer;
	struct train_model *model;
	const struct train_data *data, *validation;	/* NULL: none */
	const struct train_options *options;
	const struct progress *progress;
	const struct train_keep *keep;	/* or NULL */
	size_t freeze;			/* layers */
	struct timespec kept;		/* when */
	uint32_t *order;		/* (N) */
	size_t steps;			/* of one epoch */
	float *best;			/* the model's block at its best */
	float *probabilities, *loss;	/* of the validation data */
};

static int check_options(const struct train_options *o, struct err *err)
{
	const struct { const char *what; double value, min, max; } rules[] = {
		{ "epochs", o->epochs, 1, TRAIN_EPOCHS_MAX },
		{ "batch", o->batch, 1, TRAIN_BATCH_MAX },
		{ "patience", o->patience, 0, TRAIN_EPOCHS_MAX },
		{ "rate", o->rate, 1e-9, 1e3 },
		{ "momentum", o->momentum, 0, 0.9999 },
		{ "warm-up", o->warm_up, 0, 0.9 },
		{ "weight decay", o->weight_decay, 0, 1 },
		{ "clip", o->clip, 0, 1e9 },
		{ "ema", o->ema, 0, 0.99999 },
		{ "label smoothing", o->label_smoothing, 0, 0.9 },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!(rules[i].value >= rules[i].min &&
		      rules[i].value <= rules[i].max))
			return err_set(err, ERR_RANGE, "%s is %g, %g to %g is "
				       "possible", rules[i].what,
				       rules[i].value, rules[i].min,
				       rules[i].max);
	return 0;
}

/* Both parts; the training part decides the model's input scale. */
static int check_data(struct run *run, struct err *err)
{
	const struct train_plan *plan = &run->model->plan;
	float ignored;

	if (run->data->n == 0) {
		err_set(err, ERR_RANGE, "there is nothing to train on: the "
			"training part has no samples");
		err_hint(err, "look at the parts in labels.tsv");
		return ERR_RANGE;
	}
	if (train_check_data(plan, run->data, &run->model->input_scale,
			     err) != 0)
		return ERR_RANGE;
	if (run->freeze > 0)
		run->model->input_scale =
			train_exact_scale(run->model->input_scale);
	return run->validation ? train_check_data(plan, run->validation,
						  &ignored, err) : 0;
}

static int run_open(struct run *run, struct err *err)
{
	size_t classes = run->model->plan.outputs;
	size_t batch = (size_t)run->options->batch;
	size_t n = run->validation ? run->validation->n : 0;
	int status;

	run->steps = (run->data->n + batch - 1) / batch;
	run->order = calloc(run->data->n, sizeof(*run->order));
	run->best = calloc(train_model_floats(run->model), sizeof(float));
	run->probabilities = calloc(n * classes + 1, sizeof(float));
	run->loss = calloc(n + 1, sizeof(float));
	if (!run->order || !run->best || !run->probabilities || !run->loss)
		return err_nomem(err);
	status = trainer_open(&run->trainer, run->model, run->data,
			      run->options, err);
	return status == 0 ? optimise_freeze(&run->trainer.optimiser,
					     run->freeze, err) : status;
}

static void run_close(struct run *run)
{
	trainer_close(&run->trainer);
	free(run->order);
	free(run->best);
	free(run->probabilities);
	free(run->loss);
}

static int diverged(const struct run *run, size_t step, double rate,
		    struct err *err)
{
	err_set(err, ERR_RANGE, "the loss is not finite any more: training "
		"diverged at step %zu, epoch %d, learning rate %.3g", step + 1,
		run->trainer.epoch, rate);
	err_hint(err, "set train.rate to %.3g or lower",
		 run->options->rate / 4);
	return ERR_RANGE;
}

static void tell_step(const struct run *run, size_t step, double loss,
		      double accuracy, double rate)
{
	size_t total = run->steps * (size_t)run->options->epochs;
	char note[120];

	snprintf(note, sizeof(note),
		 "epoch %d, loss %.3f, accuracy %.1f%%, rate %.2g",
		 run->trainer.epoch, loss, 100 * accuracy, rate);
	progress_tick(run->progress, "train", (double)step, (double)total,
		      note);
}

/* All batches of one epoch; batches differ by at most one sample. */
static int run_epoch(struct run *run, struct train_row *row, struct err *err)
{
	size_t n = run->data->n, steps = run->steps, done = 0, right = 0;
	size_t step = steps * (size_t)(row->epoch - 1);
	size_t all = steps * (size_t)run->options->epochs;
	double loss = 0;
	struct rng rng;

	run->trainer.epoch = row->epoch;
	random_stream(&rng, run->options->seed, RANDOM_ORDER,
		      (uint64_t)row->epoch, 0);
	for (size_t i = 0; i < n; i++)
		run->order[i] = (uint32_t)i;
	rng_shuffle(&rng, run->order, n);
	for (size_t i = 0; i < steps; i++, step++) {
		size_t count = n * (i + 1) / steps - done;

		row->rate = train_schedule_rate(run->options, step, all);
		trainer_step(&run->trainer, run->order + done, count,
			     row->rate, &loss, &right);
		done += count;
		if (!__builtin_isfinite(loss))
			return diverged(run, step, row->rate, err);
		tell_step(run, step + 1, loss / (double)done,
			  (double)right / (double)done, row->rate);
	}
	row->loss = loss / (double)n;
	row->accuracy = (double)right / (double)n;
	return 0;
}

static void run_validation(struct run *run, struct train_row *row)
{
	const struct train_data *data = run->validation;
	struct pass pass = run->trainer.pass;
	size_t classes = run->model->plan.outputs, right = 0;
	double loss = 0;

	row->validation_loss = row->validation_accuracy = (double)NAN;
	if (!data)
		return;
	pass.parameters = optimise_block(&run->trainer.optimiser);
	pass.statistics = pass.parameters + run->model->plan.parameters;
	train_infer_all(&pass, data, run->trainer.pool,
			run->trainer.scratches, run->probabilities, run->loss);
	for (size_t i = 0; i < data->n; i++) {
		loss += run->loss[i];
		right += data->y &&
			train_answer(run->probabilities + i * classes,
				     classes) == (size_t)data->y[i];
	}
	row->validation_loss = loss / (double)data->n;
	row->validation_accuracy = (double)right / (double)data->n;
}

static bool is_better(const struct run *run, const struct train_row *row)
{
	const struct train_row *best;

	if (!run->validation || run->model->best_epoch == 0)
		return true;
	best = &run->model->rows[run->model->best_epoch - 1];
	if (row->validation_accuracy != best->validation_accuracy)
		return row->validation_accuracy > best->validation_accuracy;
	return row->validation_loss < best->validation_loss;
}

/* A step's loss speaks of the parameters before it; look at the last ones. */
static bool all_finite(const struct train_model *model)
{
	for (size_t i = 0; i < train_model_floats(model); i++)
		if (!__builtin_isfinite(model->parameters[i]))
			return false;
	return true;
}

static void tell_epoch(const struct run *run, const struct train_row *row)
{
	char line[200];
	int n = snprintf(line, sizeof(line), "epoch %d: loss %.4f, accuracy "
			 "%.2f%%", row->epoch, row->loss,
			 100 * row->accuracy);

	if (run->validation)
		snprintf(line + n, sizeof(line) - (size_t)n,
			 "; validation loss %.4f, accuracy %.2f%%",
			 row->validation_loss,
			 100 * row->validation_accuracy);
	progress_line(run->progress, line);
}

static struct checkpoint checkpoint_of(struct run *run)
{
	return (struct checkpoint){ run->model, &run->trainer.optimiser,
				    run->best };
}

static void take_up(struct run *run)
{
	const struct checkpoint c = checkpoint_of(run);
	char line[60];

	clock_gettime(CLOCK_MONOTONIC, &run->kept);
	if (!run->keep || !checkpoint_load(&c, run->keep))
		return;
	run->trainer.pass.step = (size_t)run->trainer.optimiser.steps;
	snprintf(line, sizeof(line), "taken up after epoch %zu",
		 run->model->row_count);
	progress_line(run->progress, line);
}

static void keep(struct run *run)
{
	const struct checkpoint c = checkpoint_of(run);
	struct err err = { 0 };
	struct timespec now;
	long ms;

	if (!run->keep)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - run->kept.tv_sec) * 1000 +
		(now.tv_nsec - run->kept.tv_nsec) / 1000000;
	if (ms < run->keep->interval_ms)
		return;
	run->kept = now;
	if (checkpoint_save(&c, run->keep, &err) != 0)
		progress_line(run->progress, err.text);
}

static int run_epochs(struct run *run, struct err *err)
{
	struct train_model *model = run->model;
	size_t bytes = train_model_floats(model) * sizeof(float);
	int patience = run->options->patience;

	take_up(run);
	for (int epoch = (int)model->row_count + 1;
	     epoch <= run->options->epochs; epoch++) {
		struct train_row *row = &model->rows[epoch - 1];

		row->epoch = epoch;
		if (run_epoch(run, row, err) != 0)
			return ERR_RANGE;
		if (!all_finite(model))
			return diverged(run, run->steps * (size_t)epoch - 1,
					row->rate, err);
		run_validation(run, row);
		model->row_count++;
		tell_epoch(run, row);
		if (is_better(run, row)) {
			model->best_epoch = epoch;
			memcpy(run->best,
			       optimise_block(&run->trainer.optimiser),
			       bytes);
		}
		if (patience > 0 && epoch - model->best_epoch >= patience)
			break;
		keep(run);
	}
	memcpy(model->parameters, run->best, bytes);
	return 0;
}

int train_run(struct train_model **out, const struct train_job *job,
	      struct err *err)
{
	struct run run = { .data = job->data, .options = job->options,
			   .progress = job->progress, .keep = job->keep,
			   .freeze = job->freeze > 0 ? (size_t)job->freeze :
				     0 };
	int status;

	*out = NULL;
	if (job->validation && job->validation->n > 0)
		run.validation = job->validation;
	status = check_options(job->options, err);
	if (status == 0)
		status = train_model_start(&run.model, job, err);
	if (status == 0)
		status = check_data(&run, err);
	if (status != 0) {
		train_model_close(run.model);
		return status;
	}
	status = run_open(&run, err);
	if (status == 0)
		status = run_epochs(&run, err);
	run_close(&run);
	if (status == 0)
		*out = run.model;
	else
		train_model_close(run.model);
	return status;
}

int train_untrained(struct train_model **out, const struct net *net,
		    uint64_t seed, struct err *err)
{
	const struct train_options options = { .epochs = 1, .seed = seed };
	const struct train_job job = { .net = net, .options = &options };
	int status = train_model_start(out, &job, err);

	if (status == 0)
		(*out)->input_scale = 1;
	return status;
}
