#include <stdlib.h>
#include <string.h>

#include "dataset/csv.h"
#include "labels/labels_priv.h"

static const char header[] =
	"# labels.tsv - what each recording shows. Edit it: edits are kept.\n"
	"#\n"
	"# name   the recording, as the dataset names it\n"
	"# label  its class; - leaves it out\n"
	"# part   train, validation or test; - lets tinyml.yaml choose\n"
	"# start  seconds of the part meant, as is end; - is all of it\n"
	"# rule   what tinyml.yaml says (do not edit). A label that differs "
	"is\n"
	"#        your word and stays; one that equals it follows the rule.\n"
	"#        !gone: the dataset does not hold this recording any more.\n"
	"name\tlabel\tpart\tstart\tend\trule\n";

enum { FIELD_NAME, FIELD_LABEL, FIELD_PART, FIELD_START, FIELD_END,
       FIELD_RULE, FIELD_COUNT };

static int fail(const struct csv *csv, size_t field, const char *what,
		struct err *err)
{
	err_set(err, ERR_FORMAT, "labels/labels.tsv: '%.100s' %s",
		csv->fields[field], what);
	err_at(err, "line %zu, column %zu", csv->line, csv->columns[field]);
	return ERR_FORMAT;
}

/* Field i, "-" when the line is shorter or it is empty. */
static const char *field(const struct csv *csv, size_t i)
{
	return i < csv->count && *csv->fields[i] ? csv->fields[i] :
	       LABELS_NONE;
}

static int read_part(const struct csv *csv, struct labels_row *row,
		     struct err *err)
{
	const char *text = field(csv, FIELD_PART);

	row->part = LABELS_AUTO;
	if (strcmp(text, LABELS_NONE) == 0)
		return 0;
	row->part = labels_part_find(text);
	if (row->part >= 0)
		return 0;
	fail(csv, FIELD_PART, "is not train, validation, test or -", err);
	return ERR_FORMAT;
}

static int read_span(const struct csv *csv, struct labels_row *row,
		     struct err *err)
{
	const char *start = field(csv, FIELD_START);
	const char *end = field(csv, FIELD_END);

	if (strcmp(start, LABELS_NONE) == 0 && strcmp(end, LABELS_NONE) == 0)
		return 0;
	if (csv_number(start, &row->start_s) || row->start_s < 0)
		return fail(csv, FIELD_START, "is not a number of seconds",
			    err);
	if (csv_number(end, &row->end_s) || row->end_s <= row->start_s)
		return fail(csv, csv->count > FIELD_END ? FIELD_END :
			    FIELD_START, "is not a number of seconds behind "
			    "start", err);
	return 0;
}

static int read_row(const struct csv *csv, struct labels_rows *rows,
		    struct err *err)
{
	struct labels_row row = { .recording = UINT32_MAX, .line = csv->line,
				  .fixed = LABELS_AUTO };
	const char *label = field(csv, FIELD_LABEL);
	int ret;

	if (csv->count > FIELD_COUNT)
		return fail(csv, FIELD_COUNT, "is one field too many", err);
	if (strcmp(label, LABELS_NONE) != 0 && !labels_word_ok(label))
		return fail(csv, FIELD_LABEL, "cannot be a class", err);
	ret = read_part(csv, &row, err);
	if (!ret)
		ret = read_span(csv, &row, err);
	if (ret)
		return ret;
	row.name = arena_text(&rows->arena, field(csv, FIELD_NAME));
	row.label = arena_text(&rows->arena, label);
	/* a line of a person's own has no rule to equal: all of it is edit */
	row.rule = csv->count <= FIELD_RULE ? "" :
		   arena_text(&rows->arena, field(csv, FIELD_RULE));
	if (!row.name || !row.label || !row.rule)
		return err_nomem(err);
	return labels_rows_add(rows, &row, err);
}

static int check_twice(const struct labels_rows *rows, struct err *err)
{
	for (size_t i = 1; i < rows->count; i++) {
		const struct labels_row *row = rows->items + i;
		size_t line = row->line > row[-1].line ? row->line :
			      row[-1].line;

		if (labels_row_compare(row - 1, row) != 0)
			continue;
		err_set(err, ERR_FORMAT, "labels/labels.tsv: '%.200s' is "
			"labelled twice", row->name);
		err_at(err, "line %zu", line);
		return ERR_FORMAT;
	}
	return 0;
}

int labels_file_read(const void *text, size_t n, struct labels_rows *rows,
		     struct err *err)
{
	struct csv csv;
	int ret;

