#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>

#include "artifact/tar.h"

enum { PEEK_BLOCK = 10240 };

static int peek(struct archive *a, const char *path, const char *name,
		size_t max, struct buf *out)
{
	struct archive_entry *entry;
	la_int64_t size;
	uint8_t *room;

	if (archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_open_filename(a, path, PEEK_BLOCK) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK ||
	    !archive_entry_pathname(entry) ||
	    strcmp(archive_entry_pathname(entry), name) != 0)
		return ERR_FORMAT;
	size = archive_entry_size(entry);
	if (size < 0 || (uint64_t)size > max)
		return ERR_FORMAT;
	room = buf_grow(out, (size_t)size);
	if (!room)
		return ERR_MEM;
	return archive_read_data(a, room, (size_t)size) == size ? 0 :
	       ERR_FORMAT;
}

int tar_peek(const char *path, const char *name, size_t max, struct buf *out,
	     struct err *err)
{
	struct archive *a;
	struct stat st;
	int ret;

	if (stat(path, &st))
		return err_errno(err, "cannot open '%s'", path);
	if (!S_ISREG(st.st_mode))	/* a pipe would lose its bytes */
		return err_set(err, ERR_FORMAT, "'%s' is not a regular file",
			       path);
	a = archive_read_new();
	if (!a)
		return err_nomem(err);
	ret = peek(a, path, name, max, out);
	archive_read_free(a);
	return ret ? err_set(err, ret, "'%s' does not begin with %s", path,
			     name) : 0;
}
