#include "kern/kern.h"
#include "kern/ref/transpose_conv.h"
#include "kern/requant.h"

/* The sum of channel o of the output at row, col (padding added). */
static int32_t window_sum(const struct kern_conv_s8 *k, const int8_t *in,
			  int32_t row, int32_t col, int32_t o)
{
	const struct kern_window *win = &k->win;
	int32_t depth = win->in.c;
	const int8_t *weights = k->weights +
		(size_t)o * win->kernel_h * win->kernel_w * depth;
	int32_t sum = k->bias ? k->bias[o] : 0;

	for (int32_t i = 0; i < win->kernel_h; i++) {
		int32_t y = transpose_conv_row(row - i, win->stride_h,
					       win->in.h);

		for (int32_t j = 0; j < win->kernel_w; j++, weights += depth) {
			int32_t x = transpose_conv_row(col - j, win->stride_w,
						       win->in.w);
			const int8_t *in_yx;

			if (y < 0 || x < 0)
				continue;
			in_yx = in + ((size_t)y * win->in.w + x) * depth;
			for (int32_t c = 0; c < depth; c++)
				sum = requant_add(sum, weights[c] *
						  (in_yx[c] - k->in_zero));
		}
	}
	return sum;
}

static int8_t output_value(const struct kern_conv_s8 *k, int32_t sum,
			   int32_t o)
{
	const struct kern_requant *rq = &k->requant;
	int32_t v = requant_mul(sum, rq->multiplier[o * rq->step],
				rq->shift[o * rq->step]);

	v = requant_add(v, k->out_zero);
	return (int8_t)requant_clamp(v, k->act_min, k->act_max);
}

void kern_transpose_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
			    int8_t *out)
{
	const struct kern_window *win = &k->win;
	size_t image = (size_t)win->in.h * win->in.w * win->in.c;

	for (int32_t n = 0; n < win->out.n; n++, in += image)
		for (int32_t y = 0; y < win->out.h; y++)
			for (int32_t x = 0; x < win->out.w; x++)
				for (int32_t o = 0; o < win->out.c; o++)
					*out++ = output_value(k,
						window_sum(k, in,
							   y + win->pad_top,
							   x + win->pad_left,
							   o), o);
}
