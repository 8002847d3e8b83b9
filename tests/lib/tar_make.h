/*
 * tar_make - a tar, one member after another, for tests and seeds.
 */
#ifndef TINYML_TESTS_TAR_MAKE_H
#define TINYML_TESTS_TAR_MAKE_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static inline void tar_make_sum(uint8_t *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += header[i];
	snprintf((char *)header + 148, 8, "%06o", sum);
}

/* type is '0' for a file, '5' a folder, 'L' and 'x' a name to come. */
static inline void tar_make(struct buf *out, char type, const char *name,
			    const void *bytes, size_t n)
{
	uint8_t header[512] = { 0 };

	snprintf((char *)header, 100, "%s", name);
	snprintf((char *)header + 124, 12, "%011zo", n);
	header[156] = (uint8_t)type;
	memcpy(header + 257, "ustar\00000", 8);
	tar_make_sum(header);
	buf_add(out, header, sizeof(header));
	buf_add(out, bytes, n);
	buf_align(out, 512);
}

#endif
