#include "wire/messages.h"

#include <string.h>

#include "wire/shapes.h"

struct wire_text wire_text(const char *text)
{
	return (struct wire_text){ text, text ? strlen(text) : 0 };
}

bool wire_text_is(struct wire_text text, const char *word)
{
	return text.p && text.n == strlen(word) &&
	       memcmp(text.p, word, text.n) == 0;
}

size_t wire_sample_bytes(uint32_t kind)
{
	switch (kind) {
	case WIRE_S16: return 2;
	case WIRE_F32: return 4;
	case WIRE_U8:
	case WIRE_S8: return 1;
	default: return 0;
	}
}

/* ---- decode -------------------------------------------------------------- */

static int read_u32(struct cursor *cur, uint32_t *number)
{
	uint64_t value = 0;
	int err = cbor_uint(cur, UINT32_MAX, &value);

	if (!err)
		*number = (uint32_t)value;
	return err;
}

static int read_text(struct cursor *cur, struct wire_text *text)
{
	const uint8_t *bytes = NULL;
	size_t n = 0;
	int err = cbor_string(cur, CBOR_TEXT, &bytes, &n);

	if (!err)
		*text = (struct wire_text){ (const char *)bytes, n };
	return err;
}

static int read_bytes(struct cursor *cur, struct wire_bytes *out)
{
	return cbor_string(cur, CBOR_BYTES, &out->p, &out->n);
}

static int read_counter(struct cursor *cur, struct wire_counter *counter)
{
	int err = read_text(cur, &counter->name);

	return err ? err : read_u32(cur, &counter->value);
}

static int read_map(const struct wire_shape *shape, const struct cursor *map,
		    uint8_t *message);

static int read_element(const struct wire_field *field, struct cursor *cur,
			uint8_t *element)
{
	int err;

	switch (field->kind) {
	case WIRE_FIELD_TEXTS:
		return read_text(cur, (struct wire_text *)(void *)element);
	case WIRE_FIELD_COUNTERS:
		return read_counter(cur, (void *)element);
	default:
		err = read_map(field->list->shape, cur, element);
		return err ? err : cbor_skip(cur);
	}
}

static bool list_ends(struct cursor *cur, const struct cbor_item *head,
		      uint32_t taken)
{
	struct cursor at = *cur;
	struct cbor_item item;

	if (!head->indefinite)
		return taken == head->value;
	return cbor_next(&at, &item) || item.kind == CBOR_BREAK;
}

static int read_list(const struct wire_field *field, struct cursor *cur,
		     uint8_t *message)
{
	const struct wire_list *list = field->list;
	uint32_t count = 0;
	struct cbor_item head;
	int err = cbor_next(cur, &head);

	if (!err && head.kind != (field->kind == WIRE_FIELD_COUNTERS ?
				  CBOR_MAP : CBOR_ARRAY))
		err = ERR_FORMAT;
	for (; !err && !list_ends(cur, &head, count); count++) {
		if (count == list->max)
			return ERR_LIMIT;
		err = read_element(field, cur, message + field->at +
				   (size_t)count * list->size);
	}
	memcpy(message + list->count_at, &count, sizeof(count));
	return err;
}

static int read_field(const struct wire_field *field, struct cursor *cur,
		      uint8_t *message)
{
	void *at = message + field->at;

	switch (field->kind) {
	case WIRE_FIELD_U32: return read_u32(cur, at);
	case WIRE_FIELD_BOOL: return cbor_bool(cur, at);
	case WIRE_FIELD_TEXT: return read_text(cur, at);
	case WIRE_FIELD_BYTES: return read_bytes(cur, at);
	default: return read_list(field, cur, message);
	}
}

/* What an absent field reads as. */
static void clear_field(const struct wire_field *field, uint8_t *message)
{
	static const uint32_t none = WIRE_NONE, zero;
	void *at = message + field->at;

	switch (field->kind) {
	case WIRE_FIELD_U32:
		memcpy(at, field->mark == WIRE_ABSENT ? &none : &zero,
		       sizeof(none));
		break;
	case WIRE_FIELD_BOOL:
		*(bool *)at = false;
		break;
	case WIRE_FIELD_TEXT:
		*(struct wire_text *)at = (struct wire_text){ NULL, 0 };
		break;
	case WIRE_FIELD_BYTES:
		*(struct wire_bytes *)at = (struct wire_bytes){ NULL, 0 };
		break;
	default:
		memcpy(message + field->list->count_at, &zero, sizeof(zero));
	}
}

