/*
 * tar - the container, through libarchive; private to lib/artifact.
 *
 * The writer makes one spelling: ustar, regular files, mode 0644, owner 0,
 * times 0, no owner names, no padding behind the two closing zero blocks.
 * The reader only tells what libarchive saw.  libarchive accepts most changes
 * in headers and padding, so whoever reads must also write again and compare
 * (tar_same).
 */
#ifndef TINYML_ARTIFACT_TAR_H
#define TINYML_ARTIFACT_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "artifact/artifact.h"
#include "base/buf.h"
#include "base/error.h"

enum { TAR_BLOCK = 512 };

/* Append a whole tar to out. ERR_MEM. */
int tar_write(const struct artifact_member *members, size_t n,
	      struct buf *out, struct err *err);

/* Would tar_write give exactly these bytes? ERR_FORMAT when not, with the
 * offset of the first difference. */
int tar_same(const struct artifact_member *members, size_t count,
	     const uint8_t *bytes, size_t n, struct err *err);

/* Front to back over bytes in memory, which must stay. */
struct tar_reader;

/* NULL when out of memory. */
struct tar_reader *tar_open(const uint8_t *bytes, size_t n);
void tar_close(struct tar_reader *reader);

/*
 * The next member: its name (valid until the next call) and a piece of the
 * bytes given to tar_open.  Sets done instead at the end.  ERR_FORMAT for
 * anything but a regular file, ERR_SHORT, ERR_LIMIT.
 */
int tar_next(struct tar_reader *reader, struct artifact_member *member,
	     bool *done, struct err *err);

/* The first member of a file, when it has this name and at most max bytes,
 * without reading further. ERR_FORMAT when there is no such thing;
 * ERR_MISSING, ERR_IO. */
int tar_peek(const char *path, const char *name, size_t max, struct buf *out,
	     struct err *err);

#endif
