#include "cases.h"

/* A convolution with everything it needs; depth is what one output channel
 * reads of the input's channels. */
struct conv_case {
	struct kern_conv_s8 k;
	struct guarded in, out, weights;
	int32_t bias[CHANNELS_MAX], multiplier[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX];
};

static void pick_conv(struct cases *cases, bool depthwise, struct conv_case *c)
{
	struct kern_conv_s8 *k = &c->k;
	size_t taps;

	k->win = pick_window(cases, true);
	if (depthwise)
		k->win.out.c = k->win.in.c * pick(cases, 1, 3);
	taps = (size_t)k->win.kernel_h * k->win.kernel_w * k->win.out.c;
	c->in = pick_bytes(cases, shape_size(&k->win.in));
	c->out = guarded_init(shape_size(&k->win.out));
	c->weights = pick_bytes(cases, depthwise ? taps
						 : taps * k->win.in.c);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		c->bias[i] = (int32_t)rng_u64(&cases->rng) >>
			     pick(cases, 0, 31);
		pick_factor(cases, &c->multiplier[i], &c->shift[i]);
	}
	k->weights = (int8_t *)c->weights.data;
	k->bias = pick(cases, 0, 3) ? c->bias : NULL;
	k->requant = (struct kern_requant){ c->multiplier, c->shift,
					    pick(cases, 0, 1) };
	k->in_zero = pick(cases, -128, 127);
	k->out_zero = pick(cases, -128, 127);
	pick_clamp(cases, &k->act_min, &k->act_max);
}

static void release_conv(struct conv_case *c)
{
	guarded_release(&c->in);
	guarded_release(&c->out);
	guarded_release(&c->weights);
}

/* The formula of kern.h for one output element, input padded by its zero. */
static int8_t expected(const struct conv_case *c, bool depthwise,
		       const int32_t at[4])
{
	const struct kern_conv_s8 *k = &c->k;
	const struct kern_window *win = &k->win;
	int32_t o = at[3], entry = k->requant.step ? o : 0;
	int32_t first = depthwise ? o * win->in.c / win->out.c : 0;
	int32_t last = depthwise ? first + 1 : win->in.c;
	__int128 sum = k->bias ? k->bias[o] : 0;
	int8_t v;

	for (int32_t i = 0; i < win->kernel_h; i++)
		for (int32_t j = 0; j < win->kernel_w; j++)
			for (int32_t d = first; d < last; d++) {
				int64_t from = shape_at(&win->in, at[0],
					at[1] * win->stride_h +
					i * win->dilation_h - win->pad_top,
					at[2] * win->stride_w +
					j * win->dilation_w - win->pad_left, d);
				int64_t w = depthwise ?
					(i * win->kernel_w + j) * win->out.c + o
					: ((o * win->kernel_h + i) *
					   win->kernel_w + j) * win->in.c + d;
				int32_t x = from < 0 ? k->in_zero
					: (int8_t)c->in.data[from];

				sum += (x - k->in_zero) * k->weights[w];
			}
	v = oracle_output(sum, c->multiplier[entry], c->shift[entry],
			  k->out_zero);
	return (int8_t)oracle_clamp(v, k->act_min, k->act_max);
}

static void compare(struct cases *cases, const struct conv_case *c,
		    bool depthwise)
{
	const struct kern_shape *out = &c->k.win.out;
	const int8_t *got = (int8_t *)c->out.data;
	int32_t at[4];

	for (at[0] = 0; at[0] < out->n; at[0]++)
		for (at[1] = 0; at[1] < out->h; at[1]++)
			for (at[2] = 0; at[2] < out->w; at[2]++)
				for (at[3] = 0; at[3] < out->c; at[3]++)
					case_assert(cases, *got++ ==
						expected(c, depthwise, at));
	case_assert(cases, guarded_intact(&c->out));
	case_assert(cases, guarded_intact(&c->in));
}

Test(conv_s8, random_shapes_equal_the_formula)
{
	struct cases cases = cases_init(1);

	for (; cases.number < CASES; cases.number++) {
		struct conv_case c;

		pick_conv(&cases, false, &c);
		case_assert(&cases, !kern_conv_s8_scratch_bytes(&c.k));
		kern_conv_s8(&c.k, (int8_t *)c.in.data, (int8_t *)c.out.data,
			     NULL);
		compare(&cases, &c, false);
		release_conv(&c);
	}
}

Test(depthwise_s8, random_shapes_equal_the_formula)
{
	struct cases cases = cases_init(2);

	for (; cases.number < CASES; cases.number++) {
		struct conv_case c;

		pick_conv(&cases, true, &c);
		case_assert(&cases, !kern_depthwise_s8_scratch_bytes(&c.k));
		kern_depthwise_s8(&c.k, (int8_t *)c.in.data,
				  (int8_t *)c.out.data, NULL);
		compare(&cases, &c, true);
		release_conv(&c);
	}
}
