#include "bits/cursor.h"

#include "bits/le.h"

struct cursor cursor_init(const void *bytes, size_t n)
{
	static const uint8_t none[1];
	const uint8_t *p = bytes ? bytes : none;

	return (struct cursor){ p, p, p + (bytes ? n : 0), 0 };
}

void cursor_fail(struct cursor *cur, int err)
{
	if (!cur->err)
		cur->err = err;
}

const uint8_t *cursor_take(struct cursor *cur, size_t n)
{
	const uint8_t *p = cur->pos;

	if (cur->err)
		return NULL;
	if (n > cursor_left(cur)) {	/* subtract: n may be huge */
		cur->err = ERR_SHORT;
		return NULL;
	}
	cur->pos += n;
	return p;
}

void cursor_seek(struct cursor *cur, size_t offset)
{
	if (cur->err)
		return;
	if (offset > (size_t)(cur->end - cur->base))
		cur->err = ERR_RANGE;
	else
		cur->pos = cur->base + offset;
}

struct cursor cursor_sub(const struct cursor *cur, size_t offset, size_t n)
{
	size_t size = (size_t)(cur->end - cur->base);
	struct cursor sub = { cur->base, cur->base, cur->base, ERR_RANGE };

	if (cur->err || offset > size || n > size - offset)
		return sub;
	return cursor_init(cur->base + offset, n);
}

uint8_t cursor_u8(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 1);

	return p ? *p : 0;
}

uint16_t cursor_u16(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 2);

	return p ? le_u16(p) : 0;
}

uint32_t cursor_u32(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 4);

	return p ? le_u32(p) : 0;
}

uint64_t cursor_u64(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 8);

	return p ? le_u64(p) : 0;
}

uint16_t cursor_be16(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 2);

	return p ? be_u16(p) : 0;
}

uint32_t cursor_be32(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 4);

	return p ? be_u32(p) : 0;
}

uint64_t cursor_be64(struct cursor *cur)
{
	const uint8_t *p = cursor_take(cur, 8);

	return p ? be_u64(p) : 0;
}
