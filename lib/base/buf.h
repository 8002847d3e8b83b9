/*
 * buf - bytes that grow.
 *
 * Starts as all zeros (BUF_INIT).  data is NUL-terminated behind len whenever
 * it is not NULL, so text may be read as a string.  The first failed growth
 * sets failed and later appends do nothing: build, then test once.
 * The owner calls buf_release, or takes the memory with buf_detach.
 */
#ifndef TINYML_BASE_BUF_H
#define TINYML_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *data;
	size_t len, room;
	bool failed;		/* memory ran out; the content is incomplete */
};

#define BUF_INIT { 0 }

void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_addc(struct buf *buf, uint8_t byte);
void buf_adds(struct buf *buf, const char *text);
void buf_addf(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Append n zero bytes and return where they start; NULL when out of memory. */
uint8_t *buf_grow(struct buf *buf, size_t n);

/* Little-endian numbers. */
void buf_add16(struct buf *buf, uint16_t v);
void buf_add32(struct buf *buf, uint32_t v);
void buf_add64(struct buf *buf, uint64_t v);

/* Append zeros until len is a multiple of align. */
void buf_align(struct buf *buf, size_t align);

/* len = 0, memory kept. */
void buf_clear(struct buf *buf);
void buf_release(struct buf *buf);

/* Hand the memory to the caller, who frees it; buf is empty afterwards. */
uint8_t *buf_detach(struct buf *buf, size_t *len);

#endif
