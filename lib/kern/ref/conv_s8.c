#include "kern/kern.h"
#include "kern/requant.h"

/* The sum of output channel o, whose window's first tap is at row, col. */
static int32_t window_sum(const struct kern_conv_s8 *k, const int8_t *in,
			  int32_t row, int32_t col, int32_t o)
{
	const struct kern_window *win = &k->win;
	int32_t depth = win->in.c;
	const int8_t *weights = k->weights +
		(size_t)o * win->kernel_h * win->kernel_w * depth;
	int32_t sum = k->bias ? k->bias[o] : 0;

	for (int32_t i = 0; i < win->kernel_h; i++) {
		int32_t y = row + i * win->dilation_h;

		for (int32_t j = 0; j < win->kernel_w; j++, weights += depth) {
			int32_t x = col + j * win->dilation_w;
			const int8_t *in_yx;

			if (y < 0 || y >= win->in.h || x < 0 || x >= win->in.w)
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

/* One image of the batch. */
static void conv_image(const struct kern_conv_s8 *k, const int8_t *in,
		       int8_t *out)
{
	const struct kern_window *win = &k->win;

	for (int32_t y = 0; y < win->out.h; y++) {
		int32_t row = y * win->stride_h - win->pad_top;

		for (int32_t x = 0; x < win->out.w; x++) {
			int32_t col = x * win->stride_w - win->pad_left;

			for (int32_t o = 0; o < win->out.c; o++)
				*out++ = output_value(k,
					window_sum(k, in, row, col, o), o);
		}
	}
}

void kern_conv_s8(const struct kern_conv_s8 *k, const int8_t *in, int8_t *out,
		  void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	(void)scratch;
	for (int32_t n = 0; n < o->n; n++)
		conv_image(k, in + (size_t)n * i->h * i->w * i->c,
			   out + (size_t)n * o->h * o->w * o->c);
}

size_t kern_conv_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	(void)k;
	return 0;
}

int32_t kern_conv_depth(const struct kern_window *win)
{
	int64_t taps = (int64_t)win->kernel_h * win->kernel_w;

	return taps <= INT32_MAX && taps * win->in.c <= INT32_MAX ?
		(int32_t)(taps * win->in.c) : 0;
}
