/*
 * untar - the files inside a tar somebody else made, one after another.
 *
 * ustar (POSIX.1-1988), the long names of GNU tar (type L) and of pax (the
 * record "path" of type x).  Other pax records, folders, links and devices
 * are passed over.  Names are for naming only: nothing is written, so a name
 * with ".." in it leads nowhere.  A leading "./" is taken off.
 *
 * The bytes are untrusted and borrowed.  Our own artifacts are not read here:
 * they have one spelling and a stricter reader (artifact/artifact.h).
 */
#ifndef TINYML_DATASET_UNTAR_H
#define TINYML_DATASET_UNTAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bits/cursor.h"

enum { UNTAR_NAME_MAX = 1023 };

struct untar {
	struct cursor cur;
	char name[UNTAR_NAME_MAX + 1];	/* of the file last found */
	const uint8_t *bytes;
	size_t n;
	char longer[UNTAR_NAME_MAX + 1];	/* told ahead of a header */
};

void untar_open(struct untar *tar, const void *bytes, size_t n);

/* 1: name, bytes and n tell of the next file; 0 at the end.  ERR_SHORT (cut
 * off), ERR_FORMAT (no tar, a wrong checksum), ERR_LIMIT (a name). */
int untar_next(struct untar *tar, struct err *err);

#endif
