/* tinyml-wire(5) knows every key of every message, and has no others. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "wire/messages.h"
#include "wire/shapes.h"

#define PAGE "man/man5/tinyml-wire.5"

static char page[65536];

static void read_page(void)
{
	FILE *file = fopen(PAGE, "r");

	if (!file)
		cr_skip_test("no '%s' here", PAGE);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
}

/* ".Va key" or ".Op Va key" on a line of its own, punctuation behind. */
static bool page_has(const char *key)
{
	const char *at = page;
	char macro[64];

	snprintf(macro, sizeof(macro), "Va %s", key);
	while ((at = strstr(at, macro))) {
		at += strlen(macro);
		if (*at == '\n' || *at == ' ')
			return true;
	}
	return false;
}

static void check_shape(const struct wire_shape *shape)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct wire_field *field = &shape->fields[i];

		cr_expect(page_has(field->key), "no '%s' in " PAGE,
			  field->key);
		if (field->list && field->list->shape)
			check_shape(field->list->shape);
	}
}

static bool shape_has(const struct wire_shape *shape, const char *key)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct wire_field *field = &shape->fields[i];

		if (strcmp(field->key, key) == 0 ||
		    (field->list && field->list->shape &&
		     shape_has(field->list->shape, key)))
			return true;
	}
	return false;
}

#define SHAPE_OF(name) &wire_shape_##name,
static const struct wire_shape *const shapes[] = {
	WIRE_MESSAGES(SHAPE_OF)
};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

Test(wire_page, has_every_key)
{
	read_page();
	for (int i = 0; i < SHAPES; i++)
		check_shape(shapes[i]);
}

Test(wire_page, has_no_other_key)
{
	const char *at;
	char key[64];

	read_page();
	for (at = page; (at = strstr(at, "Va ")); at++) {
		bool known = false;

		sscanf(at + 3, "%63s", key);
		known = strcmp(key, "rc") == 0 || strcmp(key, "err") == 0;
		for (int i = 0; i < SHAPES && !known; i++)
			known = shape_has(shapes[i], key);
		cr_expect(known, "'%s' in " PAGE " is no key", key);
	}
}
