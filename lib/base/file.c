#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

static int read_fd(int fd, const char *path, size_t limit, struct buf *out,
		   struct err *err)
{
	uint8_t chunk[CHUNK];
	size_t start = out->len;
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "cannot read '%s'", path);
		if ((size_t)n > limit - (out->len - start))
			return err_set(err, ERR_LIMIT,
				       "'%s' is larger than %zu bytes", path,
				       limit);
		buf_add(out, chunk, (size_t)n);
		if (out->failed)
			return err_nomem(err);
	}
	return 0;
}

int file_open(const char *path, struct err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return err_set(err, ERR_FORMAT, "'%s' is not a regular file", path);
}

int file_read(const char *path, size_t limit, struct buf *out,
	      struct err *err)
{
	size_t before = out->len;
	int fd, ret;

	if (strcmp(path, "-") == 0) {
		ret = read_fd(STDIN_FILENO, "standard input", limit, out, err);
	} else {
		fd = file_open(path, err);
		if (fd < 0)
			return fd;
		ret = read_fd(fd, path, limit, out, err);
		close(fd);
	}
	if (ret)
		out->len = before;
	return ret;
}

static int write_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

/* ".NAME.tmp" beside path; NULL when out of memory. */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *temp = NULL;

	if (asprintf(&temp, "%.*s.%s.tmp", (int)(name - path), path, name) < 0)
		return NULL;
	return temp;
}

static bool is_still(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && lstat(path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Alone in it: whoever writes it now is waited for, and what a killed writer
 * left is taken over.  After the wait it may have become the target. */
static int open_temporary(const char *temp, unsigned mode)
{
	int fd, number;

	while ((fd = open(temp, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
			  mode)) >= 0) {
		bool locked = flock(fd, LOCK_EX) == 0;

		if (locked && is_still(fd, temp))
			return fd;
		number = errno;
		close(fd);
		errno = number;
		if (!locked)
			return -1;
	}
	return -1;
}

/* Nobody gets more than mode and the umask of whoever made the file allow; to
 * narrow somebody else's file fails. */
static int narrow(int fd, unsigned mode)
{
	struct stat st;

	return fstat(fd, &st) ? -1 : fchmod(fd, st.st_mode & mode);
}

/* The lock is kept until temp has its new name. */
static int replace(const char *path, const char *temp, const void *bytes,
		   size_t n, unsigned mode)
{
	int fd = open_temporary(temp, mode), number;

	if (fd < 0)
		return -1;
	if (narrow(fd, mode) == 0 && ftruncate(fd, 0) == 0 &&
	    write_all(fd, bytes, n) == 0 && fsync(fd) == 0 &&
	    rename(temp, path) == 0)
		return close(fd);
	number = errno;
	unlink(temp);
	close(fd);
	errno = number;
	return -1;
}

/* A device or a pipe is written to: to replace it would be its end. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	       !S_ISDIR(st.st_mode);
}

static int write_special(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), bad, number;

	if (fd < 0)
		return -1;
	bad = write_all(fd, bytes, n);
	number = errno;
	if (close(fd) && !bad)
		return -1;
	errno = number;
	return bad;
}

/* A link stays; what it leads to is replaced. */
static int write_regular(const char *path, const void *bytes, size_t n,
			 unsigned mode)
{
	char *real = realpath(path, NULL);
	char *temp = temporary_name(real ? real : path);
	int bad = -1, number;

	if (temp)
		bad = replace(real ? real : path, temp, bytes, n, mode);
	number = temp ? errno : ENOMEM;
	free(temp);
	free(real);
	errno = number;
	return bad;
}

int file_write(const char *path, const void *bytes, size_t n, unsigned mode,
	       struct err *err)
{
	int bad;

	if (strcmp(path, "-") == 0) {
		if (write_all(STDOUT_FILENO, bytes, n))
			return err_errno(err, "cannot write standard output");
		return 0;
	}
	bad = is_special(path) ? write_special(path, bytes, n) :
		write_regular(path, bytes, n, mode);
	return bad ? err_errno(err, "cannot write '%s'", path) : 0;
}

void file_sweep(const char *path)
{
	char *temp = temporary_name(path);
	int fd = temp ? open(temp, O_WRONLY | O_NOFOLLOW | O_NONBLOCK |
			     O_CLOEXEC) : -1;

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && is_still(fd, temp))
		unlink(temp);
	if (fd >= 0)
		close(fd);
	free(temp);
}

int file_mkdirs(const char *path, struct err *err)
{
	char *copy = strdup(path);
	int ret = 0;

	if (!copy)
		return err_nomem(err);
	for (char *p = copy + 1; !ret; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			ret = err_errno(err, "cannot make folder '%s'", copy);
		*p = c;
		if (c == '\0')
			break;
	}
	free(copy);
	if (!ret && !file_is_dir(path))
		ret = err_set(err, ERR_IO, "'%s' is not a folder", path);
	return ret;
}

int file_mkparents(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *parent;
	int ret;

	if (!slash || slash == path)
		return 0;
	parent = strndup(path, (size_t)(slash - path));
	if (!parent)
		return err_nomem(err);
	ret = file_mkdirs(parent, err);
	free(parent);
	return ret;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *file_join(const char *folder, const char *name)
{
	char *path = NULL;

	if (name[0] == '/' || folder[0] == '\0' || strcmp(folder, ".") == 0)
		return strdup(name);
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return NULL;
	return path;
}

/* False, with errno, when somebody keeps it. */
static bool take_lock(int fd, long patience_ms)
{
	enum { LOOK_MS = 20 };
	const struct timespec pause = { 0, LOOK_MS * 1000000L };

	for (long ms = 0; flock(fd, LOCK_EX | LOCK_NB); ms += LOOK_MS) {
		if (errno != EWOULDBLOCK || ms >= patience_ms)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

int file_lock(const char *path, long patience_ms, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666), ret;

	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	if (take_lock(fd, patience_ms))
		return fd;
	ret = errno == EWOULDBLOCK ?
		err_set(err, ERR_BUSY, "'%s' is in use", path) :
		err_errno(err, "cannot lock '%s'", path);
	close(fd);
	return ret;
}
