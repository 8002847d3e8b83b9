#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dataset/csv.h"
#include "dataset/dataset.h"

struct reader {
	struct csv csv;
	struct csv_table *table;
	struct err *err;
	size_t fields;			/* in every row */
	char names[CSV_FIELDS_MAX][64];
	int pick[DATASET_CHANNELS_MAX];	/* field of each column kept */
	int time;			/* field of the time column, or -1 */
	int mark;			/* field of the mark column, or -1 */
	double unit;			/* seconds per unit; 0: guess */
	size_t rows_max;
};

static int fail_at(struct reader *r, int field, int kind, const char *what)
{
	err_set(r->err, kind, "field '%.60s' %s", r->csv.fields[field], what);
	err_at(r->err, "line %zu, column %zu ('%s')", r->csv.line,
	       r->csv.columns[field], r->names[field]);
	return kind;
}

static bool is_value(const char *text)
{
	double ignored;

	return csv_number(text, &ignored) != ERR_FORMAT ||
	       csv_date(text, &ignored) == 0;
}

static bool row_is_header(const struct csv *csv)
{
	for (size_t i = 0; i < csv->count; i++)
		if (csv->fields[i][0] && !is_value(csv->fields[i]))
			return true;
	return false;
}

static int name_fields(struct reader *r)
{
	r->table->has_header = row_is_header(&r->csv);
	r->fields = r->csv.count;
	for (size_t i = 0; i < r->fields; i++) {
		const char *text = r->csv.fields[i];

		if (!r->table->has_header || !*text)
			snprintf(r->names[i], sizeof(r->names[i]), "c%zu",
				 i + 1);
		else if (strlen(text) < sizeof(r->names[i]))
			memcpy(r->names[i], text, strlen(text) + 1);
		else
			return fail_at(r, (int)i, ERR_LIMIT, "is too long for "
				       "a column name");
		text_neutralise(r->names[i]);
		for (size_t j = 0; j < i; j++)
			if (strcmp(r->names[i], r->names[j]) == 0)
				return fail_at(r, (int)i, ERR_FORMAT,
					       "names two columns");
	}
	return 0;
}

/* Seconds per unit when rest ("_ms", " (us)", "[s]", "") is a unit. */
static bool time_unit(const char *rest, double *unit)
{
	static const struct {
		const char *word;
		double unit;
	} units[] = { { "s", 1 }, { "sec", 1 }, { "ms", 1e-3 },
		      { "us", 1e-6 }, { "ns", 1e-9 } };
	char word[8] = "";
	size_t n = 0;

	*unit = 0;
	for (; *rest && n < sizeof(word) - 1; rest++)
		if (!strchr("_ ()[]", *rest))
			word[n++] = *rest;
	if (n == 0)
		return *rest == '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcasecmp(word, units[i].word) == 0)
			*unit = units[i].unit;
	return *unit != 0;
}

static void find_time(struct reader *r)
{
	static const char *const words[] = { "timestamp", "datetime", "time",
					     "date", "t" };

	r->time = -1;
	for (size_t i = 0; i < r->fields && r->table->has_header; i++) {
		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
			size_t n = strlen(words[w]);

			if (strncasecmp(r->names[i], words[w], n) == 0 &&
			    time_unit(r->names[i] + n, &r->unit)) {
				r->time = (int)i;
				return;
			}
		}
	}
}

static int find_named(struct reader *r, const char *name)
{
	const char *names[CSV_FIELDS_MAX], *near;

	for (size_t i = 0; i < r->fields; i++) {
		names[i] = r->names[i];
		if (strcmp(name, r->names[i]) == 0)
			return (int)i;
	}
	err_set(r->err, ERR_MISSING, "no column is named '%s'", name);
	near = text_nearest(name, names, r->fields);
	if (near)
		err_hint(r->err, "did you mean '%s'?", near);
	else
		err_hint(r->err, "the columns are '%s' ... '%s'", names[0],
			 names[r->fields - 1]);
	return ERR_MISSING;
}

static int find_mark(struct reader *r, const char *name)
{
	r->mark = -1;
	if (!name || !*name)
		return 0;
	r->mark = find_named(r, name);
	return r->mark < 0 ? r->mark : 0;
}

static int pick_columns(struct reader *r, const char *const *keep, size_t n)
{
	struct csv_table *table = r->table;
	size_t wanted = n ? n : r->fields - (r->time >= 0) - (r->mark >= 0);

	if (wanted > DATASET_CHANNELS_MAX)
		return err_set(r->err, ERR_LIMIT, "table has %zu columns, at "
			       "most %d are kept", wanted,
			       DATASET_CHANNELS_MAX);
	if (wanted == 0)
		return err_set(r->err, ERR_FORMAT, "table has no column "
			       "besides the time");
	for (size_t i = 0; i < n; i++) {
		r->pick[i] = find_named(r, keep[i]);
		if (r->pick[i] < 0)
			return r->pick[i];
	}
	for (size_t i = 0; n == 0 && i < r->fields; i++)
		if ((int)i != r->time && (int)i != r->mark)
			r->pick[table->columns++] = (int)i;
	table->columns = wanted;
	return 0;
}

static int keep_names(struct reader *r)
{
	struct csv_table *table = r->table;

	table->names = calloc(table->columns, sizeof(*table->names));
	table->name_room = calloc(table->columns, sizeof(r->names[0]));
	if (!table->names || !table->name_room)
		return err_nomem(r->err);
	for (size_t i = 0; i < table->columns; i++) {
		char *name = table->name_room + i * sizeof(r->names[0]);

		memcpy(name, r->names[r->pick[i]], sizeof(r->names[0]));
		table->names[i] = name;
	}
	return 0;
}

