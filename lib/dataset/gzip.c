#include "dataset/gzip.h"

#include <stdint.h>
#include <zlib.h>

/* windowBits of inflateInit2 for the largest window and a gzip header */
enum { WINDOW_BITS = 15 + 16, PIECE = 1 << 16 };

bool gzip_begins(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	return n >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

static int failed(const z_stream *z, int status, struct err *err)
{
	if (status == Z_MEM_ERROR)
		return err_nomem(err);
	if (status == Z_BUF_ERROR)
		return err_set(err, ERR_SHORT, "packed data is cut off");
	return err_set(err, ERR_FORMAT, "packed data is damaged: %s",
		       z->msg ? z->msg : "not gzip");
}

/* One call of inflate into room behind out. */
static int inflate_piece(z_stream *z, size_t limit, struct buf *out,
			 struct err *err)
{
	size_t before = out->len;
	uint8_t *room = buf_grow(out, PIECE);
	int status;

	if (!room)
		return err_nomem(err);
	z->next_out = room;
	z->avail_out = PIECE;
	status = inflate(z, Z_NO_FLUSH);
	out->len = before + PIECE - z->avail_out;
	if (out->len > limit)
		return err_set(err, ERR_LIMIT, "more than %zu bytes unpacked",
			       limit);
	if (status == Z_OK || status == Z_STREAM_END)
		return status;
	return failed(z, status, err);
}

int gzip_read(const void *bytes, size_t n, size_t limit, struct buf *out,
	      struct err *err)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes };
	int ret = 0;

	if (n > UINT32_MAX || limit > SIZE_MAX - out->len)
		return err_set(err, ERR_LIMIT, "packed data is too long");
	z.avail_in = (uInt)n;
	limit += out->len;
	if (inflateInit2(&z, WINDOW_BITS) != Z_OK)
		return err_nomem(err);
	while (ret >= 0) {
		ret = inflate_piece(&z, limit, out, err);
		if (ret == Z_STREAM_END && z.avail_in == 0)
			break;
		if (ret == Z_STREAM_END &&
		    !gzip_begins(z.next_in, z.avail_in))
			ret = err_set(err, ERR_FORMAT, "something else stands "
				      "behind the packed data");
		else if (ret == Z_STREAM_END)
			inflateReset(&z);
	}
	inflateEnd(&z);
	return ret < 0 ? ret : 0;
}
