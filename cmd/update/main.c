/*
 * tinyml update - a newer model as a release, and over the wire.
 */
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "flash/deliver.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--input FILE]... [--unsigned]"
	" [SPLIT.tar | SQUEEZED.tar]\n"
	"[-q] [-C DIR] [--unsigned] --to BOARD [RELEASE.tar]";

static int update(const struct stage_options *options, const char *to,
		  const char *operand, struct err *err)
{
	const struct stage_args given = STAGE_ARGS(*options);
	struct buf text = BUF_INIT;
	struct stage stage;
	struct meter meter;
	int ret = stage_open(&stage, STAGE_UPDATE, &given, err);

	meter_init(&meter, given.quiet);
	if (!ret)
		ret = deliver_or_make(&stage, operand, to, &meter.progress,
				      &text, err);
	meter_finish(&meter);
	if (!ret && !given.quiet)
		cli_report(&text, to ? NULL : stage.output);
	buf_release(&text);
	stage_close(&stage);
	return ret;
}

int main(int argc, char **argv)
{
	struct stage_options args = { 0 };
	const char *to = NULL;
	const struct opt options[] = {
		STAGE_OPTIONS(args),
		OPT_TEXT(0, "to", "BOARD", "send the made release to this "
			 "board", &to),
		OPT_END
	};
	const struct cli cli = { "update", synopsis, "make a signed release of "
				 "a newer model, or send it to a board",
				 options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		if (argc > 1)
			cli_excess(argv[1], &err);
		else
			update(&args, to, argv[0], &err);
	}
	return cli_finish(&err);
}
