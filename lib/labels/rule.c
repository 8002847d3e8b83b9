#include <string.h>

#include "base/text.h"
#include "labels/labels_priv.h"
#include "labels/pattern.h"

struct rule {
	const struct labels_job *job;
	struct labels_rows *rows;
	struct labels_report *report;
	struct pattern pattern;
	bool has_pattern;
	struct pattern_where test, validation;
	int label_field, group_field;
	size_t unmatched;
	const char *first_unmatched;
};

/* The name of the folder a recording lies in; "" at the top. */
static const char *folder_of(struct arena *arena, const char *name,
			     bool whole)
{
	const char *end = strrchr(name, '/'), *start;

	if (!end)
		return "";
	start = memrchr(name, '/', (size_t)(end - name));
	start = start && !whole ? start + 1 : name;
	return arena_textn(arena, start, (size_t)(end - start));
}

static const char *field_text(struct arena *arena,
			      const struct pattern_match *match, int field)
{
	return arena_textn(arena, match->value[field].text,
			   match->value[field].n);
}

static int group_row(struct rule *r, struct labels_row *row,
		     const struct pattern_match *match)
{
	const char *group = r->job->label->group;

	if (match && r->group_field >= 0)
		row->group = field_text(&r->rows->arena, match,
					r->group_field);
	else if (strcmp(group, "folder") == 0)
		row->group = folder_of(&r->rows->arena, row->name, true);
	else
		row->group = row->name;
	return row->group ? 0 : ERR_MEM;
}

static int label_row(struct rule *r, struct labels_row *row,
		     const struct pattern_match *match)
{
	const char *from = r->job->label->from;

	row->rule = LABELS_NONE;
	if (strcmp(from, "folder") == 0)
		row->rule = folder_of(&r->rows->arena, row->name, false);
	else if (match && strcmp(from, "pattern") == 0)
		row->rule = field_text(&r->rows->arena, match,
				       r->label_field);
	if (!row->rule)
		return ERR_MEM;
	if (!*row->rule)
		row->rule = LABELS_NONE;
	row->label = row->rule;
	return 0;
}

static int bad_word(const struct labels_row *row, struct err *err)
{
	err_set(err, ERR_FORMAT, "'%.60s' cannot be a class (from '%.200s')",
		row->rule, row->name);
	err_hint(err, "a class is 1 to %d bytes without control characters "
		 "and does not begin with '!' or '#'", LABELS_WORD_MAX);
	return ERR_FORMAT;
}

/* Group and fixed part of a row whose name is known; label too unless it came
 * from a table. */
static int complete(struct rule *r, struct labels_row *row, struct err *err)
{
	struct pattern_match found, *match = NULL;
	int ret = 0;

	row->part = row->fixed = LABELS_AUTO;
	if (r->has_pattern && pattern_match(&r->pattern, row->name, &found))
		match = &found;
	if (r->has_pattern && !match) {
		if (!r->unmatched++)
			r->first_unmatched = row->name;
	}
	if (match && pattern_where_holds(&r->test, match))
		row->fixed = LABELS_TEST;
	else if (match && pattern_where_holds(&r->validation, match))
		row->fixed = LABELS_VALIDATION;
	if (!row->rule)
		ret = label_row(r, row, match);
	if (!ret)
		ret = group_row(r, row, match);
	if (ret)
		return err_nomem(err);
	if (strcmp(row->rule, LABELS_NONE) != 0 && !labels_word_ok(row->rule))
		return bad_word(row, err);
	return 0;
}

static int check_group(struct rule *r, struct err *err)
{
	const char *group = r->job->label->group;

	r->group_field = r->has_pattern ? pattern_field(&r->pattern, group) :
			 -1;
	if (r->group_field >= 0 || !*group || strcmp(group, "file") == 0 ||
	    strcmp(group, "folder") == 0 ||
	    (strcmp(group, "window") == 0 && r->job->label->window_ms))
		return 0;
	err_set(err, ERR_MISSING, "label.group '%s' is not a field of "
		"label.pattern", group);
	err_hint(err, "use a field such as {%s} in label.pattern, or 'folder' "
		 "or 'file'", group);
	return ERR_MISSING;
}

