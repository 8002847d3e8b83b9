/* The examples and counterexamples of RFC 8949, appendices A and F.1. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cbor/cbor.h"
#include "tsv.h"

#define APPENDIX_A "../shared/vectors/cbor/appendix_a.tsv"
#define NOT_WELL_FORMED "../shared/vectors/cbor/not-well-formed.tsv"

static bool same(struct cursor *cur, const char **want);

/* Consume word from *want. */
static bool eat(const char **want, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*want, word, n) != 0)
		return false;
	*want += n;
	return true;
}

static bool same_integer(unsigned __int128 value, bool minus,
			 const char **want)
{
	char digits[48], *p = digits + sizeof(digits) - 1;

	*p = '\0';
	if (minus)
		value++;	/* -1 - value, written -(value + 1) */
	do
		*--p = (char)('0' + (int)(value % 10));
	while (value /= 10);
	if (minus)
		*--p = '-';
	return eat(want, p);
}

static bool same_real(uint64_t bits, const char **want)
{
	double got, expected;
	char *end;

	memcpy(&got, &bits, sizeof(got));
	expected = strtod(*want, &end);
	*want = end;
	return got != got ? expected != expected :
		memcmp(&got, &expected, sizeof(got)) == 0;
}

static bool same_bytes(const struct cbor_item *item, const char **want)
{
	char hex[8];

	if (!eat(want, "h'"))
		return false;
	for (uint64_t i = 0; i < item->value; i++) {
		snprintf(hex, sizeof(hex), "%02x", item->bytes[i]);
		if (!eat(want, hex))
			return false;
	}
	return eat(want, "'");
}

/* Characters of item against JSON's spelling without quotes. */
static bool same_text(const struct cbor_item *item, const char **want)
{
	static const struct { const char *json, *utf8; } escapes[] = {
		{ "\\\"", "\"" }, { "\\\\", "\\" }, { "\\u00fc", "\xc3\xbc" },
		{ "\\u6c34", "\xe6\xb0\xb4" },
		{ "\\ud800\\udd51", "\xf0\x90\x85\x91" },
	};
	size_t i = 0, e;

	while (i < item->value) {
		for (e = 0; e < 5; e++)
			if (eat(want, escapes[e].json))
				break;
		if (e < 5) {
			size_t n = strlen(escapes[e].utf8);

			if (memcmp(item->bytes + i, escapes[e].utf8, n))
				return false;
			i += n;
		} else if (item->bytes[i++] != (uint8_t)*(*want)++) {
			return false;
		}
	}
	return true;
}

static bool same_chunks(struct cursor *cur, const char **want, bool text)
{
	struct cbor_item item;
	bool first = true;

	if (!eat(want, text ? "\"" : "(_ "))
		return false;
	while (cbor_next(cur, &item) == 0 && item.kind != CBOR_BREAK) {
		if (!text && !first && !eat(want, ", "))
			return false;
		if (!(text ? same_text : same_bytes)(&item, want))
			return false;
		first = false;
	}
	return eat(want, text ? "\"" : ")");
}

static bool at_end(struct cursor *cur, const struct cbor_item *item,
		   uint64_t i)
{
	if (!item->indefinite)
		return i == item->value;
	if (cursor_left(cur) && *cur->pos == 0xff) {
		cursor_u8(cur);
		return true;
	}
	return false;
}

static bool same_container(struct cursor *cur, const struct cbor_item *item,
			   const char **want)
{
	bool map = item->kind == CBOR_MAP;

	if (!eat(want, map ? "{" : "["))
		return false;
	for (uint64_t i = 0; !at_end(cur, item, i); i++) {
		if (i && !eat(want, ", "))
			return false;
		if (!same(cur, want))
			return false;
		if (map && !(eat(want, ": ") && same(cur, want)))
			return false;
	}
	return eat(want, map ? "}" : "]");
}

static bool same_tag(struct cursor *cur, uint64_t number, const char **want)
{
	if (number == 2 || number == 3) {
		unsigned __int128 value = 0;
		struct cbor_item item;

		cbor_next(cur, &item);
		for (uint64_t i = 0; i < item.value; i++)
			value = value << 8 | item.bytes[i];
		return same_integer(value, number == 3, want);
	}
	return same_integer(number, false, want) && eat(want, "(") &&
	       same(cur, want) && eat(want, ")");
}

