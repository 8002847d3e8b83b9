/*
 * tinyml squeeze - the float model as int8, planned for every target.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "squeeze/compare.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--input FILE]... [--unsigned]"
	" [--threads N] [--json] [--compare] [MODEL.tar]\n"
	"[--samples FILE] [--labels FILE] [-q] [-C DIR] [-o FILE] [--compare]"
	" [--json] [--round-twice] MODEL";

struct args {
	struct stage_options common;
	long threads;
	bool json, compare, is_file, rounds_twice;
	const char *samples, *labels;
};

static void print(const struct args *args, const struct squeeze_report *report,
		  const char *output)
{
	struct buf out = BUF_INIT;

	if (args->json)
		squeeze_json(report, &out);
	else if (!args->common.quiet)
		squeeze_print(report, &out);
	cli_report(&out, output);
	buf_release(&out);
}

static void print_compare(const struct args *args, struct compare *compare)
{
	struct buf out = BUF_INIT;

	if (args->json)
		compare_json(compare, &out);
	else
		compare_print(compare, &out);
	cli_report(&out, NULL);
	buf_release(&out);
}

static int compare(const struct args *args, struct stage *stage,
		   const struct squeeze_source *source,
		   const struct progress *progress, struct err *err)
{
	struct compare *c = calloc(1, sizeof(*c));
	int ret = c ? squeeze_compare(stage, source, (int)args->threads,
				      progress, c, err) : err_nomem(err);

	if (!ret)
		print_compare(args, c);
	free(c);
	return ret;
}

static int file(const struct args *args, struct stage *stage,
		const struct squeeze_source *source,
		const struct progress *progress, struct err *err)
{
	const char *to = args->common.output;
	struct buf out = BUF_INIT, text = BUF_INIT;
	const struct squeeze_file_report report = { &text, args->json };
	int ret = squeeze_file(stage, source, progress, &out, &report, err);

	if (!ret && strcmp(to, "-") == 0)
		cli_write(out.data, out.len);
	else if (!ret && !squeeze_wants_artifact(to))
		ret = file_write(to, out.data, out.len, 0644, err);
	if (!ret && (args->json || !args->common.quiet))
		cli_report(&text, to);
	buf_release(&text);
	buf_release(&out);
	return ret;
}

static int check_args(const struct args *args, const char *operand,
		      struct err *err)
{
	if (args->labels && !args->samples)
		return err_set(err, ERR_USAGE, "--labels are those of "
			       "--samples, which are missing");
	if (args->samples && !operand)
		return err_set(err, ERR_USAGE, "--samples need a model, a "
			       ".tflite or .onnx file");
	if (args->is_file && !args->compare && !args->common.output)
		return err_set(err, ERR_USAGE, "-o FILE is missing: where the "
			       "quantised .tflite goes");
	if (args->rounds_twice && !args->is_file)
		return err_set(err, ERR_USAGE, "--round-twice is for a MODEL "
			       "of a file, a .tflite or .onnx");
	if (args->is_file && args->compare && !args->samples)
		return err_set(err, ERR_USAGE, "--samples are missing: inputs "
			       "to compare the variants with");
	return 0;
}

static int squeeze(const struct args *args, const char *operand,
		   struct err *err)
{
	const struct squeeze_source source = { operand, args->samples,
					       args->labels,
					       args->rounds_twice };
	struct stage_args given = STAGE_ARGS(args->common);
	struct squeeze_report report;
	struct stage stage;
	struct meter meter;
	int ret;

	given.is_reader = args->compare || (args->is_file &&
		!squeeze_wants_artifact(given.output));
	if (given.is_reader && !given.output)
		given.output = "-";
	ret = stage_open(&stage, STAGE_SQUEEZE, &given, err);
	meter_init(&meter, given.quiet);
	if (!ret && args->compare)
		ret = compare(args, &stage, &source, &meter.progress, err);
	else if (!ret && args->is_file)
		ret = file(args, &stage, &source, &meter.progress, err);
	else if (!ret)
		ret = squeeze_stage(&stage, operand, (int)args->threads,
				    &meter.progress, &report, err);
	meter_finish(&meter);
	if (!ret && !args->compare && !args->is_file)
		print(args, &report, stage.output);
	stage_close(&stage);
	return ret;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt options[] = {
		STAGE_OPTIONS(args.common),
		OPT_NUMBER(0, "threads", "N", "work with N threads; 0: one "
			   "per processor", &args.threads, 0, 256),
		OPT_FLAG(0, "json", "print the report as JSON", &args.json),
		OPT_TEXT(0, "samples", "FILE", "quantise the file MODEL with "
			 "these inputs, raw float32", &args.samples),
		OPT_TEXT(0, "labels", "FILE", "their classes, one number a "
			 "line", &args.labels),
		OPT_FLAG(0, "round-twice", "let a quantised MODEL round as "
			 "TensorFlow Lite does", &args.rounds_twice),
		OPT_FLAG(0, "compare", "make all variants, write none, and "
			 "print them side by side", &args.compare),
		OPT_END
	};
	const struct cli cli = { "squeeze", synopsis, "turn the float model "
				 "into int8 and plan it for every target",
				 options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		args.is_file = args.samples || squeeze_is_file(argv[0]);
		if (argc > 1)
			cli_excess(argv[1], &err);
		else if (!check_args(&args, argv[0], &err))
			squeeze(&args, argv[0], &err);
	}
	return cli_finish(&err);
}
