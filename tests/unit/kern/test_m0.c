/*
 * What only the Cortex-M0 kernels have; test_variants.c runs them.
 */
#include "kern/m0/m0.h"
#include "kern/m0/output.h"
#include "kern/requant.h"
#include "cases.h"

Test(m0, a_product_from_16_bit_parts_is_the_whole_product)
{
	static const int32_t ends[] = { 0, 1, -1, 0x7fff, 0x8000, -0x8000,
					-0x8001, 1 << 30, -(1 << 30),
					(1 << 30) - 0x8001, 0x3fff7fff };
	struct cases cases = cases_init(40);

	for (; cases.number < 100000; cases.number++) {
		int32_t q = cases.number % 3 ? pick(&cases, 0, INT32_MAX - 1) :
			    INT32_MAX - (int32_t)(cases.number % 2 << 16);
		int32_t x = cases.number % 5 ?
			pick(&cases, -(1 << 30), (1 << 30) - 1) :
			ends[cases.number % 11];

		case_assert(&cases, m0_high_mul(x, m0_multiplier(q)) ==
				    requant_high_mul(x, q));
	}
}

Test(m0, windows_of_too_many_taps_are_left_to_the_reference)
{
	struct kern_window win = {
		.in = { 1, 300, 300, 1 }, .out = { 1, 285, 285, 1 },
		.kernel_h = 16, .kernel_w = 16, .stride_h = 1, .stride_w = 1,
		.dilation_h = 1, .dilation_w = 1,
	};

	cr_assert_eq(kern_m0_depthwise_bytes(&win), 256);
	win.kernel_h = 17;
	cr_assert_eq(kern_m0_depthwise_bytes(&win), 0);
}
