#include <math.h>

#include "kern/requant.h"
#include "s16_cases.h"

Test(s16, wide_factors_equal_the_definition)
{
	struct cases cases = cases_init(40);

	for (; cases.number < 200000; cases.number++) {
		int64_t x = (int64_t)rng_u64(&cases.rng) >>
			    pick(&cases, 17, 63);
		int32_t multiplier = pick(&cases, 1 << 30, INT32_MAX);
		int shift = pick(&cases, -31, 7);
		int64_t want = oracle_wide(x, multiplier, shift);

		case_assert(&cases, requant_mul_wide(x, multiplier, shift) ==
				    (int32_t)oracle_wrap(want));
	}
	/* halves upward on both sides; a multiplier that would round to 2^15 */
	cr_assert_eq(requant_mul_wide(3, 1 << 30, 0), 2);
	cr_assert_eq(requant_mul_wide(-3, 1 << 30, 0), -1);
	cr_assert_eq(requant_mul_wide(32768, INT32_MAX, 0), 32767);
}

/* Sum of the products under a window, zero outside of the input. */
static __int128 products(const struct s16_case *c, bool is_depthwise,
			 const int32_t at[4])
{
	const struct kern_window *win = &c->k.win;
	int32_t o = at[3];
	int32_t first = is_depthwise ? o * win->in.c / win->out.c : 0;
	int32_t last = is_depthwise ? first + 1 : win->in.c;
	__int128 sum = 0;

	for (int32_t i = 0; i < win->kernel_h; i++)
		for (int32_t j = 0; j < win->kernel_w; j++)
			for (int32_t d = first; d < last; d++) {
				int64_t from = shape_at(&win->in, at[0],
					at[1] * win->stride_h - win->pad_top +
					i * win->dilation_h,
					at[2] * win->stride_w - win->pad_left +
					j * win->dilation_w, d);
				int32_t tap = i * win->kernel_w + j;
				int32_t w = is_depthwise ?
					tap * win->out.c + o :
					(o * win->kernel_h * win->kernel_w +
					 tap) * win->in.c + d;

				if (from >= 0)
					sum += ((int16_t *)c->in.data)[from] *
					       (int8_t)c->weights.data[w];
			}
	return sum;
}

static void compare(struct cases *cases, const struct s16_case *c,
		    bool is_depthwise)
{
	const struct kern_shape *out = &c->k.win.out;
	const int16_t *got = (int16_t *)c->out.data;
	int32_t at[4];

	for (at[0] = 0; at[0] < out->n; at[0]++)
		for (at[1] = 0; at[1] < out->h; at[1]++)
			for (at[2] = 0; at[2] < out->w; at[2]++)
				for (at[3] = 0; at[3] < out->c; at[3]++)
					case_assert(cases, *got++ ==
						s16_output(c, products(c,
							is_depthwise, at),
							at[3]));
	case_assert(cases, guarded_intact(&c->out));
}

static void one_case(struct cases *cases, bool is_depthwise)
{
	struct s16_case c = { 0 };
	struct kern_window *win = &c.k.win;
	size_t taps;

	*win = pick_window(cases, true);
	if (is_depthwise)
		win->out.c = win->in.c * pick(cases, 1, 3);
	taps = (size_t)win->kernel_h * win->kernel_w * win->out.c;
	pick_s16(cases, &c, is_depthwise ? taps : taps * win->in.c);
	if (is_depthwise)
		kern_depthwise_s16(&c.k, (int16_t *)c.in.data,
				   (int16_t *)c.out.data);
	else
		kern_conv_s16(&c.k, (int16_t *)c.in.data,
			      (int16_t *)c.out.data);
	compare(cases, &c, is_depthwise);
	release_s16(&c);
}

Test(s16, convolutions_equal_the_formula)
{
	struct cases cases = cases_init(41);

	for (; cases.number < CASES; cases.number++)
		one_case(&cases, cases.number % 2);
}