static bool same_simple(uint64_t number, const char **want)
{
	switch (number) {
	case CBOR_FALSE: return eat(want, "false");
	case CBOR_TRUE: return eat(want, "true");
	case CBOR_NULL: return eat(want, "null");
	case CBOR_UNDEFINED: return eat(want, "undefined");
	}
	return eat(want, "simple(") && same_integer(number, false, want) &&
	       eat(want, ")");
}

static bool same(struct cursor *cur, const char **want)
{
	struct cbor_item item;

	if (cbor_next(cur, &item))
		return false;
	switch (item.kind) {
	case CBOR_UINT:
	case CBOR_NINT:
		return same_integer(item.value, item.kind == CBOR_NINT, want);
	case CBOR_BYTES:
		return item.indefinite ? same_chunks(cur, want, false) :
			same_bytes(&item, want);
	case CBOR_TEXT:
		return item.indefinite ? same_chunks(cur, want, true) :
			eat(want, "\"") && same_text(&item, want) &&
			eat(want, "\"");
	case CBOR_ARRAY:
	case CBOR_MAP:
		return same_container(cur, &item, want);
	case CBOR_TAG:
		return same_tag(cur, item.value, want);
	case CBOR_SIMPLE:
		return same_simple(item.value, want);
	case CBOR_REAL:
		return same_real(item.value, want);
	default:
		return false;
	}
}

static void put_again(struct cbor_out *out, const struct cbor_item *item)
{
	size_t n = (size_t)item->value;

	switch (item->kind) {
	case CBOR_UINT: cbor_put_uint(out, item->value); break;
	case CBOR_NINT: cbor_put_nint(out, item->value); break;
	case CBOR_BYTES: cbor_put_bytes(out, item->bytes, n); break;
	case CBOR_TEXT:
		cbor_put_text(out, (const char *)item->bytes, n);
		break;
	case CBOR_ARRAY: cbor_put_array(out, item->value); break;
	case CBOR_MAP: cbor_put_map(out, item->value); break;
	case CBOR_TAG: cbor_put_tag(out, item->value); break;
	case CBOR_SIMPLE: cbor_put_simple(out, (uint8_t)item->value); break;
	case CBOR_REAL: cbor_put_real(out, item->value); break;
	case CBOR_BREAK: cbor_put_break(out); break;
	}
}

/* Heads are one to one: what is pulled, put again, gives the same bytes. */
static void check_round_trip(const uint8_t *bytes, size_t n)
{
	struct cursor cur = cursor_init(bytes, n);
	uint8_t room[256];
	struct cbor_out out = cbor_out_init(room, sizeof(room));
	struct cbor_item item;

	while (cursor_left(&cur) && cbor_next(&cur, &item) == 0)
		put_again(&out, &item);
	cr_expect_eq(out.len, n);
	cr_expect_eq(memcmp(room, bytes, n), 0);
}

Test(cbor_vectors, appendix_a)
{
	static struct tsv tsv;
	uint8_t bytes[256];
	int cases = 0;

	tsv_open(&tsv, APPENDIX_A);
	tsv_next(&tsv);
	while (tsv_next(&tsv)) {
		size_t n = tsv_unhex(tsv.field[0], bytes);
		struct cursor cur = cursor_init(bytes, n);
		const char *want = tsv.field[3];

		cr_expect_eq(cbor_check(bytes, n), 0, "%s", tsv.field[0]);
		cr_expect(same(&cur, &want) && *want == '\0',
			  "%s is not %s", tsv.field[0], tsv.field[3]);
		cr_expect_eq(cursor_left(&cur), 0);
		if (strcmp(tsv.field[1], "yes") == 0)
			check_round_trip(bytes, n);
		for (size_t cut = 0; cut < n; cut++)
			cr_expect_neq(cbor_check(bytes, cut), 0);
		cases++;
	}
	cr_assert_eq(cases, 81);
}

Test(cbor_vectors, not_well_formed)
{
	static struct tsv tsv;
	uint8_t bytes[256];
	int cases = 0;

	tsv_open(&tsv, NOT_WELL_FORMED);
	tsv_next(&tsv);
	while (tsv_next(&tsv)) {
		size_t n = tsv_unhex(tsv.field[0], bytes);

		cr_expect_neq(cbor_check(bytes, n), 0, "%s: %s",
			      tsv.field[0], tsv.field[1]);
		cases++;
	}
	cr_assert_eq(cases, 94);
}
