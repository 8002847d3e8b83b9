#include "kern/m55/m55.h"
#include "kern/m55/output.h"
#include "kern/m55/rows.h"

/*
 * Two pixels at a time: each four rows of weights pass over both.  A window
 * of one pixel is read where it lies; other windows are gathered in scratch
 * first.
 */
enum { PIXELS = 2 };

struct conv {
	const struct kern_conv_s8 *k;
	struct m55_rows rows;
	int8_t *windows;	/* PIXELS of them, or NULL */
};

static bool is_pointwise(const struct kern_window *win)
{
	return win->kernel_h == 1 && win->kernel_w == 1;
}

static bool is_inside(const struct kern_window *win, int32_t row, int32_t col)
{
	return row >= 0 && col >= 0 && win->dilation_h == 1 &&
	       win->dilation_w == 1 && win->kernel_h <= win->in.h - row &&
	       win->kernel_w <= win->in.w - col;
}

/* A window that meets no padding. */
static void put_inside(int8_t *to, const struct kern_window *win,
		       const int8_t *from)
{
	size_t pitch = (size_t)win->in.w * win->in.c;
	int32_t n = win->kernel_w * win->in.c;

	for (int32_t i = win->kernel_h; i; i--, from += pitch, to += n)
		simd_copy(to, from, n);
}

/* One row of taps, the first at column col. */
static void put_row(int8_t *to, const struct kern_conv_s8 *k,
		    const int8_t *row, int32_t col)
{
	const struct kern_window *win = &k->win;
	int32_t depth = win->in.c, width = win->kernel_w;
	int32_t left = col < 0 ? -col : 0;
	int32_t right = width - (win->in.w - col);

	left = left < width ? left : width;
	right = right < 0 ? 0 : right < width ? right : width;
	simd_fill(to, (int8_t)k->in_zero, left * depth);
	simd_copy(to + left * depth, row + (ptrdiff_t)(col + left) * depth,
		  (width - left - right) * depth);
	simd_fill(to + (width - right) * depth, (int8_t)k->in_zero,
		  right * depth);
}

static void put_dilated(int8_t *to, const struct kern_conv_s8 *k,
			const int8_t *row, int32_t col)
{
	const struct kern_window *win = &k->win;
	int32_t depth = win->in.c;

	for (int32_t j = 0; j < win->kernel_w; j++, to += depth) {
		if (col >= 0 && col < win->in.w)
			simd_copy(to, row + (size_t)col * depth, depth);
		else
			simd_fill(to, (int8_t)k->in_zero, depth);
		col += win->dilation_w;
	}
}

static void put_window(int8_t *to, const struct kern_conv_s8 *k,
		       const int8_t *in, int32_t row, int32_t col)
{
	const struct kern_window *win = &k->win;
	size_t pitch = (size_t)win->in.w * win->in.c;
	int32_t n = win->kernel_w * win->in.c;

	for (int32_t i = 0; i < win->kernel_h; i++, to += n) {
		if (row < 0 || row >= win->in.h)
			simd_fill(to, (int8_t)k->in_zero, n);
		else if (win->dilation_w == 1)
			put_row(to, k, in + (size_t)row * pitch, col);
		else
			put_dilated(to, k, in + (size_t)row * pitch, col);
		row += win->dilation_h;
	}
}

/* The window of the pixel at y, x; slot is its own of PIXELS. */
static const int8_t *window_at(const struct conv *c, int slot,
			       const int8_t *in, int32_t y, int32_t x)
{
	const struct kern_window *win = &c->k->win;
	int32_t row = y * win->stride_h - win->pad_top;
	int32_t col = x * win->stride_w - win->pad_left;
	const int8_t *from = in + ((ptrdiff_t)row * win->in.w + col) *
			     win->in.c;
	int8_t *to;

	if (!c->windows)		/* never padded */
		return from;
	to = c->windows + (size_t)slot * c->rows.depth;
	if (is_inside(win, row, col))
		put_inside(to, win, from);
	else
		put_window(to, c->k, in, row, col);
	return to;
}

static void conv_image(const struct conv *c, const int8_t *in, int8_t *out)
{
	const struct kern_shape *shape = &c->k->win.out;
	int32_t left = shape->h * shape->w, y = 0, x = 0;

	for (; left > 0; left -= PIXELS, out += PIXELS * (size_t)shape->c) {
		const int8_t *from[PIXELS];

		for (int j = 0; j < PIXELS && j < left; j++) {
			from[j] = window_at(c, j, in, y, x);
			if (++x == shape->w) {
				x = 0;
				y++;
			}
		}
		if (left > 1)
			m55_rows_2(&c->rows, from[0], out, from[1],
				   out + shape->c);
		else
			m55_rows_1(&c->rows, from[0], out);
	}
}

void kern_m55_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		      int8_t *out, void *scratch)
{
	const struct kern_window *win = &k->win;
	const struct kern_shape *i = &win->in, *o = &win->out;
	struct conv c = {
		.k = k,
		.rows = { k->weights, k->bias, k->requant, o->c,
			  win->kernel_h * win->kernel_w * i->c, k->out_zero,
			  m55_is_signed(k->out_zero, k->act_min) },
		.windows = is_pointwise(win) ? NULL : scratch,
	};
	size_t n = (size_t)o->h * o->w * o->c;

	for (int32_t b = 0; b < o->n; b++, out += n) {
		conv_image(&c, in + (size_t)b * i->h * i->w * i->c, out);
		m55_clamp(out, n, k->act_min, k->act_max);
	}
}

size_t kern_m55_conv_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	const struct kern_window *win = &k->win;

	if (is_pointwise(win))
		return 0;
	return PIXELS * (size_t)win->kernel_h * win->kernel_w * win->in.c;
}

uint64_t kern_m55_rows_bytes(int32_t rows, int64_t depth)
{
	uint64_t n = (uint64_t)depth;

	return ((uint64_t)rows + 3) / 4 * 4 * n + (16 - n % 16) % 16;
}
