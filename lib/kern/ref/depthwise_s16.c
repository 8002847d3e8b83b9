#include "kern/kern.h"
#include "kern/ref/sum_s16.h"

/* The sum of output channel o, whose window's first tap is at row, col. */
static int64_t window_sum(const struct kern_conv_s16 *k, const int16_t *in,
			  int32_t row, int32_t col, int32_t o)
{
	const struct kern_window *win = &k->win;
	int32_t c = o / (win->out.c / win->in.c);
	const int8_t *weight = k->weights + o;
	int64_t sum = 0;

	for (int32_t i = 0; i < win->kernel_h; i++) {
		int32_t y = row + i * win->dilation_h;

		for (int32_t j = 0; j < win->kernel_w; j++) {
			int32_t x = col + j * win->dilation_w;
			int32_t w = *weight;

			weight += win->out.c;
			if (y < 0 || y >= win->in.h || x < 0 || x >= win->in.w)
				continue;
			sum += w * in[((size_t)y * win->in.w + x) *
				      win->in.c + c];
		}
	}
	return sum;
}

/* One image of the batch. */
static void depthwise_image(const struct kern_conv_s16 *k, const int16_t *in,
			    int16_t *out)
{
	const struct kern_window *win = &k->win;

	for (int32_t y = 0; y < win->out.h; y++) {
		int32_t row = y * win->stride_h - win->pad_top;

		for (int32_t x = 0; x < win->out.w; x++) {
			int32_t col = x * win->stride_w - win->pad_left;

			for (int32_t o = 0; o < win->out.c; o++) {
				int64_t sum = window_sum(k, in, row, col, o);
				int32_t v = sum_s16_finish(sum, k->is_wide,
					k->bias, &k->requant, o);

				*out++ = (int16_t)requant_clamp(v, k->act_min,
								k->act_max);
			}
		}
	}
}

void kern_depthwise_s16(const struct kern_conv_s16 *k, const int16_t *in,
			int16_t *out)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	for (int32_t n = 0; n < o->n; n++)
		depthwise_image(k, in + (size_t)n * i->h * i->w * i->c,
				out + (size_t)n * o->h * o->w * o->c);
}
