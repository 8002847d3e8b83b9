/*
 * cursor - read untrusted bytes, front to back.
 *
 *      base            pos                 end
 *       |--- consumed --|---- remaining ----|
 *
 * Invariant: base <= pos <= end, always, whatever the bytes are.
 * The first failed read sets err and later reads return 0 without moving, so
 * a parser may read a whole header and test cur->err once.
 * The cursor borrows the bytes; it never frees and never writes them.
 */
#ifndef TINYML_BITS_CURSOR_H
#define TINYML_BITS_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "bits/err.h"

struct cursor {
	const uint8_t *base, *pos, *end;
	int err;		/* 0, or the first ERR_* met */
};

struct cursor cursor_init(const void *bytes, size_t n);

/* Little-endian loads. 0 and ERR_SHORT when the bytes are not there. */
uint8_t cursor_u8(struct cursor *cur);
uint16_t cursor_u16(struct cursor *cur);
uint32_t cursor_u32(struct cursor *cur);
uint64_t cursor_u64(struct cursor *cur);

/* Big-endian loads. */
uint16_t cursor_be16(struct cursor *cur);
uint32_t cursor_be32(struct cursor *cur);
uint64_t cursor_be64(struct cursor *cur);

/* Borrow the next n bytes. NULL and ERR_SHORT when fewer remain. */
const uint8_t *cursor_take(struct cursor *cur, size_t n);

/* Move to an absolute offset; ERR_RANGE when it lies behind the end. */
void cursor_seek(struct cursor *cur, size_t offset);

/* A cursor over bytes [offset, offset + n) of cur's; its err is ERR_RANGE and
 * it is empty when they are not all inside. */
struct cursor cursor_sub(const struct cursor *cur, size_t offset, size_t n);

/* Record a failure found by the parser itself; the first one stays. */
void cursor_fail(struct cursor *cur, int err);

static inline size_t cursor_left(const struct cursor *cur)
{
	return (size_t)(cur->end - cur->pos);
}

static inline size_t cursor_offset(const struct cursor *cur)
{
	return (size_t)(cur->pos - cur->base);
}

#endif
