#include <string.h>

#include "onnx/proto_priv.h"

/* Attributes of the node at work. */

/* Every field of every attribute of a node, one level down, is sound. */
bool onnx_attribute_is_sound(struct onnx_slice attribute)
{
	struct cursor cur = onnx_open(attribute);
	struct onnx_field f;

	while (onnx_next(&cur, &f))
		;
	return !cur.err;
}

/* The field of the attribute of that name. */
static bool find(struct onnx *o, const char *name, uint32_t number,
		 struct onnx_field *found)
{
	struct cursor node = onnx_open(o->node.body), cur;
	struct onnx_slice said;
	struct onnx_field f;

	while (onnx_next(&node, &f)) {
		bool has = false;

		if (f.number != NODE_ATTRIBUTE || f.wire != WIRE_BYTES)
			continue;
		cur = onnx_open(f.bytes);
		said = (struct onnx_slice){ 0 };
		while (onnx_next(&cur, &f)) {
			if (f.number == ATTR_NAME)
				said = f.bytes;
			if (f.number == number && !has) {
				*found = f;
				has = true;
			}
		}
		if (has && onnx_is(said, name))
			return true;
	}
	return false;
}

int64_t onnx_int(struct onnx *o, const char *name, int64_t absent)
{
	struct onnx_field f;

	return find(o, name, ATTR_I, &f) ? (int64_t)f.value : absent;
}

float onnx_float(struct onnx *o, const char *name, float absent)
{
	struct onnx_field f;
	uint32_t bits;

	if (!find(o, name, ATTR_F, &f))
		return absent;
	bits = (uint32_t)f.value;
	memcpy(&absent, &bits, sizeof(absent));
	return absent;
}

bool onnx_has(struct onnx *o, const char *name)
{
	struct onnx_field f;

	return find(o, name, ATTR_NAME, &f);
}

struct onnx_slice onnx_text(struct onnx *o, const char *name)
{
	struct onnx_field f;

	return find(o, name, ATTR_S, &f) ? f.bytes : (struct onnx_slice){ 0 };
}

struct onnx_slice onnx_tensor(struct onnx *o, const char *name)
{
	struct onnx_field f;

	return find(o, name, ATTR_T, &f) ? f.bytes : (struct onnx_slice){ 0 };
}

/* The attribute of that name as a message; none when it is absent. */
static struct onnx_slice attribute(struct onnx *o, const char *name)
{
	struct cursor node = onnx_open(o->node.body), cur;
	struct onnx_field f, g;

	while (onnx_next(&node, &f)) {
		if (f.number != NODE_ATTRIBUTE || f.wire != WIRE_BYTES)
			continue;
		cur = onnx_open(f.bytes);
		while (onnx_next(&cur, &g))
			if (g.number == ATTR_NAME && onnx_is(g.bytes, name))
				return f.bytes;
	}
	return (struct onnx_slice){ 0 };
}

bool onnx_word(struct onnx *o, const char *name, int i,
	       struct onnx_slice *word)
{
	struct cursor cur = onnx_open(attribute(o, name));
	struct onnx_field f;

	while (onnx_next(&cur, &f))
		if (f.number == ATTR_STRINGS && i-- == 0) {
			*word = f.bytes;
			return true;
		}
	return false;
}

/* Numbers of one field of a message, packed or one by one. */
int onnx_read_ints(struct onnx_slice message, uint32_t number, int64_t *items,
		   int max, bool *is_damaged)
{
	struct cursor cur = onnx_open(message), packed;
	struct onnx_field f;
	int n = 0;

	while (onnx_next(&cur, &f)) {
		if (f.number != number)
			continue;
		if (f.wire == WIRE_VARINT && n < max)
			items[n] = (int64_t)f.value;
		if (f.wire == WIRE_VARINT)
			n++;
		packed = onnx_open(f.bytes);
		while (f.wire == WIRE_BYTES && cursor_left(&packed) &&
		       !packed.err && n <= max) {
			int64_t item = (int64_t)onnx_varint(&packed);

			if (n < max)
				items[n] = item;
			n++;
		}
		if (packed.err || n > max)
			*is_damaged = true;
	}
	return n < max ? n : max;
}

int onnx_ints(struct onnx *o, const char *name, int64_t *items, int max)
{
	struct onnx_slice found = attribute(o, name);

	return found.bytes ? onnx_read_ints(found, ATTR_INTS, items, max,
				       &o->is_damaged) : -1;
}
