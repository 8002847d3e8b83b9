/*
 * schema - the table behind tinyml.yaml: keys, types, ranges, defaults.
 *
 * One row per key of schema.def.  Reading, defaults and project_value all walk
 * this table, so a key exists in one place only.
 */
#ifndef TINYML_PROJECT_SCHEMA_H
#define TINYML_PROJECT_SCHEMA_H

#include "base/arena.h"
#include "project/project.h"

enum schema_kind { SCHEMA_TEXT, SCHEMA_LONG, SCHEMA_REAL, SCHEMA_LIST };

struct schema_row {
	const char *path;	/* "train.epochs" */
	enum schema_kind kind;
	size_t offset;		/* in struct project */
	const char *text;	/* default of TEXT and LIST */
	const char *choices;	/* blank-separated words, or NULL */
	double number, min, max;
};

extern const struct schema_row schema_rows[];
extern const size_t schema_count;

/* The row of a path; NULL when there is none. */
const struct schema_row *schema_find(const char *path);

/* True when keys start with "PATH.". */
bool schema_is_section(const char *path);

/* The key directly below section ("" is the top) nearest to word, or NULL. */
const char *schema_nearest(const char *section, const char *word,
			   char *room, size_t room_bytes);

/* Every field of project set to its default. ERR_MEM. */
int schema_defaults(struct project *project, struct arena *arena,
		    struct err *err);

/* Set a field from the words of the file. ERR_FORMAT, ERR_RANGE, ERR_MEM. */
int schema_set_scalar(struct project *project, const struct schema_row *row,
		      const char *text, bool quoted, struct arena *arena,
		      struct err *err);
int schema_add_item(struct project *project, const struct schema_row *row,
		    const char *text, struct arena *arena, struct err *err);

#endif
