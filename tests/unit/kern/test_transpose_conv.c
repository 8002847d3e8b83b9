#include "s16_cases.h"

/* Both kernels are compared with the scatter of kern.h: every input pixel adds
 * its products to the outputs it reaches. */

static void pick_transposed(struct cases *cases, struct kern_window *win)
{
	*win = (struct kern_window){
		.in = { pick(cases, 1, 2), pick(cases, 1, 5),
			pick(cases, 1, 5), pick(cases, 1, 6) },
		.kernel_h = pick(cases, 1, 4), .kernel_w = pick(cases, 1, 4),
		.stride_h = pick(cases, 1, 3), .stride_w = pick(cases, 1, 3),
		.dilation_h = 1, .dilation_w = 1,
		.pad_top = pick(cases, 0, 2), .pad_left = pick(cases, 0, 2),
	};
	win->out = (struct kern_shape){ win->in.n, pick(cases, 1, 14),
		pick(cases, 1, 14), pick(cases, 1, CHANNELS_MAX) };
}

static int32_t input_at(const void *in, bool is_s16, int64_t at, int32_t zero)
{
	return is_s16 ? ((const int16_t *)in)[at]
		      : ((const int8_t *)in)[at] - zero;
}

/* Add what one input element gives to the sums of channel o. */
static void scatter(const struct kern_window *win, const int8_t *weights,
		    const int32_t at[4], int32_t value, int64_t *sums)
{
	for (int32_t o = 0; o < win->out.c; o++)
		for (int32_t i = 0; i < win->kernel_h; i++)
			for (int32_t j = 0; j < win->kernel_w; j++) {
				int64_t to = shape_at(&win->out, at[0],
					at[1] * win->stride_h - win->pad_top +
					i, at[2] * win->stride_w -
					win->pad_left + j, o);
				int32_t w = ((o * win->kernel_h + i) *
					     win->kernel_w + j) * win->in.c +
					    at[3];

				if (to >= 0)
					sums[to] += value * weights[w];
			}
}

/* The sums of all outputs; freed by the caller. */
static int64_t *scatter_all(const struct kern_window *win,
			    const int8_t *weights, const void *in, bool is_s16,
			    int32_t zero)
{
	int64_t *sums = calloc(shape_size(&win->out), sizeof(*sums));
	int32_t at[4];

	cr_assert_not_null(sums);
	for (at[0] = 0; at[0] < win->in.n; at[0]++)
		for (at[1] = 0; at[1] < win->in.h; at[1]++)
			for (at[2] = 0; at[2] < win->in.w; at[2]++)
				for (at[3] = 0; at[3] < win->in.c; at[3]++)
					scatter(win, weights, at,
						input_at(in, is_s16,
							 shape_at(&win->in,
							 at[0], at[1], at[2],
							 at[3]), zero), sums);
	return sums;
}

Test(transpose_conv, int16_equals_the_scatter)
{
	struct cases cases = cases_init(50);

	for (; cases.number < CASES; cases.number++) {
		struct s16_case c = { 0 };
		struct kern_window *win = &c.k.win;
		int64_t *sums;

		pick_transposed(&cases, win);
		pick_s16(&cases, &c, (size_t)win->kernel_h * win->kernel_w *
			 win->out.c * win->in.c);
		kern_transpose_conv_s16(&c.k, (int16_t *)c.in.data,
					(int16_t *)c.out.data);
		sums = scatter_all(win, c.k.weights, c.in.data, true, 0);
		for (size_t i = 0; i < shape_size(&win->out); i++)
			case_assert(&cases, ((int16_t *)c.out.data)[i] ==
				s16_output(&c, sums[i],
					   (int32_t)i % win->out.c));
		case_assert(&cases, guarded_intact(&c.out));
		free(sums);
		release_s16(&c);
	}
}

static void int8_case(struct cases *cases)
{
	int32_t bias[CHANNELS_MAX], multiplier[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX];
	struct kern_conv_s8 k = {
		.bias = pick(cases, 0, 3) ? bias : NULL,
		.requant = { multiplier, shift, pick(cases, 0, 1) },
		.in_zero = pick(cases, -128, 127),
		.out_zero = pick(cases, -128, 127),
	};
	struct guarded in, out, weights;
	int64_t *sums;

	pick_transposed(cases, &k.win);
	pick_clamp(cases, &k.act_min, &k.act_max);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		bias[i] = (int32_t)rng_u64(&cases->rng) >> pick(cases, 0, 31);
		pick_factor(cases, &multiplier[i], &shift[i]);
	}
	in = pick_bytes(cases, shape_size(&k.win.in));
	out = guarded_init(shape_size(&k.win.out));
	weights = pick_bytes(cases, (size_t)k.win.kernel_h * k.win.kernel_w *
			     k.win.out.c * k.win.in.c);
	k.weights = (int8_t *)weights.data;
	kern_transpose_conv_s8(&k, (int8_t *)in.data, (int8_t *)out.data);
	sums = scatter_all(&k.win, k.weights, in.data, false, k.in_zero);
	for (size_t i = 0; i < shape_size(&k.win.out); i++) {
		int32_t o = (int32_t)i % k.win.out.c;
		int32_t entry = k.requant.step ? o : 0;
		int8_t v = oracle_output(sums[i] + (k.bias ? bias[o] : 0),
			multiplier[entry], shift[entry], k.out_zero);

		case_assert(cases, (int8_t)out.data[i] ==
			    oracle_clamp(v, k.act_min, k.act_max));
	}
	case_assert(cases, guarded_intact(&out));
	free(sums);
	guarded_release(&in);
	guarded_release(&out);
	guarded_release(&weights);
}

Test(transpose_conv, int8_equals_the_scatter)
{
	struct cases cases = cases_init(51);

	for (; cases.number < CASES; cases.number++)
		int8_case(&cases);
}
