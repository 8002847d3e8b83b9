/*
 * json - write JSON (RFC 8259), nothing else.
 *
 * One value after another goes into a struct buf; commas and indentation are
 * kept here.  Strings may hold any bytes: control characters are escaped and
 * bytes that are not UTF-8 become U+FFFD.  Numbers print with the fewest
 * digits that read back to the same double; infinities and NaN become null.
 *
 *     json_object(&j, NULL);           {
 *     json_text(&j, "name", "demo");     "name": "demo",
 *     json_array(&j, "sizes");           "sizes": [
 *     json_int(&j, NULL, 4);               4
 *     json_end(&j);                      ]
 *     json_end(&j);                    }
 */
#ifndef TINYML_BASE_JSON_H
#define TINYML_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
	struct buf *out;
	int depth;
	char closer[JSON_DEPTH_MAX];	/* '}' or ']' of each open level */
	bool filled[JSON_DEPTH_MAX];	/* the level has a value already */
};

void json_init(struct json *json, struct buf *out);

/* key is NULL inside arrays and at the top. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json);	/* the last newline closes the top */
void json_text(struct json *json, const char *key, const char *text);
void json_int(struct json *json, const char *key, int64_t value);
void json_real(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);

#endif
