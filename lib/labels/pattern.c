#include "labels/pattern.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static int fail(const char *key, const char *text, const char *at,
		const char *what, struct err *err)
{
	err_set(err, ERR_FORMAT, "%s '%s': %s", key, text, what);
	err_at(err, "column %zu", (size_t)(at - text) + 1);
	return ERR_FORMAT;
}

/* Copy n characters into the pattern's room. */
static const char *keep(char **room, const char *text, size_t n)
{
	char *start = *room;

	memcpy(start, text, n);
	start[n] = '\0';
	*room += n + 1;
	return start;
}

static int add_field(struct pattern *p, char **room, const char *key,
		     const char *text, const char *open, struct err *err)
{
	size_t n = strcspn(open + 1, "}");
	const char *close = open + 1 + n;

	if (*close != '}')
		return fail(key, text, open, "a brace is not closed", err);
	if (n == 0)
		return fail(key, text, open, "a field has no name", err);
	for (const char *c = open + 1; c < close; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return fail(key, text, c, "a field's name is letters, "
				    "digits and '_'", err);
	if (p->count == PATTERN_FIELDS_MAX)
		return fail(key, text, open, "too many fields", err);
	if (p->count && p->before[p->count][0] == '\0')
		return fail(key, text, open, "two fields need text between "
			    "them", err);
	p->field[p->count] = keep(room, open + 1, n);
	if (pattern_field(p, p->field[p->count]) >= 0)
		return fail(key, text, open, "a field is named twice", err);
	p->count++;
	return 0;
}

int pattern_init(struct pattern *pattern, const char *key, const char *text,
		 struct err *err)
{
	char *room = pattern->text;
	const char *at = text;
	int ret;

	memset(pattern, 0, sizeof(*pattern));
	if (strlen(text) > PATTERN_TEXT_MAX)
		return fail(key, text, text, "it is too long", err);
	pattern->whole = strchr(text, '/') != NULL;
	for (;;) {
		size_t n = strcspn(at, "{}");

		pattern->before[pattern->count] = keep(&room, at, n);
		at += n;
		if (!*at)
			break;
		if (*at == '}')
			return fail(key, text, at, "a brace is not open", err);
		ret = add_field(pattern, &room, key, text, at, err);
		if (ret)
			return ret;
		at = strchr(at, '}') + 1;
	}
	if (pattern->count == 0)
		return fail(key, text, text, "it names no field", err);
	return 0;
}

int pattern_field(const struct pattern *pattern, const char *name)
{
	for (size_t i = 0; i < pattern->count; i++)
		if (strcmp(pattern->field[i], name) == 0)
			return (int)i;
	return -1;
}

/* [text, text + n) holds word? An empty word is held by nothing. */
static bool holds(const char *text, size_t n, const char *word)
{
	return *word && memmem(text, n, word, strlen(word));
}

static bool take_literal(const char **p, const char *end, const char *word)
{
	size_t n = strlen(word);

	if (n > (size_t)(end - *p) || memcmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

/* The last field: all but the text behind it. */
static size_t last_length(const struct pattern *pattern, const char *p,
			  const char *end)
{
	const char *after = pattern->before[pattern->count];
	const char *before = pattern->before[pattern->count - 1];
	size_t left = (size_t)(end - p), n = strlen(after);

	if (n >= left || memcmp(end - n, after, n) != 0 ||
	    holds(p, left - n, after) ||
	    (pattern->count > 1 && holds(p, left - n, before)))
		return 0;
	return left - n;
}

static size_t field_length(const struct pattern *pattern, size_t i,
			   const char *p, const char *end)
{
	const char *after = pattern->before[i + 1], *found;

	if (i + 1 == pattern->count)
		return last_length(pattern, p, end);
	found = memmem(p, (size_t)(end - p), after, strlen(after));
	return found ? (size_t)(found - p) : 0;
}

bool pattern_match(const struct pattern *pattern, const char *name,
		   struct pattern_match *match)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 :
		name, *dot = strrchr(base, '.');
	const char *p = pattern->whole ? name : base;
	const char *end = dot && dot > base ? dot : base + strlen(base);

	for (size_t i = 0; i < pattern->count; i++) {
		size_t n;

		if (!take_literal(&p, end, pattern->before[i]))
			return false;
		n = field_length(pattern, i, p, end);
		if (n == 0 || memchr(p, '/', n))
			return false;
		match->value[i].text = p;
		match->value[i].n = n;
		p += n;
	}
	return true;
}

/* A number that fits a long, of digits only. */
static bool number(const char *text, size_t n, long *value)
{
	char copy[20];

	if (n == 0 || n >= sizeof(copy) || !isdigit((unsigned char)*text))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	return text_long(copy, 0, 1000000000000000000L, value);
}

static bool is_range(const char *item, size_t n, long *low, long *high)
{
	const char *dash = memchr(item, '-', n);

	return dash && number(item, (size_t)(dash - item), low) &&
	       number(dash + 1, n - (size_t)(dash + 1 - item), high);
}

int pattern_where_init(struct pattern_where *where, const char *key,
		       const char *text, const struct pattern *pattern,
		       struct err *err)
{
	const char *equals = strchr(text, '=');
	char name[64] = "";
	long low, high;

	where->field = -1;
	if (!*text)
		return 0;
	if (!equals || !equals[1] || equals - text >= (long)sizeof(name))
		return fail(key, text, text, "it is not FIELD=ITEM,ITEM...",
			    err);
	memcpy(name, text, (size_t)(equals - text));
	where->field = pattern_field(pattern, name);
	where->items = equals + 1;
	if (where->field < 0) {
		err_set(err, ERR_MISSING, "%s '%s': '%s' is not a field of "
			"label.pattern", key, text, name);
		err_hint(err, "name the field in label.pattern as {%s}", name);
		return ERR_MISSING;
	}
	for (const char *item = equals; item; item = strchr(item, ',')) {
		size_t n = strcspn(++item, ",");

		if (n == 0)
			return fail(key, text, item, "an item is empty", err);
		if (is_range(item, n, &low, &high) && low > high)
			return fail(key, text, item, "a range ends before it "
				    "begins", err);
	}
	return 0;
}

static bool item_holds(const char *item, size_t n, const char *value,
		       size_t value_n)
{
	long low, high, is;

	if (is_range(item, n, &low, &high))
		return number(value, value_n, &is) && low <= is && is <= high;
	if (number(item, n, &low))
		return number(value, value_n, &is) && low == is;
	return n == value_n && memcmp(item, value, n) == 0;
}

bool pattern_where_holds(const struct pattern_where *where,
			 const struct pattern_match *match)
{
	const char *item = where->items;

	if (where->field < 0)
		return false;
	for (;;) {
		size_t n = strcspn(item, ",");

		if (item_holds(item, n, match->value[where->field].text,
			       match->value[where->field].n))
			return true;
		if (!item[n])
			return false;
		item += n + 1;
	}
}
