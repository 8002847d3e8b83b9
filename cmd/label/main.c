/*
 * tinyml label - say what each recording shows and which part it serves.
 */
#include "cli/cli.h"
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "labels/stage.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--unsigned] [--from RULE] "
	"[--pattern P] [--group G] [--labels FILE] [--json] [DATASET]";

static void warn(const struct labels_report *report)
{
	size_t told = report->note_count < LABELS_NOTES_MAX ?
		report->note_count : LABELS_NOTES_MAX;

	cli_warn_lines((const char *)report->notes.data,
		       report->note_count - told);
}

static void print_report(const struct label_args *args,
			 const struct labels_report *report, bool json)
{
	struct buf text = BUF_INIT;

	if (json)
		labels_report_json(report, &text);
	else if (!args->stage.quiet)
		labels_report_text(report, &text);
	cli_report(&text, args->stage.output);
	buf_release(&text);
}

static void label(const struct label_args *args, bool json, struct err *err)
{
	struct labels_report report = { 0 };
	struct label_args job = *args;
	struct meter meter;

	meter_init(&meter, args->stage.quiet);
	job.progress = &meter.progress;
	label_stage(&job, &report, err);
	meter_finish(&meter);
	warn(&report);
	if (!err->kind)
		print_report(args, &report, json);
	labels_report_release(&report);
}

int main(int argc, char **argv)
{
	struct stage_options common = { 0 };
	struct label_args args = { 0 };
	bool json = false;
	const struct opt options[] = {
		STAGE_OPTIONS(common),
		OPT_TEXT(0, "from", "RULE", "folder, pattern, csv or column "
			 "instead of the project's", &args.from),
		OPT_TEXT(0, "pattern", "P", "fields of a file name instead of "
			 "the project's", &args.pattern),
		OPT_TEXT(0, "group", "G", "what stays in one part: a field, "
			 "folder or file", &args.group),
		OPT_TEXT(0, "labels", "FILE", "the file of labels to keep and "
			 "edit instead of labels/labels.tsv", &args.file),
		OPT_FLAG(0, "json", "print the balance as JSON", &json),
		OPT_END
	};
	const struct cli cli = { "label", synopsis, "give every recording its "
				 "class and its part", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		args.stage = (struct stage_args)STAGE_ARGS(common);
		if (argc > 1)
			cli_excess(argv[1], &err);
		else if (argc == 1)
			args.dataset = argv[0];
		if (!err.kind)
			label(&args, json, &err);
	}
	return cli_finish(&err);
}
