/*
 * tinyml split - divide the int8 graph over a board and this machine.
 */
#include "cli/stage_options.h"
#include "split/stage.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--input FILE]... [--unsigned]"
	" [SQUEEZED.tar]";

static int split(const struct stage_options *options, const char *operand,
		 struct err *err)
{
	const struct stage_args given = STAGE_ARGS(*options);
	struct buf words = BUF_INIT;
	struct stage stage;
	int ret = stage_open(&stage, STAGE_SPLIT, &given, err);

	if (!ret)
		ret = split_stage(&stage, operand, &words, err);
	if (!ret && !given.quiet)
		cli_report(&words, stage.output);
	buf_release(&words);
	stage_close(&stage);
	return ret;
}

int main(int argc, char **argv)
{
	struct stage_options args = { 0 };
	const struct opt options[] = { STAGE_OPTIONS(args), OPT_END };
	const struct cli cli = { "split", synopsis, "divide the int8 graph "
				 "over the nodes of a chain", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		if (argc > 1)
			cli_excess(argv[1], &err);
		else
			split(&args, argv[0], &err);
	}
	return cli_finish(&err);
}
