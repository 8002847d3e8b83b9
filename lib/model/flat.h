/*
 * flat - look into an untrusted FlatBuffer (flatbuffers "Internals" page).
 *
 *     root: u32 offset, 4 bytes of identifier
 *     table: i32 distance BACK to its vtable, then the fields
 *     vtable: u16 bytes of vtable, u16 bytes of table, u16 per field: where
 *             the field starts in the table, 0 when it is absent
 *     vector: u32 count, elements;   string: a vector of bytes and a NUL
 *     sub-table, vector, string fields: u32 offset forward from the field
 *
 * Every access goes through one function that compares with the end of the
 * file; the first bad one sets err and bad_at, later ones return defaults, so
 * that a reader may read much and test once.  An absent table, vector or
 * string is an ordinary value: at == 0, n == 0.  Nothing is copied; the bytes
 * are borrowed.  Loops are impossible: nothing here follows more than the one
 * offset it was asked for.
 */
#ifndef TINYML_MODEL_FLAT_H
#define TINYML_MODEL_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flat {
	const uint8_t *bytes;
	size_t n;
	int err;		/* 0 or ERR_FORMAT */
	size_t bad_at;		/* offset of the first bad access */
};

struct flat_table {
	struct flat *flat;
	size_t at;		/* 0: absent */
	size_t vtable;
	uint32_t vtable_bytes, table_bytes;
};

struct flat_vector {
	struct flat *flat;
	size_t at;		/* of the first element; 0: absent */
	uint32_t n;
	uint32_t size;		/* bytes of one element */
};

/* The root table of a file with the given identifier ("TFL3"). */
struct flat_table flat_open(struct flat *flat, const void *bytes, size_t n,
			    const char identifier[4]);

bool flat_has(const struct flat_table *table, int field);

/* Scalars, with the schema's default for an absent field. */
uint8_t flat_u8(const struct flat_table *table, int field, uint8_t absent);
int32_t flat_i32(const struct flat_table *table, int field, int32_t absent);
uint32_t flat_u32(const struct flat_table *table, int field, uint32_t absent);
uint64_t flat_u64(const struct flat_table *table, int field, uint64_t absent);
float flat_f32(const struct flat_table *table, int field, float absent);

struct flat_table flat_table(const struct flat_table *table, int field);

/* size: bytes of one element; the whole vector lies inside the file. */
struct flat_vector flat_vector(const struct flat_table *table, int field,
			       uint32_t size);

/* Elements of a vector; i < n. */
int32_t flat_at_i32(const struct flat_vector *vector, uint32_t i);
int64_t flat_at_i64(const struct flat_vector *vector, uint32_t i);
float flat_at_f32(const struct flat_vector *vector, uint32_t i);
struct flat_table flat_at_table(const struct flat_vector *vector, uint32_t i);

/* All of a vector's bytes (n x size of them); NULL when absent. */
const uint8_t *flat_bytes(const struct flat_vector *vector);

#endif
