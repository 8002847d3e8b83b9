#include "dataset/json_tree.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bits/cursor.h"
#include "dataset/csv.h"

enum { NUMBER_MAX = 63 };

struct reader {
	struct cursor cur;
	struct arena *arena;
	struct err *err;
	size_t nodes;
	int depth;
};

static int fail(struct reader *r, int kind, const char *what)
{
	size_t line = 1, column = 1;

	for (const uint8_t *p = r->cur.base; p < r->cur.pos; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	err_set(r->err, kind, "JSON %s", what);
	err_at(r->err, "line %zu, column %zu", line, column);
	return kind;
}

/* The next byte, -1 at the end. */
static int peek(const struct reader *r)
{
	return cursor_left(&r->cur) ? *r->cur.pos : -1;
}

static void skip_blanks(struct reader *r)
{
	int c = peek(r);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		cursor_u8(&r->cur);
		c = peek(r);
	}
}

static bool accept(struct reader *r, int c)
{
	if (peek(r) != c)
		return false;
	cursor_u8(&r->cur);
	return true;
}

/* ---- texts -------------------------------------------------------------- */

static int hex_digits(struct reader *r, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++) {
		int c = peek(r);
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			digit = (uint32_t)((c | 32) - 'a' + 10);
		else
			return fail(r, ERR_FORMAT, "has a wrong \\u escape");
		*code = *code * 16 + digit;
		cursor_u8(&r->cur);
	}
	return 0;
}

static char *put_utf8(char *out, uint32_t code)
{
	if (code < 0x80) {
		*out++ = (char)code;
	} else if (code < 0x800) {
		*out++ = (char)(0xc0 | code >> 6);
		*out++ = (char)(0x80 | (code & 63));
	} else if (code < 0x10000) {
		*out++ = (char)(0xe0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 63));
		*out++ = (char)(0x80 | (code & 63));
	} else {
		*out++ = (char)(0xf0 | code >> 18);
		*out++ = (char)(0x80 | (code >> 12 & 63));
		*out++ = (char)(0x80 | (code >> 6 & 63));
		*out++ = (char)(0x80 | (code & 63));
	}
	return out;
}

/* Behind "\u": one code, or the two halves of one beyond 16 bits. */
static int unicode(struct reader *r, char **out)
{
	uint32_t high, low;
	int ret = hex_digits(r, &high);

	if (ret)
		return ret;
	if (high >> 10 == 0x36) {
		if (!accept(r, '\\') || !accept(r, 'u'))
			return fail(r, ERR_FORMAT, "has half a character");
		ret = hex_digits(r, &low);
		if (ret)
			return ret;
		if (low >> 10 != 0x37)
			return fail(r, ERR_FORMAT, "has half a character");
		high = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
	} else if (high >> 10 == 0x37) {
		return fail(r, ERR_FORMAT, "has half a character");
	}
	if (high == 0)
		return fail(r, ERR_FORMAT, "has a zero character in a text");
	*out = put_utf8(*out, high);
	return 0;
}

static int escape(struct reader *r, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *at = c > 0 ? strchr(from, c) : NULL;

	if (c < 0 || (c != 'u' && !at))
		return fail(r, ERR_FORMAT, "has an unknown escape");
	cursor_u8(&r->cur);
	if (c == 'u')
		return unicode(r, out);
	*(*out)++ = to[at - from];
	return 0;
}

/* Bytes up to the closing quote, escapes not resolved; what comes out is never
 * longer. */
static size_t text_room(const struct reader *r)
{
	const uint8_t *p = r->cur.pos;

	while (p < r->cur.end && *p != '"')
		p += *p == '\\' && p + 1 < r->cur.end ? 2 : 1;
	return (size_t)(p - r->cur.pos);
}

static int read_text(struct reader *r, const char **text)
{
	char *out;
	int ret = 0;

	if (!accept(r, '"'))
		return fail(r, ERR_FORMAT, "has no text where one must be");
	*text = out = arena_alloc(r->arena, text_room(r) + 1);
	if (!out)
		return err_nomem(r->err);
	while (!ret && !accept(r, '"')) {
		int c = peek(r);

		if (c < ' ')
			return fail(r, ERR_FORMAT, c < 0 ? "ends inside a "
				    "text" : "has a control character in a "
				    "text");
		cursor_u8(&r->cur);
		if (c == '\\')
			ret = escape(r, &out);
		else
			*out++ = (char)c;
	}
	*out = '\0';
	return ret;
}

/* ---- numbers and words -------------------------------------------------- */

static bool digits(struct reader *r)
{
	bool some = false;

	for (int c = peek(r); c >= '0' && c <= '9'; c = peek(r)) {
		cursor_u8(&r->cur);
		some = true;
	}
	return some;
}

