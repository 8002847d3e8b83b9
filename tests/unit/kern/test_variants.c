/*
 * The kernels for the cores, in their portable form, against kern/ref: the
 * same bytes for every shape, every value, and nothing written outside.
 */
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"
#include "packed.h"

typedef void conv_kernel(const struct kern_conv_s8 *k, const int8_t *in,
			 int8_t *out, void *scratch);
typedef bool conv_pack(const struct kern_conv_s8 *k,
		       const struct kern_packed *to);

/* The kernels of a core. */
static const struct variant {
	conv_kernel *conv, *depthwise;
	size_t (*conv_scratch)(const struct kern_conv_s8 *k);
	size_t (*depthwise_scratch)(const struct kern_conv_s8 *k);
	conv_pack *pack_conv, *pack_depthwise;
	uint64_t (*rows_bytes)(int32_t rows, int64_t depth);
	uint64_t (*depthwise_bytes)(int32_t channels);
	void (*fc)(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch);
	size_t (*fc_scratch)(const struct kern_fc_s8 *k);
	bool (*pack_fc)(const struct kern_fc_s8 *k,
			const struct kern_packed *to);
	bool (*takes)(const struct kern_window *win);
} m4 = {
	kern_m4_conv_s8, kern_m4_depthwise_s8, kern_m4_conv_s8_scratch_bytes,
	kern_m4_depthwise_s8_scratch_bytes, kern_m4_conv_s8_pack,
	kern_m4_depthwise_s8_pack, kern_m4_rows_bytes,
	kern_m4_depthwise_bytes, kern_m4_fc_s8, kern_m4_fc_s8_scratch_bytes,
	kern_m4_fc_s8_pack, kern_m4_depthwise_s8_takes,
}, m55 = {
	kern_m55_conv_s8, kern_m55_depthwise_s8,
	kern_m55_conv_s8_scratch_bytes, kern_m55_depthwise_s8_scratch_bytes,
	kern_m55_conv_s8_pack, kern_m55_depthwise_s8_pack,
	kern_m55_rows_bytes, kern_m55_depthwise_bytes, kern_m55_fc_s8,
	kern_m55_fc_s8_scratch_bytes, kern_m55_fc_s8_pack,
	kern_m55_depthwise_s8_takes,
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
		make_pair(&cases, &p, v->rows_bytes(win->out.c,
						    (int64_t)depth));
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

/* pick_window's shapes with a window of 3x3 and at least four channels. */
static struct kern_window pick_window_3x3(struct cases *cases)
{
	struct kern_window win = pick_window(cases, false);

	win.kernel_h = win.kernel_w = 3;
	win.pad_top = pick(cases, 0, 2);
	win.pad_left = pick(cases, 0, 2);
	win.in.c = win.out.c = pick(cases, 4, CHANNELS_MAX);
	win.in.h = pick(cases, 1, 20);
	win.in.w = pick(cases, 1, 20);
	win.out.h = pick(cases, 1, (win.in.h + win.pad_top - 1) /
			 win.stride_h + 1);
	win.out.w = pick(cases, 1, (win.in.w + win.pad_left - 1) /
			 win.stride_w + 1);
	return win;
}

static void check_depthwise(const struct variant *v)
{
	struct cases cases = cases_init(32);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;

		*win = pick_window_3x3(&cases);
		pick_constants(&cases, &p, 9 * (size_t)win->out.c);
		make_pair(&cases, &p, v->depthwise_bytes(win->out.c));
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
		p.scratch = guarded_init(v->fc_scratch(&k));
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

static void check_shapes(const struct variant *v)
{
	struct kern_window win = {
		.in = { 1, 5, 5, 4 }, .out = { 1, 3, 3, 4 },
		.kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1,
		.dilation_h = 1, .dilation_w = 1,
	};

	cr_assert(v->takes(&win));
	win.dilation_w = 2;
	cr_assert_not(v->takes(&win));
	win.dilation_w = 1;
	win.kernel_h = 2;
	cr_assert_not(v->takes(&win));
	win.kernel_h = 3;
	win.out.c = 8;
	cr_assert_not(v->takes(&win));
	win.in.c = win.out.c = 3;
	cr_assert_not(v->takes(&win));
}

Test(m4, packing_refuses_what_is_not_exact_and_other_shapes)
{
	check_refusals(&m4);
	check_shapes(&m4);
}

Test(m55, packing_refuses_what_is_not_exact_and_other_shapes)
{
	check_refusals(&m55);
	check_shapes(&m55);
}
