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
	/* columns of the output whose windows meet no padding beside them */
	int32_t first, end;
};

/* The pixels of an image, one after another. */
struct walk {
	const int8_t *in;
	int32_t y, x, row;	/* row: of the window's first tap */
	ptrdiff_t at;		/* that tap: it may be padding */
	int32_t first, end;	/* as above; none where rows meet padding */
};

static bool is_pointwise(const struct kern_window *win)
{
	return win->kernel_h == 1 && win->kernel_w == 1;
}

static void set_inside(struct conv *c, const struct kern_window *win)
{
	int32_t last = win->in.w - win->kernel_w + win->pad_left;

	if (win->dilation_h != 1 || win->dilation_w != 1 || last < 0)
		return;
	c->first = (win->pad_left + win->stride_w - 1) / win->stride_w;
	c->end = last / win->stride_w + 1;
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

static void start_row(const struct conv *c, struct walk *w)
{
	const struct kern_window *win = &c->k->win;
	bool inside;

	w->x = 0;
	w->row = w->y * win->stride_h - win->pad_top;
	w->at = ((ptrdiff_t)w->row * win->in.w - win->pad_left) * win->in.c;
	inside = w->row >= 0 && win->kernel_h <= win->in.h - w->row;
	w->first = inside ? c->first : 0;
	w->end = inside ? c->end : 0;
}

/* The window at w, gathered in its slot of PIXELS. */
static inline const int8_t *gather(const struct conv *c, const struct walk *w,
				   int slot)
{
	const struct kern_window *win = &c->k->win;
	int8_t *to = c->windows + (size_t)slot * c->rows.depth;

	if (w->x >= w->first && w->x < w->end)
		simd_copy_rows(to, w->in + w->at, win->kernel_w * win->in.c,
			       (size_t)win->in.w * win->in.c, win->kernel_h);
	else
		put_window(to, c->k, w->in, w->row,
			   w->x * win->stride_w - win->pad_left);
	return to;
}

/* The next window; windows of one pixel are never padded. */
static inline const int8_t *next_window(const struct conv *c, struct walk *w,
					int slot)
{
	const struct kern_window *win = &c->k->win;
	const int8_t *window = c->windows ? gather(c, w, slot)
					  : w->in + w->at;

	w->at += (ptrdiff_t)win->stride_w * win->in.c;
	if (++w->x == win->out.w) {
		w->y++;
		start_row(c, w);
	}
	return window;
}

static void conv_image(const struct conv *c, const int8_t *in, int8_t *out)
{
	const struct kern_shape *shape = &c->k->win.out;
	int32_t left = shape->h * shape->w;
	struct walk w = { .in = in };

	start_row(c, &w);
	for (; left > 1; left -= PIXELS, out += PIXELS * (size_t)shape->c) {
		const int8_t *x = next_window(c, &w, 0);

		m55_rows_2(&c->rows, x, out, next_window(c, &w, 1),
			   out + shape->c);
	}
	if (left)
		m55_rows_1(&c->rows, next_window(c, &w, 0), out);
}

/* Windows that lie one after another. */
static void conv_flat(const struct conv *c, const int8_t *in, int8_t *out)
{
	const struct kern_shape *shape = &c->k->win.out;
	size_t depth = (size_t)c->rows.depth, channels = (size_t)shape->c;
	int32_t left = shape->h * shape->w;

	for (; left > 1; left -= PIXELS) {
		m55_rows_2(&c->rows, in, out, in + depth, out + channels);
		in += PIXELS * depth;
		out += PIXELS * channels;
	}
	if (left)
		m55_rows_1(&c->rows, in, out);
}

static bool is_flat(const struct kern_window *win)
{
	return is_pointwise(win) && win->stride_h == 1 &&
	       win->stride_w == 1 && win->out.w == win->in.w;
}

void kern_m55_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		      int8_t *out, void *scratch)
{
	const struct kern_window *win = &k->win;
	const struct kern_shape *i = &win->in, *o = &win->out;
	struct conv c = {
		.k = k,
		.rows = {
			.weights = k->weights, .bias = k->bias,
			.requant = k->requant, .channels = o->c,
			.depth = win->kernel_h * win->kernel_w * i->c,
			.out_zero = k->out_zero,
			.is_signed = m55_is_signed(k->out_zero, k->act_min),
		},
		.windows = is_pointwise(win) ? NULL : scratch,
	};
	size_t n = (size_t)o->h * o->w * o->c;

	m55_rows_init(&c.rows);
	set_inside(&c, win);
	for (int32_t b = 0; b < o->n; b++, out += n) {
		const int8_t *from = in + (size_t)b * i->h * i->w * i->c;

		if (is_flat(win))
			conv_flat(&c, from, out);
		else
			conv_image(&c, from, out);
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

uint64_t kern_m55_conv_bytes(const struct kern_window *win)
{
	return kern_m55_rows_bytes(win->out.c, kern_conv_depth(win));
}
