/*
 * tinyml.yaml through libyaml's events: one document of nested mappings whose
 * keys are looked up in the schema.  Nothing is kept that the schema does not
 * name.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "project/command.h"
#include "project/schema.h"

enum { PATH_MAX_CHARS = 128, DEPTH_MAX = 4, KEYS_MAX = 256 };

struct reader {
	yaml_parser_t parser;
	struct project *project;
	struct arena *arena;
	const char *name;
	char *seen[KEYS_MAX];	/* paths met so far */
	size_t seen_count;
	struct err *err;
};

static int fail_at(struct reader *r, const yaml_mark_t *mark)
{
	err_at(r->err, "%s, line %zu, column %zu", r->name, mark->line + 1,
	       mark->column + 1);
	return r->err->kind;
}

static int next(struct reader *r, yaml_event_t *event)
{
	static const char refused[] = "anchors, aliases and tags are not "
				      "used here";
	yaml_parser_t *p = &r->parser;

	if (!yaml_parser_parse(p, event)) {
		err_set(r->err, ERR_FORMAT, "not YAML: %s",
			p->problem ? p->problem : "unknown reason");
		return fail_at(r, &p->problem_mark);
	}
	if (event->type == YAML_ALIAS_EVENT ||
	    (event->type == YAML_SCALAR_EVENT &&
	     (event->data.scalar.anchor || event->data.scalar.tag)) ||
	    (event->type == YAML_MAPPING_START_EVENT &&
	     (event->data.mapping_start.anchor ||
	      event->data.mapping_start.tag)) ||
	    (event->type == YAML_SEQUENCE_START_EVENT &&
	     (event->data.sequence_start.anchor ||
	      event->data.sequence_start.tag))) {
		err_set(r->err, ERR_FORMAT, refused);
		fail_at(r, &event->start_mark);
		yaml_event_delete(event);
		return r->err->kind;
	}
	return 0;
}

/* The text of a scalar event, or NULL when it holds a NUL byte. */
static const char *scalar(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;

	return strlen(text) == event->data.scalar.length ? text : NULL;
}

static int once(struct reader *r, const char *path, const yaml_event_t *event)
{
	for (size_t i = 0; i < r->seen_count; i++) {
		if (strcmp(r->seen[i], path) == 0) {
			err_set(r->err, ERR_FORMAT, "'%s' stands twice", path);
			return fail_at(r, &event->start_mark);
		}
	}
	if (r->seen_count == KEYS_MAX) {
		err_set(r->err, ERR_LIMIT, "more than %d keys", KEYS_MAX);
		return fail_at(r, &event->start_mark);
	}
	r->seen[r->seen_count] = arena_text(r->arena, path);
	return r->seen[r->seen_count++] ? 0 : err_nomem(r->err);
}

static int unknown_key(struct reader *r, const char *section, const char *key,
		       const yaml_event_t *event)
{
	char room[32];
	const char *near = schema_nearest(section, key, room, sizeof(room));

	if (section[0])
		err_set(r->err, ERR_FORMAT, "unknown key '%s' in '%s'", key,
			section);
	else
		err_set(r->err, ERR_FORMAT, "unknown key '%s'", key);
	if (strcmp(key, "command") == 0 && project_command_refused(section))
		err_hint(r->err, "%s", project_command_refused(section));
	else if (near)
		err_hint(r->err, "did you mean '%s'?", near);
	else
		err_hint(r->err, "tinyml.yaml(5) lists the keys");
	return fail_at(r, &event->start_mark);
}

/* Of the item that came last, its first letter. */
static int add_mark(struct reader *r, struct text_list *list,
		    const yaml_event_t *event)
{
	struct text_mark *marks = arena_array(r->arena, list->n,
					      sizeof(*marks));
	bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;

	if (!marks)
		return err_nomem(r->err);
	if (list->n > 1)
		memcpy(marks, list->marks, (list->n - 1) * sizeof(*marks));
	marks[list->n - 1] = (struct text_mark){
		event->start_mark.line + 1,
		event->start_mark.column + 1 + quoted };
	list->marks = marks;
	return 0;
}

static int add_item(struct reader *r, const struct schema_row *row,
		    size_t *used, const yaml_event_t *event)
{
	struct text_list *list = (void *)((char *)r->project + row->offset);
	const char *text = event->type == YAML_SCALAR_EVENT ? scalar(event)
							    : NULL;

	if (!text)
		return err_set(r->err, ERR_FORMAT, "'%s' takes a list of texts",
			       row->path);
	*used += strlen(text) + 1;
	if (*used > PROJECT_VALUE_BYTES)
		return err_set(r->err, ERR_LIMIT, "the list of '%s' is longer "
			       "than %d bytes", row->path,
			       PROJECT_VALUE_BYTES);
	if (schema_add_item(r->project, row, text, r->arena, r->err) != 0)
		return r->err->kind;
	return add_mark(r, list, event);
}

