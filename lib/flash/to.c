#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "flash/deliver.h"

static void write_line(const struct deliver_receipt *r, struct buf *line)
{
	const struct ask_info *info = r->result ? &r->report->before
						: &r->report->after;
	char when[32], made[DIGEST_HEX], runs[DIGEST_HEX];
	time_t now = time(NULL);
	struct tm utc;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	digest_hex(&r->artifact->id, made);
	digest_hex(&info->identity, runs);
	buf_addf(line, "%s\t%s\t%s\t%s\t%s\t%u\t%u\t%s\t%zu\n", when,
		 r->action, made, info->has_model ? runs : "-",
		 info->version[0] ? info->version : "-", info->counter,
		 info->slot, r->result ? err_kind_name(r->result) : "ok",
		 r->report->sent_bytes);
}

static int append(const char *path, const struct buf *line, struct err *err)
{
	int ret = line->failed ? err_nomem(err) : file_mkparents(path, err);
	int fd = ret ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND |
				 O_CLOEXEC, 0666);

	if (!ret && (fd < 0 || write(fd, line->data, line->len) !=
		     (ssize_t)line->len))
		ret = err_errno(err, "cannot write '%s'", path);
	if (fd >= 0)
		close(fd);
	return ret;
}

int deliver_receipt(const struct project *project,
		    const struct deliver_receipt *receipt, struct err *err)
{
	struct buf line = BUF_INIT;
	char file[160], *path;
	int ret;

	snprintf(file, sizeof(file), "receipts/%.120s.tsv", receipt->board);
	path = project_path(project, file);
	write_line(receipt, &line);
	ret = path ? append(path, &line, err) : err_nomem(err);
	buf_release(&line);
	free(path);
	return ret;
}

int deliver_connect(const struct project *project, const char *to,
		    struct smp_link **sl, struct err *err)
{
	return deliver_connect_with(project, to, NULL, sl, err);
}

int deliver_connect_with(const struct project *project, const char *to,
			 const struct link_options *options,
			 struct smp_link **sl, struct err *err)
{
	const struct project_board *entry;
	struct place place;
	int ret = project_board(project, to, &entry, err);

	if (ret)
		return ret;
	place = (struct place){ .name = entry->name, .type = entry->type,
				.at = entry->at,
				.root = project->root };
	ret = place_open(sl, &place, options, err);
	if (!ret)
		smp_link_patience(*sl, ASK_PATIENCE_MS, ASK_RETRIES);
	return ret;
}

static int deliver_to(struct stage *stage, const struct deliver_order *order,
		      const struct progress *progress,
		      struct deliver_report *report, struct err *err)
{
	struct artifact *artifact = NULL;
	struct smp_link *sl = NULL;
	struct firmware firmware;
	int ret = stage_input(stage, stage->which, order->operand, &artifact,
			      err);

	*report = (struct deliver_report){ 0 };
	if (!ret)
		ret = firmware_read(&firmware, artifact, err);
	if (!ret)
		ret = deliver_connect(&stage->project, order->to, &sl, err);
	if (!ret)
		ret = deliver(sl, &firmware, progress, report, err);
	if (report->before.board[0]) {
		const struct deliver_receipt receipt = {
			order->to, project_stage_name(stage->which), artifact,
			report, ret };
		int said = deliver_receipt(&stage->project, &receipt, err);

		ret = ret ? ret : said;
	}
	smp_link_close(sl);
	artifact_close(artifact);
	return ret;
}

int deliver_or_make(const struct deliver_order *order,
		    const struct progress *progress, struct buf *text,
		    struct err *err)
{
	struct deliver_report report;
	struct stage stage;
	int ret = stage_open(&stage, order->which, &order->stage, err);

	if (!ret && !order->to)
		ret = firmware_stage(&stage, order->operand, text, err);
	else if (!ret)
		ret = deliver_to(&stage, order, progress, &report, err);
	if (!ret && order->to)
		deliver_print(&report, order->to, text);
	stage_close(&stage);
	return ret;
}

void deliver_print(const struct deliver_report *r, const char *board,
		   struct buf *out)
{
	const struct ask_info *a = &r->after;

	if (r->was_there)
		buf_addf(out, "%s runs this model already\n", board);
	else
		buf_addf(out, "%s: %zu bytes sent, tried, confirmed in slot "
			 "%c\n", board, r->sent_bytes, a->slot ? 'B' : 'A');
	buf_addf(out, "%s runs %s %s, security counter %u\n", board, a->name,
		 a->version, a->counter);
	buf_addf(out, "%u golden vectors answered by its self-test, %zu "
		 "compared with this machine bit for bit, %.1f ms an answer\n",
		 r->self_vectors, r->host_vectors, r->run_us / 1000.0);
}
