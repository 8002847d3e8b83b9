#include "vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* The value of a key inside the object that starts at p, or NULL; objects
 * here hold no others. */
static const char *value(const char *p, const char *key)
{
	const char *end = strchr(p, '}'), *found;
	char quoted[64];

	snprintf(quoted, sizeof(quoted), "\"%s\": ", key);
	found = strstr(p, quoted);
	return found && found < end ? found + strlen(quoted) : NULL;
}

static long number(const char *p, const char *key)
{
	const char *v = value(p, key);

	return v ? strtol(v, NULL, 10) : 0;
}

static void text(const char *p, const char *key, char *out, size_t room)
{
	const char *v = value(p, key);

	out[0] = '\0';
	if (v)
		snprintf(out, room, "%.*s", (int)strcspn(v + 1, "\""), v + 1);
}

bool vectors_open(struct vectors *v, const char *folder)
{
	char path[256];

	*v = (struct vectors){ .folder = folder };
	snprintf(path, sizeof(path), VECTORS "/%s/index.json", folder);
	if (file_read(path, 1 << 20, &v->index, NULL))
		return false;
	v->at = strstr((char *)v->index.data, "\"outputs\": [");
	cr_assert(v->at);
	return true;
}

void vectors_close(struct vectors *v)
{
	buf_release(&v->index);
	buf_release(&v->in_file);
	buf_release(&v->out_file);
}

/* The file that the object names, from its offset on. */
static const void *bytes(struct vectors *v, const char *object, char *name,
			 struct buf *file)
{
	static const struct { const char *name; size_t n; } types[] = {
		{ "float32", 4 }, { "int16", 2 }, { "uint8", 1 },
		{ "int8", 1 }, { "uint16", 2 } };
	char wanted[64], type[16], path[256];
	size_t size = 0;

	text(object, "file", wanted, sizeof(wanted));
	text(object, "dtype", type, sizeof(type));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, type) == 0)
			size = types[i].n;
	if (strcmp(name, wanted) != 0) {
		buf_clear(file);
		snprintf(path, sizeof(path), VECTORS "/%s/%s", v->folder,
			 wanted);
		cr_assert_eq(file_read(path, 1 << 26, file, NULL), 0);
		strcpy(name, wanted);
	}
	return file->data + (size_t)number(object, "offset") * size;
}

static void fill_input(struct vectors *v, struct vector *out)
{
	const char *p = strstr((char *)v->index.data, "\"inputs\": [");
	char id[64];

	do {
		p = strchr(p + 1, '{');
		cr_assert(p);
		text(p, "id", id, sizeof(id));
	} while (strcmp(id, out->id) != 0);
	out->rate_hz = number(p, "sample_rate");
	out->columns = number(p, "columns");
	out->rows = out->columns ? number(p, "rows") : number(p, "count");
	out->height = number(p, "height");
	out->width = number(p, "width");
	out->input = bytes(v, p, v->in_name, &v->in_file);
}

static void fill_output(struct vectors *v, struct vector *out)
{
	const char *p = value(v->at, "shape");

	out->ill_conditioned = value(v->at, "ill_conditioned") != NULL;
	out->wrapped = value(v->at, "wrapped");
	out->count = 1;
	for (int i = 0; i < 3 && *p != ']'; i++) {
		char *end;

		out->shape[i] = strtol(p + 1, &end, 10);
		p = end;
		out->count *= out->shape[i];
	}
	out->want = bytes(v, v->at, v->out_name, &v->out_file);
}

bool vectors_next(struct vectors *v, const char *params, struct vector *out)
{
	char got[64];

	while ((v->at = strchr(v->at + 1, '{')) != NULL &&
	       value(v->at, "shape")) {
		text(v->at, value(v->at, "params") ? "params" : "stage", got,
		     sizeof(got));
		if (strcmp(got, params) != 0)
			continue;
		*out = (struct vector){ 0 };
		text(v->at, "input", out->id, sizeof(out->id));
		fill_input(v, out);
		fill_output(v, out);
		return true;
	}
	v->at = strstr((char *)v->index.data, "\"outputs\": [");
	return false;
}

void vectors_project(const char *keys, struct project *project)
{
	char yaml[512], *out = yaml;
	struct err err = { 0 };

	out += sprintf(out, "features:\n  ");
	for (; *keys; keys++)
		out += sprintf(out, "%s", *keys == '=' ? ": " :
			       *keys == ' ' ? "\n  " :
			       (char[]){ *keys, 0 });
	cr_assert_eq(project_parse(project, "keys", yaml, (size_t)(out - yaml),
				   &err), 0, "%s: %s", err.place, err.text);
}