static int read_list(struct reader *r, const struct schema_row *row)
{
	struct text_list *list = (void *)((char *)r->project + row->offset);
	yaml_event_t event;
	size_t used = 0;
	int ret = 0;

	*list = (struct text_list){ 0 };
	while (!ret) {
		ret = next(r, &event);
		if (ret)
			return ret;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		ret = add_item(r, row, &used, &event);
		if (ret)
			fail_at(r, &event.start_mark);
		yaml_event_delete(&event);
	}
	return ret;
}

static int read_value(struct reader *r, const struct schema_row *row)
{
	yaml_event_t event;
	int ret = next(r, &event);

	if (ret)
		return ret;
	if (event.type == YAML_SEQUENCE_START_EVENT &&
	    row->kind == SCHEMA_LIST) {
		yaml_event_delete(&event);
		return read_list(r, row);
	}
	if (event.type != YAML_SCALAR_EVENT || !scalar(&event))
		ret = err_set(r->err, ERR_FORMAT, "'%s' takes a %s", row->path,
			      row->kind == SCHEMA_LIST ? "list" : "single "
			      "value");
	else
		ret = schema_set_scalar(r->project, row, scalar(&event),
					event.data.scalar.style !=
					YAML_PLAIN_SCALAR_STYLE, r->arena,
					r->err);
	if (ret)
		fail_at(r, &event.start_mark);
	yaml_event_delete(&event);
	return ret;
}

static int want_mapping(struct reader *r, const char *what)
{
	yaml_event_t event;
	int ret = next(r, &event);

	if (ret)
		return ret;
	if (event.type != YAML_MAPPING_START_EVENT) {
		err_set(r->err, ERR_FORMAT, "'%s' takes keys below it", what);
		ret = fail_at(r, &event.start_mark);
	}
	yaml_event_delete(&event);
	return ret;
}

static int read_mapping(struct reader *r, const char *section, int depth);

static int read_boards(struct reader *r);

static int read_key(struct reader *r, const char *section, const char *key,
		    const yaml_event_t *event, int depth)
{
	char path[PATH_MAX_CHARS];
	const struct schema_row *row;
	int n = snprintf(path, sizeof(path), "%s%s%s", section,
			 section[0] ? "." : "", key);

	if (n >= (int)sizeof(path) || strchr(key, '.'))
		return unknown_key(r, section, key, event);
	if (once(r, path, event))
		return r->err->kind;
	row = schema_find(path);
	if (row)
		return read_value(r, row);
	if (strcmp(path, "boards") == 0)
		return want_mapping(r, path) ? r->err->kind : read_boards(r);
	if (!schema_is_section(path) || depth == DEPTH_MAX)
		return unknown_key(r, section, key, event);
	if (want_mapping(r, path))
		return r->err->kind;
	return read_mapping(r, path, depth + 1);
}

static int read_mapping(struct reader *r, const char *section, int depth)
{
	yaml_event_t event;
	int ret = 0;

	while (!ret) {
		ret = next(r, &event);
		if (ret)
			return ret;
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		if (event.type != YAML_SCALAR_EVENT || !scalar(&event)) {
			err_set(r->err, ERR_FORMAT, "a key must be a word");
			ret = fail_at(r, &event.start_mark);
		} else {
			ret = read_key(r, section, scalar(&event), &event,
				       depth);
		}
		yaml_event_delete(&event);
	}
	return ret;
}

static int board_field(struct reader *r, struct project_board *board,
		       const char *key, const yaml_event_t *at)
{
	const char **field = strcmp(key, "type") == 0 ? &board->type
			   : strcmp(key, "at") == 0 ? &board->at : NULL;
	yaml_event_t event;
	int ret;

	if (!field) {
		err_set(r->err, ERR_FORMAT, "unknown key '%s' in board '%s'",
			key, board->name);
		err_hint(r->err, "a board has 'type' and 'at'");
		return fail_at(r, &at->start_mark);
	}
	ret = next(r, &event);
	if (ret)
		return ret;
	if (*field || event.type != YAML_SCALAR_EVENT || !scalar(&event)) {
		err_set(r->err, ERR_FORMAT, "'%s' of board '%s' takes one text",
			key, board->name);
		ret = fail_at(r, &event.start_mark);
	} else {
		*field = arena_text(r->arena, scalar(&event));
		ret = *field ? 0 : err_nomem(r->err);
	}
	yaml_event_delete(&event);
	return ret;
}

