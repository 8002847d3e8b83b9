/*
 * pattern - fields of a file name: "{label}_{speaker}_{index}".
 *
 * Text in braces names a field (letters, digits, '_'), everything else stands
 * for itself.  A pattern is held against the base name without its ending, or,
 * when it holds a '/', against the whole relative name without ending:
 * "{part}/{label}/{index}".
 *
 * A match is never a guess: a field is not empty, holds no '/', and does not
 * hold the text that follows it (the last one: that precedes it), so
 * "turn_on_anna_3" does not match "{label}_{speaker}_{index}".
 */
#ifndef TINYML_LABELS_PATTERN_H
#define TINYML_LABELS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { PATTERN_FIELDS_MAX = 16, PATTERN_TEXT_MAX = 255 };

struct pattern {
	/* before[0] field[0] before[1] field[1] ... before[count] */
	char text[2 * PATTERN_TEXT_MAX + 2];
	const char *before[PATTERN_FIELDS_MAX + 1];
	const char *field[PATTERN_FIELDS_MAX];
	size_t count;
	bool whole;		/* holds a '/' */
};

/* What a name gave: a piece of it per field. */
struct pattern_match {
	struct {
		const char *text;	/* in the name, not terminated */
		size_t n;
	} value[PATTERN_FIELDS_MAX];
};

/* ERR_FORMAT with the column. key names the setting in messages. */
int pattern_init(struct pattern *pattern, const char *key, const char *text,
		 struct err *err);

/* Which field has this name, or -1. */
int pattern_field(const struct pattern *pattern, const char *name);

bool pattern_match(const struct pattern *pattern, const char *name,
		   struct pattern_match *match);

/*
 * A condition on one field: "index=0-4", "speaker=anna,ben", "index=0-4,9".
 * An item of two numbers with '-' between is a range, both ends included; any
 * other item must equal the field.  A number equals 7, 07 and 007.
 */
struct pattern_where {
	int field;		/* -1: no condition, nothing is chosen */
	const char *items;	/* behind the '='; borrowed */
};

/* ERR_FORMAT, ERR_MISSING (no such field) naming key. text "" is none. */
int pattern_where_init(struct pattern_where *where, const char *key,
		       const char *text, const struct pattern *pattern,
		       struct err *err);

bool pattern_where_holds(const struct pattern_where *where,
			 const struct pattern_match *match);

#endif
