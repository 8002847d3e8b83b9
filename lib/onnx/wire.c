#include <string.h>

#include "onnx/onnx_priv.h"

enum { VARINT_BYTES_MAX = 10 };

uint64_t onnx_varint(struct cursor *cur)
{
	uint64_t value = 0;

	for (int i = 0; i < VARINT_BYTES_MAX; i++) {
		uint8_t byte = cursor_u8(cur);

		value |= (uint64_t)(byte & 0x7f) << 7 * i;
		if (!(byte & 0x80))
			return value;
	}
	cursor_fail(cur, ERR_FORMAT);
	return 0;
}

bool onnx_next(struct cursor *cur, struct onnx_field *field)
{
	uint64_t key, n;

	*field = (struct onnx_field){ 0 };
	if (cur->err || cursor_left(cur) == 0)
		return false;
	key = onnx_varint(cur);
	field->number = (uint32_t)(key >> 3);
	field->wire = key & 7;
	if (key >> 32 || field->number == 0)
		cursor_fail(cur, ERR_FORMAT);
	switch (field->wire) {
	case WIRE_VARINT:
		field->value = onnx_varint(cur);
		break;
	case WIRE_64:
		field->value = cursor_u64(cur);
		break;
	case WIRE_32:
		field->value = cursor_u32(cur);
		break;
	case WIRE_BYTES:
		n = onnx_varint(cur);
		if (n > cursor_left(cur))
			cursor_fail(cur, ERR_SHORT);
		else
			field->bytes.n = n;
		field->bytes.bytes = cursor_take(cur, field->bytes.n);
		break;
	default:
		cursor_fail(cur, ERR_FORMAT);
	}
	return !cur->err;
}

struct cursor onnx_open(struct onnx_slice slice)
{
	return cursor_init(slice.bytes ? slice.bytes : (const uint8_t *)"",
			   slice.n);
}

bool onnx_is(struct onnx_slice slice, const char *text)
{
	return slice.n == strlen(text) &&
	       memcmp(slice.n ? (const char *)slice.bytes : "", text,
		      slice.n) == 0;
}

bool onnx_same(struct onnx_slice a, struct onnx_slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.bytes, b.bytes, a.n) == 0);
}
