#include <criterion/criterion.h>
#include <string.h>

#include "cbor/cbor.h"

static struct cursor cursor_of(const char *bytes, size_t n)
{
	return cursor_init(bytes, n);
}

#define CURSOR(literal) cursor_of(literal, sizeof(literal) - 1)

Test(cbor, pulls_items_one_after_another)
{
	struct cursor cur = CURSOR("\xbf\x61\x61\x01\xff");
	struct cbor_item item;

	cr_assert_eq(cbor_next(&cur, &item), 0);
	cr_assert_eq(item.kind, CBOR_MAP);
	cr_assert(item.indefinite);
	cbor_next(&cur, &item);
	cr_assert_eq(item.kind, CBOR_TEXT);
	cr_assert_eq(*item.bytes, 'a');
	cbor_next(&cur, &item);
	cr_assert_eq(item.kind, CBOR_UINT);
	cr_assert_eq(item.value, 1);
	cbor_next(&cur, &item);
	cr_assert_eq(item.kind, CBOR_BREAK);
	cr_assert_eq(cbor_next(&cur, &item), ERR_SHORT);
}

Test(cbor, finds_keys_in_both_kinds_of_map)
{
	struct cursor definite = CURSOR("\xa2\x61\x61\x01\x61\x62\x02");
	struct cursor open = CURSOR("\xbf\x61\x61\x01\x61\x62\x02\xff");
	struct cursor value;
	uint64_t n;

	cr_assert_eq(cbor_find(&definite, "b", &value), 0);
	cr_assert_eq(cbor_uint(&value, 9, &n), 0);
	cr_assert_eq(n, 2);
	cr_assert_eq(cbor_find(&open, "a", &value), 0);
	cr_assert_eq(cbor_uint(&value, 9, &n), 0);
	cr_assert_eq(n, 1);
	cr_assert_eq(cbor_find(&open, "ab", &value), ERR_MISSING);
	cr_assert_eq(cbor_find(&definite, "", &value), ERR_MISSING);
}

Test(cbor, a_value_that_looks_like_the_key_is_not_it)
{
	struct cursor map = CURSOR("\xa2\x61\x61\x61\x62\x61\x62\x05");
	struct cursor value;
	uint64_t n;

	cr_assert_eq(cbor_find(&map, "b", &value), 0);
	cr_assert_eq(cbor_uint(&value, 9, &n), 0);
	cr_assert_eq(n, 5);
}

Test(cbor, a_container_as_key_is_skipped_whole)
{
	struct cursor map = CURSOR("\xa2\x82\x61\x61\x02\x07\x61\x61\x03");
	struct cursor value;
	uint64_t n;

	cr_assert_eq(cbor_find(&map, "a", &value), 0);
	cr_assert_eq(cbor_uint(&value, 9, &n), 0);
	cr_assert_eq(n, 3);
}

Test(cbor, a_key_that_stands_twice_is_refused)
{
	struct cursor map = CURSOR("\xa2\x61\x61\x01\x61\x61\x02");
	struct cursor value;

	cr_assert_eq(cbor_find(&map, "a", &value), ERR_FORMAT);
}

Test(cbor, depth_is_limited_without_recursion)
{
	uint8_t deep[CBOR_DEPTH_MAX + 2];

	memset(deep, 0x81, sizeof(deep));
	deep[CBOR_DEPTH_MAX] = 0;
	cr_assert_eq(cbor_check(deep, CBOR_DEPTH_MAX + 1), 0);
	deep[CBOR_DEPTH_MAX] = 0x81;
	deep[CBOR_DEPTH_MAX + 1] = 0;
	cr_assert_eq(cbor_check(deep, CBOR_DEPTH_MAX + 2), ERR_LIMIT);
}

Test(cbor, huge_lengths_neither_wrap_nor_run)
{
	cr_assert_eq(cbor_check("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9),
		     ERR_SHORT);
	cr_assert_eq(cbor_check("\xbb\x80\x00\x00\x00\x00\x00\x00\x00", 9),
		     ERR_SHORT);
	cr_assert_eq(cbor_check("\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9),
		     ERR_SHORT);
}

Test(cbor, bytes_behind_the_item_are_refused)
{
	cr_assert_eq(cbor_check("\x00\x00", 2), ERR_FORMAT);
	cr_assert_eq(cbor_check("", 0), ERR_SHORT);
}

Test(cbor, typed_reads_say_what_is_wrong)
{
	struct cursor big = CURSOR("\x18\x20"), minus = CURSOR("\x20");
	struct cursor text = CURSOR("\x61\x61"), null = CURSOR("\xf6");
	const uint8_t *bytes;
	uint64_t n;
	size_t size;
	bool flag;

	cr_assert_eq(cbor_uint(&big, 31, &n), ERR_RANGE);
	cr_assert_eq(cbor_uint(&minus, 31, &n), ERR_RANGE);
	cr_assert_eq(cbor_string(&text, CBOR_BYTES, &bytes, &size),
		     ERR_FORMAT);
	cr_assert_eq(cbor_bool(&null, &flag), ERR_FORMAT);
}