static int read_board(struct reader *r, struct project_board *board)
{
	yaml_event_t event;
	int ret = want_mapping(r, board->name);

	while (!ret) {
		ret = next(r, &event);
		if (ret)
			return ret;
		if (event.type == YAML_MAPPING_END_EVENT) {
			if (!board->type || !board->at) {
				err_set(r->err, ERR_FORMAT, "board '%s' needs "
					"'type' and 'at'", board->name);
				ret = fail_at(r, &event.start_mark);
			}
			yaml_event_delete(&event);
			return ret;
		}
		if (event.type == YAML_SCALAR_EVENT && scalar(&event)) {
			ret = board_field(r, board, scalar(&event), &event);
		} else {
			err_set(r->err, ERR_FORMAT, "a key must be a word");
			ret = fail_at(r, &event.start_mark);
		}
		yaml_event_delete(&event);
	}
	return ret;
}

static int add_board(struct reader *r, const char *name,
		     const yaml_event_t *event)
{
	struct project *p = r->project;
	struct project_board *boards;
	char path[PATH_MAX_CHARS];

	snprintf(path, sizeof(path), "boards.%s", name);
	if (once(r, path, event))
		return r->err->kind;
	boards = arena_array(r->arena, p->board_count + 1, sizeof(*boards));
	if (!boards)
		return err_nomem(r->err);
	if (p->board_count)
		memcpy(boards, p->boards, p->board_count * sizeof(*boards));
	p->boards = boards;
	boards[p->board_count].name = arena_text(r->arena, name);
	if (!boards[p->board_count].name)
		return err_nomem(r->err);
	return read_board(r, &boards[p->board_count++]);
}

static int read_boards(struct reader *r)
{
	yaml_event_t event;
	int ret = 0;

	while (!ret) {
		ret = next(r, &event);
		if (ret)
			return ret;
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		if (event.type != YAML_SCALAR_EVENT || !scalar(&event) ||
		    !scalar(&event)[0] || strchr(scalar(&event), '/')) {
			err_set(r->err, ERR_FORMAT, "a board's name must be a "
				"word without '/'");
			ret = fail_at(r, &event.start_mark);
		} else {
			ret = add_board(r, scalar(&event), &event);
		}
		yaml_event_delete(&event);
	}
	return ret;
}

/* Stream start, document start; then the mapping; then both ends. */
static int read_document(struct reader *r)
{
	yaml_event_t event;
	yaml_event_type_t type;
	int ret;

	do {
		ret = next(r, &event);
		if (ret)
			return ret;
		type = event.type;
		if (type == YAML_STREAM_END_EVENT) {
			err_set(r->err, ERR_FORMAT, "the file is empty");
			fail_at(r, &event.start_mark);
		}
		yaml_event_delete(&event);
	} while (!r->err->kind && type != YAML_DOCUMENT_START_EVENT);
	if (r->err->kind)
		return r->err->kind;
	ret = want_mapping(r, r->name);
	if (!ret)
		ret = read_mapping(r, "", 0);
	if (ret || (ret = next(r, &event)) != 0)	/* document end */
		return ret;
	yaml_event_delete(&event);
	ret = next(r, &event);
	if (ret)
		return ret;
	if (event.type != YAML_STREAM_END_EVENT) {
		err_set(r->err, ERR_FORMAT, "a second document starts here");
		ret = fail_at(r, &event.start_mark);
	}
	yaml_event_delete(&event);
	return ret;
}

int project_defaults(struct project *project, struct err *err)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	*project = (struct project){ .file = "", .root = ".",
				      .memory = arena };
	if (!arena)
		return err_nomem(err);
	return schema_defaults(project, arena, err);
}

int project_parse(struct project *project, const char *name, const void *text,
		  size_t n, struct err *err)
{
	struct err local = { 0 };
	struct reader r = { .project = project, .name = name,
			    .err = err ? err : &local };
	int ret = project_defaults(project, r.err);

	if (ret)
		return ret;
	r.arena = project->memory;
	project->file = arena_text(r.arena, name);
	if (!project->file)
		return err_nomem(r.err);
	if (!yaml_parser_initialize(&r.parser))
		return err_nomem(r.err);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, n ? text : "", n);
	ret = read_document(&r);
	yaml_parser_delete(&r.parser);
	project->loaded = !ret;
	return ret;
}
