#include <criterion/criterion.h>

#include "bits/crc.h"
#include "bits/cursor.h"
#include "bits/le.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

Test(cursor, reads_little_and_big_endian)
{
	struct cursor cur = cursor_init(bytes, sizeof(bytes));

	cr_assert_eq(cursor_u16(&cur), 0x0201);
	cr_assert_eq(cursor_be16(&cur), 0x0304);
	cr_assert_eq(cursor_u32(&cur), 0x08070605);
	cr_assert_eq(cursor_u8(&cur), 9);
	cr_assert_eq(cur.err, 0);
	cr_assert_eq(cursor_left(&cur), 0);
}

Test(cursor, first_failure_stays_and_nothing_moves)
{
	struct cursor cur = cursor_init(bytes, 3);

	cr_assert_eq(cursor_u32(&cur), 0);
	cr_assert_eq(cur.err, ERR_SHORT);
	cr_assert_eq(cursor_u8(&cur), 0);
	cr_assert_eq(cursor_offset(&cur), 0);
	cursor_fail(&cur, ERR_FORMAT);
	cr_assert_eq(cur.err, ERR_SHORT);
}

Test(cursor, huge_lengths_do_not_wrap)
{
	struct cursor cur = cursor_init(bytes, sizeof(bytes));

	cursor_u8(&cur);
	cr_assert_null(cursor_take(&cur, SIZE_MAX));
	cr_assert_eq(cur.err, ERR_SHORT);
}

Test(cursor, sub_is_inside_or_empty)
{
	struct cursor cur = cursor_init(bytes, sizeof(bytes));
	struct cursor in = cursor_sub(&cur, 7, 2);
	struct cursor out = cursor_sub(&cur, 8, 2);
	struct cursor wrap = cursor_sub(&cur, 8, SIZE_MAX);

	cr_assert_eq(cursor_u16(&in), 0x0908);
	cr_assert_eq(out.err, ERR_RANGE);
	cr_assert_eq(cursor_left(&out), 0);
	cr_assert_eq(wrap.err, ERR_RANGE);
}

Test(cursor, seek_stops_at_the_end)
{
	struct cursor cur = cursor_init(bytes, sizeof(bytes));

	cursor_seek(&cur, sizeof(bytes));
	cr_assert_eq(cur.err, 0);
	cursor_seek(&cur, sizeof(bytes) + 1);
	cr_assert_eq(cur.err, ERR_RANGE);
}

Test(cursor, null_bytes_are_an_empty_input)
{
	struct cursor cur = cursor_init(NULL, 10);

	cr_assert_eq(cursor_left(&cur), 0);
	cursor_u8(&cur);
	cr_assert_eq(cur.err, ERR_SHORT);
}

Test(crc, published_check_values)
{
	cr_assert_eq(crc16(0, "123456789", 9), 0x31c3);
	cr_assert_eq(crc32(0, "123456789", 9), 0xcbf43926);
}

Test(crc, pieces_give_the_whole)
{
	uint32_t a = crc32(crc32(0, "1234", 4), "56789", 5);
	uint16_t b = crc16(crc16(0, "1", 1), "23456789", 8);

	cr_assert_eq(a, 0xcbf43926);
	cr_assert_eq(b, 0x31c3);
}

Test(le, stores_read_back)
{
	uint8_t room[8];

	le_put64(room, 0x1122334455667788u);
	cr_assert_eq(room[0], 0x88);
	cr_assert_eq(le_u64(room), 0x1122334455667788u);
	be_put64(room, 0x1122334455667788u);
	cr_assert_eq(room[0], 0x11);
	cr_assert_eq(be_u64(room), 0x1122334455667788u);
}
