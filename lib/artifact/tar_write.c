#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "artifact/tar.h"

enum { BLOCKING = 10240 };

/* Where finished bytes go: libarchive's write callback and its context.  It
 * never fails, since libarchive does not free what it holds then; what goes
 * wrong is kept in the context. */
struct sink {
	archive_write_callback *write;
	void *ctx;
};

/* What a comparing sink has still to see. */
struct rest {
	const uint8_t *base, *pos;
	size_t left;
	bool differs;
};

static la_ssize_t append(struct archive *a, void *ctx, const void *bytes,
			 size_t n)
{
	(void)a;
	buf_add(ctx, bytes, n);
	return (la_ssize_t)n;
}

static size_t common(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i;
}

static la_ssize_t compare(struct archive *a, void *ctx, const void *bytes,
			  size_t n)
{
	struct rest *rest = ctx;
	size_t some = n < rest->left ? n : rest->left;

	(void)a;
	if (rest->differs)
		return (la_ssize_t)n;
	if (memcmp(bytes, rest->pos, some) != 0)
		some = common(bytes, rest->pos, some);
	rest->pos += some;
	rest->left -= some;
	rest->differs = some < n;
	return (la_ssize_t)n;
}

static int put(struct archive *a, struct archive_entry *entry,
	       const struct artifact_member *member)
{
	archive_entry_clear(entry);
	archive_entry_set_pathname(entry, member->name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)member->n);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	if (archive_write_header(a, entry) != ARCHIVE_OK)
		return -1;
	return member->n && archive_write_data(a, member->bytes, member->n) !=
	       (la_ssize_t)member->n ? -1 : 0;
}

static int put_all(struct archive *a, const struct artifact_member *members,
		   size_t n, const struct sink *sink)
{
	struct archive_entry *entry = archive_entry_new();
	int bad = !entry || archive_write_set_format_ustar(a) ||
		  archive_write_add_filter_none(a) ||
		  archive_write_set_bytes_per_block(a, BLOCKING) ||
		  archive_write_set_bytes_in_last_block(a, 1) ||
		  archive_write_open(a, sink->ctx, NULL, sink->write, NULL);

	for (size_t i = 0; i < n && !bad; i++)
		bad = put(a, entry, &members[i]);
	archive_entry_free(entry);
	return bad || archive_write_close(a) != ARCHIVE_OK ? -1 : 0;
}

static int write_to(const struct artifact_member *members, size_t n,
		    const struct sink *sink)
{
	struct archive *a = archive_write_new();
	int bad = a ? put_all(a, members, n, sink) : -1;

	if (a)
		archive_write_free(a);
	return bad;
}

int tar_write(const struct artifact_member *members, size_t n,
	      struct buf *out, struct err *err)
{
	const struct sink sink = { append, out };

	return write_to(members, n, &sink) || out->failed ? err_nomem(err) : 0;
}

int tar_same(const struct artifact_member *members, size_t count,
	     const uint8_t *bytes, size_t n, struct err *err)
{
	struct rest rest = { bytes, bytes, n, false };
	const struct sink sink = { compare, &rest };

	if (write_to(members, count, &sink) == 0 && !rest.differs &&
	    rest.left == 0)
		return 0;
	err_set(err, ERR_FORMAT, "the tar is not written in the one form that "
		"tinyml writes");
	err_at(err, "offset %zu", (size_t)(rest.pos - rest.base));
	return ERR_FORMAT;
}
