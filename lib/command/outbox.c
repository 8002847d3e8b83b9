#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "command/command.h"

struct walk {
	const struct command *command;
	struct command_files *files;
	size_t room;
	struct err *err;
};

static int keep_name(struct walk *w, const char *name)
{
	struct command_files *f = w->files;

	if (f->count == COMMAND_FILES_MAX)
		return err_set(w->err, ERR_LIMIT, "the command of '%s' left "
			       "more than %d files", w->command->stage,
			       COMMAND_FILES_MAX);
	if (f->count == w->room) {
		size_t room = w->room ? 2 * w->room : 16;
		const char **names = reallocarray(f->names, room,
						  sizeof(*names));

		if (!names)
			return err_nomem(w->err);
		f->names = names;
		w->room = room;
	}
	f->names[f->count] = arena_text(&f->memory, name);
	if (!f->names[f->count])
		return err_nomem(w->err);
	f->count++;
	return 0;
}

static int walk_folder(struct walk *w, const char *folder, int depth);

static int walk_entry(struct walk *w, const char *name, int depth)
{
	char *path = file_join(w->command->out, name);
	struct stat st;
	int ret = path ? 0 : err_nomem(w->err);

	if (!ret && lstat(path, &st))
		ret = err_errno(w->err, "cannot look at '%s'", name);
	free(path);
	if (ret)
		return ret;
	if (S_ISREG(st.st_mode))
		return keep_name(w, name);
	if (S_ISDIR(st.st_mode))
		return walk_folder(w, name, depth + 1);
	err_set(w->err, ERR_FORMAT, "the command of '%s' left '%s', which is "
		"%s", w->command->stage, name, S_ISLNK(st.st_mode) ?
		"a link: links are not followed" : "not a file");
	err_hint(w->err, "let it copy the file into TINYML_OUT");
	return ERR_FORMAT;
}

static int walk_folder(struct walk *w, const char *folder, int depth)
{
	char *path = file_join(w->command->out, folder);
	DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		ret = path ? err_errno(w->err, "cannot open '%s'", path) :
			err_nomem(w->err);
	else if (depth > COMMAND_DEPTH_MAX)
		ret = err_set(w->err, ERR_LIMIT, "the command of '%s' left "
			      "more than %d folders in each other",
			      w->command->stage, COMMAND_DEPTH_MAX);
	while (!ret && (entry = readdir(dir)) != NULL) {
		char *name;

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		name = file_join(folder, entry->d_name);
		ret = name ? walk_entry(w, name, depth) : err_nomem(w->err);
		free(name);
	}
	if (dir)
		closedir(dir);
	free(path);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int command_files(const struct command *command, struct command_files *files,
		  struct err *err)
{
	struct err local = { 0 };
	struct walk w = { command, files, 0, err ? err : &local };
	struct stat st;
	int ret;

	*files = (struct command_files){ 0 };
	if (lstat(command->out, &st) == 0 && S_ISLNK(st.st_mode))
		return err_set(err, ERR_FORMAT, "the command of '%s' made "
			       "TINYML_OUT a link: links are not followed",
			       command->stage);
	ret = walk_folder(&w, "", 0);
	if (!ret && files->count)
		qsort(files->names, files->count, sizeof(*files->names),
		      by_name);
	return ret;
}

void command_files_release(struct command_files *files)
{
	free(files->names);
	arena_release(&files->memory);
	*files = (struct command_files){ 0 };
}

/* ---- taking -------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool has(const struct command_files *files, const char *name)
{
	return files->count &&
	       bsearch(&name, files->names, files->count,
		       sizeof(*files->names), by_name);
}

static int read_file(const struct command *command, const char *name,
		     size_t limit, struct buf *out, size_t *n,
		     struct err *err)
{
	char *path = file_join(command->out, name);
	size_t before = out->len;
	int ret = path ? file_read(path, limit, out, err) : err_nomem(err);

	free(path);
	*n = ret ? 0 : out->len - before;
	return ret;
}

static int nothing(const struct command *command, const char *const *names,
		   size_t n, struct err *err)
{
	err_set(err, ERR_MISSING, "the command of '%s' left no '%s'%s%s%s",
		command->stage, names[0], n > 1 ? " and no '" : "",
		n > 1 ? names[1] : "", n > 1 ? "'" : "");
	err_hint(err, "it must write into the folder that the environment "
		 "variable TINYML_OUT names");
	return ERR_MISSING;
}

int command_take(const struct command *command,
		 const struct command_files *files, const char *const *names,
		 size_t n, struct buf *out, size_t *which, struct err *err)
{
	size_t found = 0, bytes;
	int ret;

	for (size_t i = 0; i < n; i++) {
		if (!has(files, names[i]))
			continue;
		if (found++) {
			err_set(err, ERR_FORMAT, "the command of '%s' left "
				"'%s' and '%s'", command->stage, names[*which],
				names[i]);
			err_hint(err, "one of them, so that it is clear which "
				 "is meant");
			return ERR_FORMAT;
		}
		*which = i;
	}
	if (!found)
		return nothing(command, names, n, err);
	ret = read_file(command, names[*which], ARTIFACT_BYTES_MAX, out,
			&bytes, err);
	if (!ret && !bytes)
		ret = err_set(err, ERR_FORMAT, "the command of '%s' left an "
			      "empty '%s'", command->stage, names[*which]);
	return ret;
}

static int keep_file(const struct command *command, const char *name,
		     size_t *left, struct artifact_maker *maker,
		     struct err *err)
{
	struct buf bytes = BUF_INIT;
	char *member = file_join("command", name);
	size_t n = 0;
	int ret = member ? read_file(command, name, *left, &bytes, &n, err) :
		err_nomem(err);

	*left -= n;
	if (!ret)
		artifact_add(maker, member, bytes.data, bytes.len);
	buf_release(&bytes);
	free(member);
	return ret;
}

int command_keep(const struct command *command,
		 const struct command_files *files, const char *const *names,
		 size_t n, struct artifact_maker *maker, struct err *err)
{
	size_t left = COMMAND_KEPT_BYTES_MAX;
	int ret = 0;

	if (files->count > COMMAND_KEPT_MAX + n)
		ret = err_set(err, ERR_LIMIT, "the command of '%s' left %zu "
			      "files, at most %d are kept", command->stage,
			      files->count, COMMAND_KEPT_MAX);
	for (size_t i = 0; i < files->count && !ret; i++)
		if (!is_one_of(files->names[i], names, n))
			ret = keep_file(command, files->names[i], &left, maker,
					err);
	if (ret == ERR_LIMIT)
		err_hint(err, "leave checkpoints outside of TINYML_OUT: %d MiB "
			 "are kept", COMMAND_KEPT_BYTES_MAX >> 20);
	return ret;
}
