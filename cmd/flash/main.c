/*
 * tinyml flash - a signed image for a board, and onto it.
 */
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "flash/deliver.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--input FILE]... [--unsigned]"
	" [SPLIT.tar | SQUEEZED.tar]\n"
	"[-q] [-C DIR] [--unsigned] --to BOARD [FIRMWARE.tar]";

static void flash(const struct deliver_order *order, struct err *err)
{
	struct buf text = BUF_INIT;
	struct meter meter;

	meter_init(&meter, order->stage.quiet);
	deliver_or_make(order, &meter.progress, &text, err);
	meter_finish(&meter);
	if (!err->kind && !order->stage.quiet)
		cli_report(&text, order->to ? NULL : order->stage.output);
	buf_release(&text);
}

int main(int argc, char **argv)
{
	struct stage_options args = { 0 };
	struct deliver_order order = { .which = STAGE_FLASH };
	const struct opt options[] = {
		STAGE_OPTIONS(args),
		OPT_TEXT(0, "to", "BOARD", "put the made artifact on this "
			 "board", &order.to),
		OPT_END
	};
	const struct cli cli = { "flash", synopsis, "make a signed model image "
				 "for a board, or put it there", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		order.stage = (struct stage_args)STAGE_ARGS(args);
		order.operand = argv[0];
		if (argc > 1)
			cli_excess(argv[1], &err);
		else
			flash(&order, &err);
	}
	return cli_finish(&err);
}
