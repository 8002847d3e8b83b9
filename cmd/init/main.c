/*
 * tinyml init - make a project folder and its keys.
 */
#include "cli/cli.h"
#include "project/init.h"

static const char synopsis[] = "[--name NAME] [--key FILE] [DIR]";

static void report(const struct init_options *options,
		   const struct init_result *result)
{
	char text[KEY_TEXT];

	cli_note("made a project in '%s'", options->folder);
	key_text(&result->key, text);
	cli_print("%s project key %s\n", result->made_key ? "new" : "existing",
		  text);
	key_text(&result->device_key, text);
	cli_print("%s device key  %s\n",
		  result->made_device_key ? "new" : "existing", text);
	cli_hint("say in tinyml.yaml where the recordings are, then "
		 "'tinyml run'");
}

int main(int argc, char **argv)
{
	struct init_options args = { .folder = "." };
	const struct opt options[] = {
		OPT_TEXT(0, "name", "NAME", "of the project and its keys; the "
			 "folder's name by default", &args.name),
		OPT_TEXT(0, "key", "FILE", "use this secret key instead of "
			 "making one", &args.key),
		OPT_END
	};
	const struct cli cli = { "init", synopsis, "make a project folder and "
				 "its keys", options };
	struct init_result result;
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		if (argc > 1)
			cli_excess(argv[1], &err);
		else if (argc == 1)
			args.folder = argv[0];
		if (!err.kind && init_project(&args, &result, &err) == 0)
			report(&args, &result);
	}
	return cli_finish(&err);
}
