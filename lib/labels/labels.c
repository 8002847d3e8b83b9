#include "labels/labels.h"

#include <stdlib.h>
#include <string.h>

#include "dataset/tsv.h"
#include "labels/labels_priv.h"

enum { ITEM_ID, ITEM_NAME, ITEM_LABEL, ITEM_PART, ITEM_GROUP, ITEM_START,
       ITEM_END };

static const char *const part_names[] = { "train", "validation", "test" };

const char *labels_part_name(enum labels_part part)
{
	return part_names[part];
}

int labels_part_find(const char *name)
{
	for (int i = 0; i < LABELS_PARTS; i++)
		if (strcmp(part_names[i], name) == 0)
			return i;
	return -1;
}

static int find_class(const struct labels *labels, const char *name)
{
	for (size_t i = 0; i < labels->class_count; i++)
		if (strcmp(labels->classes[i], name) == 0)
			return (int)i;
	return -1;
}

static int bad_classes(const char *what, size_t line, struct err *err)
{
	err_set(err, ERR_FORMAT, "%s", what);
	err_at(err, "member 'classes.txt', line %zu", line);
	return ERR_FORMAT;
}

static int read_classes(struct labels *labels, struct arena *arena,
			const struct artifact_member *member, struct err *err)
{
	const char **classes = arena_array(arena, LABELS_CLASSES_MAX,
					   sizeof(*classes));
	char *text = arena_textn(arena, (const char *)member->bytes,
				 member->n), *line;

	if (!classes || !text)
		return err_nomem(err);
	if (member->n == 0 || member->bytes[member->n - 1] != '\n' ||
	    strlen(text) != member->n)
		return bad_classes("list of classes is not lines of text", 1,
				   err);
	text[member->n - 1] = '\0';
	labels->classes = classes;
	while ((line = strsep(&text, "\n")) != NULL) {
		if (labels->class_count == LABELS_CLASSES_MAX)
			return bad_classes("too many classes",
					   labels->class_count, err);
		if (!labels_word_ok(line) || find_class(labels, line) >= 0)
			return bad_classes("name of a class is not usable or "
					   "met twice",
					   labels->class_count + 1, err);
		classes[labels->class_count++] = line;
	}
	if (labels->class_count < 2)
		return bad_classes("fewer than two classes", 1, err);
	return 0;
}

static int read_item(struct labels *labels, const struct tsv *tsv,
		     const struct dataset *dataset, struct labels_item *item,
		     struct err *err)
{
	int class = find_class(labels, tsv->fields[ITEM_LABEL]);
	int part = labels_part_find(tsv->fields[ITEM_PART]);
	const struct dataset_recording *r;
	int ret = tsv_u32(tsv, ITEM_ID, 0, (uint32_t)dataset->count - 1,
			  &item->recording, err);

	if (ret)
		return ret;
	r = dataset->recordings + item->recording;
	if (strcmp(r->name, tsv->fields[ITEM_NAME]) != 0)
		return tsv_fail(tsv, ERR_FORMAT, "name is not the one the "
				"dataset has for this id", err);
	if (class < 0 || part < 0)
		return tsv_fail(tsv, ERR_FORMAT, "unknown class or part", err);
	item->class = (uint32_t)class;
	item->part = (enum labels_part)part;
	ret = tsv_u32(tsv, ITEM_START, 0, r->frames - 1, &item->start, err);
	if (!ret)
		ret = tsv_u32(tsv, ITEM_END, item->start + 1, r->frames,
			      &item->end, err);
	return ret;
}

static int check_order(const struct labels_item *item, size_t i,
		       const struct tsv *tsv, struct err *err)
{
	const struct labels_item *before = item - 1;

	if (i == 0 || before->recording < item->recording ||
	    (before->recording == item->recording &&
	     before->start <= item->start))
		return 0;
	return tsv_fail(tsv, ERR_FORMAT, "lines are not sorted", err);
}

static int read_items(struct labels *labels, struct arena *arena,
		      const struct artifact_member *member,
		      const struct dataset *dataset, struct err *err)
{
	struct labels_item *items = arena_array(arena, tsv_lines(member),
						sizeof(*items));
	struct tsv tsv;
	int ret = items ? tsv_open(&tsv, arena, member, LABELS_HEADER, err) :
		  err_nomem(err);

	labels->items = items;
	while (!ret && (ret = tsv_next(&tsv, err)) == 1) {
		struct labels_item *item = items + labels->count;

		ret = read_item(labels, &tsv, dataset, item, err);
		if (!ret)
			ret = check_order(item, labels->count, &tsv, err);
		labels->count++;
	}
	if (!ret && labels->count == 0)
		ret = tsv_fail(&tsv, ERR_FORMAT, "no item", err);
	return ret;
}

int labels_read(struct labels *labels, const struct artifact *artifact,
		const struct dataset *dataset, struct err *err)
{
	const struct artifact_member *items, *classes;
	struct arena *arena = calloc(1, sizeof(*arena));
	int ret;

	memset(labels, 0, sizeof(*labels));
	if (!arena)
		return err_nomem(err);
	labels->memory = arena;
	if (artifact->format != LABELS_FORMAT)
		return err_set(err, ERR_UNSUPPORTED, "labels of format %d are "
			       "not read", artifact->format);
	ret = artifact_need(artifact, "classes.txt", &classes, err);
	if (!ret)
		ret = artifact_need(artifact, LABELS_MEMBER, &items, err);
	if (!ret)
		ret = read_classes(labels, arena, classes, err);
	if (!ret)
		ret = read_items(labels, arena, items, dataset, err);
	return ret;
}

void labels_release(struct labels *labels)
{
	if (labels->memory)
		arena_release(labels->memory);
	free(labels->memory);
	memset(labels, 0, sizeof(*labels));
}

size_t labels_count(const struct labels *labels, enum labels_part part)
{
	size_t n = 0;

	for (size_t i = 0; i < labels->count; i++)
		n += labels->items[i].part == part;
	return n;
}

const struct labels_item *labels_next(const struct labels *labels,
				      enum labels_part part, size_t *at)
{
	while (*at < labels->count) {
		const struct labels_item *item = labels->items + (*at)++;

		if (item->part == part)
			return item;
	}
	return NULL;
}
