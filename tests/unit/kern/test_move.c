#include <criterion/criterion.h>

#include "kern/kern.h"

Test(move, lookup_takes_every_value)
{
	int8_t table[KERN_LOOKUP_BYTES], in[KERN_LOOKUP_BYTES];

	for (int i = 0; i < KERN_LOOKUP_BYTES; i++) {
		in[i] = (int8_t)(127 - i);
		table[i] = (int8_t)(i - 100);
	}
	kern_lookup_s8(KERN_LOOKUP_BYTES, table, in, in);
	for (int i = 0; i < KERN_LOOKUP_BYTES; i++)
		cr_assert_eq(in[i], (int8_t)(155 - i));
}

Test(move, rescale_takes_its_own_factor_below_zero)
{
	const int32_t in[] = { 0, 7, -8, 100000, -300000 };
	const struct kern_rescale k = {
		.count = 5, .in_type = KERN_S32, .multiplier = 1 << 30,
		.shift = 1, .below_multiplier = 1 << 30, .below_shift = -1,
		.out_type = KERN_S16,
	};
	const int16_t want[] = { 0, 7, -2, 32767, -32768 };
	int16_t out[5];

	kern_rescale(&k, in, out);
	cr_assert_arr_eq(out, want, sizeof(want));
}

Test(move, gather_walks_backwards_and_repeats)
{
	const int16_t in[] = { 1, 2, 3, 4, 5, 6 };
	const struct kern_gather k = {
		.out = { 1, 2, 2, 3 }, .start = 2, .step = { 0, 0, 3, -1 },
		.element_bytes = 2,
	};
	const int16_t want[] = { 3, 2, 1, 6, 5, 4, 3, 2, 1, 6, 5, 4 };
	int16_t out[12];

	kern_gather(&k, in, out);
	cr_assert_arr_eq(out, want, sizeof(want));
}

Test(move, pad_fills_every_side)
{
	const int8_t in[] = { 1, 2, 3, 4 };
	const struct kern_pad k = {
		.in = { 1, 2, 1, 2 }, .out = { 2, 3, 2, 4 },
		.before = { 1, 0, 1, 1 }, .value = -7, .element_bytes = 1,
	};
	int8_t out[48];

	kern_pad(&k, in, out);
	for (int i = 0; i < 48; i++) {
		int row = i / 4, c = i % 4 - 1;
		int is_in = (row == 7 || row == 9) && (c == 0 || c == 1);

		cr_assert_eq(out[i], is_in ? in[(row - 7) + c] : -7, "%d", i);
	}
}

Test(move, concat_lays_pieces_side_by_side)
{
	const uint8_t a[] = { 1, 2 }, b[] = { 3, 4, 5, 6 };
	const struct kern_concat k = { 2, 2, { 1, 2 } };
	const uint8_t want[] = { 1, 3, 4, 2, 5, 6 };
	uint8_t out[6];

	kern_concat(&k, (const void *[KERN_CONCAT_INPUTS]){ a, b }, out);
	cr_assert_arr_eq(out, want, sizeof(want));
}

Test(rescale, int32_is_not_clamped)
{
	const int16_t in[] = { -32768, -32767, 32767 };
	const int32_t want[] = { 5, 105, 6553505 };
	const struct kern_rescale k = {
		.count = 3, .in_type = KERN_S16, .in_zero = -32768,
		.multiplier = 100 << 20, .shift = 11, .out_type = KERN_S32,
		.out_zero = 5,
	};
	int32_t out[3];

	kern_rescale(&k, in, out);
	cr_assert_arr_eq(out, want, sizeof(want));
}

Test(rescale, int16_becomes_int8_around_its_zero_point)
{
	const int16_t in[] = { 0, 256, -256, 128, 32767, -32768 };
	const int8_t want[] = { -5, -4, -6, -4, 123, -128 };
	const struct kern_rescale k = {
		.count = 6, .in_type = KERN_S16,
		.multiplier = 1 << 30, .shift = -7,	/* 1 / 256 */
		.below_multiplier = 1 << 30, .below_shift = -7,
		.out_type = KERN_S8, .out_zero = -5,
	};
	int8_t out[6];

	kern_rescale(&k, in, out);
	for (int i = 0; i < 6; i++)
		cr_assert_eq(out[i], want[i], "%d: %d", i, out[i]);
}
