#include "project/sources.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"

struct walk {
	struct arena arena;
	char **files;		/* paths as opened; all start with root */
	struct stat *stats;
	size_t n, room;
	struct err *err;
};

static int keep_file(struct walk *w, const char *path, const struct stat *st)
{
	if (w->n == SOURCES_FILES_MAX)
		return err_set(w->err, ERR_LIMIT, "more than %d files",
			       SOURCES_FILES_MAX);
	if (w->n == w->room) {
		size_t room = w->room ? 2 * w->room : 256;
		char **files = realloc(w->files, room * sizeof(*files));
		struct stat *stats;

		if (files)
			w->files = files;
		stats = realloc(w->stats, room * sizeof(*stats));
		if (stats)
			w->stats = stats;
		if (!files || !stats)
			return err_nomem(w->err);
		w->room = room;
	}
	w->files[w->n] = arena_text(&w->arena, path);
	if (!w->files[w->n])
		return err_nomem(w->err);
	w->stats[w->n++] = *st;
	return 0;
}

static int walk_folder(struct walk *w, const char *folder, int depth);

static int walk_entry(struct walk *w, int fd, const char *folder,
		      const char *name, int depth)
{
	char *path = file_join(folder, name);
	struct stat st = { 0 };
	int ret = 0;

	if (!path)
		return err_nomem(w->err);
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode) && fstatat(fd, name, &st, 0) == 0 &&
	    S_ISDIR(st.st_mode))
		ret = 0;			/* a link to a folder */
	else if (S_ISDIR(st.st_mode))
		ret = walk_folder(w, path, depth + 1);
	else if (S_ISREG(st.st_mode))
		ret = keep_file(w, path, &st);
	free(path);
	return ret;
}

static int walk_folder(struct walk *w, const char *folder, int depth)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		return err_errno(w->err, "cannot open folder '%s'", folder);
	if (depth > SOURCES_DEPTH_MAX)
		ret = err_set(w->err, ERR_LIMIT, "'%s' is nested deeper than "
			      "%d folders", folder, SOURCES_DEPTH_MAX);
	while (!ret && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			ret = walk_entry(w, dirfd(dir), folder, entry->d_name,
					 depth);
	closedir(dir);
	return ret;
}

static int by_path(const void *a, const void *b, void *ctx)
{
	struct walk *w = ctx;

	return strcmp(w->files[*(const size_t *)a],
		      w->files[*(const size_t *)b]);
}

static int digest_files(struct walk *w, struct statcache *cache,
			const char *root, const size_t *order,
			struct digest *digest)
{
	struct digest_state state;
	char hex[DIGEST_HEX];
	int ret = 0;

	digest_init(&state);
	for (size_t i = 0; i < w->n && !ret; i++) {
		const char *path = w->files[order[i]];
		const char *name = path + strlen(root);
		struct digest one;

		ret = statcache_digest(cache, path, &w->stats[order[i]], &one,
				       w->err);
		if (ret)
			break;
		digest_hex(&one, hex);
		digest_add(&state, hex, DIGEST_HEX - 1);
		digest_add(&state, "  ", 2);
		digest_add(&state, name, strlen(name) + 1);
	}
	*digest = digest_end(&state);
	return ret;
}

int sources_digest(struct statcache *cache, const char *path,
		   struct digest *digest, size_t *files, struct err *err)
{
	struct err local = { 0 };
	struct walk w = { .err = err ? err : &local };
	struct stat st;
	size_t *order = NULL;
	int ret = 0;

	if (stat(path, &st))
		ret = err_errno(w.err, "cannot find '%s'", path);
	else if (S_ISDIR(st.st_mode))
		ret = walk_folder(&w, path, 0);
	else
		ret = keep_file(&w, path, &st);
	if (!ret)
		order = calloc(w.n + 1, sizeof(*order));
	if (!ret && !order)
		ret = err_nomem(w.err);
	for (size_t i = 0; i < w.n && order; i++)
		order[i] = i;
	if (!ret) {
		qsort_r(order, w.n, sizeof(*order), by_path, &w);
		ret = digest_files(&w, cache, path, order, digest);
	}
	if (files)
		*files = w.n;
	free(order);
	free(w.files);
	free(w.stats);
	arena_release(&w.arena);
	return ret;
}
