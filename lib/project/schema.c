#include "project/schema.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const struct schema_row schema_rows[] = {
#define AT(field) offsetof(struct project, field)
#define TEXT(path, field, text, choices) \
	{ path, SCHEMA_TEXT, AT(field), text, choices, 0, 0, 0 },
#define LONG(path, field, number, min, max) \
	{ path, SCHEMA_LONG, AT(field), NULL, NULL, number, min, max },
#define REAL(path, field, number, min, max) \
	{ path, SCHEMA_REAL, AT(field), NULL, NULL, number, min, max },
#define LIST(path, field, text) \
	{ path, SCHEMA_LIST, AT(field), text, NULL, 0, 0, 0 },
#include "project/schema.def"
};

const size_t schema_count = sizeof(schema_rows) / sizeof(schema_rows[0]);

const struct schema_row *schema_find(const char *path)
{
	for (size_t i = 0; i < schema_count; i++)
		if (strcmp(schema_rows[i].path, path) == 0)
			return &schema_rows[i];
	return NULL;
}

bool schema_is_section(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < schema_count; i++)
		if (strncmp(schema_rows[i].path, path, n) == 0 &&
		    schema_rows[i].path[n] == '.')
			return true;
	return false;
}

/* The part of path right below section, or NULL. */
static const char *below(const char *path, const char *section)
{
	size_t n = strlen(section);

	if (n == 0)
		return path;
	return strncmp(path, section, n) == 0 && path[n] == '.' ? path + n + 1
								: NULL;
}

const char *schema_nearest(const char *section, const char *word,
			   char *room, size_t room_bytes)
{
	char names[64][32];
	const char *list[64], *near;
	size_t n = 0;

	for (size_t i = 0; i < schema_count && n < 63; i++) {
		const char *rest = below(schema_rows[i].path, section);

		if (!rest)
			continue;
		snprintf(names[n], sizeof(names[n]), "%.*s",
			 (int)strcspn(rest, "."), rest);
		list[n] = names[n];
		n++;
	}
	if (!section[0])
		list[n++] = "boards";
	near = text_nearest(word, list, n);
	if (!near)
		return NULL;
	snprintf(room, room_bytes, "%s", near);
	return room;
}

static void *field_of(struct project *project, const struct schema_row *row)
{
	return (char *)project + row->offset;
}

static bool is_choice(const char *choices, const char *word)
{
	size_t n = strlen(word);

	while (*choices) {
		size_t len = strcspn(choices, " ");

		if (len == n && memcmp(choices, word, n) == 0)
			return true;
		choices += len + (choices[len] == ' ');
	}
	return false;
}

static int set_text(struct project *project, const struct schema_row *row,
		    const char *text, struct arena *arena, struct err *err)
{
	char *copy;

	if (row->choices && !is_choice(row->choices, text))
		return err_set(err, ERR_RANGE, "'%s' must be one of: %s; not "
			       "'%s'", row->path, row->choices, text);
	copy = arena_text(arena, text);
	if (!copy)
		return err_nomem(err);
	*(const char **)field_of(project, row) = copy;
	return 0;
}

static int set_number(struct project *project, const struct schema_row *row,
		      const char *text, bool quoted, struct err *err)
{
	bool whole = row->kind == SCHEMA_LONG;
	char *end;
	double v = strtod(text, &end);

	if (quoted || end == text || *end || v != v ||
	    strspn(text, "0123456789+-.eE") != strlen(text) ||
	    (whole && strcspn(text, ".eE") != strlen(text)))
		return err_set(err, ERR_FORMAT, "'%s' takes a %s, not '%s'",
			       row->path, whole ? "whole number" : "number",
			       text);
	if (v < row->min || v > row->max)
		return err_set(err, ERR_RANGE, "'%s' must lie between %.12g "
			       "and %.12g, not %s", row->path, row->min,
			       row->max, text);
	if (whole)
		*(long *)field_of(project, row) = (long)v;
	else
		*(double *)field_of(project, row) = v;
	return 0;
}

int schema_set_scalar(struct project *project, const struct schema_row *row,
		      const char *text, bool quoted, struct arena *arena,
		      struct err *err)
{
	if (row->kind == SCHEMA_LIST)
		return err_set(err, ERR_FORMAT, "'%s' takes a list: [a, b]",
			       row->path);
	if (row->kind == SCHEMA_TEXT)
		return set_text(project, row, text, arena, err);
	return set_number(project, row, text, quoted, err);
}

int schema_add_item(struct project *project, const struct schema_row *row,
		    const char *text, struct arena *arena, struct err *err)
{
	struct text_list *list = field_of(project, row);
	const char **items = arena_array(arena, list->n + 1, sizeof(*items));
	char *copy = arena_text(arena, text);

	if (!items || !copy)
		return err_nomem(err);
	if (list->n)
		memcpy(items, list->items, list->n * sizeof(*items));
	items[list->n++] = copy;
	list->items = items;
	return 0;
}

static int list_default(struct project *project, const struct schema_row *row,
			struct arena *arena, struct err *err)
{
	const char *p = row->text;
	int ret = 0;

	while (*p && !ret) {
		size_t n = strcspn(p, " ");
		char *word = arena_textn(arena, p, n);

		if (!word)
			return err_nomem(err);
		ret = schema_add_item(project, row, word, arena, err);
		p += n + (p[n] == ' ');
	}
	return ret;
}

int schema_defaults(struct project *project, struct arena *arena,
		    struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < schema_count && !ret; i++) {
		const struct schema_row *row = &schema_rows[i];
		void *field = field_of(project, row);

		if (row->kind == SCHEMA_LONG)
			*(long *)field = (long)row->number;
		else if (row->kind == SCHEMA_REAL)
			*(double *)field = row->number;
		else if (row->kind == SCHEMA_TEXT)
			*(const char **)field = row->text;
		else
			ret = list_default(project, row, arena, err);
	}
	return ret;
}

const char *project_value(const struct project *project, const char *key,
			  char *room, size_t room_bytes)
{
	const struct schema_row *row = schema_find(key);
	const void *field;
	size_t used = 0;

	if (!row)
		return NULL;
	field = (const char *)project + row->offset;
	if (row->kind == SCHEMA_TEXT)
		return *(const char *const *)field;
	if (row->kind == SCHEMA_LONG) {
		snprintf(room, room_bytes, "%ld", *(const long *)field);
	} else if (row->kind == SCHEMA_REAL) {
		snprintf(room, room_bytes, "%.12g", *(const double *)field);
	} else {
		const struct text_list *list = field;

		room[0] = '\0';
		for (size_t i = 0; i < list->n && used < room_bytes; i++)
			used += (size_t)snprintf(room + used,
						 room_bytes - used, "%s%s",
						 i ? " " : "", list->items[i]);
	}
	return room;
}
