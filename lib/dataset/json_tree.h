/*
 * json_tree - read JSON (RFC 8259) into nodes in an arena.
 *
 * For recordings written by other programs; base/json.h writes.  The bytes
 * are untrusted: the grammar is checked to the letter, depth and nodes have
 * limits, and strings that hold a zero character are refused.  Bytes of
 * strings are taken as they are; whoever uses them as names checks them.
 */
#ifndef TINYML_DATASET_JSON_TREE_H
#define TINYML_DATASET_JSON_TREE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { JSON_TREE_DEPTH_MAX = 64, JSON_TREE_NODES_MAX = 1 << 24 };

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY,
		 JSON_OBJECT };

struct json_node {
	enum json_kind kind;
	const char *key;	/* inside an object, otherwise NULL */
	const char *text;	/* of a text; of a number, as written */
	double number;		/* of a number; 1 or 0 of a bool */
	const struct json_node *child, *next;
	size_t count;		/* children */
};

/* The tree lives in arena.  ERR_FORMAT with line and column, ERR_RANGE (a
 * number beyond double), ERR_LIMIT, ERR_MEM. */
int json_read(const struct json_node **tree, struct arena *arena,
	      const void *bytes, size_t n, struct err *err);

/* The member with this key, or NULL; the first one when there are several. */
const struct json_node *json_member(const struct json_node *node,
				    const char *key);

#endif
