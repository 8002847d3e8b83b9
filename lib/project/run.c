#include "project/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* A run just killed may hold the lock for a moment more, by its dying child. */
enum { LOCK_PATIENCE_MS = 400 };

/* Hold .tinyml/run.lock while running; the descriptor, or ERR_*. */
static int lock_project(const struct project *project, struct err *err)
{
	char *path = project_path(project, ".tinyml/run.lock");
	struct err why = { 0 };
	int ret;

	if (!path)
		return err_nomem(err);
	ret = file_mkparents(path, &why);
	if (!ret)
		ret = file_lock(path, LOCK_PATIENCE_MS, &why);
	free(path);
	if (ret == ERR_BUSY) {
		err_set(err, ret, "another run works in this project");
		err_hint(err, "wait for it to end, or stop it");
	} else if (ret < 0 && err && !err->kind) {
		*err = why;
	}
	return ret;
}

static void sweep_file(const struct project *project, const char *name)
{
	char *path = project_path(project, name);

	if (path)
		file_sweep(path);
	free(path);
}

/* What killed stages left beside the files they were replacing. */
static void sweep(const struct project *project)
{
	char name[64];

	for (int i = 0; i < STAGE_COUNT; i++) {
		snprintf(name, sizeof(name), "artifacts/%s.tar",
			 project_stage_name((enum project_stage)i));
		sweep_file(project, name);
	}
	sweep_file(project, "labels/labels.tsv");
	sweep_file(project, "tinyml.lock");
	sweep_file(project, ".tinyml/stat");
}

/* The chosen stages and everything they are made from. */
static void needed(const struct project *project,
		   const struct run_options *options, bool need[STAGE_COUNT])
{
	bool any = false;

	for (int i = 0; i < STAGE_COUNT; i++)
		any = any || options->chosen[i];
	for (int i = 0; i < STAGE_COUNT; i++)
		need[i] = !any || options->chosen[i];
	for (int i = STAGE_COUNT - 1; i > 0; i--) {
		int before = state_before(project, (enum project_stage)i);

		if (need[i] && before >= 0)
			need[before] = true;
	}
}

static int make(struct state *state, enum project_stage which,
		const struct run_caller *caller, struct run_result *result,
		struct err *err)
{
	int ret = caller->make_stage(caller->ctx, which, err);

	if (!ret)
		ret = state_record(state, which, err);
	if (ret)
		result->failed++;
	else
		result->made++;
	return ret;
}

static int step(struct state *state, enum project_stage which,
		const struct run_options *options,
		const struct run_caller *caller, struct run_result *result,
		struct err *err)
{
	struct state_stage *s = &state->stages[which];
	int ret = state_check(state, which, err);

	if (ret) {
		result->failed++;
		s->verdict = STATE_STALE;
		return ret;
	}
	if (options->force && options->chosen[which] &&
	    s->verdict == STATE_FRESH)
		s->verdict = STATE_STALE;
	caller->judged(caller->ctx, which, s);
	if (s->verdict == STATE_FRESH)
		result->fresh++;
	if (s->verdict != STATE_STALE || options->dry_run)
		return 0;
	return make(state, which, caller, result, err);
}

int run_project(const struct project *project,
		const struct run_options *options,
		const struct run_caller *caller, struct run_result *result,
		struct err *err)
{
	bool need[STAGE_COUNT];
	struct state state = { 0 };
	struct err local = { 0 };
	int fd, ret;

	if (!err)
		err = &local;
	fd = lock_project(project, err);
	*result = (struct run_result){ 0 };
	if (fd < 0)
		return fd;
	if (!options->dry_run)
		sweep(project);
	needed(project, options, need);
	ret = state_open(&state, project, false, err);
	for (int i = 0; i < STAGE_COUNT && !ret; i++) {
		if (need[i])
			ret = step(&state, (enum project_stage)i, options,
				   caller, result, err);
		if (ret && options->keep_going)
			ret = 0;	/* err keeps the first failure */
	}
	state_close(&state);
	close(fd);
	return ret ? ret : result->failed ? err->kind : 0;
}
