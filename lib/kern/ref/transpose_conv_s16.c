#include "kern/kern.h"
#include "kern/ref/sum_s16.h"
#include "kern/ref/transpose_conv.h"

/* The sum of channel o of the output at row, col (padding added). */
static int64_t window_sum(const struct kern_conv_s16 *k, const int16_t *in,
			  int32_t row, int32_t col, int32_t o)
{
	const struct kern_window *win = &k->win;
	int32_t depth = win->in.c;
	const int8_t *weights = k->weights +
		(size_t)o * win->kernel_h * win->kernel_w * depth;
	int64_t sum = 0;

	for (int32_t i = 0; i < win->kernel_h; i++) {
		int32_t y = transpose_conv_row(row - i, win->stride_h,
					       win->in.h);

		for (int32_t j = 0; j < win->kernel_w; j++, weights += depth) {
			int32_t x = transpose_conv_row(col - j, win->stride_w,
						       win->in.w);
			const int16_t *in_yx;

			if (y < 0 || x < 0)
				continue;
			in_yx = in + ((size_t)y * win->in.w + x) * depth;
			for (int32_t c = 0; c < depth; c++)
				sum += weights[c] * in_yx[c];
		}
	}
	return sum;
}

static int16_t output_value(const struct kern_conv_s16 *k, int64_t sum,
			    int32_t o)
{
	int32_t v = sum_s16_finish(sum, k->is_wide, k->bias, &k->requant, o);

	return (int16_t)requant_clamp(v, k->act_min, k->act_max);
}

void kern_transpose_conv_s16(const struct kern_conv_s16 *k, const int16_t *in,
			     int16_t *out)
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
