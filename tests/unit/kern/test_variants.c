/*
 * The kernels for the cores, in their portable form, against kern/ref: the
 * same bytes for every shape, every value, and nothing written outside.
 */
#include "kern/m0/m0.h"
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"
#include "packed.h"

typedef void conv_kernel(const struct kern_conv_s8 *k, const int8_t *in,
			 int8_t *out, void *scratch);
typedef bool conv_pack(const struct kern_conv_s8 *k,
		       const struct kern_packed *to);

/* pick_window's shapes with a window of h times w and at least four
 * channels. */
static struct kern_window pick_channels(struct cases *cases, int32_t h,
					int32_t w)
{
	struct kern_window win = pick_window(cases, false);

	win.kernel_h = h;
	win.kernel_w = w;
	win.pad_top = pick(cases, 0, h - 1);
	win.pad_left = pick(cases, 0, w - 1);
	win.in.c = win.out.c = pick(cases, 4, CHANNELS_MAX);
	win.in.h = pick(cases, 1, 20);
	win.in.w = pick(cases, 1, 20);
	win.out.h = pick(cases, 1, (win.in.h + win.pad_top - 1) /
			 win.stride_h + 1);
	win.out.w = pick(cases, 1, (win.in.w + win.pad_left - 1) /
			 win.stride_w + 1);
	return win;
}

static struct kern_window pick_window_3x3(struct cases *cases)
{
	return pick_channels(cases, 3, 3);
}

/* One vector, several, or one input channel. */
static struct kern_window pick_window_m55(struct cases *cases)
{
	struct kern_window win;

	switch (pick(cases, 0, 5)) {
	case 0: return pick_channels(cases, pick(cases, 1, 16), 1);
	case 1: return pick_channels(cases, 1, pick(cases, 1, 4));
	case 2: return pick_channels(cases, pick(cases, 1, 7),
				     pick(cases, 1, 7));
	case 3:
		win = pick_window(cases, true);
		win.in.c = 1;
		return win;
	default: return pick_window_3x3(cases);
	}
}

/* Half of them with the window that has a loop of its own. */
static struct kern_window pick_window_m0(struct cases *cases)
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

/* Four channels together. */
static struct kern_window pick_window_quads(struct cases *cases)
{
	struct kern_window win = pick_window(cases, true);

	win.in.c = win.out.c = 4 * pick(cases, 1, CHANNELS_MAX / 4);
	return win;
}

/* The kernels of a core. */
static const struct variant {
	conv_kernel *conv, *depthwise;
	size_t (*conv_scratch)(const struct kern_conv_s8 *k);
	size_t (*depthwise_scratch)(const struct kern_conv_s8 *k);
	conv_pack *pack_conv, *pack_depthwise;
	uint64_t (*rows_bytes)(int32_t rows, int64_t depth);
	uint64_t (*conv_bytes)(const struct kern_window *win);
	/* 0 for shapes that are not taken */
	uint64_t (*depthwise_bytes)(const struct kern_window *win);
	struct kern_window (*pick_depthwise)(struct cases *cases);
	void (*fc)(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch);
	bool (*pack_fc)(const struct kern_fc_s8 *k,
			const struct kern_packed *to);
} m4 = {
	kern_m4_conv_s8, kern_m4_depthwise_s8, kern_m4_conv_s8_scratch_bytes,
	kern_m4_depthwise_s8_scratch_bytes, kern_m4_conv_s8_pack,
	kern_m4_depthwise_s8_pack, kern_m4_rows_bytes, kern_m4_conv_bytes,
	kern_m4_depthwise_bytes, pick_window_3x3, kern_m4_fc_s8,
	kern_m4_fc_s8_pack,
}, m4_quads = {
	.depthwise = kern_m4_depthwise_quads_s8,
	.depthwise_scratch = kern_m4_depthwise_quads_s8_scratch_bytes,
	.pack_depthwise = kern_m4_depthwise_quads_s8_pack,
	.depthwise_bytes = kern_m4_depthwise_quads_bytes,
	.pick_depthwise = pick_window_quads,
}, m0 = {
	kern_m0_conv_s8, kern_m0_depthwise_s8, kern_m0_conv_s8_scratch_bytes,
	kern_m0_depthwise_s8_scratch_bytes, kern_m0_conv_s8_pack,
	kern_m0_depthwise_s8_pack, kern_m0_rows_bytes, kern_m0_conv_bytes,
	kern_m0_depthwise_bytes, pick_window_m0, kern_m0_fc_s8,
	kern_m0_fc_s8_pack,
}, m55 = {
	kern_m55_conv_s8, kern_m55_depthwise_s8,
	kern_m55_conv_s8_scratch_bytes, kern_m55_depthwise_s8_scratch_bytes,
	kern_m55_conv_s8_pack, kern_m55_depthwise_s8_pack,
	kern_m55_rows_bytes, kern_m55_conv_bytes, kern_m55_depthwise_bytes,
	pick_window_m55,
	kern_m55_fc_s8, kern_m55_fc_s8_pack,
};

