/*
 * tinyml train - labelled recordings become a feature recipe and a float
 * model.
 */
#include "base/pool.h"
#include "cli/cli.h"
#include "cli/meter.h"
#include "cli/stage_options.h"
#include "squeeze/preview.h"

static const char synopsis[] =
	"[-q] [-C DIR] [-o FILE] [--key FILE] [--input FILE] [--unsigned] "
	"[--threads N] [--isa NAME] [LABELS.tar]\n"
	"--dry-run [-C DIR] [--input FILE] [--unsigned] [LABELS.tar]";

/* On standard error: standard output may carry the artifact. */
static void report(const struct train_summary *summary)
{
	if (summary->epochs)
		cli_note("%d epochs, the best was %d; %zu parameters",
			 summary->epochs, summary->best_epoch,
			 summary->parameters);
	else
		cli_note("%zu parameters", summary->parameters);
	for (int i = 0; i < LABELS_PARTS; i++) {
		if (summary->samples[i] > 0)
			cli_note("accuracy %6.2f%% on %zu samples of %s",
				 100 * summary->accuracy[i],
				 summary->samples[i],
				 labels_part_name((enum labels_part)i));
		if (summary->finds_anomalies && summary->auc[i] > 0)
			cli_note("anomalies of %s: AUC %.4f, F1 %.4f",
				 labels_part_name((enum labels_part)i),
				 summary->auc[i], summary->f1[i]);
	}
}

/* What squeeze would find out afterwards. */
static int warn(void *ctx, const struct train_preview *preview,
		struct err *err)
{
	struct buf text = BUF_INIT;
	struct err why = { 0 };
	int ret = squeeze_foresee(preview, &text, &why);

	(void)ctx;
	(void)err;
	buf_release(&text);
	if (ret)
		cli_warn("%s", why.text);
	return 0;
}

static void train(struct train_stage *args, struct err *err)
{
	struct train_summary summary;
	struct meter meter;
	int status;

	if (!args->common.quiet)
		args->before = warn;
	meter_init(&meter, args->common.quiet);
	status = train_stage(args, &meter.progress, &summary, err);
	meter_finish(&meter);
	if (status == 0 && !args->common.quiet)
		report(&summary);
}

static void preview(struct train_stage *args, struct err *err)
{
	struct buf text = BUF_INIT;

	args->common.is_reader = true;
	if (!args->common.output)
		args->common.output = "-";
	squeeze_preview(args, &text, err);
	cli_write(text.data, text.len);
	buf_release(&text);
}

int main(int argc, char **argv)
{
	struct stage_options common = { 0 };
	struct train_stage args = { 0 };
	const char *isa = "best";
	bool dry_run = false;
	long threads = 0;
	const struct opt options[] = {
		STAGE_OPTIONS(common),
		OPT_NUMBER(0, "threads", "N", "use N threads; 0, the default, "
			   "is one per processor", &threads, 0,
			   POOL_THREADS_MAX),
		OPT_TEXT(0, "isa", "NAME", "vector instructions: best, plain, "
			 "avx2, avx512 or neon", &isa),
		OPT_FLAG(0, "dry-run", "print the network and what it needs "
			 "on the targets, train nothing", &dry_run),
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
		if (!err.kind && dry_run)
			preview(&args, &err);
		else if (!err.kind)
			train(&args, &err);
	}
	return cli_finish(&err);
}
