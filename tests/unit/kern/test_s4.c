#include <criterion/criterion.h>
#include <string.h>

#include "kern/s4.h"

enum { ROWS_MAX = 9, DEPTH_MAX = 5 * 4 * 7, SIDE = 7, BATCH = 2 };

static uint32_t state = 77;

static int32_t draw(int32_t below)
{
	state = state * 1664525 + 1013904223;
	return (int32_t)((state >> 8) % (uint32_t)below);
}

/* The same weights, as int8 and packed. */
struct weights {
	int8_t plain[ROWS_MAX * DEPTH_MAX];
	uint8_t packed[KERN_S4_VALUES + ROWS_MAX * (DEPTH_MAX + 1) / 2 +
		       ROWS_MAX];
	int32_t bias[ROWS_MAX], multiplier[ROWS_MAX];
	int8_t shift[ROWS_MAX];
};

static void fill(struct weights *w, int32_t rows, int32_t depth)
{
	uint8_t *at = w->packed + KERN_S4_VALUES;

	memset(w, 0, sizeof(*w));
	for (int i = 0; i < KERN_S4_VALUES; i++)
		w->packed[i] = (uint8_t)(draw(256) - 128);
	for (int32_t r = 0; r < rows; r++, at += (depth + 1) / 2) {
		for (int32_t i = 0; i < depth; i++) {
			int number = draw(16);

			at[i / 2] |= (uint8_t)(number << i % 2 * 4);
			w->plain[r * depth + i] = (int8_t)w->packed[number];
		}
		w->bias[r] = draw(20000) - 10000;
		w->multiplier[r] = (1 << 30) + draw(1 << 30);
		w->shift[r] = (int8_t)(-4 - draw(6));
	}
}

static void check_conv(int round)
{
	static struct weights w;
	static int8_t in[BATCH * SIDE * SIDE * 7];
	static int8_t want[BATCH * SIDE * SIDE * ROWS_MAX], got[sizeof(want)];
	int8_t scratch[DEPTH_MAX];
	int32_t c = 1 + draw(7), rows = 1 + draw(ROWS_MAX);
	struct kern_conv_s8 k = {
		.win = { .in = { BATCH, SIDE, SIDE, c },
			 .kernel_h = 1 + draw(5), .kernel_w = 1 + draw(4),
			 .stride_h = 1 + draw(2), .stride_w = 1 + draw(2),
			 .dilation_h = 1 + draw(2), .dilation_w = 1 + draw(2),
			 .pad_top = draw(3), .pad_left = draw(3),
			 .out = { BATCH, 1 + draw(SIDE), 1 + draw(SIDE),
				  rows } },
		.bias = round % 5 ? w.bias : NULL,
		.requant = { w.multiplier, w.shift, round % 3 > 0 },
		.in_zero = draw(256) - 128, .out_zero = draw(256) - 128,
		.act_min = -128 + draw(40), .act_max = 127 - draw(40),
	};

	fill(&w, rows, k.win.kernel_h * k.win.kernel_w * c);
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (int8_t)(draw(256) - 128);
	cr_assert_leq(kern_conv_s4_scratch_bytes(&k), sizeof(scratch));
	memset(want, 0, sizeof(want));
	memset(got, 0, sizeof(got));
	k.weights = w.plain;
	kern_conv_s8(&k, in, want, NULL);
	k.weights = (const int8_t *)w.packed;
	kern_conv_s4(&k, in, got, scratch);
	cr_assert_eq(memcmp(want, got, sizeof(got)), 0, "round %d", round);
}

Test(s4, convolutions_equal_those_on_int8_weights)
{
	for (int round = 0; round < 400; round++)
		check_conv(round);
}

Test(s4, fully_connected_equals_that_on_int8_weights)
{
	static struct weights w;

	for (int round = 0; round < 200; round++) {
		int8_t in[BATCH * 99], want[BATCH * ROWS_MAX] = { 0 };
		int8_t got[BATCH * ROWS_MAX] = { 0 };
		struct kern_fc_s8 k = {
			.batches = 1 + draw(BATCH), .in_depth = 1 + draw(99),
			.out_depth = 1 + draw(ROWS_MAX), .bias = w.bias,
			.requant = { w.multiplier, w.shift, 1 },
			.in_zero = draw(256) - 128, .act_min = -128,
			.act_max = 127,
		};

		fill(&w, k.out_depth, k.in_depth);
		for (size_t i = 0; i < sizeof(in); i++)
			in[i] = (int8_t)(draw(256) - 128);
		k.weights = w.plain;
		kern_fc_s8(&k, in, want, NULL);
		k.weights = (const int8_t *)w.packed;
		kern_fc_s4(&k, in, got, NULL);
		cr_assert_eq(memcmp(want, got, sizeof(got)), 0, "round %d",
			     round);
	}
}

Test(s4, rows_start_at_whole_bytes)
{
	cr_assert_eq(kern_s4_bytes(3, 5), 16 + 3 * 3);
	cr_assert_eq(kern_s4_bytes(3, 6), 16 + 3 * 3);
	cr_assert_eq(kern_s4_bytes(INT32_MAX, UINT32_MAX),
		     16 + (uint64_t)INT32_MAX * 2147483648u);
}
