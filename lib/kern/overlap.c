#include "kern/overlap.h"

static int64_t at_least_0(int64_t x)
{
	return x < 0 ? 0 : x;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static const struct kern_overlap never = { 0, 0 };

bool kern_overlap_holds(struct kern_overlap overlap, uint32_t out, uint32_t in)
{
	return overlap.step && in >= out && in - out >= overlap.lead &&
	       (in - out) % overlap.step == 0;
}

static struct kern_overlap overlap_of(int64_t lead, int64_t step)
{
	if (lead > INT32_MAX || step > INT32_MAX)
		return never;
	return (struct kern_overlap){ (uint32_t)lead, (uint32_t)step };
}

/* ---- pixel after pixel --------------------------------------------------- */

/* The lowest element of an image that the window at y, x may read. */
static int64_t window_start(const struct kern_window *win, int64_t y,
			    int64_t x)
{
	int64_t row = at_least_0(y * win->stride_h - win->pad_top);
	int64_t col = at_least_0(x * win->stride_w - win->pad_left);

	return (row * win->in.w + col) * win->in.c;
}

/*
 * The greatest lead in output row y.  What is needed from a pixel on starts
 * at its own window or at that of the next row's first pixel.  Against the
 * first, the lead grows with x while windows start in the padding and is
 * linear from there on; against the second it grows: three pixels are enough.
 */
static int64_t row_lead(const struct kern_window *win, int64_t y,
			int64_t ahead)
{
	int64_t last = win->out.w - 1, most = 0;
	int64_t inside = win->pad_left / win->stride_w;
	int64_t x[3] = { inside, inside + 1, last };

	for (int i = 0; i < 3; i++) {
		int64_t at = x[i] < last ? x[i] : last;
		int64_t need = window_start(win, y, at);
		int64_t next = window_start(win, y + 1, 0);

		if (y + 1 < win->out.h && next < need)
			need = next;
		most = larger(most, (y * win->out.w + at) * win->out.c +
				    ahead - need);
	}
	return most;
}

static int64_t image_elements(const struct kern_shape *s)
{
	return (int64_t)s->h * s->w * s->c;
}

/* ahead: by how much more the output gets ahead of what is needed while a
 * pixel is written. */
static int64_t pixels_lead(const struct kern_window *win, int64_t ahead)
{
	int64_t drift = (win->out.n - 1) * (image_elements(&win->out) -
					    image_elements(&win->in));
	int64_t lead = 0;

	for (int32_t y = 0; y < win->out.h; y++)
		lead = larger(lead, row_lead(win, y, ahead));
	return lead + at_least_0(drift);	/* of the last image */
}

static struct kern_overlap in_elements(int64_t lead, size_t element_bytes)
{
	return overlap_of(lead * (int64_t)element_bytes,
			  (int64_t)element_bytes);
}

struct kern_overlap kern_conv_overlap(const struct kern_window *win,
				      size_t element_bytes)
{
	return in_elements(pixels_lead(win, win->out.c - 1), element_bytes);
}

struct kern_overlap kern_depthwise_overlap(const struct kern_window *win,
					   size_t element_bytes)
{
	return in_elements(pixels_lead(win, win->out.c - win->in.c),
			   element_bytes);
}

struct kern_overlap kern_m4_conv_overlap(const struct kern_window *win)
{
	return overlap_of(pixels_lead(win, 0), 1);
}

struct kern_overlap kern_m55_conv_overlap(const struct kern_window *win)
{
	bool is_pointwise = win->kernel_h == 1 && win->kernel_w == 1;
	int64_t pair = 2 * (int64_t)win->out.c;

	return overlap_of(pixels_lead(win, is_pointwise ? pair - 1 : 0), 1);
}

struct kern_overlap kern_m0_conv_overlap(const struct kern_window *win)
{
	return kern_m4_conv_overlap(win);
}

/* ---- channels in groups -------------------------------------------------- */

enum { M4_LANES = 4, M0_LANES = 1 };

/* Pixels by which lines along the rows must lead. */
static int64_t lines_lead(const struct kern_window *win)
{
	int64_t lines = (win->kernel_h - 1) * (int64_t)win->dilation_h + 1;
	int64_t most = 0;

	for (int64_t i = 0; i < win->out.h - 1; i++) {
		int64_t first = i * win->stride_h;
		int64_t next = larger(first + lines, first + win->stride_h);
		int64_t need = at_least_0(next - win->pad_top);

		if (need < win->in.h)
			most = larger(most, (i + 1) * win->out.w -
					    need * win->in.w);
	}
	return most;
}

static struct kern_overlap planes_overlap(const struct kern_window *win,
					  int32_t lanes)
{
	int64_t lines = (win->kernel_w - 1) * (int64_t)win->dilation_w + 1;

	if (win->out.n != 1 || win->in.c != win->out.c || win->in.c % lanes)
		return never;
	if (win->out.h <= win->out.w)
		return overlap_of(lines_lead(win) * win->in.c, win->in.c);
	/* column i replaces column i, and columns behind it are still needed */
	if (win->in.w != win->out.w || win->pad_left >= lines)
		return never;
	return overlap_of(0, (int64_t)win->in.w * win->in.c);
}

struct kern_overlap kern_m4_depthwise_overlap(const struct kern_window *win)
{
	return planes_overlap(win, M4_LANES);
}

struct kern_overlap kern_m0_depthwise_overlap(const struct kern_window *win)
{
	return planes_overlap(win, M0_LANES);
}

struct kern_overlap kern_m55_depthwise_overlap(const struct kern_window *win)
{
	return kern_m4_depthwise_overlap(win);
}
