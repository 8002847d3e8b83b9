#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void json_init(struct json *json, struct buf *out)
{
	*json = (struct json){ .out = out };
}

static void newline(struct json *json)
{
	buf_addc(json->out, '\n');
	for (int i = 0; i < json->depth; i++)
		buf_adds(json->out, "  ");
}

static void quoted(struct buf *out, const char *text)
{
	char safe[5];

	buf_addc(out, '"');
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;
		size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

		if (c == '"' || c == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, c);
		} else if (c < 0x20 || c == 0x7f) {
			buf_addf(out, "\\u%04x", c);
		} else if (c < 0x80) {
			buf_addc(out, c);
		} else {
			n = strnlen(p, n);
			memcpy(safe, p, n);
			safe[n] = '\0';
			text_neutralise(safe);
			if (safe[0] == '?') {
				buf_adds(out, "\\ufffd");
			} else {
				buf_add(out, p, n);
				p += n - 1;
			}
		}
	}
	buf_addc(out, '"');
}

/* Comma, line and key before a value. */
static void lead(struct json *json, const char *key)
{
	int level = json->depth - 1;

	if (level >= 0) {
		if (json->filled[level])
			buf_addc(json->out, ',');
		json->filled[level] = true;
		newline(json);
	}
	if (key) {
		quoted(json->out, key);
		buf_adds(json->out, ": ");
	}
}

static void open_level(struct json *json, const char *key, char opener,
		       char closer)
{
	lead(json, key);
	buf_addc(json->out, (uint8_t)opener);
	if (json->depth == JSON_DEPTH_MAX) {
		json->out->failed = true;
		return;
	}
	json->closer[json->depth] = closer;
	json->filled[json->depth++] = false;
}

void json_object(struct json *json, const char *key)
{
	open_level(json, key, '{', '}');
}

void json_array(struct json *json, const char *key)
{
	open_level(json, key, '[', ']');
}

void json_end(struct json *json)
{
	json->depth--;
	if (json->filled[json->depth])
		newline(json);
	buf_addc(json->out, (uint8_t)json->closer[json->depth]);
	if (json->depth == 0)
		buf_addc(json->out, '\n');
}

void json_text(struct json *json, const char *key, const char *text)
{
	lead(json, key);
	quoted(json->out, text);
}

void json_int(struct json *json, const char *key, int64_t value)
{
	lead(json, key);
	buf_addf(json->out, "%" PRId64, value);
}

void json_real(struct json *json, const char *key, double value)
{
	char digits[40];
	int precision = 1;

	lead(json, key);
	if (!isfinite(value)) {
		buf_adds(json->out, "null");
		return;
	}
	do {
		snprintf(digits, sizeof(digits), "%.*g", precision, value);
	} while (precision++ < 17 && strtod(digits, NULL) != value);
	buf_adds(json->out, digits);
}

void json_bool(struct json *json, const char *key, bool value)
{
	lead(json, key);
	buf_adds(json->out, value ? "true" : "false");
}