static int init(struct rule *r, struct err *err)
{
	const struct project_label *label = r->job->label;
	bool needed = strcmp(label->from, "pattern") == 0;
	int ret = 0;

	r->has_pattern = *label->pattern || needed;
	r->label_field = -1;
	if (r->has_pattern)
		ret = pattern_init(&r->pattern, "label.pattern",
				   label->pattern, err);
	if (!ret && needed) {
		r->label_field = pattern_field(&r->pattern, "label");
		if (r->label_field < 0) {
			err_set(err, ERR_FORMAT, "label.pattern '%s' has no "
				"{label}", label->pattern);
			err_hint(err, "for example \"{label}_{speaker}_"
				 "{index}\"");
			return ERR_FORMAT;
		}
	}
	if (!ret)
		ret = pattern_where_init(&r->test, "label.test_where",
					 label->test_where, &r->pattern, err);
	if (!ret)
		ret = pattern_where_init(&r->validation,
					 "label.validation_where",
					 label->validation_where, &r->pattern,
					 err);
	return ret ? ret : check_group(r, err);
}

static int one_row_each(const struct labels_job *job,
			struct labels_rows *rows, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < job->dataset->count && !ret; i++) {
		const struct labels_row row = {
			.name = job->dataset->recordings[i].name,
			.recording = (uint32_t)i
		};

		ret = labels_rows_add(rows, &row, err);
	}
	return ret;
}

static int no_marks(struct err *err)
{
	err_set(err, ERR_MISSING, "label.from is column, but the dataset has "
		"no labels of its own");
	err_hint(err, "name the column in collect.label_column and collect "
		 "again");
	return ERR_MISSING;
}

int labels_rule_column(const struct labels_job *job, struct labels_rows *rows,
		       struct err *err)
{
	const struct dataset *d = job->dataset;
	size_t at = 0;
	int ret = d->mark_count ? 0 : no_marks(err);

	for (size_t i = 0; i < d->count && !ret; i++) {
		const struct dataset_recording *r = d->recordings + i;
		struct labels_row row = { .name = r->name,
					  .recording = (uint32_t)i };

		if (at == d->mark_count || d->marks[at].recording != i) {
			row.rule = row.label = LABELS_NONE;
			ret = labels_rows_add(rows, &row, err);
		}
		for (; at < d->mark_count && d->marks[at].recording == i &&
		     !ret; at++) {
			row.start_s = (double)d->marks[at].start / r->rate_hz;
			row.end_s = (double)d->marks[at].end / r->rate_hz;
			row.rule = row.label = d->marks[at].label;
			ret = labels_rows_add(rows, &row, err);
		}
	}
	return ret;
}

int labels_rule(const struct labels_job *job, struct labels_rows *rows,
		struct labels_report *report, struct err *err)
{
	struct rule r = { .job = job, .rows = rows, .report = report };
	int ret = init(&r, err);

	if (ret)
		return ret;
	if (strcmp(job->label->from, "csv") == 0)
		ret = labels_rule_csv(job, rows, report, err);
	else if (strcmp(job->label->from, "column") == 0)
		ret = labels_rule_column(job, rows, err);
	else
		ret = one_row_each(job, rows, err);
	for (size_t i = 0; i < rows->count && !ret; i++)
		ret = complete(&r, rows->items + i, err);
	if (!ret && r.unmatched)
		labels_note(report, "%zu of %zu recordings do not match "
			    "label.pattern '%s', first '%s'", r.unmatched,
			    job->dataset->count, job->label->pattern,
			    r.first_unmatched);
	return ret;
}
