#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "labels/labels_priv.h"

int labels_rows_add(struct labels_rows *rows, const struct labels_row *row,
		    struct err *err)
{
	size_t room = rows->room ? 2 * rows->room : 256;
	struct labels_row *items;

	if (rows->count == rows->room) {
		items = realloc(rows->items, room * sizeof(*items));
		if (!items)
			return err_nomem(err);
		rows->items = items;
		rows->room = room;
	}
	rows->items[rows->count++] = *row;
	return 0;
}

void labels_rows_release(struct labels_rows *rows)
{
	free(rows->items);
	arena_release(&rows->arena);
	memset(rows, 0, sizeof(*rows));
}

int labels_row_compare(const void *a, const void *b)
{
	const struct labels_row *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	if (x->start_s < y->start_s || x->start_s > y->start_s)
		return x->start_s < y->start_s ? -1 : 1;
	return (x->end_s > y->end_s) - (x->end_s < y->end_s);
}

bool labels_word_ok(const char *word)
{
	char copy[LABELS_WORD_MAX + 1];
	size_t n = strlen(word);

	if (n == 0 || n > LABELS_WORD_MAX || *word == '!' || *word == '#' ||
	    strcmp(word, LABELS_NONE) == 0)
		return false;
	memcpy(copy, word, n + 1);
	text_neutralise(copy);
	return memcmp(copy, word, n) == 0;
}
