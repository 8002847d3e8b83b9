#include <string.h>

#include "dot.h"
#include "kern/m0/m0.h"

/*
 * Four pixels at a time: their windows lie in scratch as unsigned half-words,
 * pixel beside pixel, and every row of weights passes over them once.
 */
enum { PIXELS = 4, OFFSET = 128, FLIP = 0x80 };

/* One pixel's window while it is filled. */
struct window {
	uint16_t *at;		/* of this pixel; the next is PIXELS on */
	uint32_t sum;		/* of what was put */
	uint16_t zero;		/* the input's zero point */
};

static size_t depth_of(const struct kern_window *win)
{
	return (size_t)win->kernel_h * win->kernel_w * win->in.c;
}

static inline void put(struct window *w, const int8_t *from, size_t n)
{
	const int8_t *end = from + n;
	uint16_t *at = w->at;
	uint32_t sum = w->sum;

	for (; from != end; from++, at += PIXELS) {
		uint32_t v = (uint8_t)*from ^ FLIP;

		*at = (uint16_t)v;
		sum += v;
	}
	w->at = at;
	w->sum = sum;
}

static void put_zeros(struct window *w, size_t n)
{
	w->sum += (uint32_t)n * w->zero;
	for (; n; n--, w->at += PIXELS)
		*w->at = w->zero;
}

#include "kern/window.inc"

/* ---- four pixels --------------------------------------------------------- */

struct tile {
	const struct kern_conv_s8 *k;
	struct m0_layer layer;
	uint16_t *inputs;
	uint32_t depth;
	int32_t pixels;			/* fewer in a last tile */
	uint32_t less[PIXELS];		/* 128 SUM (x + 128) */
};

static void load_pixel(struct tile *t, int j, const int8_t *in, int32_t y,
		       int32_t x)
{
	const struct kern_window *win = &t->k->win;
	struct window w = { t->inputs + j, 0,
			    (uint16_t)(t->k->in_zero + OFFSET) };

	put_window(&w, win, in, y * win->stride_h - win->pad_top,
		   x * win->stride_w - win->pad_left);
	t->less[j] = w.sum * OFFSET;
}

static void run_tile(const struct tile *t, int8_t *out)
{
	const struct kern_conv_s8 *k = t->k;
	const uint8_t *weights = (const uint8_t *)k->weights;
	size_t pitch = (size_t)k->win.out.c;

	for (int32_t o = 0; o < k->win.out.c; o++, weights += t->depth) {
		uint32_t dots[PIXELS];
		int32_t sums[PIXELS];

		m0_dot_1x4(dots, weights, (const uint32_t *)(const void *)
			   t->inputs, t->depth);
		for (int j = 0; j < PIXELS; j++)
			sums[j] = (int32_t)((uint32_t)k->bias[o] + dots[j] -
					    t->less[j]);
		m0_put(&t->layer, o, sums, t->pixels, out + o, pitch);
	}
}

/* One image of the batch. */
static void conv_image(struct tile *t, const int8_t *in, int8_t *out)
{
	const struct kern_shape *shape = &t->k->win.out;
	int32_t left = shape->h * shape->w, y = 0, x = 0;

	for (; left > 0; left -= PIXELS, out += PIXELS * (size_t)shape->c) {
		t->pixels = left < PIXELS ? left : PIXELS;
		for (int j = 0; j < t->pixels; j++) {
			load_pixel(t, j, in, y, x);
			if (++x == shape->w) {
				x = 0;
				y++;
			}
		}
		run_tile(t, out);
	}
}

void kern_m0_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		     int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	struct tile t = { .k = k, .inputs = scratch,
			  .depth = (uint32_t)depth_of(&k->win),
			  .layer = m0_layer(&k->requant, k->out_zero,
					    k->act_min, k->act_max) };

	/* a small image lacks pixels */
	memset(scratch, 0, kern_m0_conv_s8_scratch_bytes(k));
	for (int32_t b = 0; b < o->n; b++)
		conv_image(&t, in + (size_t)b * i->h * i->w * i->c,
			   out + (size_t)b * o->h * o->w * o->c);
}

size_t kern_m0_conv_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	return PIXELS * sizeof(uint16_t) * depth_of(&k->win);
}

uint64_t kern_m0_rows_bytes(int32_t rows, int64_t depth)
{
	return (uint64_t)rows * (uint64_t)depth;
}

uint64_t kern_m0_conv_bytes(const struct kern_window *win)
{
	return kern_m0_rows_bytes(win->out.c, kern_conv_depth(win));
}
