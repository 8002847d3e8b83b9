/*
 * tinyml train - labelled recordings become a feature recipe and a float
 * model.
 */
#include "base/pool.h"
#include "cli/cli.h"
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "train/stage.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--input FILE] [--unsigned] "
	"[--threads N] [--isa NAME] [LABELS.tar]";

/* On standard error: standard output may carry the artifact. */
static void report(const struct train_summary *summary)
{
	cli_note("%d epochs, the best was %d; %zu parameters",
		 summary->epochs, summary->best_epoch, summary->parameters);
	for (int i = 0; i < LABELS_PARTS; i++)
		if (summary->samples[i] > 0)
			cli_note("accuracy %6.2f%% on %zu samples of %s",
				 100 * summary->accuracy[i],
				 summary->samples[i],
				 labels_part_name((enum labels_part)i));
}

static void train(const struct train_stage *args, struct err *err)
{
	struct train_summary summary;
	struct meter meter;
	int status;

	meter_init(&meter, args->common.quiet);
	status = train_stage(args, &meter.progress, &summary, err);
	meter_finish(&meter);
	if (status == 0 && !args->common.quiet)
		report(&summary);
}

int main(int argc, char **argv)
{
	struct stage_options common = { 0 };
	struct train_stage args = { 0 };
	const char *isa = "best";
	long threads = 0;
	const struct opt options[] = {
		STAGE_OPTIONS(common),
		OPT_NUMBER(0, "threads", "N", "use N threads; 0, the default, "
			   "is one per processor", &threads, 0,
			   POOL_THREADS_MAX),
		OPT_TEXT(0, "isa", "NAME", "vector instructions: best, plain, "
			 "avx2 or avx512", &isa),
		OPT_END
	};
	const struct cli cli = { "train", synopsis, "train a model on labelled "
				 "recordings; neither threads nor instructions "
				 "change a byte of it", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err) &&
	    train_isa_parse(isa, &args.isa, &err) == 0) {
		args.common = (struct stage_args)STAGE_ARGS(common);
		args.threads = (int)threads;
		if (argc > 1)
			cli_excess(argv[1], &err);
		else if (argc == 1)
			args.operand = argv[0];
		if (!err.kind)
			train(&args, &err);
	}
	return cli_finish(&err);
}