	csv_open(&csv, text, n);
	csv.separator = '\t';
	csv.name = "labels/labels.tsv";
	ret = csv_next(&csv, err);
	if (ret == 1 && (strcmp(field(&csv, FIELD_NAME), "name") != 0 ||
			 strcmp(field(&csv, FIELD_LABEL), "label") != 0)) {
		ret = fail(&csv, 0, "begins it instead of the line 'name "
			   "label part start end rule'", err);
		err_hint(err, "put that line back, separated by tabs, or "
			 "delete the file to have it written anew");
	}
	while (ret > 0 && (ret = csv_next(&csv, err)) == 1) {
		ret = read_row(&csv, rows, err);
		ret = ret ? ret : 1;
	}
	csv_close(&csv);
	if (ret < 0)
		return ret;
	if (rows->count)
		qsort(rows->items, rows->count, sizeof(*rows->items),
		      labels_row_compare);
	return check_twice(rows, err);
}

static const struct labels_row *find(const struct labels_rows *rows,
				     const struct labels_row *key)
{
	if (!rows->count)
		return NULL;
	return bsearch(key, rows->items, rows->count, sizeof(*key),
		       labels_row_compare);
}

static bool is_edited(const struct labels_row *row)
{
	return strcmp(row->label, row->rule) != 0 || row->part != LABELS_AUTO;
}

/* Did a person write anything about this recording? */
static bool speaks_of(const struct labels_rows *rows, const char *name)
{
	size_t low = 0, high = rows->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(rows->items[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < rows->count; low++) {
		if (strcmp(rows->items[low].name, name) != 0)
			return false;
		if (is_edited(rows->items + low))
			return true;
	}
	return false;
}

/* A line whose key the rule does not propose. */
static int keep_line(const struct dataset *dataset, struct labels_rows *rows,
		     const struct labels_rows *proposed,
		     const struct labels_row *line, struct err *err)
{
	const struct dataset_recording *r = dataset_find(dataset, line->name);
	const struct labels_row *twin = NULL;
	struct labels_row row = *line;

	if (!r) {
		row.rule = LABELS_GONE;
		return labels_rows_add(rows, &row, err);
	}
	if (!is_edited(line))
		return 0;
	for (size_t i = 0; i < proposed->count && !twin; i++)
		if (proposed->items[i].recording ==
		    (uint32_t)(r - dataset->recordings))
			twin = proposed->items + i;
	row.recording = (uint32_t)(r - dataset->recordings);
	row.rule = LABELS_NONE;
	row.group = twin ? twin->group : row.name;
	row.fixed = twin ? twin->fixed : LABELS_AUTO;
	return labels_rows_add(rows, &row, err);
}

/* A line of the file and the rule's proposal for the same key. */
static void apply(struct labels_row *row, const struct labels_row *line)
{
	row->part = line->part;
	row->line = line->line;
	if (strcmp(line->label, line->rule) != 0)
		row->label = line->label;
}

int labels_merge(const struct dataset *dataset, struct labels_rows *rows,
		 const struct labels_rows *file, struct err *err)
{
	struct labels_rows proposed = *rows;
	int ret = 0;

	rows->items = NULL;
	rows->count = rows->room = 0;
	for (size_t i = 0; i < proposed.count && !ret; i++) {
		struct labels_row row = proposed.items[i];
		const struct labels_row *line = find(file, &row);

		/* whole, but the file cut it in pieces */
		if (!line && row.end_s <= 0 && speaks_of(file, row.name))
			continue;
		if (line)
			apply(&row, line);
		ret = labels_rows_add(rows, &row, err);
	}
	if (proposed.count)
		qsort(proposed.items, proposed.count, sizeof(*proposed.items),
		      labels_row_compare);
	for (size_t i = 0; i < file->count && !ret; i++)
		if (!find(&proposed, file->items + i))
			ret = keep_line(dataset, rows, &proposed,
					file->items + i, err);
	free(proposed.items);
	if (rows->count)
		qsort(rows->items, rows->count, sizeof(*rows->items),
		      labels_row_compare);
	return ret;
}

/* Quoted when csv.h would read it otherwise. */
static void write_field(struct buf *out, const char *text)
{
	size_t n = strlen(text);

	if (*text != '"' && *text != '#' && *text != ' ' &&
	    (n == 0 || text[n - 1] != ' ')) {
		buf_adds(out, text);
		return;
	}
	buf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_addc(out, '"');
		buf_addc(out, (uint8_t)*text);
	}
	buf_addc(out, '"');
}

static void write_row(struct buf *out, const struct labels_row *row)
{
	write_field(out, row->name);
	buf_addc(out, '\t');
	write_field(out, row->label);
	buf_addf(out, "\t%s\t", row->part == LABELS_AUTO ? LABELS_NONE :
		 labels_part_name((enum labels_part)row->part));
	if (row->end_s > 0)
		buf_addf(out, "%.9g\t%.9g\t", row->start_s, row->end_s);
	else
		buf_adds(out, "-\t-\t");
	write_field(out, row->rule);
	buf_addc(out, '\n');
}

void labels_file_write(const struct labels_rows *rows, struct buf *out)
{
	buf_adds(out, header);
	for (size_t i = 0; i < rows->count; i++)
		write_row(out, rows->items + i);
}
