#include <math.h>

#include "cases.h"
#include "kern/f32/exp_f32.h"

/* Sum and sum of magnitudes: how far a float sum may be off. */
struct real {
	double sum, size;
};

static void real_add(struct real *r, double a, double b)
{
	r->sum += a * b;
	r->size += fabs(a * b);
}

static bool close_to(float got, struct real r)
{
	return fabs(got - r.sum) <= 1e-5 * r.size + 1e-30;
}

static struct real conv_at(const struct kern_conv_f32 *k, const float *in,
			   bool depthwise, const int32_t at[4])
{
	const struct kern_window *win = &k->win;
	int32_t o = at[3], first = depthwise ? o * win->in.c / win->out.c : 0;
	int32_t last = depthwise ? first + 1 : win->in.c;
	struct real r = { 0, 0 };

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

				if (from >= 0)
					real_add(&r, in[from], k->weights[w]);
			}
	if (k->bias)
		real_add(&r, k->bias[o], 1);
	return r;
}

static void conv_case(struct cases *cases, bool depthwise)
{
	struct kern_conv_f32 k = {
		.win = pick_window(cases, true),
		.act_min = -INFINITY, .act_max = INFINITY,
	};
	struct guarded in, out, weights, bias;
	const struct kern_shape *shape = &k.win.out;
	int32_t at[4];
	float *got;

	if (depthwise)
		k.win.out.c = k.win.in.c * pick(cases, 1, 3);
	in = pick_floats(cases, shape_size(&k.win.in));
	out = guarded_init(shape_size(&k.win.out) * sizeof(float));
	weights = pick_floats(cases, (size_t)k.win.kernel_h * k.win.kernel_w *
			      k.win.out.c * (depthwise ? 1 : k.win.in.c));
	bias = pick_floats(cases, k.win.out.c);
	k.weights = (float *)weights.data;
	k.bias = pick(cases, 0, 2) ? (float *)bias.data : NULL;
	got = (float *)out.data;
	(depthwise ? kern_depthwise_f32 : kern_conv_f32)(&k, (float *)in.data,
							 got);
	for (at[0] = 0; at[0] < shape->n; at[0]++)
		for (at[1] = 0; at[1] < shape->h; at[1]++)
			for (at[2] = 0; at[2] < shape->w; at[2]++)
				for (at[3] = 0; at[3] < shape->c; at[3]++)
					case_assert(cases, close_to(*got++,
						conv_at(&k, (float *)in.data,
							depthwise, at)));
	case_assert(cases, guarded_intact(&out));
	guarded_release(&in);
	guarded_release(&out);
	guarded_release(&weights);
	guarded_release(&bias);
}

Test(f32, convolutions_follow_the_real_sum)
{
	struct cases cases = cases_init(20);

	for (; cases.number < CASES; cases.number++)
		conv_case(&cases, cases.number & 1);
}

Test(f32, fully_connected_sums_in_the_stated_order)
{
	/* the product is rounded only together with the sum before it */
	const float in[] = { -1, 0x1.000006p0f, 0x1p-24f };
	const float weights[] = { 1, 0x1.000006p0f, 1, 100, 2, 3 };
	const float bias[] = { 0, -100 };
	struct kern_fc_f32 k = { 1, 3, 2, weights, bias, -50, INFINITY };
	float out[2], sum = 0;

	kern_fc_f32(&k, in, out);
	for (int i = 0; i < 3; i++)
		sum = fmaf(in[i], weights[i], sum);
	cr_assert_eq(out[0], sum);
	cr_assert_neq(sum, 0x1.8p-21f + 0x1p-24f);
	cr_assert_eq(out[1], -50);	/* clamped */
}

Test(f32, pools_count_only_the_input)
{
	const float in[] = { 1, 2, 3, 4 };
	struct kern_pool_f32 k = {
		{ { 1, 2, 2, 1 }, { 1, 2, 2, 1 }, 2, 2, 1, 1, 1, 1, 1, 1 },
		-INFINITY, INFINITY,
	};
	float out[4];

	kern_average_pool_f32(&k, in, out);
	cr_assert_eq(out[0], 1);
	cr_assert_eq(out[1], 1.5f);
	cr_assert_eq(out[2], 2);
	cr_assert_eq(out[3], 2.5f);
	kern_max_pool_f32(&k, in, out);
	cr_assert_eq(out[1], 2);
	cr_assert_eq(out[3], 4);
}

Test(f32, add_broadcasts_and_clamps)
{
	const float a[] = { 1, 2, 3, 4 }, b[] = { 10, -10 };
	struct kern_add_f32 k = {
		{ 1, 1, 2, 2 }, { 1, 1, 1, 2 }, { 1, 1, 2, 2 }, 0, INFINITY,
	};
	float out[4];

	kern_add_f32(&k, a, b, out);
	cr_assert_eq(out[0], 11);
	cr_assert_eq(out[1], 0);
	cr_assert_eq(out[2], 13);
	cr_assert_eq(out[3], 0);
}

Test(f32, exponential_is_within_one_ulp)
{
	for (float x = -87.29f; x <= 0; x += 0.00317f) {
		double real = exp((double)x);
		double ulp = ldexp(1, ilogb(real) - 23);

		cr_assert(fabs((double)exp_f32(x) - real) <= ulp, "%a", x);
	}
	cr_assert_eq(exp_f32(0), 1);
	cr_assert_eq(exp_f32(-1000), 0);
	cr_assert(isnan(exp_f32(NAN)));
}

Test(f32, softmax_rows_sum_to_one)
{
	struct cases cases = cases_init(21);

	for (; cases.number < CASES; cases.number++) {
		struct kern_softmax_f32 k = { 2, pick(&cases, 1, 50), 1 };
		struct guarded in = pick_floats(&cases, 2u * k.depth);
		struct guarded out = guarded_init(2u * k.depth *
						  sizeof(float));
		double sum = 0;

		kern_softmax_f32(&k, (float *)in.data, (float *)out.data);
		for (int32_t c = 0; c < k.depth; c++)
			sum += ((float *)out.data)[k.depth + c];
		case_assert(&cases, fabs(sum - 1) < 1e-5);
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&in);
		guarded_release(&out);
	}
}
