#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/gzip.h"

/* printf 'hello hello hello\n' | gzip -n */
static const uint8_t packed[] = {
	0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
	0x57, 0xc8, 0x40, 0x90, 0x5c, 0x00, 0x3b, 0x7c, 0x8a, 0xdf, 0x12, 0, 0,
	0
};

Test(gzip, one_member_and_several)
{
	uint8_t twice[2 * sizeof(packed)];
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	cr_assert(gzip_begins(packed, sizeof(packed)));
	cr_assert_eq(gzip_read(packed, sizeof(packed), 100, &out, &err), 0,
		     "%s", err.text);
	cr_assert_eq(out.len, 18);
	cr_assert_arr_eq(out.data, "hello hello hello\n", 18);
	memcpy(twice, packed, sizeof(packed));
	memcpy(twice + sizeof(packed), packed, sizeof(packed));
	buf_clear(&out);
	cr_assert_eq(gzip_read(twice, sizeof(twice), 100, &out, &err), 0);
	cr_assert_eq(out.len, 36);
	buf_release(&out);
}

Test(gzip, cut_damaged_trailing_and_too_long_are_refused)
{
	uint8_t bytes[sizeof(packed) + 1];
	struct buf out = BUF_INIT;

	for (size_t n = 0; n < sizeof(packed); n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, packed, n);
		cr_assert_eq(gzip_read(exact, n, 100, &out, NULL), ERR_SHORT);
		free(exact);
	}
	memcpy(bytes, packed, sizeof(packed));
	bytes[sizeof(packed)] = 'x';
	cr_assert_eq(gzip_read(bytes, sizeof(bytes), 100, &out, NULL),
		     ERR_FORMAT);
	bytes[22] ^= 1;
	cr_assert_eq(gzip_read(bytes, sizeof(packed), 100, &out, NULL),
		     ERR_FORMAT);
	buf_clear(&out);
	cr_assert_eq(gzip_read(packed, sizeof(packed), 17, &out, NULL),
		     ERR_LIMIT);
	buf_release(&out);
}
