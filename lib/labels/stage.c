#include "labels/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/command.h"
#include "project/command.h"

/* Of label.csv and labels/labels.tsv. */
enum { TEXT_BYTES_MAX = 256 << 20 };

struct work {
	struct stage stage;
	struct artifact *input;
	struct dataset dataset;
	struct buf csv, edited, text;
	char *file;		/* labels.tsv, NULL: none is kept */
	bool has_file;		/* it was there */
	struct labels_report *report;
	struct command command;
	bool has_command;	/* and no --from instead */
	const struct progress *progress;
};

static int override(struct project_label *label,
		    const struct label_args *args, struct err *err)
{
	if (args->from && strcmp(args->from, "folder") != 0 &&
	    strcmp(args->from, "pattern") != 0 &&
	    strcmp(args->from, "csv") != 0 &&
	    strcmp(args->from, "column") != 0)
		return err_set(err, ERR_USAGE, "'%s' is not folder, pattern, "
			       "csv or column", args->from);
	if (args->from)
		label->from = args->from;
	if (args->pattern)
		label->pattern = args->pattern;
	if (args->group)
		label->group = args->group;
	return 0;
}

/* labels.csv, as the project's program leaves it. */
static int run_command(struct work *w, struct err *err)
{
	static const char *const names[] = { "labels.csv" };
	const struct command_job job = {
		.project = &w->stage.project, .which = STAGE_LABEL,
		.seed = 1, .progress = w->progress };
	struct command_files files = { 0 };
	size_t which;
	int ret = command_open(&w->command, &job, err);

	if (!ret)
		ret = command_put_artifact(&w->command, "dataset", w->input,
					   err);
	if (!ret)
		ret = command_put_parameters(&w->command, err);
	if (!ret)
		ret = command_run(&w->command, err);
	if (!ret)
		ret = command_files(&w->command, &files, err);
	if (!ret)
		ret = command_take(&w->command, &files, names, 1, &w->csv,
				   &which, err);
	command_files_release(&files);
	return ret;
}

static int read_csv(struct work *w, struct err *err)
{
	const struct project_label *label = &w->stage.project.label;
	char *path;
	int ret;

	if (w->has_command)
		return run_command(w, err);
	if (strcmp(label->from, "csv") != 0)
		return 0;
	if (!*label->csv)
		return err_set(err, ERR_FORMAT, "label.from is csv, but "
			       "label.csv names no file");
	path = project_path(&w->stage.project, label->csv);
	if (!path)
		return err_nomem(err);
	ret = file_read(path, TEXT_BYTES_MAX, &w->csv, err);
	if (ret)
		err_hint(err, "'csv' below 'label' in tinyml.yaml names it");
	free(path);
	return ret;
}

static int read_edited(struct work *w, const struct label_args *args,
		       struct err *err)
{
	if (!args->file && !w->stage.project.loaded)
		return 0;
	w->file = args->file ? strdup(args->file) :
		  project_path(&w->stage.project, "labels/labels.tsv");
	if (!w->file)
		return err_nomem(err);
	w->has_file = file_exists(w->file);
	return w->has_file ? file_read(w->file, TEXT_BYTES_MAX, &w->edited,
				       err) : 0;
}

static int write_edited(struct work *w, struct err *err)
{
	int ret;

	if (!w->file || !w->text.len)
		return 0;
	if (w->text.failed)
		return err_nomem(err);
	if (w->has_file && w->text.len == w->edited.len &&
	    memcmp(w->text.data, w->edited.data, w->text.len) == 0)
		return 0;
	ret = file_mkparents(w->file, err);
	return ret ? ret : file_write(w->file, w->text.data, w->text.len, 0644,
				      err);
}

static int make(struct work *w, struct err *err)
{
	struct project_label label = w->stage.project.label;
	const struct labels_job job = {
		.label = &label, .dataset = &w->dataset,
		.csv = w->csv.data, .csv_n = w->csv.len,
		.edited = w->edited.data, .edited_n = w->edited.len
	};
	struct artifact_maker *maker = artifact_make("label", LABELS_FORMAT);
	int ret = maker ? 0 : err_nomem(err), wrote;

	if (w->has_command)
		label.from = "csv";
	if (!ret)
		ret = labels_make(&job, maker, &w->text, w->report, err);
	wrote = write_edited(w, err);
	ret = ret ? ret : wrote;
	if (!ret) {
		artifact_add_input(maker, w->input);
		stage_params(&w->stage, maker);
		command_params(&w->command, maker);
		ret = stage_write(&w->stage, maker, NULL, err);
	}
	artifact_drop(maker);
	return ret;
}

int label_stage(const struct label_args *args, struct labels_report *report,
		struct err *err)
{
	struct work w = { .report = report, .command.lock = -1,
			  .progress = args->progress };
	int ret = stage_open(&w.stage, STAGE_LABEL, &args->stage, err);

	if (!ret)
		ret = stage_input(&w.stage, STAGE_COLLECT, args->dataset,
				  &w.input, err);
	if (!ret)
		ret = dataset_read(&w.dataset, w.input, err);
	if (!ret)
		ret = override(&w.stage.project.label, args, err);
	w.has_command = !args->from && !ret &&
			project_command(&w.stage.project, STAGE_LABEL);
	if (!ret)
		ret = read_csv(&w, err);
	if (!ret)
		ret = read_edited(&w, args, err);
	if (!ret)
		ret = make(&w, err);
	command_close(&w.command);
	dataset_release(&w.dataset);
	artifact_close(w.input);
	buf_release(&w.csv);
	buf_release(&w.edited);
	buf_release(&w.text);
	free(w.file);
	stage_close(&w.stage);
	return ret;
}
