#include "dataset/stage.h"

#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "dataset/collect.h"
#include "dataset/collect_board.h"
#include "project/command.h"

/* What is recorded must not depend on where a folder lies: of an absolute
 * path its last part. */
static const char *recorded_path(const char *path)
{
	const char *slash = strrchr(path, '/');

	return path[0] == '/' && slash[1] ? slash + 1 : path;
}

static void override(struct project_collect *collect,
		     const struct collect_args *args)
{
	if (args->source)
		collect->source = args->source;
	if (args->rate_hz)
		collect->rate_hz = args->rate_hz;
	if (args->channels)
		collect->channels = args->channels;
}

static bool is_live(const struct stage *stage,
		    const struct collect_args *args)
{
	const char *source = args->source ? args->source :
		stage->project.collect.source;

	return strcmp(source, "board") == 0;
}

static int collect_any(struct stage *stage, const struct collect_args *args,
		       const char *path, struct artifact_maker *maker,
		       struct dataset_summary *summary, struct err *err)
{
	const struct collect_job job = { &stage->project.collect, path,
					 args->skip_bad, args->progress };
	const struct collect_board_job live = { &stage->project, NULL,
						args->progress };

	return is_live(stage, args) ?
		dataset_collect_board(&live, maker, summary, err) :
		dataset_collect(&job, maker, summary, err);
}

static int make(struct stage *stage, const struct collect_args *args,
		const char *path, const struct command *command,
		struct dataset_summary *summary, struct err *err)
{
	struct artifact_maker *maker = artifact_make("collect",
						     DATASET_FORMAT);
	int ret = maker ? 0 : err_nomem(err);

	if (!ret)
		ret = collect_any(stage, args, path, maker, summary, err);
	if (!ret) {
		stage_params(stage, maker);
		command_params(command, maker);
		ret = stage_write(stage, maker, NULL, err);
	}
	artifact_drop(maker);
	return ret;
}

/* A path of the command line is seen from here, the project's from there. */
static int find_path(struct stage *stage, const struct collect_args *args,
		     char **path, struct err *err)
{
	struct project_collect *collect = &stage->project.collect;

	if (is_live(stage, args) && args->path)
		return err_set(err, ERR_USAGE, "source 'board' takes no path");
	if (is_live(stage, args))
		return 0;
	if (!args->path && !collect->path[0] && collect->command.line[0])
		return 0;
	if (!args->path && !collect->path[0]) {
		err_set(err, ERR_USAGE, "what to collect is not said");
		err_hint(err, "name a folder, or set collect.path in "
			 "tinyml.yaml");
		return ERR_USAGE;
	}
	*path = args->path ? strdup(args->path) :
		project_path(&stage->project, collect->path);
	collect->path = recorded_path(args->path ? args->path :
				      collect->path);
	return *path ? 0 : err_nomem(err);
}

static int has_left(const struct command *command, struct err *err)
{
	struct command_files files;
	int ret = command_files(command, &files, err);

	if (!ret && !files.count) {
		ret = err_set(err, ERR_MISSING, "the command of 'collect' left "
			      "no files");
		err_hint(err, "it must write into the folder that the "
			 "environment variable TINYML_OUT names");
	}
	command_files_release(&files);
	return ret;
}

/* What the project's program makes of path goes into path's place. */
static int run_command(struct stage *stage, const struct collect_args *args,
		       struct command *command, char **path, struct err *err)
{
	char *in = *path ? realpath(*path, NULL) : NULL;
	const struct command_job job = {
		.project = &stage->project, .which = STAGE_COLLECT, .in = in,
		.seed = 1, .progress = args->progress };
	int ret = 0;

	if (is_live(stage, args)) {
		err_set(err, ERR_USAGE, "a command leaves files, "
			"collect.source is 'board'");
		err_hint(err, "say which kind of files: wav, csv ...");
		return ERR_USAGE;
	}
	if (*path && !in)
		ret = err_errno(err, "cannot find '%s'", *path);
	if (!ret)
		ret = command_open(command, &job, err);
	if (!ret)
		ret = command_run(command, err);
	if (!ret)
		ret = has_left(command, err);
	free(*path);
	*path = ret ? NULL : strdup(command->out);
	free(in);
	return ret || *path ? ret : err_nomem(err);
}

int collect_stage(const struct collect_args *args,
		  struct dataset_summary *summary, struct err *err)
{
	struct command command = { .lock = -1 };
	struct stage stage = { 0 };
	char *path = NULL;
	int ret = stage_open(&stage, STAGE_COLLECT, &args->stage, err);

	if (!ret)
		ret = find_path(&stage, args, &path, err);
	if (!ret && project_command(&stage.project, STAGE_COLLECT))
		ret = run_command(&stage, args, &command, &path, err);
	if (!ret) {
		override(&stage.project.collect, args);
		ret = make(&stage, args, path, &command, summary, err);
	}
	command_close(&command);
	free(path);
	stage_close(&stage);
	return ret;
}
