/*
 * The Cortex-M0 kernels, in their portable form, against kern/ref: the same
 * bytes for every shape, every value, and nothing written outside.
 */
#include "kern/m0/m0.h"
#include "kern/m0/output.h"
#include "kern/requant.h"
#include "packed.h"

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

Test(m0, convolutions_equal_the_reference)
{
	struct cases cases = cases_init(41);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;
		size_t depth;

		*win = pick_window(&cases, true);
		depth = (size_t)win->kernel_h * win->kernel_w * win->in.c;
		pick_constants(&cases, &p, depth * win->out.c);
		make_pair(&cases, &p, kern_m0_rows_bytes(win->out.c,
							 (int64_t)depth));
		p.scratch = guarded_init(kern_m0_conv_s8_scratch_bytes(&p.ref));
		case_assert(&cases, kern_m0_conv_s8_pack(&p.ref, &p.to));
		kern_conv_s8(&p.ref, (int8_t *)p.in.data,
			     (int8_t *)p.want.data, NULL);
		kern_m0_conv_s8(&p.packed_k, (int8_t *)p.in.data,
				(int8_t *)p.got.data, p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

/* Half of them with the window that has a loop of its own. */
static struct kern_window pick_depthwise(struct cases *cases)
{
	struct kern_window win = pick_window(cases, true);
	int32_t times = pick(cases, 0, 2) ? 1 : pick(cases, 2, 3);

	if (cases->number % 2) {
		win = pick_window(cases, false);
		win.kernel_h = win.kernel_w = 3;
		win.in.h = pick(cases, 1, 20);
		win.in.w = pick(cases, 1, 20);
		win.pad_top = pick(cases, 0, 2);
		win.pad_left = pick(cases, 0, 2);
		win.out.h = pick(cases, 1, (win.in.h + win.pad_top - 1) /
				 win.stride_h + 1);
		win.out.w = pick(cases, 1, (win.in.w + win.pad_left - 1) /
				 win.stride_w + 1);
	}
	win.out.c = win.in.c * times;
	return win;
}

Test(m0, depthwise_equals_the_reference)
{
	struct cases cases = cases_init(42);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;

		*win = pick_depthwise(&cases);
		pick_constants(&cases, &p, (size_t)win->kernel_h *
			       win->kernel_w * win->out.c);
		make_pair(&cases, &p, kern_m0_depthwise_bytes(win));
		p.scratch = guarded_init(
			kern_m0_depthwise_s8_scratch_bytes(&p.ref));
		case_assert(&cases, kern_m0_depthwise_s8_pack(&p.ref, &p.to));
		kern_depthwise_s8(&p.ref, (int8_t *)p.in.data,
				  (int8_t *)p.want.data, NULL);
		kern_m0_depthwise_s8(&p.packed_k, (int8_t *)p.in.data,
				     (int8_t *)p.got.data, p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

Test(m0, fully_connected_equals_the_reference)
{
	struct cases cases = cases_init(43);

	for (; cases.number < 2 * CASES; cases.number++) {
		struct pair p = { 0 };
		int32_t n = pick(&cases, 1, 3), in = pick(&cases, 1, 70);
		int32_t out = pick(&cases, 1, CHANNELS_MAX);
		struct kern_fc_s8 k;

		p.ref.win.in = (struct kern_shape){ n, 1, 1, in };
		p.ref.win.out = (struct kern_shape){ n, 1, 1, out };
		pick_constants(&cases, &p, (size_t)in * out);
		make_pair(&cases, &p, kern_m0_rows_bytes(out, in));
		k = fc_of(&p.ref);
		p.scratch = guarded_init(0);
		case_assert(&cases, kern_m0_fc_s8_pack(&k, &p.to));
		kern_fc_s8(&k, (int8_t *)p.in.data, (int8_t *)p.want.data,
			   NULL);
		k = fc_of(&p.packed_k);
		kern_m0_fc_s8(&k, (int8_t *)p.in.data, (int8_t *)p.got.data,
			      NULL);
		compare(&cases, &p);
		release_pair(&p);
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
