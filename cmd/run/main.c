/*
 * tinyml run - make the artifacts that are missing or stale.
 */
#include <stdio.h>

#include "base/pool.h"
#include "base/program.h"
#include "cli/cli.h"
#include "project/command.h"
#include "project/run.h"

static const char synopsis[] =
	"[-nkfq] [-C DIR] [--unsigned] [--key FILE] [--threads N] [STAGE...]";

struct args {
	const struct project *project;
	struct run_options run;
	const char *folder, *key;
	long threads;
	bool is_unsigned, quiet;
};

static void judged(void *ctx, enum project_stage which,
		   const struct state_stage *s)
{
	const struct args *args = ctx;
	const char *name = project_stage_name(which);
	char command[160];

	if (s->verdict == STATE_OFF || args->quiet)
		return;
	if (s->verdict == STATE_FRESH)
		cli_print("%-8s up to date\n", name);
	else if (s->verdict == STATE_PENDING)
		cli_print("%-8s %s\n", name, s->why);
	else
		cli_print("%-8s %s: %s\n", name,
			  args->run.dry_run ? "would be made" : "making",
			  s->why[0] ? s->why : "forced");
	if (s->verdict != STATE_FRESH &&
	    project_command_text(args->project, which, command,
				 sizeof(command))[0])
		cli_print("         by '%s'\n", command);
	cli_flush();
}

/* A stage ends with one of tinyml's exit statuses; end with the same. */
static int kind_of(const struct program_end *end)
{
	switch (end->status) {
	case 1:
		return ERR_NO;
	case 2:
		return ERR_USAGE;
	case 3:
		return ERR_FORMAT;
	default:
		return ERR_TOOL;
	}
}

static bool takes_threads(enum project_stage which)
{
	return which == STAGE_TRAIN || which == STAGE_SQUEEZE;
}

static int make_stage(void *ctx, enum project_stage which, struct err *err)
{
	const struct args *args = ctx;
	char path[PROGRAM_PATH];
	const char *name = project_stage_name(which), *argv[12];
	char threads[24];
	struct program_end end;
	int n = 0, ret;

	if (!program_verb(name, path))
		return err_set(err, ERR_TOOL, "'tinyml-%s' is not installed",
			       name);
	argv[n++] = path;
	argv[n++] = "-C";
	argv[n++] = args->folder;
	if (args->quiet)
		argv[n++] = "-q";
	if (args->is_unsigned)
		argv[n++] = "--unsigned";
	if (args->key) {
		argv[n++] = "--key";
		argv[n++] = args->key;
	}
	if (args->threads && takes_threads(which)) {
		snprintf(threads, sizeof(threads), "%ld", args->threads);
		argv[n++] = "--threads";
		argv[n++] = threads;
	}
	argv[n] = NULL;
	ret = program_run(argv, NULL, &end, err);
	if (ret)
		return ret;
	if (end.signal)
		return err_set(err, ERR_TOOL, "stage '%s' was killed by signal "
			       "%d", name, end.signal);
	if (end.status && !err->kind)
		err->kind = kind_of(&end);	/* it has said why itself */
	return end.status ? err->kind : 0;
}

static int choose(struct args *args, int argc, char **argv, struct err *err)
{
	const char *names[STAGE_COUNT];

	for (int i = 0; i < STAGE_COUNT; i++)
		names[i] = project_stage_name((enum project_stage)i);
	for (int i = 0; i < argc; i++) {
		int stage = project_stage_find(argv[i]);

		if (stage < 0)
			return cli_unknown("stage", argv[i], names,
					   STAGE_COUNT, err);
		args->run.chosen[stage] = true;
	}
	for (int i = 0; i < STAGE_COUNT && args->run.force && !argc; i++)
		args->run.chosen[i] = true;
	return 0;
}

static int run(struct args *args, int argc, char **argv, struct err *err)
{
	const struct run_caller caller = { judged, make_stage, args };
	struct run_result result;
	struct project project;
	int ret = choose(args, argc, argv, err);

	if (ret)
		return ret;
	ret = project_open(&project, args->folder ? args->folder : ".", err);
	if (!ret) {
		args->folder = project.root;
		args->project = &project;
		ret = run_project(&project, &args->run, &caller, &result, err);
	}
	project_release(&project);
	return ret;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt options[] = {
		OPT_FLAG('n', "dry-run", "say what would be made, make nothing",
			 &args.run.dry_run),
		OPT_FLAG('k', "keep-going", "after a failure make what does "
			 "not need it", &args.run.keep_going),
		OPT_FLAG('f', "force", "make the named stages (or all) though "
			 "up to date", &args.run.force),
		OPT_TEXT('C', "folder", "DIR", "look for the project from DIR",
			 &args.folder),
		OPT_TEXT(0, "key", "FILE", "sign with this secret key",
			 &args.key),
		OPT_FLAG(0, "unsigned", "accept unsigned inputs, write "
			 "unsigned output", &args.is_unsigned),
		OPT_NUMBER(0, "threads", "N", "train and squeeze with N "
			   "threads; 0: one per processor", &args.threads, 0,
			   POOL_THREADS_MAX),
		OPT_FLAG('q', "quiet", "no progress, no notes", &args.quiet),
		OPT_END
	};
	const struct cli cli = { "run", synopsis, "make what is missing or "
				 "stale, stage by stage", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err))
		run(&args, argc, argv, &err);
	return cli_finish(&err);
}