static int read_map(const struct wire_shape *shape, const struct cursor *map,
		    uint8_t *message)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct wire_field *field = &shape->fields[i];
		struct cursor value;
		int err = cbor_find(map, field->key, &value);

		clear_field(field, message);
		if (err == ERR_MISSING && field->mark != WIRE_ALWAYS)
			continue;
		if (!err)
			err = read_field(field, &value, message);
		if (err)
			return err == ERR_MISSING ? ERR_FORMAT : err;
	}
	return 0;
}

int wire_decode(const struct wire_shape *shape,
		const struct smp_packet *packet, void *message)
{
	static const uint8_t empty_map[] = { 0xa0 };
	struct cursor map = packet->header.length ?
		cursor_init(packet->payload, packet->header.length) :
		cursor_init(empty_map, sizeof(empty_map));

	return read_map(shape, &map, message);
}

/* ---- encode -------------------------------------------------------------- */

static uint32_t number_at(const uint8_t *message, size_t at)
{
	uint32_t number;

	memcpy(&number, message + at, sizeof(number));
	return number;
}

/* Is the field left out, as its mark says? */
static bool is_left_out(const struct wire_field *field,
			const uint8_t *message)
{
	const void *at = message + field->at;

	if (field->mark == WIRE_ALWAYS)
		return false;
	switch (field->kind) {
	case WIRE_FIELD_U32:
		return number_at(message, field->at) ==
		       (field->mark == WIRE_ABSENT ? WIRE_NONE : 0);
	case WIRE_FIELD_BOOL:
		return !*(const bool *)at;
	case WIRE_FIELD_TEXT:
		return ((const struct wire_text *)at)->n == 0;
	default:
		return ((const struct wire_bytes *)at)->n == 0;
	}
}

static void write_map(const struct wire_shape *shape, struct cbor_out *out,
		      const uint8_t *message);

static void write_element(const struct wire_field *field,
			  struct cbor_out *out, const uint8_t *element)
{
	const struct wire_text *text = (const void *)element;

	if (field->kind == WIRE_FIELD_MAPS) {
		write_map(field->list->shape, out, element);
		return;
	}
	cbor_put_text(out, text->p, text->n);
	if (field->kind == WIRE_FIELD_COUNTERS)
		cbor_put_uint(out, ((const struct wire_counter *)
				    (const void *)element)->value);
}

static void write_list(const struct wire_field *field, struct cbor_out *out,
		       const uint8_t *message)
{
	const struct wire_list *list = field->list;
	uint32_t count = number_at(message, list->count_at);

	if (count > list->max) {
		out->err = ERR_FULL;
		return;
	}
	if (field->kind == WIRE_FIELD_COUNTERS)
		cbor_put_map(out, count);
	else
		cbor_put_array(out, count);
	for (uint32_t i = 0; i < count; i++)
		write_element(field, out, message + field->at +
			      (size_t)i * list->size);
}

static void write_field(const struct wire_field *field, struct cbor_out *out,
			const uint8_t *message)
{
	const void *at = message + field->at;
	const struct wire_text *text = at;
	const struct wire_bytes *bytes = at;

	cbor_put_key(out, field->key);
	switch (field->kind) {
	case WIRE_FIELD_U32:
		cbor_put_uint(out, number_at(message, field->at));
		break;
	case WIRE_FIELD_BOOL:
		cbor_put_bool(out, *(const bool *)at);
		break;
	case WIRE_FIELD_TEXT:
		cbor_put_text(out, text->p, text->n);
		break;
	case WIRE_FIELD_BYTES:
		cbor_put_bytes(out, bytes->p, bytes->n);
		break;
	default:
		write_list(field, out, message);
	}
}

static void write_map(const struct wire_shape *shape, struct cbor_out *out,
		      const uint8_t *message)
{
	uint32_t pairs = 0;

	for (size_t i = 0; i < shape->count; i++)
		pairs += !is_left_out(&shape->fields[i], message);
	cbor_put_map(out, pairs);
	for (size_t i = 0; i < shape->count; i++)
		if (!is_left_out(&shape->fields[i], message))
			write_field(&shape->fields[i], out, message);
}

void wire_encode(const struct wire_shape *shape, struct cbor_out *out,
		 const void *message)
{
	write_map(shape, out, message);
}
