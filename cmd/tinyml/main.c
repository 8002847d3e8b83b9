/*
 * tinyml - knows names only, execs `tinyml-VERB`.
 *
 * Looked for in TINYML_EXEC_PATH, beside this program, in the libexec folder
 * it was installed with, then on PATH: a user's own `tinyml-foo` is a verb.
 */
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "cli/cli.h"

static const char synopsis[] = "[-h | --version] COMMAND [ARG...]";

static const struct verb {
	const char *name, *does;
} verbs[] = {
	{ "init", "make a project folder and its key" },
	{ "run", "make what is missing or stale, stage by stage" },
	{ "status", "say what is stale and why" },
	{ "collect", "recordings from files and boards -> dataset" },
	{ "label", "dataset -> labels and partitions" },
	{ "train", "labels -> feature recipe and float model" },
	{ "squeeze", "float model -> int8 graph and a plan per target" },
	{ "split", "int8 graph -> parts, one for each node" },
	{ "flash", "parts -> firmware image, and onto a board" },
	{ "update", "a new model -> signed release, and over the air" },
	{ "infer", "run a model on inputs" },
	{ "device", "find boards, ask what they are, start emulated ones" },
	{ "verify", "check an artifact, or the model a board runs" },
	{ "show", "print what an artifact holds" },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void unknown_verb(const char *verb, struct err *err)
{
	const char *names[VERBS];

	for (int i = 0; i < VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(verb, names[i]) == 0) {
			err_set(err, ERR_TOOL, "'tinyml-%s' is not installed",
				verb);
			err_hint(err, "'make install' brings all commands");
		}
	}
	cli_unknown("tinyml command", verb, names, VERBS, err);
	err_hint(err, "'tinyml --help' lists the commands");
}

static void print_verbs(void)
{
	cli_print("the life of a model on tiny devices:\n\n");
	for (int i = 0; i < VERBS; i++)
		cli_print("  %-8s  %s\n", verbs[i].name, verbs[i].does);
	cli_print("\n'tinyml COMMAND -h' tells a command's options, "
		  "'man tinyml' the whole story.\n");
}

int main(int argc, char **argv)
{
	const struct opt options[] = { OPT_END };
	const struct cli cli = { "", synopsis, "take a machine-learning model "
				 "through its whole life on tiny devices",
				 options };
	char path[PROGRAM_PATH];
	struct err err = { 0 };
	bool help = argc > 1 && (strcmp(argv[1], "-h") == 0 ||
				 strcmp(argv[1], "--help") == 0);

	if (!cli_parse_leading(&cli, &argc, &argv, &err)) {
		if (help)
			print_verbs();
		return cli_finish(&err);
	}
	if (argc == 0) {
		print_verbs();
		return cli_finish(&err);
	}
	if (program_verb(argv[0], path)) {
		execv(path, argv);
		err_errno(&err, "cannot run '%s'", path);
	}
	unknown_verb(argv[0], &err);
	return cli_finish(&err);
}