static bool number_grammar(struct reader *r)
{
	accept(r, '-');
	if (!accept(r, '0') && !digits(r))
		return false;
	if (accept(r, '.') && !digits(r))
		return false;
	if (!accept(r, 'e') && !accept(r, 'E'))
		return true;
	if (!accept(r, '+'))
		accept(r, '-');
	return digits(r);
}

static int read_number(struct reader *r, struct json_node *node)
{
	const uint8_t *start = r->cur.pos;
	bool ok = number_grammar(r);
	size_t n = (size_t)(r->cur.pos - start);

	if (!ok)
		return fail(r, ERR_FORMAT, "has something that is no value");
	if (n > NUMBER_MAX)
		return fail(r, ERR_LIMIT, "has a number of too many digits");
	node->kind = JSON_NUMBER;
	node->text = arena_textn(r->arena, (const char *)start, n);
	if (!node->text)
		return err_nomem(r->err);
	if (csv_number(node->text, &node->number))
		return fail(r, ERR_RANGE, "has a number that is too large");
	return 0;
}

static int read_word(struct reader *r, struct json_node *node)
{
	static const struct {
		const char *word;
		enum json_kind kind;
		double number;
	} words[] = { { "true", JSON_BOOL, 1 }, { "false", JSON_BOOL, 0 },
		      { "null", JSON_NULL, 0 } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i].word);

		if (cursor_left(&r->cur) < n ||
		    memcmp(r->cur.pos, words[i].word, n) != 0)
			continue;
		cursor_take(&r->cur, n);
		node->kind = words[i].kind;
		node->number = words[i].number;
		return 0;
	}
	return read_number(r, node);
}

/* ---- arrays and objects ------------------------------------------------- */

static int read_value(struct reader *r, struct json_node *node);

/* One child, with its key when the parent is an object. */
static int read_child(struct reader *r, bool keyed, struct json_node **out)
{
	struct json_node *node = arena_alloc(r->arena, sizeof(*node));
	int ret = 0;

	if (!node)
		return err_nomem(r->err);
	*out = node;
	skip_blanks(r);
	if (keyed) {
		ret = read_text(r, &node->key);
		skip_blanks(r);
		if (!ret && !accept(r, ':'))
			ret = fail(r, ERR_FORMAT, "has a key without ':'");
	}
	return ret ? ret : read_value(r, node);
}

static int read_children(struct reader *r, struct json_node *node)
{
	bool keyed = node->kind == JSON_OBJECT;
	int closer = keyed ? '}' : ']', ret = 0;
	const struct json_node **tail = &node->child;

	skip_blanks(r);
	if (accept(r, closer))
		return 0;
	while (!ret) {
		struct json_node *child = NULL;

		ret = read_child(r, keyed, &child);
		*tail = child;
		if (ret)
			break;
		tail = &child->next;
		node->count++;
		skip_blanks(r);
		if (accept(r, closer))
			return 0;
		if (!accept(r, ','))
			ret = fail(r, ERR_FORMAT, peek(r) < 0 ?
				   "ends too early" : "has no comma where "
				   "one must be");
	}
	return ret;
}

static int read_value(struct reader *r, struct json_node *node)
{
	int c, ret;

	if (r->nodes++ == JSON_TREE_NODES_MAX)
		return fail(r, ERR_LIMIT, "has too many values");
	skip_blanks(r);
	c = peek(r);
	if (c == '"') {
		node->kind = JSON_TEXT;
		return read_text(r, &node->text);
	}
	if (c != '{' && c != '[')
		return read_word(r, node);
	if (r->depth == JSON_TREE_DEPTH_MAX)
		return fail(r, ERR_LIMIT, "is nested too deeply");
	cursor_u8(&r->cur);
	node->kind = c == '{' ? JSON_OBJECT : JSON_ARRAY;
	r->depth++;
	ret = read_children(r, node);
	r->depth--;
	return ret;
}

int json_read(const struct json_node **tree, struct arena *arena,
	      const void *bytes, size_t n, struct err *err)
{
	struct reader r = { cursor_init(bytes, n), arena, err, 0, 0 };
	struct json_node *root = arena_alloc(arena, sizeof(*root));
	int ret;

	if (!root)
		return err_nomem(err);
	*tree = root;
	ret = read_value(&r, root);
	skip_blanks(&r);
	if (!ret && peek(&r) >= 0)
		ret = fail(&r, ERR_FORMAT, "has something behind its value");
	return ret;
}

const struct json_node *json_member(const struct json_node *node,
				    const char *key)
{
	if (node->kind != JSON_OBJECT)
		return NULL;
	for (node = node->child; node; node = node->next)
		if (strcmp(node->key, key) == 0)
			return node;
	return NULL;
}
