/*
 * seed - write one file of a fuzzer's first corpus: FOLDER/NAME.
 */
#ifndef TINYML_TESTS_SEED_H
#define TINYML_TESTS_SEED_H

#include <stdio.h>
#include <string.h>

#include "base/file.h"

static inline int seed_save(const char *folder, const char *name,
			    const void *bytes, size_t n)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return file_write(path, bytes, n, 0644, NULL);
}

static inline int seed_text(const char *folder, const char *name,
			    const char *text)
{
	return seed_save(folder, name, text, strlen(text));
}

#endif
