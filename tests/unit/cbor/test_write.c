#include <criterion/criterion.h>
#include <string.h>

#include "cbor/cbor.h"

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static void put_all(struct cbor_out *out)
{
	cbor_put_map(out, 2);
	cbor_put_key(out, "off");
	cbor_put_uint(out, 70000);
	cbor_put_key(out, "d");
	cbor_put_bytes(out, "\1\2\3", 3);
}

Test(cbor, writes_the_shortest_heads)
{
	uint8_t room[32];
	struct cbor_out out = cbor_out_init(room, sizeof(room));

	put_all(&out);
	cr_assert_eq(out.err, 0);
	cr_assert_eq(out.len, 16);
	cr_assert_eq(memcmp(room, "\xa2\x63off\x1a\x00\x01\x11\x70\x61"
			    "d\x43\1\2\3", 16), 0);
}

Test(cbor, what_does_not_fit_is_full_and_stays_full)
{
	uint8_t room[32];

	for (size_t n = 0; n < 16; n++) {
		struct cbor_out out = cbor_out_init(room, n);

		memset(room, 0xee, sizeof(room));
		put_all(&out);
		cr_assert_eq(out.err, ERR_FULL);
		cr_assert_leq(out.len, n);
		for (size_t i = n; i < sizeof(room); i++)
			cr_assert_eq(room[i], 0xee);
		cbor_put_uint(&out, 0);
		cr_assert_eq(out.err, ERR_FULL);
	}
}

/* Whatever double goes in comes out, and never longer than needed. */
Test(cbor, reals_keep_every_bit)
{
	static const struct { double value; size_t bytes; } cases[] = {
		{ 0, 3 }, { -0.0, 3 }, { 1, 3 }, { 65504, 3 }, { 65536, 5 },
		{ 0x1p-24, 3 }, { 0x1p-25, 5 }, { 0x1.8p-24, 5 },
		{ 0x1p-14, 3 }, { 0x1.ff8p-15, 3 }, { 0x1p-149, 5 },
		{ 0x1p-150, 9 }, { 0x1.fffffep127, 5 }, { 0x1p128, 9 },
		{ 0.1, 9 }, { 0x1p-1074, 9 }, { 1e300, 9 },
	};
	uint8_t room[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cbor_out out = cbor_out_init(room, sizeof(room));
		struct cursor cur;
		struct cbor_item item;

		cbor_put_real(&out, bits_of(cases[i].value));
		cr_assert_eq(out.len, cases[i].bytes, "case %zu", i);
		cur = cursor_init(room, out.len);
		cr_assert_eq(cbor_next(&cur, &item), 0);
		cr_assert_eq(item.kind, CBOR_REAL);
		cr_assert_eq(item.value, bits_of(cases[i].value), "case %zu",
			     i);
	}
}

Test(cbor, integers_of_both_signs_come_back)
{
	static const int64_t cases[] = { 0, 23, 24, 255, 256, 65535, 65536,
		-1, -24, -25, -256, -257, INT64_MIN, INT64_MAX };
	uint8_t room[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cbor_out out = cbor_out_init(room, sizeof(room));
		struct cbor_item item;
		struct cursor cur;

		cbor_put_int(&out, cases[i]);
		cur = cursor_init(room, out.len);
		cbor_next(&cur, &item);
		cr_assert_eq(item.kind == CBOR_NINT ?
			     -1 - (int64_t)item.value : (int64_t)item.value,
			     cases[i]);
	}
}
