/*
 * tinyml status - say which stages are up to date, and why not.
 */
#include "base/json.h"
#include "cli/cli.h"
#include "project/command.h"
#include "project/state.h"

static const char synopsis[] = "[-C DIR] [--deep] [--json | --porcelain]";

struct args {
	const char *folder;
	bool deep, json, porcelain;
};

static const char *verdict_name(enum state_verdict verdict)
{
	static const char *const names[] = {
		[STATE_OFF] = "off", [STATE_FRESH] = "fresh",
		[STATE_STALE] = "stale", [STATE_PENDING] = "pending",
	};

	return names[verdict];
}

static const char *output_hex(const struct state *state, int stage,
			      char hex[DIGEST_HEX])
{
	const struct lock_line *line = &state->lock.stages[stage];

	if (!line->present)
		return "-";
	digest_hex(&line->output, hex);
	return hex;
}

/* The program that does the stage's work instead of us, or "". */
static const char *command_of(const struct state *state, int stage)
{
	const struct project_command *command =
		project_command(state->project, (enum project_stage)stage);

	return command ? command->line : "";
}

static void print_json(const struct state *state)
{
	struct buf out = BUF_INIT;
	char hex[DIGEST_HEX];
	struct json json;

	json_init(&json, &out);
	json_object(&json, NULL);
	json_text(&json, "project", state->project->name);
	json_array(&json, "stages");
	for (int i = 0; i < STAGE_COUNT; i++) {
		const struct state_stage *s = &state->stages[i];

		json_object(&json, NULL);
		json_text(&json, "stage",
			  project_stage_name((enum project_stage)i));
		json_text(&json, "state", verdict_name(s->verdict));
		json_text(&json, "why", s->why);
		json_text(&json, "output", output_hex(state, i, hex));
		json_text(&json, "command", command_of(state, i));
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
	cli_write(out.data, out.len);
	buf_release(&out);
}

static void print_lines(const struct state *state, bool porcelain)
{
	char hex[DIGEST_HEX];

	for (int i = 0; i < STAGE_COUNT; i++) {
		const struct state_stage *s = &state->stages[i];
		const char *name = project_stage_name((enum project_stage)i);
		const char *verdict = verdict_name(s->verdict);
		char command[160];

		if (porcelain)
			cli_print("%s\t%s\t%s\t%s\n", name, verdict,
				  output_hex(state, i, hex), s->why);
		else if (s->verdict == STATE_OFF)
			cli_print("%-8s %-8s not configured\n", name, verdict);
		else
			cli_print("%-8s %-8s %.12s%s%s\n", name, verdict,
				  output_hex(state, i, hex),
				  s->why[0] ? "  " : "", s->why);
		if (!porcelain &&
		    project_command_text(state->project, (enum project_stage)i,
					 command, sizeof(command))[0])
			cli_print("         by '%s'\n", command);
	}
}

static int status(const struct args *args, struct err *err)
{
	struct project project;
	struct state state = { 0 };
	bool fresh = true;
	int ret = project_open(&project, args->folder ? args->folder : ".",
			       err);

	if (!ret)
		ret = state_open(&state, &project, args->deep, err);
	for (int i = 0; i < STAGE_COUNT && !ret; i++) {
		ret = state_check(&state, (enum project_stage)i, err);
		fresh = fresh && state.stages[i].verdict <= STATE_FRESH;
	}
	if (!ret && args->json)
		print_json(&state);
	else if (!ret)
		print_lines(&state, args->porcelain);
	if (!ret && !fresh)
		ret = err_set(err, ERR_NO, "%s", "");
	state_close(&state);
	project_release(&project);
	return ret;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt options[] = {
		OPT_TEXT('C', "folder", "DIR", "look for the project from DIR",
			 &args.folder),
		OPT_FLAG(0, "deep", "rehash every file, verify all artifacts",
			 &args.deep),
		OPT_FLAG(0, "json", "print JSON", &args.json),
		OPT_FLAG(0, "porcelain", "print stable tab-separated lines",
			 &args.porcelain),
		OPT_END
	};
	const struct cli cli = { "status", synopsis, "say what is stale and "
				 "why; exit 1 when anything is", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		if (argc)
			cli_excess(argv[0], &err);
		else
			status(&args, &err);
	}
	return cli_finish(&err);
}
