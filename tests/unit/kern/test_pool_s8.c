#include <math.h>

#include "cases.h"
#include "kern/m0/m0.h"
#include "kern/m55/m55.h"

struct pool_case {
	struct kern_pool_s8 k;
	struct guarded in, out;
};

static void pick_pool(struct cases *cases, struct pool_case *c)
{
	c->k.win = pick_window(cases, false);
	c->k.win.out.c = c->k.win.in.c;
	pick_clamp(cases, &c->k.act_min, &c->k.act_max);
	c->in = pick_bytes(cases, shape_size(&c->k.win.in));
	c->out = guarded_init(shape_size(&c->k.win.out));
}

/* Sum, greatest and number of the elements under a window. */
struct seen {
	long sum, max, count;
};

static struct seen look(const struct pool_case *c, const int32_t at[4])
{
	const struct kern_window *win = &c->k.win;
	struct seen seen = { 0, -1000, 0 };

	for (int32_t i = 0; i < win->kernel_h; i++)
		for (int32_t j = 0; j < win->kernel_w; j++) {
			int64_t from = shape_at(&win->in, at[0],
				at[1] * win->stride_h + i - win->pad_top,
				at[2] * win->stride_w + j - win->pad_left,
				at[3]);
			int8_t v;

			if (from < 0)
				continue;
			v = (int8_t)c->in.data[from];
			seen.sum += v;
			seen.max = v > seen.max ? v : seen.max;
			seen.count++;
		}
	return seen;
}

static long average_of(struct seen seen)
{
	return lround((double)seen.sum / (double)seen.count);
}

static long max_of(struct seen seen)
{
	return seen.max;
}

static void compare(struct cases *cases, const struct pool_case *c,
		    long (*expected)(struct seen))
{
	const struct kern_shape *out = &c->k.win.out;
	const int8_t *got = (int8_t *)c->out.data;
	int32_t at[4];

	for (at[0] = 0; at[0] < out->n; at[0]++)
		for (at[1] = 0; at[1] < out->h; at[1]++)
			for (at[2] = 0; at[2] < out->w; at[2]++)
				for (at[3] = 0; at[3] < out->c; at[3]++)
					case_assert(cases, *got++ ==
						oracle_clamp(
							expected(look(c, at)),
							c->k.act_min,
							c->k.act_max));
	case_assert(cases, guarded_intact(&c->out));
}

static void all_cases(unsigned stream,
		      void (*kernel)(const struct kern_pool_s8 *,
				     const int8_t *, int8_t *),
		      long (*expected)(struct seen))
{
	struct cases cases = cases_init(stream);

	for (; cases.number < CASES; cases.number++) {
		struct pool_case c;

		pick_pool(&cases, &c);
		kernel(&c.k, (int8_t *)c.in.data, (int8_t *)c.out.data);
		compare(&cases, &c, expected);
		guarded_release(&c.in);
		guarded_release(&c.out);
	}
}

Test(average_pool_s8, random_windows_equal_the_rounded_mean)
{
	all_cases(4, kern_average_pool_s8, average_of);
}

Test(average_pool_s8, on_the_m0_it_equals_the_rounded_mean)
{
	all_cases(4, kern_m0_average_pool_s8, average_of);
}

Test(average_pool_s8, on_the_m55_it_equals_the_rounded_mean)
{
	all_cases(4, kern_m55_average_pool_s8, average_of);
}

/* 17 x 17 x -128 is below the least 16-bit number. */
Test(average_pool_s8, a_large_window_keeps_its_sum_on_the_m55)
{
	struct kern_pool_s8 k = {
		.win = { .in = { 1, 17, 17, 3 }, .out = { 1, 1, 1, 3 },
			 .kernel_h = 17, .kernel_w = 17,
			 .stride_h = 1, .stride_w = 1,
			 .dilation_h = 1, .dilation_w = 1 },
		.act_min = -128, .act_max = 127,
	};
	int8_t in[17 * 17 * 3], out[3];

	memset(in, -128, sizeof(in));
	kern_m55_average_pool_s8(&k, in, out);
	cr_assert(out[0] == -128 && out[1] == -128 && out[2] == -128);
}

Test(max_pool_s8, random_windows_equal_the_greatest)
{
	all_cases(5, kern_max_pool_s8, max_of);
}
