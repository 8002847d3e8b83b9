#include "dataset/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

struct walk {
	struct files *files;
	const struct files_filter *filter;
	struct err *err;
};

static int add(struct walk *w, const char *name)
{
	struct files *files = w->files;
	size_t room = files->room ? 2 * files->room : 256;
	const char **names, *copy;

	if (files->count == FILES_MAX)
		return err_set(w->err, ERR_LIMIT, "more than %d files in '%s'",
			       FILES_MAX, files->folder);
	if (files->count == files->room) {
		names = realloc(files->names, room * sizeof(*names));
		if (!names)
			return err_nomem(w->err);
		files->names = names;
		files->room = room;
	}
	copy = arena_text(&files->arena, name);
	if (!copy)
		return err_nomem(w->err);
	files->names[files->count++] = copy;
	return 0;
}

static int walk_folder(struct walk *w, const char *name, int depth);

/* A file that is not there (a dangling link) is listed too: whoever reads it
 * says so. */
static int visit(struct walk *w, const char *path, const char *name, int depth)
{
	struct stat link, st;

	if (lstat(path, &link) == 0 && S_ISDIR(link.st_mode))
		return walk_folder(w, name, depth + 1);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		w->files->links++;
		return 0;
	}
	if (w->filter->wanted(w->filter->ctx, name))
		return add(w, name);
	w->files->ignored++;
	return 0;
}

static int walk_entries(struct walk *w, DIR *dir, const char *name, int depth)
{
	struct dirent *entry;
	int ret = 0;

	while (!ret && (errno = 0, entry = readdir(dir)) != NULL) {
		char *child, *path;

		if (entry->d_name[0] == '.')
			continue;
		child = file_join(name, entry->d_name);
		path = child ? file_join(w->files->folder, child) : NULL;
		ret = path ? visit(w, path, child, depth) : err_nomem(w->err);
		free(child);
		free(path);
	}
	if (!ret && errno)
		ret = err_errno(w->err, "cannot read folder '%s'", name);
	return ret;
}

static int walk_folder(struct walk *w, const char *name, int depth)
{
	char *path = *name ? file_join(w->files->folder, name) :
		     strdup(w->files->folder);
	DIR *dir;
	int ret;

	if (!path)
		return err_nomem(w->err);
	if (depth > FILES_DEPTH_MAX)
		ret = err_set(w->err, ERR_LIMIT, "'%s' lies deeper than %d "
			      "folders", path, FILES_DEPTH_MAX);
	else if (!(dir = opendir(path)))
		ret = err_errno(w->err, "cannot read folder '%s'", path);
	else {
		ret = walk_entries(w, dir, name, depth);
		closedir(dir);
	}
	free(path);
	return ret;
}

static int list_one(struct walk *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	w->files->folder = slash == path ? "/" :
			   arena_textn(&w->files->arena, slash ? path : ".",
				       slash ? n : 1);
	if (!w->files->folder)
		return err_nomem(w->err);
	return add(w, slash ? slash + 1 : path);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int files_list(struct files *files, const char *path,
	       const struct files_filter *filter, struct err *err)
{
	struct walk w = { files, filter, err };
	struct stat st;
	int ret;

	memset(files, 0, sizeof(*files));
	files->folder = arena_text(&files->arena, path);
	if (!files->folder)
		return err_nomem(err);
	if (stat(path, &st))
		return err_errno(err, "cannot find '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return list_one(&w, path);
	ret = walk_folder(&w, "", 0);
	if (!ret && files->count)
		qsort(files->names, files->count, sizeof(*files->names),
		      by_bytes);
	return ret;
}

void files_release(struct files *files)
{
	free(files->names);
	arena_release(&files->arena);
	memset(files, 0, sizeof(*files));
}
