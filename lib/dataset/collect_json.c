/* Series of numbers in a JSON document, wherever they lie in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/json_tree.h"
#include "dataset/table.h"

struct finder {
	struct collector *c;
	struct source_file *file;
	unsigned count;		/* series so far */
};

static bool is_numbers(const struct json_node *row)
{
	for (const struct json_node *v = row->child; v; v = v->next)
		if (v->kind != JSON_NUMBER)
			return false;
	return row->count > 0 && row->count <= DATASET_CHANNELS_MAX;
}

/* Of the same length and, for objects, with the same keys in order. */
static bool is_like(const struct json_node *a, const struct json_node *b)
{
	const struct json_node *x = a->child, *y = b->child;

	if (a->kind != b->kind || a->count != b->count)
		return false;
	for (; x && a->kind == JSON_OBJECT; x = x->next, y = y->next)
		if (strcmp(x->key, y->key) != 0)
			return false;
	return true;
}

static bool is_series(const struct json_node *node)
{
	const struct json_node *first = node->child;

	if (node->kind != JSON_ARRAY || !first ||
	    (first->kind != JSON_OBJECT && first->kind != JSON_ARRAY))
		return false;
	for (const struct json_node *row = first; row; row = row->next)
		if (!is_like(first, row) || !is_numbers(row))
			return false;
	return true;
}

static void name_columns(const struct json_node *first, char room[][64],
			 const char **names)
{
	const struct json_node *v = first->child;

	for (size_t i = 0; v; v = v->next, i++) {
		if (v->key)
			snprintf(room[i], sizeof(room[i]), "%s", v->key);
		else
			snprintf(room[i], sizeof(room[i]), "c%zu", i + 1);
		names[i] = room[i];
	}
}

static int take_values(const struct json_node *series, float *out,
		       struct err *err)
{
	for (const struct json_node *row = series->child; row; row = row->next)
		for (const struct json_node *v = row->child; v; v = v->next) {
			*out = (float)v->number;
			if (*out - *out != 0)
				return err_set(err, ERR_RANGE, "number %s is "
					       "too large", v->text);
			out++;
		}
	return 0;
}

static int add_series(struct finder *f, const struct json_node *series,
		      const char *label)
{
	char name[DATASET_NAME_MAX + 1], room[DATASET_CHANNELS_MAX][64];
	const char *names[DATASET_CHANNELS_MAX];
	struct table table = { .name = name, .names = names,
			       .rows = series->count,
			       .columns = series->child->count,
			       .pack = f->file->number };
	float *values = calloc(table.rows * table.columns, sizeof(*values));
	struct err *err = &f->file->why;
	int ret, n = snprintf(name, sizeof(name), "%s/%s%s%06u",
			      f->file->name, label, *label ? "/" : "",
			      f->count++);

	if (!values)
		return err_nomem(err);
	table.values = values;
	name_columns(series->child, room, names);
	ret = n < (int)sizeof(name) ? take_values(series, values, err) :
	      err_set(err, ERR_LIMIT, "name is too long");
	if (!ret)
		ret = table_add(f->c, f->file, &table);
	free(values);
	return ret;
}

/* Depth is that of the document, which has a limit. */
static int find(struct finder *f, const struct json_node *node,
		const char *label)
{
	const struct json_node *own = json_member(node, "label");
	int ret = 0;

	if (own && own->text)
		label = own->text;
	if (is_series(node))
		return add_series(f, node, label);
	for (node = node->child; node && !ret; node = node->next)
		ret = find(f, node, label);
	return ret;
}

int add_json(struct collector *c, struct source_file *file)
{
	struct finder f = { c, file, 0 };
	struct arena arena = { 0 };
	const struct json_node *tree = NULL;
	int ret = json_read(&tree, &arena, file->bytes, file->n, &file->why);

	if (!ret)
		ret = find(&f, tree, "");
	if (!ret && f.count == 0)
		ret = err_set(&file->why, ERR_FORMAT, "no series of numbers "
			      "is in it");
	arena_release(&arena);
	return ret;
}
