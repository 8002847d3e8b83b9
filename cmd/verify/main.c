/*
 * tinyml verify - is an artifact whole, and made by whom we believe?
 */
#include <stdio.h>

#include "artifact/describe.h"
#include "artifact/lineage.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "project/believe.h"

#include "board.h"

static const char synopsis[] =
	"[-C DIR] [--pub KEY] [--unsigned] [--chain] [--input FILE] "
	"[--json] FILE...\n"
	"[-C DIR] [--pub KEY] [--unsigned] [--input FILE] [--json] "
	"--board NAME";

struct args {
	const char *folder, *board;
	struct opt_list pubs, inputs;
	bool is_unsigned, chain, json;
};

/* All files of one call; what is known of the one being checked. */
struct check {
	const struct args *args;
	struct believe believe;
	struct json json;
	struct buf out;		/* JSON */
	struct buf head, chain;	/* text: its own line, those it came from */
	size_t steps;
	bool bad;		/* one of the files was not good */
};

/* The file itself comes first and is described already. */
static int visit(void *ctx, const struct artifact *artifact)
{
	struct check *check = ctx;

	if (check->steps++ == 0)
		return 0;
	describe_line(artifact, "from", &check->chain);
	buf_addc(&check->chain, '\n');
	if (check->args->json) {
		json_object(&check->json, NULL);
		describe_json_head(artifact, &check->json);
		json_end(&check->json);
	}
	return 0;
}

static struct lineage lineage_of(const struct check *check)
{
	return (struct lineage){
		.root = project_stage_name(STAGE_COLLECT),
		.places = { check->args->inputs.items, check->args->inputs.n,
			    check->believe.folder },
		.trust = &check->believe.trust,
	};
}

static int walk(struct check *check, const struct artifact *artifact,
		struct err *err)
{
	const struct lineage lineage = lineage_of(check);
	int ret;

	check->steps = 0;
	if (check->args->json)
		json_array(&check->json, "chain");
	ret = lineage_walk(&lineage, artifact, visit, check, err);
	if (check->args->json)
		json_end(&check->json);
	return ret;
}

static int check_file(struct check *check, const char *path, struct err *err)
{
	struct artifact *artifact = NULL;
	struct buf tar = BUF_INIT;
	int ret = file_read(path, ARTIFACT_BYTES_MAX, &tar, err);

	if (!ret)
		ret = artifact_parse(&artifact, tar.data, tar.len,
				     &check->believe.trust, err);
	buf_release(&tar);
	if (ret)
		return ret;
	describe_line(artifact, "ok", &check->head);
	if (check->args->json)
		describe_json_head(artifact, &check->json);
	if (check->args->chain)
		ret = walk(check, artifact, err);
	artifact_close(artifact);
	return ret;
}

static void print_text(const struct check *check, const char *path,
		       const struct err *why, const char *reason)
{
	char name[512];

	snprintf(name, sizeof(name), "%s", path);
	text_neutralise(name);
	if (why->kind)
		cli_print("bad   %s: %s\n", name, reason);
	else
		cli_print("%s  %s\n", (char *)check->head.data, name);
	cli_write(check->chain.data, check->chain.len);
	if (why->hint[0])
		cli_hint("%s", why->hint);
}

static void print_json(struct check *check, const struct err *why,
		       const char *reason)
{
	json_bool(&check->json, "ok", !why->kind);
	json_text(&check->json, "error",
		  why->kind ? err_kind_name(why->kind) : "");
	json_text(&check->json, "reason", reason);
	json_end(&check->json);
}

static int check_one(struct check *check, const char *path, struct err *err)
{
	struct err why = { 0 };
	char reason[sizeof(why.text) + sizeof(why.place) + 2];

	buf_clear(&check->head);
	buf_clear(&check->chain);
	if (check->args->json) {
		json_object(&check->json, NULL);
		json_text(&check->json, "file", path);
	}
	check_file(check, path, &why);
	snprintf(reason, sizeof(reason), "%s%s%s", why.text,
		 why.place[0] ? ": " : "", why.place);
	text_neutralise(reason);
	if (check->args->json)
		print_json(check, &why, reason);
	else
		print_text(check, path, &why, reason);
	check->bad = check->bad || why.kind;
	/* status 3 is an answer about the artifact, 4 about this machine */
	return err_exit_status(why.kind) == 4 ?
	       err_set(err, why.kind, "%s", why.text) : 0;
}

static int check_all(struct check *check, char **paths, struct err *err)
{
	int ret = 0;

	json_init(&check->json, &check->out);
	json_array(&check->json, NULL);
	for (; *paths && !ret; paths++)
		ret = check_one(check, *paths, err);
	json_end(&check->json);
	if (check->out.failed || check->head.failed || check->chain.failed)
		ret = err_nomem(err);
	if (check->args->json)
		cli_write(check->out.data, check->out.len);
	return !ret && check->bad ? err_set(err, ERR_NO, "%s", "") : ret;
}

static int nobody(const struct project *project, struct err *err)
{
	if (!project->loaded) {
		err_set(err, ERR_USAGE, "whom to believe is not said");
		err_hint(err, "name a public key with --pub, or work inside a "
			 "project");
		return ERR_USAGE;
	}
	err_set(err, ERR_USAGE, "the project's key '%s' is not on this machine "
		"and tinyml.yaml trusts no other", project->key);
	err_hint(err, "put the public key under 'trusted' in tinyml.yaml, or "
		 "name it with --pub");
	return ERR_USAGE;
}

static int verify(const struct args *args, char **paths, struct err *err)
{
	struct check check = { .args = args };
	int ret = believe_open(&check.believe, args->folder, args->pubs.items,
			       args->pubs.n, err);

	check.believe.trust.allow_unsigned = args->is_unsigned;
	if (!ret && !check.believe.trust.ring.n && !args->is_unsigned)
		ret = nobody(&check.believe.project, err);
	if (!ret && args->board) {
		const struct lineage lineage = lineage_of(&check);

		ret = verify_board(&check.believe.project, args->board,
				   &lineage, args->json, err);
	} else if (!ret) {
		ret = check_all(&check, paths, err);
	}
	buf_release(&check.out);
	buf_release(&check.head);
	buf_release(&check.chain);
	believe_close(&check.believe);
	return ret;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt options[] = {
		OPT_TEXT('C', "folder", "DIR", "look for the project from DIR",
			 &args.folder),
		OPT_LIST(0, "pub", "KEY", "believe this public key (a file or "
			 "its text) instead of the project's", &args.pubs),
		OPT_FLAG(0, "unsigned", "accept artifacts without a signature",
			 &args.is_unsigned),
		OPT_FLAG(0, "chain", "follow the inputs back to the "
			 "recordings", &args.chain),
		OPT_LIST(0, "input", "FILE", "an artifact of the chain that is "
			 "not in artifacts/", &args.inputs),
		OPT_TEXT(0, "board", "NAME", "check the model this board runs "
			 "and where it came from", &args.board),
		OPT_FLAG(0, "json", "print JSON", &args.json),
		OPT_END
	};
	const struct cli cli = { "verify", synopsis, "check that artifacts "
				 "are whole and made by whom we believe",
				 options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err)) {
		if (args.board && argc)
			cli_excess(argv[0], &err);
		else if (!args.board && !argc)
			err_set(&err, ERR_USAGE, "which artifact is not said");
		else
			verify(&args, argv, &err);
	}
	return cli_finish(&err);
}
