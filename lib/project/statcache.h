/*
 * statcache - the digests of files, remembered while the files look unchanged.
 *
 * As git's index does: an entry holds for a path while size, mtime, ctime and
 * inode number are those it was hashed under.  A file changed again within the
 * clock's grain of the hashing would look the same, so a file that was changed
 * less than 50 ms before it was hashed is not remembered ("racy").
 *
 * The cache lives in .tinyml/stat and may be deleted at any time; a damaged
 * one is taken as empty.
 */
#ifndef TINYML_PROJECT_STATCACHE_H
#define TINYML_PROJECT_STATCACHE_H

#include <sys/stat.h>

#include "artifact/digest.h"

struct statcache;

/* Read the cache at path (it may be absent). deep: believe nothing, hash
 * everything again. ERR_MEM. */
int statcache_open(struct statcache **cache, const char *path, bool deep,
		   struct err *err);

/* The digest of a regular file; st is its lstat. ERR_MISSING, ERR_IO. */
int statcache_digest(struct statcache *cache, const char *path,
		     const struct stat *st, struct digest *digest,
		     struct err *err);

/* The identity that an artifact file claims (artifact/artifact.h), remembered
 * in the same way. ERR_FORMAT when it is no artifact. */
int statcache_identity(struct statcache *cache, const char *path,
		       struct digest *id, struct err *err);

/* Files hashed since it was opened. */
size_t statcache_hashed(const struct statcache *cache);

/* Write it back when anything changed; entries not asked for are dropped.
 * A failure is not worth stopping for: the cache only saves time. */
void statcache_save(struct statcache *cache);

void statcache_close(struct statcache *cache);

#endif
