#include "dataset/stage.h"

#include <stdlib.h>
#include <string.h>

#include "dataset/collect.h"
#include "dataset/collect_board.h"

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
		const char *path, struct dataset_summary *summary,
		struct err *err)
{
	struct artifact_maker *maker = artifact_make("collect",
						     DATASET_FORMAT);
	int ret = maker ? 0 : err_nomem(err);

	if (!ret)
		ret = collect_any(stage, args, path, maker, summary, err);
	if (!ret) {
		stage_params(stage, maker);
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

int collect_stage(const struct collect_args *args,
		  struct dataset_summary *summary, struct err *err)
{
	struct stage stage = { 0 };
	char *path = NULL;
	int ret = stage_open(&stage, STAGE_COLLECT, &args->stage, err);

	if (!ret)
		ret = find_path(&stage, args, &path, err);
	if (!ret) {
		override(&stage.project.collect, args);
		ret = make(&stage, args, path, summary, err);
	}
	free(path);
	stage_close(&stage);
	return ret;
}
