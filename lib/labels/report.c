#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "labels/make.h"

void labels_report_release(struct labels_report *report)
{
	free(report->classes);
	buf_release(&report->notes);
	memset(report, 0, sizeof(*report));
}

void labels_note(struct labels_report *report, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (report->note_count++ >= LABELS_NOTES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_addf(&report->notes, "%s\n", line);
}

static size_t widest(const struct labels_report *report)
{
	size_t width = strlen("class");

	for (size_t i = 0; i < report->class_count; i++)
		if (strlen(report->classes[i].name) > width)
			width = strlen(report->classes[i].name);
	return width;
}

static void text_row(struct buf *out, size_t width, const char *name,
		     const size_t parts[LABELS_PARTS])
{
	buf_addf(out, "%-*s %7zu %10zu %7zu %7zu\n", (int)width, name,
		 parts[LABELS_TRAIN], parts[LABELS_VALIDATION],
		 parts[LABELS_TEST],
		 parts[0] + parts[1] + parts[2]);
}

static void sum_parts(const struct labels_report *report,
		      size_t sum[LABELS_PARTS])
{
	for (size_t i = 0; i < report->class_count; i++)
		for (int part = 0; part < LABELS_PARTS; part++)
			sum[part] += report->classes[i].parts[part];
}

void labels_report_text(const struct labels_report *report, struct buf *out)
{
	size_t width = widest(report), sum[LABELS_PARTS] = { 0 };

	buf_addf(out, "%-*s %7s %10s %7s %7s\n", (int)width, "class", "train",
		 "validation", "test", "all");
	for (size_t i = 0; i < report->class_count; i++)
		text_row(out, width, report->classes[i].name,
			 report->classes[i].parts);
	sum_parts(report, sum);
	text_row(out, width, "all", sum);
	buf_addf(out, "%zu groups", report->groups);
	if (report->edited)
		buf_addf(out, ", %zu edited by hand", report->edited);
	if (report->left_out)
		buf_addf(out, ", %zu left out", report->left_out);
	buf_adds(out, "\n");
}

void labels_report_json(const struct labels_report *report, struct buf *out)
{
	size_t sum[LABELS_PARTS] = { 0 };
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	json_array(&json, "classes");
	for (size_t i = 0; i < report->class_count; i++) {
		const struct labels_balance *b = report->classes + i;

		json_object(&json, NULL);
		json_text(&json, "name", b->name);
		for (int part = 0; part < LABELS_PARTS; part++)
			json_int(&json,
				 labels_part_name((enum labels_part)part),
				 (int64_t)b->parts[part]);
		json_end(&json);
	}
	json_end(&json);
	sum_parts(report, sum);
	for (int part = 0; part < LABELS_PARTS; part++)
		json_int(&json, labels_part_name((enum labels_part)part),
			 (int64_t)sum[part]);
	json_int(&json, "groups", (int64_t)report->groups);
	json_int(&json, "edited", (int64_t)report->edited);
	json_int(&json, "left_out", (int64_t)report->left_out);
	json_int(&json, "gone", (int64_t)report->gone);
	json_end(&json);
}
