/*
 * file - whole files in, whole files out.
 *
 * A write replaces its target at once or not at all: the bytes go to a
 * temporary file beside it (".NAME.tmp"), are flushed to disk, then renamed.
 * A killed writer leaves the old file untouched and at most this temporary
 * file, which the next writer of the same target takes over and file_sweep
 * removes; two writers at once go one after the other (flock).
 */
#ifndef TINYML_BASE_FILE_H
#define TINYML_BASE_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

/* Append the content of path to out. "-" is standard input. At most limit
 * bytes are accepted (ERR_LIMIT); a folder or device is ERR_FORMAT.
 * ERR_MISSING, ERR_IO, ERR_MEM. On failure out keeps what it held before. */
int file_read(const char *path, size_t limit, struct buf *out,
	      struct err *err);

/* Open an existing file for reading; a pipe is not waited for.  The descriptor,
 * which the caller closes, or ERR_MISSING, ERR_IO, ERR_FORMAT (not a file). */
int file_open(const char *path, struct err *err);

/* Replace path by n bytes with the given mode (0644, 0600 ...), less what the
 * umask takes away; of a link what it leads to.  "-" is standard output; a
 * device or pipe is written to instead, as it stands. ERR_IO, ERR_FULL. */
int file_write(const char *path, const void *bytes, size_t n, unsigned mode,
	       struct err *err);

/* Hold the file path, which is made when it is not there, so that others who
 * call this wait patience_ms at most.  The descriptor, which the caller (or its
 * end) closes, or ERR_BUSY, ERR_IO. */
int file_lock(const char *path, long patience_ms, struct err *err);

/* Remove what a killed file_write of path left, unless somebody writes it now:
 * for a target that may not be written again soon. */
void file_sweep(const char *path);

/* Make a folder and its parents; an existing one is fine. */
int file_mkdirs(const char *path, struct err *err);

/* The parents of path, so that it can be written. */
int file_mkparents(const char *path, struct err *err);

bool file_exists(const char *path);
bool file_is_dir(const char *path);

/* "a" + "b" is "a/b"; an absolute b, or an empty or "." a, gives b alone.
 * The caller frees; NULL when out of memory. */
char *file_join(const char *folder, const char *name);

#endif
