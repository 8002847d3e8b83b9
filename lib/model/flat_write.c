#include "model/flat_write.h"

#include <string.h>

#include "bits/le.h"

size_t flat_start(struct buf *out, const char identifier[4])
{
	buf_add32(out, 0);
	buf_add(out, identifier, 4);
	return 0;
}

/* Make the hole point at the end of the buffer. */
static void fill(struct buf *out, size_t hole)
{
	if (!out->failed)
		le_put32(out->data + hole, (uint32_t)(out->len - hole));
}

/* A table stands behind its vtable, the wide fields first. */
void flat_put_table(struct buf *out, size_t hole, struct flat_field *fields,
		    int n)
{
	size_t at, table, vtable_bytes = 4 + 2 * (size_t)n;
	uint8_t *vtable;

	buf_align(out, 4);
	at = out->len;
	buf_grow(out, vtable_bytes);
	buf_align(out, 4);
	table = out->len;
	fill(out, hole);
	buf_add32(out, (uint32_t)(table - at));
	for (int wide = 1; wide >= 0; wide--)
		for (int i = 0; i < n; i++) {
			if (fields[i].bytes != (wide ? 4 : 1))
				continue;
			fields[i].at = out->len;
			if (wide)
				buf_add32(out, fields[i].value);
			else
				buf_addc(out, (uint8_t)fields[i].value);
		}
	if (out->failed)
		return;
	vtable = out->data + at;
	le_put16(vtable, (uint16_t)vtable_bytes);
	le_put16(vtable + 2, (uint16_t)(out->len - table));
	for (int i = 0; i < n; i++)
		if (fields[i].bytes)
			le_put16(vtable + 4 + 2 * i,
				 (uint16_t)(fields[i].at - table));
}

/* The count stands 4 bytes before the elements. */
static void put_count(struct buf *out, size_t hole, uint32_t n, size_t align)
{
	buf_align(out, 4);
	while (!out->failed && (out->len + 4) % align)
		buf_add32(out, 0);
	fill(out, hole);
	buf_add32(out, n);
}

void flat_put_vector(struct buf *out, size_t hole, const void *items,
		     uint32_t n, size_t bytes, size_t align)
{
	put_count(out, hole, n, align);
	buf_add(out, items, n * bytes);
}

void flat_put_longs(struct buf *out, size_t hole, const int32_t *items,
		    uint32_t n)
{
	put_count(out, hole, n, 8);
	for (uint32_t i = 0; i < n; i++)
		buf_add64(out, (uint64_t)(int64_t)items[i]);
}

size_t flat_put_holes(struct buf *out, size_t hole, uint32_t n)
{
	size_t first;

	put_count(out, hole, n, 4);
	first = out->len;
	buf_grow(out, (size_t)n * 4);
	return first;
}

void flat_put_text(struct buf *out, size_t hole, const char *text)
{
	put_count(out, hole, (uint32_t)strlen(text), 4);
	buf_adds(out, text);
	buf_addc(out, 0);
}
