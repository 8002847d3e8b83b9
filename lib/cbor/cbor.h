/*
 * cbor - concise binary objects (RFC 8949): write into a caller's buffer, read
 * from untrusted bytes.  No heap, no recursion, no floating-point arithmetic.
 *
 * Reading is pulling: cbor_next gives one item after another, front to back.
 * Strings are borrowed.  An array or map is its head only; its items follow.
 * Bytes from outside are first given to cbor_check, which walks the whole item
 * with a stack of CBOR_DEPTH_MAX levels; cbor_next stays inside the bytes
 * even when that was forgotten.
 *
 *     bf 61 61 01 61 62 41 ff ff          {_ "a": 1, "b": h'ff'}
 *     |  |     |  |     |     '- BREAK
 *     |  |     |  TEXT  BYTES
 *     |  TEXT  UINT
 *     MAP, indefinite
 *
 * Read: all of RFC 8949's well-formed encodings, half floats, tags,
 * indefinite lengths.  Not checked: that text is UTF-8 (printers neutralise
 * it) and that a tag suits its content: both are validity, not
 * well-formedness (section 5.3).
 */
#ifndef TINYML_CBOR_CBOR_H
#define TINYML_CBOR_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bits/cursor.h"

enum { CBOR_DEPTH_MAX = 16 };

enum cbor_kind {
	CBOR_UINT,	/* value */
	CBOR_NINT,	/* -1 - value */
	CBOR_BYTES,	/* bytes[value]; indefinite: chunks, then BREAK */
	CBOR_TEXT,	/* the same, not NUL-terminated */
	CBOR_ARRAY,	/* value items follow; indefinite: until BREAK */
	CBOR_MAP,	/* value pairs follow; indefinite: until BREAK */
	CBOR_TAG,	/* number value; one item follows */
	CBOR_SIMPLE,	/* number value: CBOR_FALSE ... */
	CBOR_REAL,	/* value: the bits of an IEEE 754 binary64 */
	CBOR_BREAK	/* ends the innermost indefinite item */
};

enum { CBOR_FALSE = 20, CBOR_TRUE = 21, CBOR_NULL = 22, CBOR_UNDEFINED = 23 };

struct cbor_item {
	enum cbor_kind kind;
	bool indefinite;
	uint64_t value;
	const uint8_t *bytes;	/* BYTES and TEXT of definite length */
};

/*
 * The next item or BREAK at cur.  0; ERR_SHORT when the bytes end inside it
 * (or none are left), ERR_FORMAT for reserved heads (RFC 8949 section 3 and
 * appendix F.1).  A failure stays in cur->err.
 */
int cbor_next(struct cursor *cur, struct cbor_item *item);

/*
 * Move behind one whole item, nested ones included, checking that it is
 * well-formed: no lone BREAK, whole pairs in maps, chunks of the right kind.
 * As cbor_next, and ERR_LIMIT deeper than CBOR_DEPTH_MAX.
 */
int cbor_skip(struct cursor *cur);

/* The n bytes are exactly one well-formed item: 0, as cbor_skip, or ERR_FORMAT
 * for bytes behind it. */
int cbor_check(const void *bytes, size_t n);

/*
 * Find a text key in the map that starts at map (not moved) and set *value at
 * the start of its value.  0; ERR_MISSING; ERR_FORMAT when it is not a map or
 * the key stands there twice (two readers could take different ones).  Keys
 * of other kinds and keys split into chunks match nothing.
 */
int cbor_find(const struct cursor *map, const char *key,
	      struct cursor *value);

/* The item is the number of 0 <= *value <= max / the boolean / a string of
 * definite length. 0, ERR_FORMAT (another kind), ERR_RANGE. */
int cbor_uint(struct cursor *cur, uint64_t max, uint64_t *value);
int cbor_bool(struct cursor *cur, bool *value);
int cbor_string(struct cursor *cur, enum cbor_kind kind,
		const uint8_t **bytes, size_t *n);

/*
 * Writing.  The first item that does not fit sets err to ERR_FULL and nothing
 * is written from there on: write everything, then test err once.  len never
 * exceeds room.  Heads are always the shortest form.
 */
struct cbor_out {
	uint8_t *bytes;
	size_t room, len;
	int err;
};

struct cbor_out cbor_out_init(void *bytes, size_t room);

void cbor_put_uint(struct cbor_out *out, uint64_t value);
void cbor_put_int(struct cbor_out *out, int64_t value);
void cbor_put_nint(struct cbor_out *out, uint64_t value);  /* -1 - value */
void cbor_put_bool(struct cbor_out *out, bool value);
void cbor_put_null(struct cbor_out *out);
void cbor_put_simple(struct cbor_out *out, uint8_t number);
void cbor_put_bytes(struct cbor_out *out, const void *bytes, size_t n);
void cbor_put_text(struct cbor_out *out, const char *text, size_t n);
void cbor_put_key(struct cbor_out *out, const char *key);  /* a C string */
void cbor_put_array(struct cbor_out *out, uint64_t items);
void cbor_put_map(struct cbor_out *out, uint64_t pairs);
void cbor_put_tag(struct cbor_out *out, uint64_t number);

/* Containers whose length is not known yet; cbor_put_break ends them. */
void cbor_put_array_open(struct cbor_out *out);
void cbor_put_map_open(struct cbor_out *out);
void cbor_put_break(struct cbor_out *out);

/* The bits of a binary64 in the shortest of half, single and double that
 * keeps them all (preferred serialisation, section 4.1). */
void cbor_put_real(struct cbor_out *out, uint64_t bits);

#endif
