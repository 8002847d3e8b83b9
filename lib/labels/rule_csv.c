#include <stdlib.h>
#include <string.h>

#include "dataset/csv.h"
#include "labels/labels_priv.h"

/* Recordings by the last part of their names, to be found without folder. */
struct base_name {
	const char *base;
	uint32_t recording;
};

struct table {
	const struct labels_job *job;
	struct labels_rows *rows;
	struct csv csv;
	struct base_name *bases;
	bool *labelled;		/* [recording] */
	int name, label, start, end;	/* fields, -1: not there */
	size_t unknown;
	char first_unknown[128];
	struct err *err;
};

static int fail(struct table *t, int field, const char *what)
{
	err_set(t->err, ERR_FORMAT, "label.csv: '%.100s' %s",
		t->csv.fields[field], what);
	err_at(t->err, "line %zu, column %zu", t->csv.line,
	       t->csv.columns[field]);
	return ERR_FORMAT;
}

static int by_base(const void *a, const void *b)
{
	const struct base_name *x = a, *y = b;

	return strcmp(x->base, y->base);
}

static int index_bases(struct table *t)
{
	const struct dataset *d = t->job->dataset;

	t->bases = calloc(d->count, sizeof(*t->bases));
	t->labelled = calloc(d->count, sizeof(*t->labelled));
	if (!t->bases || !t->labelled)
		return err_nomem(t->err);
	for (size_t i = 0; i < d->count; i++) {
		const char *name = d->recordings[i].name;
		const char *slash = strrchr(name, '/');

		t->bases[i].base = slash ? slash + 1 : name;
		t->bases[i].recording = (uint32_t)i;
	}
	qsort(t->bases, d->count, sizeof(*t->bases), by_base);
	return 0;
}

static int read_header(struct table *t)
{
	int ret = csv_next(&t->csv, t->err);

	if (ret < 0)
		return ret;
	t->name = ret ? csv_find(&t->csv, "name") : -1;
	t->label = ret ? csv_find(&t->csv, "label") : -1;
	t->start = ret ? csv_find(&t->csv, "start") : -1;
	t->end = ret ? csv_find(&t->csv, "end") : -1;
	if (t->name < 0 || t->label < 0 || (t->start < 0) != (t->end < 0)) {
		err_set(t->err, ERR_FORMAT, "label.csv does not begin with a "
			"line that names its columns");
		err_hint(t->err, "the columns are name,label or "
			 "name,label,start,end");
		return ERR_FORMAT;
	}
	return 0;
}

/* The recording meant, -1 when there is none, or an error. */
static int find(struct table *t, const char *name, long *found)
{
	const struct dataset *d = t->job->dataset;
	const struct dataset_recording *r = dataset_find(d, name);
	const struct base_name key = { .base = name }, *base;

	*found = -1;
	if (r) {
		*found = r - d->recordings;
		return 0;
	}
	base = bsearch(&key, t->bases, d->count, sizeof(*base), by_base);
	if (!base)
		return 0;
	if ((base > t->bases && by_base(base, base - 1) == 0) ||
	    (base + 1 < t->bases + d->count && by_base(base, base + 1) == 0))
		return fail(t, t->name, "is in several folders: write it with "
			    "its folder");
	*found = base->recording;
	return 0;
}

static int read_span(struct table *t, struct labels_row *row)
{
	const char *start, *end;

	if (t->start < 0)
		return 0;
	start = t->csv.fields[t->start];
	end = t->csv.fields[t->end];
	if (!*start && !*end)
		return 0;
	if (csv_number(start, &row->start_s) || row->start_s < 0)
		return fail(t, t->start, "is not a number of seconds");
	if (csv_number(end, &row->end_s) || row->end_s <= row->start_s)
		return fail(t, t->end, "is not a number of seconds behind "
			    "start");
	return 0;
}

static int read_row(struct table *t)
{
	struct labels_row row = { 0 };
	long recording;
	int ret, last = t->name > t->label ? t->name : t->label;

	last = t->end > last ? t->end : last;
	last = t->start > last ? t->start : last;
	if (t->csv.count <= (size_t)last)
		return fail(t, 0, "begins a line with too few fields");
	ret = find(t, t->csv.fields[t->name], &recording);
	if (ret)
		return ret;
	if (recording < 0) {
		if (!t->unknown++)
			strncpy(t->first_unknown, t->csv.fields[t->name],
				sizeof(t->first_unknown) - 1);
		return 0;
	}
	ret = read_span(t, &row);
	if (ret)
		return ret;
	t->labelled[recording] = true;
	row.recording = (uint32_t)recording;
	row.name = t->job->dataset->recordings[recording].name;
	row.rule = arena_text(&t->rows->arena, t->csv.fields[t->label]);
	if (!row.rule)
		return err_nomem(t->err);
	if (!*row.rule)
		row.rule = LABELS_NONE;
	row.label = row.rule;
	return labels_rows_add(t->rows, &row, t->err);
}

static int add_unlabelled(struct table *t)
{
	const struct dataset *d = t->job->dataset;
	int ret = 0;

	for (size_t i = 0; i < d->count && !ret; i++) {
		const struct labels_row row = {
			.name = d->recordings[i].name, .label = LABELS_NONE,
			.rule = LABELS_NONE, .recording = (uint32_t)i
		};

		if (!t->labelled[i])
			ret = labels_rows_add(t->rows, &row, t->err);
	}
	return ret;
}

static int check_twice(const struct labels_rows *rows, struct err *err)
{
	for (size_t i = 1; i < rows->count; i++)
		if (labels_row_compare(rows->items + i - 1,
				       rows->items + i) == 0)
			return err_set(err, ERR_FORMAT, "label.csv labels "
				       "'%s' twice", rows->items[i].name);
	return 0;
}

int labels_rule_csv(const struct labels_job *job, struct labels_rows *rows,
		    struct labels_report *report, struct err *err)
{
	struct table t = { .job = job, .rows = rows, .err = err };
	int ret = index_bases(&t);

	csv_open(&t.csv, job->csv, job->csv_n);
	t.csv.name = "label.csv";
	if (!ret)
		ret = read_header(&t);
	while (!ret && (ret = csv_next(&t.csv, err)) == 1)
		ret = read_row(&t);
	if (!ret)
		ret = add_unlabelled(&t);
	if (!ret) {
		qsort(rows->items, rows->count, sizeof(*rows->items),
		      labels_row_compare);
		ret = check_twice(rows, err);
	}
	if (!ret && t.unknown)
		labels_note(report, "%zu names in label.csv have no recording, "
			    "first '%s'", t.unknown, t.first_unknown);
	csv_close(&t.csv);
	free(t.bases);
	free(t.labelled);
	return ret;
}
