#include "squeeze/by_command.h"

#include "graph/graph.h"
#include "quant/ports.h"
#include "train/foreign.h"

static const char *const models[] = { "model.tflite", "model.onnx" };

static int give(struct by_command *by, const struct work *w)
{
	const struct features_items *samples = &w->calibration;
	const struct command_array x = { "<f4", 4, {
		samples->n, w->recipe.frames, w->recipe.coefficients,
		w->recipe.channels }, samples->x };
	const struct command_array y = { "<i4", 1, { samples->n },
					 samples->y };
	const struct artifact_member *classes;
	int ret = artifact_need(w->trained, "classes.txt", &classes, w->err);

	if (!ret)
		ret = command_put(&by->command, "classes.txt", classes->bytes,
				  classes->n, w->err);
	if (!ret)
		ret = command_put(&by->command, "model.tflite",
				  w->float_file->bytes, w->float_file->n,
				  w->err);
	if (!ret)
		ret = command_put(&by->command, "features.bin",
				  w->features->bytes, w->features->n, w->err);
	if (!ret)
		ret = command_put_npy(&by->command, "train_x.npy", &x, w->err);
	if (!ret)
		ret = command_put_npy(&by->command, "train_y.npy", &y, w->err);
	return ret ? ret : command_put_parameters(&by->command, w->err);
}

/* Integers from end to end. */
static int finish(struct model *m, const char *name, const struct work *w)
{
	const struct foreign_shape shape = {
		{ w->recipe.frames, w->recipe.coefficients,
		  w->recipe.channels },
		w->recorded.labels.class_count, KERN_S8 };
	bool is_float = m->tensors[m->inputs[0]].type == KERN_F32 ||
			m->tensors[m->outputs[0]].type == KERN_F32;
	int ret = 0;

	if (!quant_is_done(m)) {
		err_set(w->err, ERR_FORMAT, "'%s' that the command left is not "
			"quantised", name);
		err_hint(w->err, "it must have int8 weights and activations; "
			 "for a float model leave 'command' out: squeeze "
			 "quantises it");
		return ERR_FORMAT;
	}
	if (is_float)
		ret = quant_ports(m, w->err);
	if (!ret)
		ret = graph_simplify(m, GRAPH_FOR_FILES, NULL, w->err);
	return ret ? ret : foreign_check(m, name, &shape, w->err);
}

static int take(struct by_command *by, const struct work *w,
		struct model *made)
{
	struct buf bytes = BUF_INIT;
	size_t which = 0;
	int ret = command_files(&by->command, &by->files, w->err);

	if (!ret)
		ret = command_take(&by->command, &by->files, models, 2, &bytes,
				   &which, w->err);
	if (!ret)
		ret = foreign_load(made, bytes.data, bytes.len, models[which],
				   w->err);
	buf_release(&bytes);
	if (ret)
		return ret;
	ret = finish(made, models[which], w);
	if (ret)
		model_release(made);
	return ret;
}

int squeeze_by_command(struct by_command *by, struct work *work, int threads,
		       struct model *made)
{
	const struct command_job job = {
		.project = &work->stage->project, .which = STAGE_SQUEEZE,
		.seed = 1, .threads = threads, .progress = work->progress };
	int ret = command_open(&by->command, &job, work->err);

	pool_close(work->pool);		/* command_run wants one thread only */
	work->pool = NULL;
	if (!ret)
		ret = give(by, work);
	if (!ret)
		ret = command_run(&by->command, work->err);
	return ret ? ret : take(by, work, made);
}

int by_command_add(const struct by_command *by, struct artifact_maker *maker,
		   struct err *err)
{
	command_params(&by->command, maker);
	return command_keep(&by->command, &by->files, models, 2, maker, err);
}

void by_command_close(struct by_command *by)
{
	command_files_release(&by->files);
	command_close(&by->command);
}
