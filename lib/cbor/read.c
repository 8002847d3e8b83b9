#include <string.h>

#include "cbor/cbor.h"

enum { INFO_ONE_BYTE = 24, INFO_EIGHT_BYTES = 27, INFO_INDEFINITE = 31 };

/* Widen the bits of a half or single float to a double's: sign, exponent and
 * fraction move to their new places, subnormals are normalised. */
static uint64_t widen(uint64_t bits, int exponent_bits, int fraction_bits)
{
	uint64_t sign = bits >> (exponent_bits + fraction_bits) & 1;
	int top = (1 << exponent_bits) - 1, bias = top >> 1;
	int exponent = (int)(bits >> fraction_bits) & top;
	uint64_t hidden = (uint64_t)1 << fraction_bits;
	uint64_t fraction = bits & (hidden - 1);

	if (exponent == 0 && fraction == 0)
		return sign << 63;
	if (exponent == top) {
		exponent = 2047;
	} else {
		if (exponent == 0)
			for (exponent = 1; !(fraction & hidden); exponent--)
				fraction <<= 1;
		exponent += 1023 - bias;
	}
	fraction &= hidden - 1;
	return sign << 63 | (uint64_t)exponent << 52 |
	       fraction << (52 - fraction_bits);
}

/* Heads of major type 7: simple values, floats, BREAK. */
static int next_seven(struct cursor *cur, unsigned info,
		      struct cbor_item *item)
{
	item->kind = info < 25 ? CBOR_SIMPLE : CBOR_REAL;
	if (info == INFO_INDEFINITE) {
		item->kind = CBOR_BREAK;
	} else if (info == INFO_ONE_BYTE) {
		if (item->value < 32)	/* would be a second spelling */
			cursor_fail(cur, ERR_FORMAT);
	} else if (info == 25) {
		item->value = widen(item->value, 5, 10);
	} else if (info == 26) {
		item->value = widen(item->value, 8, 23);
	}
	return cur->err;
}

static uint64_t argument(struct cursor *cur, unsigned info)
{
	switch (info) {
	case 24: return cursor_u8(cur);
	case 25: return cursor_be16(cur);
	case 26: return cursor_be32(cur);
	case 27: return cursor_be64(cur);
	default: return info < INFO_ONE_BYTE ? info : 0;
	}
}

int cbor_next(struct cursor *cur, struct cbor_item *item)
{
	unsigned head = cursor_u8(cur), major = head >> 5, info = head & 31;

	*item = (struct cbor_item){ .indefinite = info == INFO_INDEFINITE };
	item->value = argument(cur, info);
	if (cur->err)
		return cur->err;
	if (info > INFO_EIGHT_BYTES && info < INFO_INDEFINITE)
		cursor_fail(cur, ERR_FORMAT);
	if (major == 7)
		return next_seven(cur, info, item);
	/* the kinds stand in the order of the major types 0 to 6 */
	item->kind = (enum cbor_kind)major;
	if (item->indefinite && (major < 2 || major == 6))
		cursor_fail(cur, ERR_FORMAT);
	if ((major == 2 || major == 3) && !item->indefinite) {
		if (item->value > cursor_left(cur))
			cursor_fail(cur, ERR_SHORT);
		item->bytes = cursor_take(cur, (size_t)item->value);
	}
	return cur->err;
}

/* One open container: what it is and how many items are still to come. */
struct level {
	enum cbor_kind kind;
	bool indefinite;
	uint64_t left;		/* definite: items to come */
	bool odd;		/* indefinite map: a value must come */
};

static bool is_string(enum cbor_kind kind)
{
	return kind == CBOR_BYTES || kind == CBOR_TEXT;
}

/* May this item stand inside the level? Counts it there. */
static int level_take(struct level *level, const struct cbor_item *item)
{
	if (item->kind == CBOR_BREAK)
		return level->indefinite && !level->odd ? 0 : ERR_FORMAT;
	if (!level->indefinite) {
		level->left--;
		return 0;
	}
	if (is_string(level->kind))
		return item->kind == level->kind && !item->indefinite ?
			0 : ERR_FORMAT;
	level->odd = level->kind == CBOR_MAP && !level->odd;
	return 0;
}

