/*
 * files - the files of a folder and its folders, in byte order of their
 * relative paths.
 *
 * Names that begin with '.' are not seen.  Links to files are followed, links
 * to folders are not (project/sources.h sees the same), so loops cannot be.
 */
#ifndef TINYML_DATASET_FILES_H
#define TINYML_DATASET_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { FILES_DEPTH_MAX = 32, FILES_MAX = 1 << 20 };

struct files {
	const char **names;	/* relative to folder */
	size_t count;
	size_t ignored;		/* files that were not wanted */
	size_t links;		/* links to folders, not followed */
	const char *folder;	/* names are relative to this */
	struct arena arena;
	size_t room;
};

/* Sees names relative to the folder. */
struct files_filter {
	bool (*wanted)(const void *ctx, const char *name);
	const void *ctx;
};

/*
 * List what the filter says yes to.  path may be one file: then it is the only
 * name, wanted or not, and folder is where it lies.  files_release in every
 * case.  ERR_MISSING, ERR_IO (a folder that cannot be read), ERR_LIMIT,
 * ERR_MEM.
 */
int files_list(struct files *files, const char *path,
	       const struct files_filter *filter, struct err *err);
void files_release(struct files *files);

#endif