/* A layer is a convolution with a window of one over a row of inputs. */
Test(s16, fully_connected_equals_the_formula)
{
	struct cases cases = cases_init(42);

	for (; cases.number < CASES; cases.number++) {
		int32_t depth = pick(&cases, 1, 200);
		int32_t outs = pick(&cases, 1, CHANNELS_MAX);
		struct s16_case c = { .k.win = {
			.in = { 1, 1, pick(&cases, 1, 3), depth },
			.kernel_h = 1, .kernel_w = 1, .stride_h = 1,
			.stride_w = 1, .dilation_h = 1, .dilation_w = 1 } };
		struct kern_fc_s16 k;

		c.k.win.out = (struct kern_shape){ 1, 1, c.k.win.in.w, outs };
		pick_s16(&cases, &c, (size_t)outs * (size_t)depth);
		k = (struct kern_fc_s16){ c.k.win.in.w, depth, outs,
			c.k.weights, c.k.is_wide, c.k.bias, c.k.requant,
			c.k.act_min, c.k.act_max };
		kern_fc_s16(&k, (int16_t *)c.in.data, (int16_t *)c.out.data);
		compare(&cases, &c, false);
		release_s16(&c);
	}
}

/* Sum, greatest and number of the elements under a window. */
static void look(const struct kern_window *win, const int16_t *in,
		 const int32_t at[4], long seen[3])
{
	seen[0] = seen[2] = 0;
	seen[1] = -100000;
	for (int32_t i = 0; i < win->kernel_h; i++)
		for (int32_t j = 0; j < win->kernel_w; j++) {
			int64_t from = shape_at(&win->in, at[0],
				at[1] * win->stride_h + i - win->pad_top,
				at[2] * win->stride_w + j - win->pad_left,
				at[3]);

			if (from < 0)
				continue;
			seen[0] += in[from];
			seen[1] = in[from] > seen[1] ? in[from] : seen[1];
			seen[2]++;
		}
}

Test(s16, pools_equal_their_definition)
{
	struct cases cases = cases_init(43);

	for (; cases.number < CASES; cases.number++) {
		bool is_average = cases.number % 2;
		struct kern_pool_s8 k = { pick_window(&cases, false),
			pick(&cases, -32768, 0), pick(&cases, 0, 32767) };
		struct kern_shape *o = &k.win.out;
		struct guarded in, out;
		const int16_t *got;
		int32_t at[4];
		long seen[3];

		o->c = k.win.in.c;
		in = pick_bytes(&cases, 2 * shape_size(&k.win.in));
		out = guarded_init(2 * shape_size(o));
		got = (int16_t *)out.data;
		(is_average ? kern_average_pool_s16 : kern_max_pool_s16)(&k,
			(int16_t *)in.data, (int16_t *)out.data);
		for (at[0] = 0; at[0] < o->n; at[0]++)
			for (at[1] = 0; at[1] < o->h; at[1]++)
				for (at[2] = 0; at[2] < o->w; at[2]++)
					for (at[3] = 0; at[3] < o->c; at[3]++) {
						look(&k.win,
						     (int16_t *)in.data, at,
						     seen);
						case_assert(&cases, *got++ ==
							oracle_clamp(is_average
							? lround((double)
							  seen[0] /
							  (double)seen[2])
							: seen[1], k.act_min,
							k.act_max));
					}
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&in);
		guarded_release(&out);
	}
}

Test(s16, mul_rounds_clamps_and_broadcasts)
{
	const struct kern_mul_s8 k = {
		.a = { 1, 1, 2, 2 }, .b = { 1, 1, 1, 2 },
		.out = { 1, 1, 2, 2 }, .multiplier = 1 << 30, .shift = -14,
		.act_min = -30000, .act_max = 30000,
	};
	/* a * b / 2^15 */
	const int16_t a[] = { 32767, -32768, 100, -5 };
	const int16_t b[] = { -32768, 16384 };
	const int16_t want[] = { -30000, -16384, -100, -3 };
	int16_t out[4];

	kern_mul_s16(&k, a, b, out);
	cr_assert_arr_eq(out, want, sizeof(want));
}
