/*
 * tinyml collect - take recordings in: files become a dataset, and its quality
 * is told.
 */
#include "cli/cli.h"
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "dataset/dataset.h"
#include "dataset/stage.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--unsigned] [--source KIND] "
	"[--rate HZ] [--channels N] [--skip-bad] [--json] [PATH]";

static void report(const struct collect_args *args,
		   const struct dataset_summary *summary, bool json)
{
	size_t told = summary->note_count < QUALITY_NOTES_MAX ?
		summary->note_count : QUALITY_NOTES_MAX;
	struct buf text = BUF_INIT;

	cli_warn_lines((const char *)summary->notes.data,
		       summary->note_count - told);
	if (json)
		dataset_summary_json(summary, &text);
	else if (!args->stage.quiet)
		dataset_summary_text(summary, &text);
	cli_report(&text, args->stage.output);
	buf_release(&text);
}

static void collect(const struct collect_args *args, bool json,
		    struct err *err)
{
	struct dataset_summary summary = { 0 };
	struct collect_args job = *args;
	struct meter meter;

	meter_init(&meter, args->stage.quiet);
	job.progress = &meter.progress;
	collect_stage(&job, &summary, err);
	meter_finish(&meter);
	if (!err->kind)
		report(args, &summary, json);
	dataset_summary_release(&summary);
}

int main(int argc, char **argv)
{
	struct stage_options common = { 0 };
	struct collect_args args = { 0 };
	bool json = false;
	const struct opt options[] = {
		STAGE_OPTIONS(common),
		OPT_TEXT(0, "source", "KIND", "wav, csv, json, image, idx or "
			 "board instead of the project's", &args.source),
		OPT_NUMBER(0, "rate", "HZ", "instead of the project's rate_hz",
			   &args.rate_hz, 1, 384000),
		OPT_NUMBER(0, "channels", "N", "instead of the project's",
			   &args.channels, 1, DATASET_CHANNELS_MAX),
		OPT_FLAG(0, "skip-bad", "leave out files that cannot be used, "
			 "and count them", &args.skip_bad),
		OPT_FLAG(0, "json", "print the quality as JSON", &json),
		OPT_END
	};
	const struct cli cli = { "collect", synopsis, "make a dataset of "
				 "recordings and say how good they are",
				 options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		args.stage = (struct stage_args)STAGE_ARGS(common);
		if (argc > 1)
			cli_excess(argv[1], &err);
		else if (argc == 1)
			args.path = argv[0];
		if (!err.kind)
			collect(&args, json, &err);
	}
	return cli_finish(&err);
}
