/*
 * tinyml show - print what an artifact holds.
 */
#include <unistd.h>

#include "artifact/describe.h"
#include "artifact/extract.h"
#include "cli/cli.h"
#include "project/believe.h"

static const char synopsis[] =
	"[-C DIR] [--pub KEY] [--json | --sums | --extract DIR] FILE\n"
	"[-C DIR] [--pub KEY] FILE MEMBER";

struct args {
	const char *folder, *extract, *file, *member;
	struct opt_list pubs;
	bool json, sums;
};

static bool is_text(const struct artifact_member *part)
{
	for (size_t i = 0; i < part->n; i++)
		if ((part->bytes[i] < 0x20 && part->bytes[i] != '\n' &&
		     part->bytes[i] != '\t') || part->bytes[i] >= 0x7f)
			return false;
	return true;
}

static int show_member(const struct artifact *artifact, const char *name,
		       struct err *err)
{
	const struct artifact_member *part;
	int ret = extract_part(artifact, name, &part, err);

	if (ret)
		return ret;
	if (isatty(STDOUT_FILENO) && !is_text(part)) {
		err_set(err, ERR_USAGE, "member '%s' is not plain text", name);
		err_hint(err, "send it to a file or a pipe");
		return ERR_USAGE;
	}
	cli_write(part->bytes, part->n);
	return 0;
}

static void print_json(const struct artifact *artifact, struct buf *out)
{
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	describe_json(artifact, &json);
	json_end(&json);
}

static int show(const struct args *args, const struct artifact *artifact,
		struct err *err)
{
	struct buf out = BUF_INIT;
	int ret;

	if (args->member)
		return show_member(artifact, args->member, err);
	if (args->extract)
		return extract_all(artifact, args->extract, err);
	if (args->json)
		print_json(artifact, &out);
	else if (args->sums)
		describe_sums(artifact, &out);
	else
		describe_text(artifact, &out);
	ret = out.failed ? err_nomem(err) : 0;
	if (!ret)
		cli_write(out.data, out.len);
	buf_release(&out);
	return ret;
}

static int open_and_show(const struct args *args, struct err *err)
{
	struct believe believe;
	struct artifact *artifact = NULL;
	int ret = believe_open(&believe, args->folder, args->pubs.items,
			       args->pubs.n, err);

	believe.trust.allow_untrusted = true;
	if (!ret)
		ret = artifact_open(&artifact, args->file, NULL,
				    &believe.trust, err);
	if (!ret && !artifact->is_trusted && (args->member || args->extract))
		cli_warn("'%s' is not %s", args->file,
			 artifact->is_signed ? "trusted" : "signed");
	if (!ret)
		ret = show(args, artifact, err);
	artifact_close(artifact);
	believe_close(&believe);
	return ret;
}

static int take_operands(struct args *args, int argc, char **argv,
			 struct err *err)
{
	if (argc < 1)
		return err_set(err, ERR_USAGE, "which artifact is not said");
	if (argc > 2)
		return cli_excess(argv[2], err);
	args->file = argv[0];
	args->member = argv[1];
	if ((args->member != NULL) + (args->extract != NULL) + args->json +
	    args->sums > 1)
		return err_set(err, ERR_USAGE, "only one of MEMBER, --json, "
			       "--sums and --extract can be given");
	return 0;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt options[] = {
		OPT_TEXT('C', "folder", "DIR", "look for the project from DIR",
			 &args.folder),
		OPT_LIST(0, "pub", "KEY", "believe this public key (a file or "
			 "its text) instead of the project's", &args.pubs),
		OPT_FLAG(0, "json", "print JSON", &args.json),
		OPT_FLAG(0, "sums", "print what 'sha256sum -c' reads",
			 &args.sums),
		OPT_TEXT(0, "extract", "DIR", "write everything into a new "
			 "folder", &args.extract),
		OPT_END
	};
	const struct cli cli = { "show", synopsis, "print what an artifact "
				 "holds", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err) &&
	    take_operands(&args, argc, argv, &err) == 0)
		open_and_show(&args, &err);
	return cli_finish(&err);
}
