/*
 * gzip - what was packed with gzip (RFC 1952), unpacked in memory by zlib.
 *
 * The bytes are untrusted: zlib checks lengths and the CRC of each member,
 * and no more than limit bytes come out whatever the file claims.  Members
 * may follow each other, as `cat a.gz b.gz` makes them; anything else behind
 * the last is an error.
 */
#ifndef TINYML_DATASET_GZIP_H
#define TINYML_DATASET_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Do the bytes begin as gzip does? */
bool gzip_begins(const void *bytes, size_t n);

/* Append the content to out.  ERR_SHORT (cut off), ERR_FORMAT (damaged),
 * ERR_LIMIT, ERR_MEM; out then keeps some of it. */
int gzip_read(const void *bytes, size_t n, size_t limit, struct buf *out,
	      struct err *err);

#endif
