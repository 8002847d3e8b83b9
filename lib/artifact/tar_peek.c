/*
 * Without libarchive: a command that only asks who an artifact claims to be,
 * as every run does, starts in half the time when it need not load it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/tar.h"

enum { NAME_BYTES = 100, SIZE_AT = 124, SIZE_DIGITS = 11, TYPE_AT = 156,
       MAGIC_AT = 257, MAGIC_BYTES = 6 };

/* All n bytes, or false at an end or an error. */
static bool read_all(int fd, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

/* The size of a regular ustar member of this name. */
static bool read_header(const uint8_t header[TAR_BLOCK], const char *name,
			size_t *size)
{
	if (strnlen((const char *)header, NAME_BYTES) != strlen(name) ||
	    memcmp(header, name, strlen(name)) != 0 ||
	    header[TYPE_AT] != '0' ||
	    memcmp(header + MAGIC_AT, "ustar", MAGIC_BYTES) != 0)
		return false;
	*size = 0;
	for (int i = 0; i < SIZE_DIGITS; i++) {
		unsigned digit = header[SIZE_AT + i] - '0';

		if (digit > 7)
			return false;
		*size = *size * 8 + digit;
	}
	return true;
}

static int peek(int fd, const char *name, size_t max, struct buf *out)
{
	uint8_t header[TAR_BLOCK], *room;
	struct stat st;
	size_t size;

	if (!read_all(fd, header, sizeof(header)) ||
	    !read_header(header, name, &size) || size > max ||
	    fstat(fd, &st) || (uint64_t)st.st_size < size)
		return ERR_FORMAT;
	room = buf_grow(out, size);
	if (!room)
		return ERR_MEM;
	return read_all(fd, room, size) ? 0 : ERR_FORMAT;
}

int tar_peek(const char *path, const char *name, size_t max, struct buf *out,
	     struct err *err)
{
	/* a pipe would lose its bytes, and make us wait */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int ret;

	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, ERR_FORMAT, "'%s' is not a regular file",
			       path);
	}
	ret = peek(fd, name, max, out);
	close(fd);
	return ret ? err_set(err, ret, "'%s' does not begin with %s", path,
			     name) : 0;
}
