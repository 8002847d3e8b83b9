/*
 * tsv - vector tables for tests: one line at a time, cut at the tabs.
 *
 * Tables outside the repository may be absent: tsv_open then skips the test.
 */
#ifndef TINYML_TESTS_TSV_H
#define TINYML_TESTS_TSV_H

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TSV_FIELDS_MAX = 16 };

struct tsv {
	FILE *file;
	char line[65536];
	char *field[TSV_FIELDS_MAX];
	int fields, number;
};

static inline void tsv_open(struct tsv *tsv, const char *path)
{
	tsv->number = 0;
	tsv->file = fopen(path, "r");
	if (!tsv->file)
		cr_skip_test("no '%s' here", path);
}

static inline int tsv_next(struct tsv *tsv)
{
	char *rest = tsv->line;

	if (!fgets(tsv->line, sizeof(tsv->line), tsv->file)) {
		fclose(tsv->file);
		return 0;
	}
	tsv->line[strcspn(tsv->line, "\n")] = '\0';
	for (tsv->fields = 0; rest && tsv->fields < TSV_FIELDS_MAX;)
		tsv->field[tsv->fields++] = strsep(&rest, "\t");
	tsv->number++;
	return 1;
}

static inline size_t tsv_unhex(const char *hex, uint8_t *bytes)
{
	size_t n = strlen(hex) / 2;
	unsigned value;

	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(sscanf(hex + 2 * i, "%2x", &value), 1);
		bytes[i] = (uint8_t)value;
	}
	return n;
}

#endif