/* Does the item have items of its own? Then *level describes them. */
static bool level_open(struct cursor *cur, const struct cbor_item *item,
		       struct level *level)
{
	*level = (struct level){ item->kind, item->indefinite, item->value, 0 };
	if (item->indefinite)
		return item->kind != CBOR_BREAK;
	if (item->kind == CBOR_TAG)
		level->left = 1;
	else if (item->kind == CBOR_MAP && item->value <= UINT64_MAX / 2)
		level->left = 2 * item->value;
	else if (item->kind == CBOR_MAP)
		cursor_fail(cur, ERR_SHORT);	/* more than any input holds */
	else if (item->kind != CBOR_ARRAY)
		return false;
	return level->left > 0;
}

int cbor_skip(struct cursor *cur)
{
	struct level stack[CBOR_DEPTH_MAX], open;
	struct cbor_item item;
	int depth = 0;

	do {
		int err = cbor_next(cur, &item);

		if (!err && depth)
			err = level_take(&stack[depth - 1], &item);
		else if (!err && item.kind == CBOR_BREAK)
			err = ERR_FORMAT;
		if (err) {
			cursor_fail(cur, err);
			return cur->err;
		}
		if (item.kind == CBOR_BREAK)
			depth--;
		else if (level_open(cur, &item, &open)) {
			if (depth == CBOR_DEPTH_MAX) {
				cursor_fail(cur, ERR_LIMIT);
				return cur->err;
			}
			stack[depth++] = open;
		}
		while (depth && !stack[depth - 1].indefinite &&
		       stack[depth - 1].left == 0)
			depth--;
	} while (depth && !cur->err);
	return cur->err;
}

int cbor_check(const void *bytes, size_t n)
{
	struct cursor cur = cursor_init(bytes, n);

	cbor_skip(&cur);
	if (cursor_left(&cur))
		cursor_fail(&cur, ERR_FORMAT);
	return cur.err;
}

static bool key_is(const struct cbor_item *item, const char *key)
{
	size_t n = strlen(key);

	return item->kind == CBOR_TEXT && !item->indefinite &&
	       item->value == n && memcmp(item->bytes, key, n) == 0;
}

/* The key at cur, or false at the end of the map. */
static bool next_key(struct cursor *cur, const struct cbor_item *map,
		     uint64_t *taken, struct cbor_item *key)
{
	struct cursor at = *cur;

	if (!map->indefinite && (*taken)++ == map->value)
		return false;
	if (cbor_next(&at, key)) {
		cursor_fail(cur, at.err);
		return false;
	}
	if (key->kind == CBOR_BREAK)
		return false;
	cbor_skip(cur);		/* a key may itself be a container */
	return !cur->err;
}

int cbor_find(const struct cursor *map, const char *key,
	      struct cursor *value)
{
	struct cursor cur = *map;
	struct cbor_item head, item;
	uint64_t taken = 0;
	bool found = false;

	if (cbor_next(&cur, &head))
		return cur.err;
	if (head.kind != CBOR_MAP)
		return ERR_FORMAT;
	while (next_key(&cur, &head, &taken, &item)) {
		if (key_is(&item, key)) {
			if (found)
				return ERR_FORMAT;
			found = true;
			*value = cur;
		}
		cbor_skip(&cur);
	}
	if (cur.err)
		return cur.err;
	return found ? 0 : ERR_MISSING;
}

int cbor_uint(struct cursor *cur, uint64_t max, uint64_t *value)
{
	struct cbor_item item;

	if (cbor_next(cur, &item))
		return cur->err;
	if (item.kind == CBOR_NINT || (item.kind == CBOR_UINT &&
				       item.value > max))
		cursor_fail(cur, ERR_RANGE);
	else if (item.kind != CBOR_UINT)
		cursor_fail(cur, ERR_FORMAT);
	*value = item.value;
	return cur->err;
}

int cbor_bool(struct cursor *cur, bool *value)
{
	struct cbor_item item;

	if (cbor_next(cur, &item))
		return cur->err;
	if (item.kind != CBOR_SIMPLE ||
	    (item.value != CBOR_TRUE && item.value != CBOR_FALSE))
		cursor_fail(cur, ERR_FORMAT);
	*value = item.value == CBOR_TRUE;
	return cur->err;
}

int cbor_string(struct cursor *cur, enum cbor_kind kind,
		const uint8_t **bytes, size_t *n)
{
	struct cbor_item item;

	if (cbor_next(cur, &item))
		return cur->err;
	if (item.kind != kind || item.indefinite)
		cursor_fail(cur, ERR_FORMAT);
	*bytes = item.bytes;
	*n = (size_t)item.value;
	return cur->err;
}
