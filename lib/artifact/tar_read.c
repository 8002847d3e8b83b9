#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "artifact/tar.h"

struct tar_reader {
	struct archive *archive;
	const uint8_t *bytes;
	size_t n;
	bool opened;
};

struct tar_reader *tar_open(const uint8_t *bytes, size_t n)
{
	struct tar_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->bytes = bytes;
	reader->n = n;
	reader->archive = archive_read_new();
	if (reader->archive)
		return reader;
	free(reader);
	return NULL;
}

void tar_close(struct tar_reader *reader)
{
	if (!reader)
		return;
	if (reader->archive)
		archive_read_free(reader->archive);
	free(reader);
}

static const char *kind_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry))
		return "a hard link";
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return NULL;
	case AE_IFLNK:
		return "a symbolic link";
	case AE_IFDIR:
		return "a folder";
	case AE_IFCHR:
	case AE_IFBLK:
		return "a device";
	default:
		return "not a regular file";
	}
}

/*
 * The body is taken to lie right behind a one-block header.  Where that is
 * not so (extension headers), these are not the member's bytes; tar_same
 * fails then.
 */
static int body(const struct tar_reader *reader, struct archive_entry *entry,
		struct artifact_member *member, struct err *err)
{
	la_int64_t at = archive_read_header_position(reader->archive);
	la_int64_t size = archive_entry_size(entry);
	size_t left;

	if (size < 0 || (uint64_t)size > ARTIFACT_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "member '%s' declares more "
			       "than %zu bytes", member->name,
			       ARTIFACT_BYTES_MAX);
	if (at < 0 || (uint64_t)at > reader->n ||
	    reader->n - (size_t)at < TAR_BLOCK)
		return err_set(err, ERR_SHORT, "the tar is cut off");
	left = reader->n - (size_t)at - TAR_BLOCK;
	if ((size_t)size > left)
		return err_set(err, ERR_SHORT, "member '%s' is cut off",
			       member->name);
	member->bytes = reader->bytes + (size_t)at + TAR_BLOCK;
	member->n = (size_t)size;
	return 0;
}

static int check_entry(const struct tar_reader *reader,
		       struct archive_entry *entry,
		       struct artifact_member *member, struct err *err)
{
	const char *kind = kind_of(entry);

	member->name = archive_entry_pathname(entry);
	if (!member->name)
		return err_set(err, ERR_FORMAT, "a member has no name");
	if (kind)
		return err_set(err, ERR_FORMAT, "member '%s' is %s",
			       member->name, kind);
	return body(reader, entry, member, err);
}

int tar_next(struct tar_reader *reader, struct artifact_member *member,
	     bool *done, struct err *err)
{
	struct archive_entry *entry;
	int status;

	*member = (struct artifact_member){ 0 };
	if (!reader->opened &&
	    (archive_read_support_format_tar(reader->archive) != ARCHIVE_OK ||
	     archive_read_open_memory(reader->archive, reader->bytes,
				      reader->n) != ARCHIVE_OK))
		return err_set(err, ERR_FORMAT, "not a tar");
	reader->opened = true;
	status = archive_read_next_header(reader->archive, &entry);
	*done = status == ARCHIVE_EOF;
	if (*done)
		return 0;
	if (status != ARCHIVE_OK)
		return err_set(err, ERR_FORMAT, "not a well-formed tar");
	return check_entry(reader, entry, member, err);
}
