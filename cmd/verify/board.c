#include "board.h"

#include "artifact/describe.h"
#include "cli/cli.h"
#include "cli/meter.h"
#include "flash/inspect.h"

struct found {
	struct buf text;
	struct json *json;
};

static int visit(void *ctx, const struct artifact *artifact)
{
	struct found *found = ctx;

	describe_line(artifact, "from", &found->text);
	buf_addc(&found->text, '\n');
	if (found->json) {
		json_object(found->json, NULL);
		describe_json_head(artifact, found->json);
		json_end(found->json);
	}
	return 0;
}

/* A board's model is made from a split, or from a squeezed one. */
static int walk(const struct lineage *lineage, const struct digest *id,
		struct found *found, struct err *err)
{
	struct err why = { 0 };
	int ret = lineage_walk_id(lineage, "split", id, visit, found, &why);

	if ((ret == ERR_MISSING || ret == ERR_FORMAT) &&
	    found->text.len == 0) {
		why = (struct err){ 0 };
		ret = lineage_walk_id(lineage, "squeeze", id, visit, found,
				      &why);
	}
	if (ret)
		*err = why;
	return ret;
}

static void print_board(const char *name, const struct inspect_report *r)
{
	char hash[DIGEST_HEX];

	digest_hex(&r->hash, hash);
	cli_print("ok    board %s (%s) runs %s %s, security counter %u, slot "
		  "%c, %s\n", name, r->info.board, r->info.name,
		  r->info.version, r->info.counter, r->info.slot ? 'B' : 'A',
		  r->info.confirmed ? "confirmed" : "on trial");
	cli_print("ok    its %zu bytes were read back: hash %.16s, signed with "
		  "the device key\n", r->bytes, hash);
}

static void json_board(struct json *json, const char *name,
		       const struct inspect_report *r)
{
	char hex[DIGEST_HEX];

	json_text(json, "board", name);
	json_text(json, "type", r->info.board);
	json_text(json, "model", r->info.name);
	json_text(json, "version", r->info.version);
	json_int(json, "counter", r->info.counter);
	json_int(json, "slot", r->info.slot);
	json_bool(json, "confirmed", r->info.confirmed);
	json_int(json, "bytes", (int64_t)r->bytes);
	digest_hex(&r->hash, hex);
	json_text(json, "hash", hex);
	digest_hex(&r->identity, hex);
	json_text(json, "identity", hex);
}

static int as_text(const char *name, const struct inspect_report *report,
		   const struct lineage *lineage, struct err *err)
{
	struct found found = { 0 };
	int ret;

	print_board(name, report);
	ret = walk(lineage, &report->identity, &found, err);
	cli_write(found.text.data, found.text.len);
	buf_release(&found.text);
	return ret;
}

static int as_json(const char *name, const struct inspect_report *report,
		   const struct lineage *lineage, struct err *err)
{
	struct buf out = BUF_INIT;
	struct json json;
	struct found found = { .json = &json };
	int ret;

	json_init(&json, &out);
	json_object(&json, NULL);
	json_board(&json, name, report);
	json_array(&json, "chain");
	ret = walk(lineage, &report->identity, &found, err);
	json_end(&json);
	json_bool(&json, "ok", ret == 0);
	json_end(&json);
	cli_write(out.data, out.len);
	buf_release(&out);
	buf_release(&found.text);
	return ret;
}

/* A board that answered is answered with no for what is wrong with its model;
 * a question that could not be put, and what failed, stay what they are. */
static int answer(const struct inspect_report *report, struct err *err)
{
	if (report->info.board[0] && err_exit_status(err->kind) == 3)
		err->kind = ERR_NO;
	return err->kind;
}

int verify_board(const struct project *project, const char *name,
		 const struct lineage *lineage, bool json, struct err *err)
{
	struct inspect_report report;
	struct meter meter;
	int ret;

	meter_init(&meter, false);
	ret = inspect_board(project, name, &meter.progress, &report, err);
	meter_finish(&meter);
	if (!ret)
		ret = json ? as_json(name, &report, lineage, err)
			   : as_text(name, &report, lineage, err);
	return ret ? answer(&report, err) : 0;
}
