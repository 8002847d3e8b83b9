#include <stdlib.h>
#include <string.h>

#include "artifact/manifest.h"
#include "bits/cursor.h"

/*
 * text is what cur walks over.  A text value is unescaped where it stands and
 * ended by a NUL on or before its closing quote, always behind cur.pos.
 */
struct parser {
	struct manifest *manifest;
	char *text;
	struct cursor cur;
	size_t line;
	struct err *err;
};

/* Is this the next thing?  Does not move. */
static bool at(const struct parser *p, const char *literal)
{
	size_t n = strlen(literal);

	return !p->cur.err && cursor_left(&p->cur) >= n &&
	       memcmp(p->cur.pos, literal, n) == 0;
}

/* Step over it when it is. A literal ends in a line feed or holds none. */
static bool accept(struct parser *p, const char *literal)
{
	size_t n = strlen(literal);

	if (!at(p, literal))
		return false;
	cursor_take(&p->cur, n);
	p->line += literal[n - 1] == '\n';
	return true;
}

static void expect(struct parser *p, const char *literal)
{
	if (!accept(p, literal))
		cursor_fail(&p->cur, ERR_FORMAT);
}

static size_t number(struct parser *p, size_t max)
{
	size_t value = 0;
	bool any = false;

	while (cursor_left(&p->cur) && !p->cur.err &&
	       *p->cur.pos >= '0' && *p->cur.pos <= '9') {
		size_t digit = (size_t)(cursor_u8(&p->cur) - '0');

		any = true;
		if (value > (max - digit) / 10)
			cursor_fail(&p->cur, ERR_LIMIT);
		else
			value = 10 * value + digit;
	}
	if (!any)
		cursor_fail(&p->cur, ERR_FORMAT);
	expect(p, "\n");
	return value;
}

static char unescape(struct parser *p)
{
	switch (cursor_u8(&p->cur)) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '"':
		return '"';
	case '\\':
		return '\\';
	default:
		cursor_fail(&p->cur, ERR_FORMAT);
		return '?';
	}
}

/* A quoted text and the end of its line. */
static const char *text(struct parser *p)
{
	size_t start, to;
	char c;

	expect(p, "\"");
	start = to = cursor_offset(&p->cur);
	while ((c = (char)cursor_u8(&p->cur)) != '"' && !p->cur.err) {
		if (c == '\n' || c == '\0')
			cursor_fail(&p->cur, ERR_FORMAT);
		p->text[to++] = c == '\\' ? unescape(p) : c;
	}
	p->text[to] = '\0';
	expect(p, "\n");
	return p->text + start;
}

static struct digest digest(struct parser *p)
{
	struct digest digest = { 0 };
	const char *hex = text(p);

	if (!p->cur.err && !digest_unhex(&digest, hex))
		cursor_fail(&p->cur, ERR_FORMAT);
	return digest;
}

/* The key of a pair, up to its colon and space. */
static const char *key(struct parser *p)
{
	size_t start = cursor_offset(&p->cur);
	uint8_t c;

	do {
		c = cursor_u8(&p->cur);
		if (c <= ' ')
			cursor_fail(&p->cur, ERR_FORMAT);
	} while (c != ':' && !p->cur.err);
	if (p->cur.err)
		return "";
	p->text[cursor_offset(&p->cur) - 1] = '\0';
	expect(p, " ");
	return p->text + start;
}

static void failed(struct parser *p, int ret)
{
	if (ret)
		cursor_fail(&p->cur, ret);
}

static void pairs(struct parser *p, struct manifest_pairs *pairs)
{
	if (accept(p, " {}\n"))
		return;
	expect(p, "\n");
	do {
		const char *name, *value;

		expect(p, "  ");
		name = key(p);
		value = text(p);
		if (!p->cur.err)
			failed(p, manifest_add_pair(pairs, name, value,
						    p->err));
	} while (at(p, "  "));
}

static void inputs(struct parser *p)
{
	if (accept(p, " []\n"))
		return;
	expect(p, "\n");
	do {
		const char *stage;
		struct digest id;

		expect(p, "  - stage: ");
		stage = text(p);
		expect(p, "    id: ");
		id = digest(p);
		if (!p->cur.err)
			failed(p, manifest_add_input(p->manifest, stage, &id,
						     p->err));
	} while (at(p, "  "));
}

static void members(struct parser *p)
{
	if (accept(p, " []\n"))
		return;
	expect(p, "\n");
	do {
		struct artifact_member member = { 0 };

		expect(p, "  - path: ");
		member.name = text(p);
		expect(p, "    bytes: ");
		member.n = number(p, ARTIFACT_BYTES_MAX);
		expect(p, "    sha256: ");
		member.digest = digest(p);
		if (!p->cur.err)
			failed(p, manifest_add_member(p->manifest, &member,
						      p->err));
	} while (at(p, "  "));
}

static bool boolean(struct parser *p)
{
	if (accept(p, "true\n"))
		return true;
	expect(p, "false\n");
	return false;
}

static void document(struct parser *p)
{
	struct manifest *m = p->manifest;

	expect(p, "stage: ");
	m->stage = text(p);
	expect(p, "format: ");
	m->format = (int)number(p, MANIFEST_FORMAT_MAX);
	expect(p, "tool: ");
	m->tool = text(p);
	expect(p, "signed: ");
	m->is_signed = boolean(p);
	expect(p, "params:");
	pairs(p, &m->params);
	expect(p, "inputs:");
	inputs(p);
	expect(p, "toolchains:");
	pairs(p, &m->toolchains);
	expect(p, "members:");
	members(p);
	if (cursor_left(&p->cur))
		cursor_fail(&p->cur, ERR_FORMAT);
}

static void version(struct parser *p)
{
	expect(p, "artifact: ");
	if (number(p, MANIFEST_FORMAT_MAX) != MANIFEST_VERSION && !p->cur.err)
		failed(p, err_set(p->err, ERR_UNSUPPORTED,
				  "the manifest's version is not %d",
				  MANIFEST_VERSION));
}

static int parse(struct parser *p, struct err *err)
{
	int kind;

	version(p);
	document(p);
	if (!p->cur.err)
		return manifest_check(p->manifest, err);
	kind = p->cur.err == ERR_SHORT ? ERR_FORMAT : p->cur.err;
	err_set(err, kind, "the manifest is malformed");
	err_at(err, MANIFEST_NAME ", line %zu", p->line);
	return kind;
}

static int same_again(const struct manifest *manifest, const void *bytes,
		      size_t n, struct err *err)
{
	struct buf again = BUF_INIT;
	bool same;

	manifest_encode(manifest, &again);
	same = !again.failed && again.len == n &&
	       memcmp(again.data, bytes, n) == 0;
	buf_release(&again);
	return same ? 0 : err_set(err, ERR_FORMAT, "the manifest is not "
				  "written in the one form that tinyml "
				  "writes");
}

int manifest_parse(struct manifest *manifest, const void *bytes, size_t n,
		   struct err *err)
{
	struct parser p = { .manifest = manifest, .line = 1, .err = err };
	int ret;

	*manifest = (struct manifest){ 0 };
	p.text = manifest->text = malloc(n + 1);
	if (!p.text)
		return err_nomem(err);
	if (n)
		memcpy(p.text, bytes, n);
	p.text[n] = '\0';
	p.cur = cursor_init(p.text, n);
	ret = parse(&p, err);
	return ret ? ret : same_again(manifest, bytes, n, err);
}
