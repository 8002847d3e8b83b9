/*
 * flat_write - make a FlatBuffer front to back.
 *
 * Offsets of the format point forward, so parents come before children: a
 * parent is written with holes, and each put of a child fills the hole that
 * it is given.  Positions count from the start of the buffer, which holds
 * nothing else.  Running out of memory stays in buf->failed.
 *
 *     struct flat_field root[] = { FLAT_U32(3), FLAT_HOLE, FLAT_NONE };
 *
 *     flat_put_table(out, flat_start(out, "TFL3"), root, 3);
 *     flat_put_text(out, root[1].at, "name");
 */
#ifndef TINYML_MODEL_FLAT_WRITE_H
#define TINYML_MODEL_FLAT_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct flat_field {
	uint8_t bytes;		/* 4, 1, or 0 for an absent field */
	uint32_t value;
	size_t at;		/* set by flat_put_table: where it lies */
};

#define FLAT_NONE { 0, 0, 0 }
#define FLAT_HOLE { 4, 0, 0 }
#define FLAT_U32(v) { 4, (uint32_t)(v), 0 }
#define FLAT_U8(v) { 1, (uint8_t)(v), 0 }

/* The first 8 bytes: a hole for the root table, which is returned, and the
 * identifier. */
size_t flat_start(struct buf *out, const char identifier[4]);

void flat_put_table(struct buf *out, size_t hole, struct flat_field *fields,
		    int n);

/* n elements of the given bytes each, as they lie in memory, starting at a
 * multiple of align (at least 4). */
void flat_put_vector(struct buf *out, size_t hole, const void *items,
		     uint32_t n, size_t bytes, size_t align);

/* n numbers as a vector of 64-bit ones. */
void flat_put_longs(struct buf *out, size_t hole, const int32_t *items,
		    uint32_t n);

/* A vector of n holes; returns the first, the others follow every 4 bytes. */
size_t flat_put_holes(struct buf *out, size_t hole, uint32_t n);

void flat_put_text(struct buf *out, size_t hole, const char *text);

#endif
