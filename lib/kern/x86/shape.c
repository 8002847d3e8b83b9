#include "kern/x86/shape.h"

/* Packed weights and scratch may be so much larger than what they come from;
 * below the floor size is no matter. */
enum { GROWTH_MAX = 8, FLOOR_BYTES = 1 << 16 };

/* Products stop here: anything as large is refused. */
#define HUGE_BYTES (UINT64_C(1) << 40)

static uint64_t times(uint64_t a, uint64_t b)
{
	return a > HUGE_BYTES / b || b > HUGE_BYTES ? HUGE_BYTES : a * b;
}

static uint64_t times3(uint64_t a, uint64_t b, uint64_t c)
{
	return times(times(a, b), c);
}

static bool is_modest(uint64_t bytes, uint64_t of)
{
	return bytes <= FLOOR_BYTES + times(GROWTH_MAX, of) &&
	       bytes < INT32_MAX;
}

static uint64_t extent(int32_t out, int32_t stride, int32_t kernel,
		       int32_t dilation)
{
	return (uint64_t)(out - 1) * (uint64_t)stride +
	       (uint64_t)(kernel - 1) * (uint64_t)dilation + 1;
}

/* Four tables of channels: bias, multiplier and both shifts. */
static uint64_t tables_bytes(uint64_t entries)
{
	return 4 * sizeof(int32_t) * entries;
}

/* ---- convolutions -------------------------------------------------------- */

struct x86_conv x86_conv(const struct kern_window *win)
{
	bool is_dense = win->dilation_w == 1;
	uint64_t depth = (uint64_t)win->in.c, taps = (uint64_t)win->kernel_w;
	struct x86_conv c = {
		.rows = (uint64_t)win->kernel_h,
		.runs = is_dense ? 1 : taps,
		.run_bytes = is_dense ? depth * taps : depth,
		.blocks = ((uint64_t)win->out.c + X86_LANES - 1) / X86_LANES,
		.h = extent(win->out.h, win->stride_h, win->kernel_h,
			    win->dilation_h),
		.w = extent(win->out.w, win->stride_w, win->kernel_w,
			    win->dilation_w),
	};

	c.quads = (c.run_bytes + 3) / 4;
	return c;
}

static uint64_t padded_bytes(const struct kern_window *win,
			     const struct x86_conv *c)
{
	return times3(c->h, c->w, (uint64_t)win->in.c);
}

uint64_t kern_x86_conv_bytes(const struct kern_window *win)
{
	struct x86_conv c = x86_conv(win);
	uint64_t packed = times3(c.rows * c.runs, c.quads * 4,
				 c.blocks * X86_LANES);
	uint64_t weights = times3(c.rows * c.runs, c.run_bytes,
				  (uint64_t)win->out.c);
	uint64_t in = times3((uint64_t)win->in.h, (uint64_t)win->in.w,
			     (uint64_t)win->in.c);

	return is_modest(packed, weights) &&
	       is_modest(padded_bytes(win, &c), in) ? packed : 0;
}

static size_t conv_scratch_bytes(const struct kern_window *win)
{
	struct x86_conv c = x86_conv(win);

	/* the last quad may reach behind the input */
	return (size_t)(tables_bytes(c.blocks * X86_LANES) +
			padded_bytes(win, &c) + 3 + X86_WIDE);
}

size_t kern_x86_conv_scratch_bytes(const struct kern_conv_s8 *k)
{
	return conv_scratch_bytes(&k->win);
}

/* ---- fully connected ----------------------------------------------------- */

struct kern_window x86_fc_window(int32_t in_depth, int32_t out_depth)
{
	return (struct kern_window){
		.in = { 1, 1, 1, in_depth }, .out = { 1, 1, 1, out_depth },
		.kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1,
		.dilation_h = 1, .dilation_w = 1,
	};
}

uint64_t kern_x86_fc_bytes(int32_t rows, int64_t depth)
{
	struct kern_window win = x86_fc_window((int32_t)depth, rows);

	return kern_x86_conv_bytes(&win);
}

size_t kern_x86_fc_scratch_bytes(const struct kern_fc_s8 *k)
{
	struct kern_window win = x86_fc_window(k->in_depth, k->out_depth);

	return conv_scratch_bytes(&win) +
	       (size_t)(k->batches - 1) * (size_t)k->in_depth;
}

/* ---- depthwise ----------------------------------------------------------- */

struct x86_depthwise x86_depthwise(const struct kern_window *win)
{
	return (struct x86_depthwise){
		.quads = ((uint64_t)win->kernel_w + 3) / 4,
		.w = extent(win->out.w, win->stride_w, win->kernel_w,
			    win->dilation_w),
		.lanes = x86_round_up((uint64_t)win->out.w *
				      (uint64_t)win->out.c, X86_WIDE),
		.ring = (uint64_t)(win->kernel_h - 1) *
			(uint64_t)win->dilation_h + 1,
		.table = (uint64_t)win->out.c + X86_WIDE - 1,
	};
}

static uint64_t ring_bytes(const struct x86_depthwise *d)
{
	return times3(d->ring, d->quads * 4, d->lanes);
}

static uint64_t row_bytes(const struct kern_window *win,
			  const struct x86_depthwise *d)
{
	return times(d->w, (uint64_t)win->out.c);
}

uint64_t kern_x86_depthwise_bytes(const struct kern_window *win)
{
	struct x86_depthwise d = x86_depthwise(win);
	uint64_t rows = (uint64_t)win->kernel_h, c = (uint64_t)win->out.c;
	uint64_t packed = times3(rows, d.quads * 4, d.table);
	uint64_t values = times3((uint64_t)win->in.h, (uint64_t)win->in.w, c) +
			  times3((uint64_t)win->out.h, (uint64_t)win->out.w,
				 c);

	return is_modest(packed, times3(rows, (uint64_t)win->kernel_w, c)) &&
	       is_modest(row_bytes(win, &d), values) &&
	       is_modest(ring_bytes(&d), values) ? packed : 0;
}

size_t kern_x86_depthwise_scratch_bytes(const struct kern_conv_s8 *k)
{
	const struct kern_window *win = &k->win;
	struct x86_depthwise d = x86_depthwise(win);

	/* the window's rows, their numbers, tables, the ring, an input row */
	return (size_t)((uint64_t)win->kernel_h * sizeof(void *) +
			d.ring * sizeof(int32_t) + tables_bytes(d.table) +
			ring_bytes(&d) + row_bytes(win, &d) + X86_WIDE);
}
