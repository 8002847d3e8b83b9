/*
 * sources - one digest for a file or a whole folder of recordings.
 *
 * SHA-256 over lines "HEX  RELATIVE-PATH\n" of every regular file, in byte
 * order of the paths.  Names that start with '.' are left out; links are
 * followed to files, not to folders.
 */
#ifndef TINYML_PROJECT_SOURCES_H
#define TINYML_PROJECT_SOURCES_H

#include "project/statcache.h"

enum { SOURCES_DEPTH_MAX = 32, SOURCES_FILES_MAX = 2000000 };

/* ERR_MISSING when path is not there, ERR_LIMIT, ERR_IO, ERR_MEM.
 * files (may be NULL) gets their number. */
int sources_digest(struct statcache *cache, const char *path,
		   struct digest *digest, size_t *files, struct err *err);

#endif
