#include <criterion/criterion.h>

#include "kern/kern.h"

/* Factors of one half and doubling: sums stay as they are. */
#define PLAIN(SHIFT) \
	.left_shift = (SHIFT), .a_multiplier = 1 << 30, .a_shift = 0, \
	.b_multiplier = 1 << 30, .b_shift = 0, \
	.out_multiplier = 1 << 30, .out_shift = 2 - (SHIFT)

Test(pair, sub_is_a_minus_b_clamped)
{
	const struct kern_add_s8 k = {
		.a = { 1, 1, 1, 4 }, .b = { 1, 1, 1, 1 },
		.out = { 1, 1, 1, 4 }, .a_zero = 1, .b_zero = -2,
		.out_zero = 3, PLAIN(20), .act_min = -100, .act_max = 120,
	};
	const int8_t a[] = { 1, 50, -128, 127 }, b[] = { 8 };
	const int8_t want[] = { -7, 42, -100, 119 };
	int8_t out[4];

	kern_sub_s8(&k, a, b, out);
	cr_assert_arr_eq(out, want, 4);
}

Test(pair, int16_adds_and_subtracts)
{
	const struct kern_add_s8 k = {
		.a = { 1, 1, 1, 3 }, .b = { 1, 1, 1, 3 },
		.out = { 1, 1, 1, 3 }, PLAIN(15), .act_min = INT16_MIN,
		.act_max = INT16_MAX,
	};
	const int16_t a[] = { 1000, -32768, 32767 }, b[] = { -250, 7, 1 };
	const int16_t sum[] = { 750, -32761, 32767 };
	const int16_t difference[] = { 1250, -32768, 32766 };
	int16_t out[3];

	kern_add_s16(&k, a, b, out);
	cr_assert_arr_eq(out, sum, sizeof(sum));
	kern_sub_s16(&k, a, b, out);
	cr_assert_arr_eq(out, difference, sizeof(difference));
}

Test(pair, mul_rounds_and_clamps)
{
	const struct kern_mul_s8 k = {
		.a = { 1, 1, 1, 4 }, .b = { 1, 1, 1, 1 },
		.out = { 1, 1, 1, 4 }, .a_zero = -1, .b_zero = 2,
		.out_zero = 5, .multiplier = 1 << 30, .shift = -1,
		.act_min = -60, .act_max = 60,
	};
	/* (a + 1) * 3 / 4 + 5 */
	const int8_t a[] = { -1, 3, -128, 127 }, b[] = { 5 };
	const int8_t want[] = { 5, 8, -60, 60 };
	int8_t out[4];

	kern_mul_s8(&k, a, b, out);
	cr_assert_arr_eq(out, want, 4);
}

Test(pair, smaller_and_greater_broadcast)
{
	const struct kern_pair_s8 k = {
		{ 1, 1, 2, 1 }, { 1, 1, 1, 2 }, { 1, 1, 2, 2 },
	};
	const int8_t a[] = { -3, 4 }, b[] = { 1, -128 };
	const int8_t low[] = { -3, -128, 1, -128 };
	const int8_t high[] = { 1, -3, 4, 4 };
	int8_t out[4];

	kern_minimum_s8(&k, a, b, out);
	cr_assert_arr_eq(out, low, 4);
	kern_maximum_s8(&k, a, b, out);
	cr_assert_arr_eq(out, high, 4);
}
