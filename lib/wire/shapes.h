/*
 * shapes - the fields of each message as tables, so that one loop encodes and
 * one decodes them all (for messages.c; others use messages.h).
 */
#ifndef TINYML_WIRE_SHAPES_H
#define TINYML_WIRE_SHAPES_H

#include <stddef.h>
#include <stdint.h>

enum wire_field_kind {
	WIRE_FIELD_U32,
	WIRE_FIELD_BOOL,
	WIRE_FIELD_TEXT,
	WIRE_FIELD_BYTES,
	WIRE_FIELD_MAPS,	/* array of maps, each one of list->shape */
	WIRE_FIELD_TEXTS,	/* array of texts */
	WIRE_FIELD_COUNTERS	/* map of name to number */
};

/* The marks of messages.h: none, [0], [N]. */
enum wire_field_mark { WIRE_ALWAYS, WIRE_ZERO, WIRE_ABSENT };

struct wire_list {
	const struct wire_shape *shape;	/* MAPS only */
	uint16_t size, max;		/* bytes of an element, how many */
	uint16_t count_at;		/* offset of the count */
};

struct wire_field {
	const char *key;
	uint8_t kind, mark;
	uint16_t at;			/* offset in the message */
	const struct wire_list *list;	/* the three kinds of lists */
};

struct wire_shape {
	const struct wire_field *fields;
	size_t count;
};

#endif