static void check_conv(const struct variant *v)
{
	struct cases cases = cases_init(31);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;
		size_t depth;

		*win = pick_window(&cases, true);
		if (cases.number % 3 == 0)	/* pointwise */
			win->kernel_h = win->kernel_w = 1,
			win->pad_top = win->pad_left = 0,
			win->out.h = (win->in.h - 1) / win->stride_h + 1,
			win->out.w = (win->in.w - 1) / win->stride_w + 1;
		if (cases.number % 2)
			win->in.c = 4 * pick(&cases, 1, 5);
		depth = (size_t)win->kernel_h * win->kernel_w * win->in.c;
		pick_constants(&cases, &p, depth * win->out.c);
		make_pair(&cases, &p, v->conv_bytes(win));
		p.scratch = guarded_init(v->conv_scratch(&p.ref));
		case_assert(&cases, v->pack_conv(&p.ref, &p.to));
		kern_conv_s8(&p.ref, (int8_t *)p.in.data,
			     (int8_t *)p.want.data, NULL);
		v->conv(&p.packed_k, (int8_t *)p.in.data,
			(int8_t *)p.got.data, p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

static void check_depthwise(const struct variant *v)
{
	struct cases cases = cases_init(32);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;

		*win = v->pick_depthwise(&cases);
		pick_constants(&cases, &p, (size_t)win->kernel_h *
					   win->kernel_w * win->out.c);
		case_assert(&cases, v->depthwise_bytes(win));
		make_pair(&cases, &p, v->depthwise_bytes(win));
		p.scratch = guarded_init(v->depthwise_scratch(&p.ref));
		case_assert(&cases, v->pack_depthwise(&p.ref, &p.to));
		kern_depthwise_s8(&p.ref, (int8_t *)p.in.data,
				  (int8_t *)p.want.data, NULL);
		v->depthwise(&p.packed_k, (int8_t *)p.in.data,
			     (int8_t *)p.got.data, p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

static void check_fc(const struct variant *v)
{
	struct cases cases = cases_init(33);

	for (; cases.number < 2 * CASES; cases.number++) {
		struct pair p = { 0 };
		int32_t n = pick(&cases, 1, 3), in = pick(&cases, 1, 70);
		int32_t out = pick(&cases, 1, CHANNELS_MAX);
		struct kern_fc_s8 k;

		p.ref.win.in = (struct kern_shape){ n, 1, 1, in };
		p.ref.win.out = (struct kern_shape){ n, 1, 1, out };
		pick_constants(&cases, &p, (size_t)in * out);
		make_pair(&cases, &p, v->rows_bytes(out, in));
		k = fc_of(&p.ref);
		p.scratch = guarded_init(0);
		case_assert(&cases, v->pack_fc(&k, &p.to));
		kern_fc_s8(&k, (int8_t *)p.in.data, (int8_t *)p.want.data,
			   NULL);
		k = fc_of(&p.packed_k);
		v->fc(&k, (int8_t *)p.in.data, (int8_t *)p.got.data,
		      p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

Test(m4, convolutions_equal_the_reference)
{
	check_conv(&m4);
}

Test(m4, depthwise_equals_the_reference)
{
	check_depthwise(&m4);
}

Test(m4, depthwise_by_quads_equals_the_reference)
{
	check_depthwise(&m4_quads);
}

Test(m4, fully_connected_equals_the_reference)
{
	check_fc(&m4);
}

Test(m55, convolutions_equal_the_reference)
{
	check_conv(&m55);
}

Test(m55, depthwise_equals_the_reference)
{
	check_depthwise(&m55);
}

Test(m55, fully_connected_equals_the_reference)
{
	check_fc(&m55);
}

Test(m0, convolutions_equal_the_reference)
{
	check_conv(&m0);
}

Test(m0, depthwise_equals_the_reference)
{
	check_depthwise(&m0);
}

Test(m0, fully_connected_equals_the_reference)
{
	check_fc(&m0);
}

/* A layer of one weight: bias and weight as given, input zero point -128. */
static bool takes(const struct variant *v, int32_t bias, int8_t weight,
		  int8_t shift)
{
	int32_t multiplier = 1 << 30, folded[1], new_multiplier[1];
	int8_t packed[32], new_shift[1];
	struct kern_sums sums[1];
	uint32_t channels[KERN_CHANNELS_WORDS(1)];
	struct kern_packed to = { packed, folded, new_multiplier,
				     new_shift, sums, channels };
	struct kern_fc_s8 k = {
		.batches = 1, .in_depth = 1, .out_depth = 1,
		.weights = &weight, .bias = &bias,
		.requant = { &multiplier, &shift, 0 },
		.in_zero = -128, .act_min = -128, .act_max = 127,
	};

	return v->pack_fc(&k, &to);
}

static void check_refusals(const struct variant *v)
{
	const int32_t most = (1 << 30) - 1, least = -(1 << 30);

	cr_assert(takes(v, most, 0, -1) && takes(v, least, 0, -22));
	cr_assert(!takes(v, most + 1, 0, -1), "a sum that cannot be doubled");
	cr_assert(!takes(v, least - 1, 0, -1));
	cr_assert(takes(v, most - 255, 1, -1), "255 steps up from -128");
	cr_assert(!takes(v, most - 254, 1, -1));
	cr_assert(takes(v, least + 255, -1, -1));
	cr_assert(!takes(v, least + 254, -1, -1));
	cr_assert(!takes(v, 0, 1, 0), "a shift that does not round");
	cr_assert(!takes(v, 0, 1, 5));
	cr_assert(!takes(v, 0, 1, -23), "a shift that leaves no room");
}

static struct kern_window small_window(void)
{
	return (struct kern_window){
		.in = { 1, 5, 5, 4 }, .out = { 1, 3, 3, 4 },
		.kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1,
		.dilation_h = 1, .dilation_w = 1,
	};
}

static void check_shapes(const struct variant *v)
{
	struct kern_window win = small_window();

	cr_assert(v->depthwise_bytes(&win));
	win.dilation_w = 2;
	cr_assert_not(v->depthwise_bytes(&win));
	win.dilation_w = 1;
	win.out.c = 8;
	cr_assert_not(v->depthwise_bytes(&win));
	win.in.c = win.out.c = 3;
	cr_assert_not(v->depthwise_bytes(&win));
}

Test(m4, packing_refuses_what_is_not_exact_and_other_shapes)
{
	struct kern_window win = small_window();

	check_refusals(&m4);
	check_shapes(&m4);
	win.kernel_h = 2;
	cr_assert_not(kern_m4_depthwise_bytes(&win));
}

Test(m55, packing_refuses_what_is_not_exact_and_other_shapes)
{
	check_refusals(&m55);
	check_shapes(&m55);
}

Test(m0, packing_refuses_what_is_not_exact)
{
	check_refusals(&m0);
}

/* Whose products would leave 32 bits on a board, too. */
Test(m55, lines_and_windows_have_limits)
{
	struct kern_window win = small_window();

	win.kernel_h = 17;
	cr_assert_not(kern_m55_depthwise_bytes(&win));
	win.kernel_h = 9;
	win.kernel_w = 9;
	cr_assert_not(kern_m55_depthwise_bytes(&win), "144 bytes");
	win.kernel_h = win.kernel_w = 3;
	win.out.w = 2337;
	cr_assert(kern_m55_depthwise_bytes(&win));
	win.out.w++;
	cr_assert_not(kern_m55_depthwise_bytes(&win), "7 planes of 9364");
	win.out.w = 1 << 14;
	win.stride_w = 1 << 14;
	cr_assert_not(kern_m55_depthwise_bytes(&win));
}