static int more_rows(struct reader *r)
{
	struct csv_table *table = r->table;
	size_t n = r->rows_max ? r->rows_max * 2 : 256;
	float *values = realloc(table->values,
				n * table->columns * sizeof(*values));
	double *seconds;

	if (!values)
		return err_nomem(r->err);
	table->values = values;
	if (r->time >= 0) {
		seconds = realloc(table->seconds, n * sizeof(*seconds));
		if (!seconds)
			return err_nomem(r->err);
		table->seconds = seconds;
	}
	r->rows_max = n;
	return 0;
}

static int read_value(struct reader *r, int field, float *value)
{
	double wide = 0;
	int ret = csv_number(r->csv.fields[field], &wide);

	*value = (float)wide;
	if (r->csv.fields[field][0] == '\0')
		return fail_at(r, field, ERR_FORMAT, "is empty");
	if (ret == ERR_FORMAT) {
		fail_at(r, field, ret, "is not a number");
		err_hint(r->err, "name the numeric columns in "
			 "collect.columns");
		return ret;
	}
	if (ret || *value - *value != 0)
		return fail_at(r, field, ERR_RANGE,
			       "is not a finite number (NaN or infinite)");
	return 0;
}

static double guess_unit(double value)
{
	if (value < 1e11)
		return 1;
	if (value < 1e14)
		return 1e-3;
	return value < 1e17 ? 1e-6 : 1e-9;
}

static int read_time(struct reader *r, double *seconds)
{
	const char *text = r->csv.fields[r->time];

	if (csv_date(text, seconds) == 0)
		return 0;
	if (csv_number(text, seconds))
		return fail_at(r, r->time, ERR_FORMAT, "is not a time");
	if (r->unit == 0)
		r->unit = guess_unit(*seconds);
	*seconds *= r->unit;
	return 0;
}

/* The word of this row: one more of the last mark, or a new mark. */
static int read_mark(struct reader *r)
{
	struct csv_table *t = r->table;
	const char *word = r->csv.fields[r->mark];
	struct csv_mark *last = t->mark_count ?
				t->marks + t->mark_count - 1 : NULL;
	size_t room = t->mark_room ? 2 * t->mark_room : 16;

	if (!*word)
		return 0;
	if (last && last->end == t->rows &&
	    strcmp(last->text, word) == 0) {
		last->end++;
		return 0;
	}
	if (t->mark_count == t->mark_room) {
		last = realloc(t->marks, room * sizeof(*t->marks));
		if (!last)
			return err_nomem(r->err);
		t->marks = last;
		t->mark_room = room;
	}
	word = arena_text(&t->words, word);
	if (!word)
		return err_nomem(r->err);
	t->marks[t->mark_count++] = (struct csv_mark){ word, t->rows,
						       t->rows + 1 };
	return 0;
}

static int read_row(struct reader *r)
{
	struct csv_table *table = r->table;
	int ret = 0;

	if (r->csv.count != r->fields) {
		err_set(r->err, ERR_FORMAT, "line has %zu fields, the first "
			"one %zu", r->csv.count, r->fields);
		err_at(r->err, "line %zu, column 1", r->csv.line);
		return ERR_FORMAT;
	}
	if (table->rows == r->rows_max)
		ret = more_rows(r);
	for (size_t i = 0; i < table->columns && !ret; i++)
		ret = read_value(r, r->pick[i], table->values +
				 table->rows * table->columns + i);
	if (!ret && r->time >= 0)
		ret = read_time(r, table->seconds + table->rows);
	if (!ret && r->mark >= 0)
		ret = read_mark(r);
	if (!ret)
		table->rows++;
	return ret;
}

static int read_first(struct reader *r, const struct csv_want *want)
{
	int ret = csv_next(&r->csv, r->err);

	if (ret == 0)
		return err_set(r->err, ERR_FORMAT, "table has no rows");
	if (ret < 0)
		return ret;
	ret = name_fields(r);
	if (ret)
		return ret;
	find_time(r);
	ret = find_mark(r, want->mark);
	if (!ret)
		ret = pick_columns(r, want->keep, want->keep_count);
	if (ret)
		return ret;
	ret = keep_names(r);
	if (ret || r->table->has_header)
		return ret;
	return read_row(r);
}

int csv_table_read(struct csv_table *table, const void *bytes, size_t n,
		   const struct csv_want *want, struct err *err)
{
	struct reader *r = calloc(1, sizeof(*r));
	int ret;

	memset(table, 0, sizeof(*table));
	if (!r)
		return err_nomem(err);
	r->table = table;
	r->err = err;
	csv_open(&r->csv, bytes, n);
	ret = read_first(r, want);
	while (!ret && (ret = csv_next(&r->csv, err)) == 1)
		ret = read_row(r);
	if (!ret && table->rows == 0)
		ret = err_set(err, ERR_FORMAT, "table has a header and no "
			      "rows");
	csv_close(&r->csv);
	free(r);
	return ret;
}

void csv_table_release(struct csv_table *table)
{
	free(table->names);
	free(table->name_room);
	free(table->values);
	free(table->seconds);
	free(table->marks);
	arena_release(&table->words);
	memset(table, 0, sizeof(*table));
}
