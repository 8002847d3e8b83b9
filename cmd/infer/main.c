/*
 * infer - run a model on this machine: inputs in, outputs out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "plan/runner.h"

#include "board.h"
#include "source.h"

static const char synopsis[] =
	"[--profile] [--stream] [--isa NAME] MODEL < IN > OUT\n"
	"--info MODEL\n"
	"[-q] [-C DIR] [--part PART] [--limit N] [--json] --on BOARD\n"
	"[-C DIR] [--json] --profile --on BOARD";

static void print_port(const char *what, unsigned i,
		       const struct run_tensor *t)
{
	struct model_tensor shape = { .type = t->desc.type,
				      .rank = t->desc.rank };
	char text[MODEL_TYPE_TEXT];
	float scale;

	for (int k = 0; k < shape.rank; k++)
		shape.dims[k] = t->desc.dims[k];
	model_type_text(&shape, text);
	cli_print("%s %u: %s, %u bytes", what, i, text, t->desc.bytes);
	memcpy(&scale, &t->desc.scale, sizeof(scale));
	if (shape.type != KERN_F32)
		cli_print(", scale %.9g zero %d", (double)scale,
			  (int)t->desc.zero);
	cli_print("\n");
}

static void print_info(const struct plan_runner *r)
{
	for (unsigned i = 0; i < run_input_count(&r->run); i++) {
		struct run_tensor t = run_input(&r->run, i);

		print_port("input", i, &t);
	}
	for (unsigned i = 0; i < run_output_count(&r->run); i++) {
		struct run_tensor t = run_output(&r->run, i);

		print_port("output", i, &t);
	}
	cli_print("arena %zu bytes, model image %zu bytes\n", r->arena_bytes,
		  r->image_bytes);
}

/* Inputs one after another until the end; a part of one is an error. */
static int infer_all(struct plan_runner *r, bool stream, struct err *err)
{
	uint8_t *in = malloc(r->input_bytes + 1);
	uint8_t *out = malloc(r->output_bytes + 1);
	size_t n = r->input_bytes;

	while (in && out && !err->kind) {
		n = fread(in, 1, r->input_bytes, stdin);
		if (n < r->input_bytes)
			break;
		if (stream)
			plan_runner_stream(r, in, out);
		else
			plan_runner_infer(r, in, out);
		cli_write(out, r->output_bytes);
	}
	if (!in || !out)
		err_nomem(err);
	else if (ferror(stdin))
		err_errno(err, "cannot read standard input");
	else if (n > 0) {
		err_set(err, ERR_SHORT, "the last input has %zu bytes instead "
			"of %zu", n, r->input_bytes);
		err_hint(err, "'tinyml infer --info MODEL' tells what an input "
			 "looks like");
	}
	free(in);
	free(out);
	return err->kind;
}

static int print_profile(const struct plan_runner *r, struct err *err)
{
	struct buf text = BUF_INIT;

	if (!r->plan.model)
		return err_set(err, ERR_UNSUPPORTED, "a model image has no "
			       "profile; give the .tflite file");
	plan_print(&r->plan, &text);
	fwrite(text.data, 1, text.len, stderr);
	buf_release(&text);
	return 0;
}

struct asked {
	const char *folder, *isa;
	bool info, profile, stream;
};

static void infer(const char *path, const struct asked *asked, struct err *err)
{
	/* what is printed are plans with the kernels that define the bytes */
	const char *isa = asked->info || asked->profile ? "ref" : asked->isa;
	struct plan_runner runner;
	struct buf file = BUF_INIT;

	if (!infer_read(path, asked->folder, &file, err) &&
	    !plan_runner_open_isa(&runner, isa, file.data, file.len, err)) {
		if (asked->profile)
			print_profile(&runner, err);
		if (asked->info)
			print_info(&runner);
		else if (!err->kind)
			infer_all(&runner, asked->stream, err);
		plan_runner_close(&runner);
	}
	err_at(err, "%s", path);
	buf_release(&file);
}

int main(int argc, char **argv)
{
	struct infer_board on = { 0 };
	struct asked asked = { .isa = "best" };
	const struct opt options[] = {
		OPT_FLAG(0, "info", "print what goes in and out, and stop",
			 &asked.info),
		OPT_FLAG(0, "profile", "print what each operation costs; "
			 "with --on, counted by the board", &asked.profile),
		OPT_FLAG(0, "stream", "keep the model's state from input to "
			 "input", &asked.stream),
		OPT_TEXT(0, "isa", "NAME", "kernels: best, ref, plain, avx2 "
			 "or avx512", &asked.isa),
		OPT_TEXT(0, "on", "BOARD", "put the project's recordings to "
			 "this board and compare", &on.board),
		OPT_TEXT(0, "part", "PART", "train, validation or test "
			 "(default)", &on.part),
		OPT_NUMBER(0, "limit", "N", "at most N recordings; 0: all",
			   &on.limit, 0, 1000000000),
		OPT_TEXT('C', "folder", "DIR", "look for the project from DIR",
			 &on.folder),
		OPT_FLAG(0, "json", "print JSON", &on.json),
		OPT_FLAG('q', "quiet", "no progress", &on.quiet),
		OPT_END
	};
	const struct cli cli = { "infer", synopsis, "run a model on inputs "
				 "from standard input", options };
	struct err err = { 0 };

	if (!cli_parse(&cli, &argc, &argv, &err))
		return cli_finish(&err);
	asked.folder = on.folder;
	on.profile = asked.profile;
	if (on.board && argc)
		cli_excess(argv[0], &err);
	else if (on.board)
		infer_on_board(&on, &err);
	else if (argc != 1)
		err_set(&err, ERR_USAGE, "infer takes one model");
	else
		infer(argv[0], &asked, &err);
	return cli_finish(&err);
}
