/*
 * csv - read tables as text: rows of fields, then rows of numbers.
 *
 * RFC 4180 with what sensors write besides: comma, tab or semicolon (the one
 * most frequent in the first line), LF or CRLF, a UTF-8 byte order mark, blank
 * lines and lines that begin with '#' (both skipped), spaces around fields.
 * A field in double quotes may hold separators and doubled quotes, not a line
 * end.  Everything else is an error with line and column, both from 1.
 */
#ifndef TINYML_DATASET_CSV_H
#define TINYML_DATASET_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "bits/cursor.h"

enum { CSV_FIELDS_MAX = 256, CSV_LINE_MAX = 1 << 20 };

struct csv {
	struct cursor cur;
	char separator;
	size_t line;			/* of the row last read */
	const char *fields[CSV_FIELDS_MAX];	/* until the next csv_next */
	size_t columns[CSV_FIELDS_MAX];	/* where each begins in its line */
	size_t count;
	const char *name;		/* begins what errors say, or NULL */
	struct buf room;
};

/* Borrows the bytes. csv_close frees what reading took. */
void csv_open(struct csv *csv, const void *bytes, size_t n);
void csv_close(struct csv *csv);

/* 1 when a row was read, 0 at the end, ERR_FORMAT, ERR_LIMIT or ERR_MEM. */
int csv_next(struct csv *csv, struct err *err);

/* Which field has this text (a header's name); -1 when none has. */
int csv_find(const struct csv *csv, const char *text);

/*
 * A decimal number and nothing else: sign, digits, point, exponent.
 * ERR_RANGE for the words nan and inf and for what a double cannot hold,
 * ERR_FORMAT for anything else.
 */
int csv_number(const char *text, double *value);

/* Seconds since 1970 of "2020-03-09 10:14:33[.25]" ('T' and a final 'Z' are
 * fine, the zone is taken as UTC). ERR_FORMAT. */
int csv_date(const char *text, double *seconds);

/*
 * A numeric table.  The first line is a header when one of its fields is
 * neither number nor date; without one the columns are named c1, c2 ...
 * Kept are the columns named in keep, in that order, or all but the time
 * column and the mark column when keep is empty.
 *
 * The mark column, when want names one, holds words instead of numbers: what
 * each row shows.  Rows that follow each other with the same word make one
 * mark; an empty word makes none.
 *
 * The time column is the first named time, timestamp, datetime, date or t,
 * with or without a unit behind it (time_ms, "timestamp (us)"): dates, or
 * numbers in that unit, seconds without one.  A number without unit that can
 * only be a moment since 1970 (above 10^11) counts in ms, us or ns by its size.
 */
struct csv_want {
	const char *const *keep;
	size_t keep_count;
	const char *mark;	/* NULL or "": none */
};

struct csv_mark {
	const char *text;
	size_t start, end;	/* rows, end excluded */
};

struct csv_table {
	const char **names;	/* [columns] */
	size_t columns, rows;	/* both at least 1 */
	float *values;		/* [row * columns + column] */
	double *seconds;	/* [row], NULL without a time column */
	struct csv_mark *marks;	/* in the order of the rows */
	size_t mark_count;
	bool has_header;
	char *name_room;
	size_t mark_room;
	struct arena words;	/* of the marks */
};

/* ERR_FORMAT, ERR_RANGE (NaN, infinite, beyond float), ERR_LIMIT, ERR_MISSING
 * (no such column), ERR_MEM. csv_table_release in every case. */
int csv_table_read(struct csv_table *table, const void *bytes, size_t n,
		   const struct csv_want *want, struct err *err);
void csv_table_release(struct csv_table *table);

#endif
