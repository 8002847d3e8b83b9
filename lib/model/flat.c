#include "model/flat.h"

#include <string.h>

#include "bits/cursor.h"
#include "bits/le.h"

static void fail(struct flat *flat, size_t at)
{
	if (flat->err)
		return;
	flat->err = ERR_FORMAT;
	flat->bad_at = at;
}

/* The one accessor: n bytes at an offset, or NULL and err. */
static const uint8_t *flat_look(struct flat *flat, size_t at, size_t n)
{
	struct cursor all = cursor_init(flat->bytes, flat->n);
	struct cursor cur = cursor_sub(&all, at, n);

	if (flat->err)
		return NULL;
	if (cur.err) {
		fail(flat, at);
		return NULL;
	}
	return cur.base;
}

static uint32_t look_u16(struct flat *flat, size_t at)
{
	const uint8_t *p = flat_look(flat, at, 2);

	return p ? le_u16(p) : 0;
}

static uint32_t look_u32(struct flat *flat, size_t at)
{
	const uint8_t *p = flat_look(flat, at, 4);

	return p ? le_u32(p) : 0;
}

static struct flat_table open_table(struct flat *flat, size_t at)
{
	struct flat_table table = { .flat = flat };
	int64_t vtable = (int64_t)at - (int32_t)look_u32(flat, at);

	if (flat->err)
		return table;
	if (vtable < 0) {
		fail(flat, at);
		return table;
	}
	table.vtable = (size_t)vtable;
	table.vtable_bytes = look_u16(flat, table.vtable);
	table.table_bytes = look_u16(flat, table.vtable + 2);
	if (table.vtable_bytes < 4 || table.vtable_bytes % 2 ||
	    table.table_bytes < 4 ||
	    !flat_look(flat, table.vtable, table.vtable_bytes) ||
	    !flat_look(flat, at, table.table_bytes)) {
		fail(flat, table.vtable);
		return table;
	}
	table.at = at;
	return table;
}

struct flat_table flat_open(struct flat *flat, const void *bytes, size_t n,
			    const char identifier[4])
{
	const uint8_t *head;

	*flat = (struct flat){ .bytes = bytes, .n = n };
	head = flat_look(flat, 0, 8);
	if (head && memcmp(head + 4, identifier, 4) != 0)
		fail(flat, 4);
	return open_table(flat, look_u32(flat, 0));
}

/* Where a field of n bytes lies; 0 when absent. */
static size_t find(const struct flat_table *table, int field, uint32_t n)
{
	uint32_t slot = 4 + 2 * (uint32_t)field, offset;

	if (!table->at || slot + 2 > table->vtable_bytes)
		return 0;
	offset = look_u16(table->flat, table->vtable + slot);
	if (offset == 0)
		return 0;
	if (offset < 4 || offset > table->table_bytes ||
	    n > table->table_bytes - offset) {
		fail(table->flat, table->vtable + slot);
		return 0;
	}
	return table->at + offset;
}

bool flat_has(const struct flat_table *table, int field)
{
	return find(table, field, 1) != 0;
}

uint8_t flat_u8(const struct flat_table *table, int field, uint8_t absent)
{
	size_t at = find(table, field, 1);
	const uint8_t *p = at ? flat_look(table->flat, at, 1) : NULL;

	return p ? *p : absent;
}

uint32_t flat_u32(const struct flat_table *table, int field, uint32_t absent)
{
	size_t at = find(table, field, 4);

	return at ? look_u32(table->flat, at) : absent;
}

int32_t flat_i32(const struct flat_table *table, int field, int32_t absent)
{
	return (int32_t)flat_u32(table, field, (uint32_t)absent);
}

uint64_t flat_u64(const struct flat_table *table, int field, uint64_t absent)
{
	size_t at = find(table, field, 8);
	const uint8_t *p = at ? flat_look(table->flat, at, 8) : NULL;

	return p ? le_u64(p) : absent;
}

static float as_float(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

float flat_f32(const struct flat_table *table, int field, float absent)
{
	size_t at = find(table, field, 4);

	return at ? as_float(look_u32(table->flat, at)) : absent;
}

/* Where the thing lies that a field points to; 0 when absent. Offsets point
 * forward, so they are never 0. */
static size_t follow(struct flat *flat, size_t at)
{
	uint32_t offset = look_u32(flat, at);

	if (flat->err)
		return 0;
	if (offset == 0 || offset > flat->n - at) {
		fail(flat, at);
		return 0;
	}
	return at + offset;
}

struct flat_table flat_table(const struct flat_table *table, int field)
{
	size_t at = find(table, field, 4);
	struct flat_table absent = { .flat = table->flat };

	if (at)
		at = follow(table->flat, at);
	return at ? open_table(table->flat, at) : absent;
}

struct flat_vector flat_vector(const struct flat_table *table, int field,
			       uint32_t size)
{
	struct flat_vector vector = { .flat = table->flat, .size = size };
	size_t at = find(table, field, 4);
	uint32_t n;

	if (at)
		at = follow(table->flat, at);
	if (!at)
		return vector;
	n = look_u32(table->flat, at);
	if (table->flat->err)
		return vector;
	if (n > (table->flat->n - at - 4) / size) {
		fail(table->flat, at);
		return vector;
	}
	vector.at = at + 4;
	vector.n = n;
	return vector;
}

int32_t flat_at_i32(const struct flat_vector *vector, uint32_t i)
{
	return (int32_t)look_u32(vector->flat, vector->at + (size_t)i * 4);
}

int64_t flat_at_i64(const struct flat_vector *vector, uint32_t i)
{
	const uint8_t *p = flat_look(vector->flat,
				     vector->at + (size_t)i * 8, 8);

	return p ? (int64_t)le_u64(p) : 0;
}

float flat_at_f32(const struct flat_vector *vector, uint32_t i)
{
	return as_float(look_u32(vector->flat, vector->at + (size_t)i * 4));
}

struct flat_table flat_at_table(const struct flat_vector *vector, uint32_t i)
{
	size_t at = follow(vector->flat, vector->at + (size_t)i * 4);
	struct flat_table absent = { .flat = vector->flat };

	return at ? open_table(vector->flat, at) : absent;
}

const uint8_t *flat_bytes(const struct flat_vector *vector)
{
	if (!vector->at)
		return NULL;
	return flat_look(vector->flat, vector->at,
			 (size_t)vector->n * vector->size);
}
