#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

Test(buf, text_stays_terminated)
{
	struct buf buf = BUF_INIT;

	buf_adds(&buf, "ab");
	buf_addc(&buf, 'c');
	buf_addf(&buf, "%d-%s", 42, "x");
	cr_assert_str_eq((const char *)buf.data, "abc42-x");
	cr_assert_eq(buf.len, 7);
	buf_addf(&buf, "%s", "");
	cr_assert_eq(buf.len, 7);
	buf_release(&buf);
	cr_assert_null(buf.data);
	cr_assert_eq(buf.len, 0);
}

Test(buf, numbers_are_little_endian)
{
	static const uint8_t want[] = { 0x34, 0x12, 0x78, 0x56, 0x34, 0x12,
					8, 7, 6, 5, 4, 3, 2, 1 };
	struct buf buf = BUF_INIT;

	buf_add16(&buf, 0x1234);
	buf_add32(&buf, 0x12345678);
	buf_add64(&buf, 0x0102030405060708);
	cr_assert_eq(buf.len, sizeof(want));
	cr_assert_arr_eq(buf.data, want, sizeof(want));
	buf_release(&buf);
}

Test(buf, growth_is_zeros_and_keeps_what_was_there)
{
	struct buf buf = BUF_INIT;
	uint8_t *p;

	buf_adds(&buf, "head");
	p = buf_grow(&buf, 10000);
	cr_assert_not_null(p);
	for (int i = 0; i < 10000; i++)
		cr_assert_eq(p[i], 0);
	cr_assert_eq(memcmp(buf.data, "head", 4), 0);
	cr_assert_eq(buf.len, 10004);
	buf_clear(&buf);
	cr_assert_eq(buf.len, 0);
	p = buf_grow(&buf, 4);
	cr_assert_eq(memcmp(p, "\0\0\0\0", 4), 0, "old bytes came back");
	buf_release(&buf);
}

Test(buf, align_fills_up_and_stays)
{
	struct buf buf = BUF_INIT;

	buf_align(&buf, 16);
	cr_assert_eq(buf.len, 0);
	buf_addc(&buf, 1);
	buf_align(&buf, 16);
	cr_assert_eq(buf.len, 16);
	buf_align(&buf, 16);
	cr_assert_eq(buf.len, 16);
	buf_align(&buf, 3);
	cr_assert_eq(buf.len, 18);
	buf_release(&buf);
}

Test(buf, impossible_growth_fails_and_stays_failed)
{
	struct buf buf = BUF_INIT;

	buf_adds(&buf, "kept");
	cr_assert_null(buf_grow(&buf, SIZE_MAX));
	cr_assert(buf.failed);
	buf_adds(&buf, "lost");
	cr_assert_eq(buf.len, 4);
	cr_assert_str_eq((const char *)buf.data, "kept");
	buf_release(&buf);
	cr_assert_not(buf.failed);
}

Test(buf, detach_hands_over_the_memory)
{
	struct buf buf = BUF_INIT;
	size_t n;
	uint8_t *p;

	buf_adds(&buf, "mine");
	p = buf_detach(&buf, &n);
	cr_assert_eq(n, 4);
	cr_assert_str_eq((const char *)p, "mine");
	cr_assert_null(buf.data);
	buf_release(&buf);
	free(p);
	cr_assert_null(buf_detach(&buf, NULL));
}

Test(buf, adding_nothing_from_nowhere_is_fine)
{
	struct buf buf = BUF_INIT;

	buf_add(&buf, NULL, 0);
	cr_assert_not(buf.failed);
	cr_assert_eq(buf.len, 0);
	buf_release(&buf);
}
