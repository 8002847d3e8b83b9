#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits/le.h"

/* Make room for n more bytes and a NUL. */
static bool reserve(struct buf *buf, size_t n)
{
	size_t want, room = buf->room ? buf->room : 64;
	uint8_t *data;

	if (buf->failed)
		return false;
	if (n > SIZE_MAX / 2 - buf->len - 1)
		goto fail;
	want = buf->len + n + 1;
	if (want <= buf->room)
		return true;
	while (room < want)
		room *= 2;
	data = realloc(buf->data, room);
	if (!data)
		goto fail;
	buf->data = data;
	buf->room = room;
	return true;
fail:
	buf->failed = true;
	return false;
}

uint8_t *buf_grow(struct buf *buf, size_t n)
{
	uint8_t *p;

	if (!reserve(buf, n))
		return NULL;
	p = buf->data + buf->len;
	memset(p, 0, n + 1);
	buf->len += n;
	return p;
}

void buf_add(struct buf *buf, const void *bytes, size_t n)
{
	uint8_t *p = buf_grow(buf, n);

	if (p && n)
		memcpy(p, bytes, n);
}

void buf_addc(struct buf *buf, uint8_t byte)
{
	buf_add(buf, &byte, 1);
}

void buf_adds(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !reserve(buf, (size_t)n)) {
		buf->failed = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf((char *)buf->data + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

void buf_add16(struct buf *buf, uint16_t v)
{
	uint8_t *p = buf_grow(buf, 2);

	if (p)
		le_put16(p, v);
}

void buf_add32(struct buf *buf, uint32_t v)
{
	uint8_t *p = buf_grow(buf, 4);

	if (p)
		le_put32(p, v);
}

void buf_add64(struct buf *buf, uint64_t v)
{
	uint8_t *p = buf_grow(buf, 8);

	if (p)
		le_put64(p, v);
}

void buf_align(struct buf *buf, size_t align)
{
	buf_grow(buf, (align - buf->len % align) % align);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT;
}

uint8_t *buf_detach(struct buf *buf, size_t *len)
{
	uint8_t *data = buf->data;

	if (len)
		*len = buf->len;
	*buf = (struct buf)BUF_INIT;
	return data;
}
