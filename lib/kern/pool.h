/*
 * pool - what all pools share: the part of a window inside the input.
 */
#ifndef TINYML_KERN_POOL_H
#define TINYML_KERN_POOL_H

#include "kern/kern.h"

/* Input rows [y0, y1) and columns [x0, x1) under one window; never empty. */
struct pool_span {
	int32_t y0, y1, x0, x1;
};

static inline int32_t pool_low(int32_t first)
{
	return first < 0 ? 0 : first;
}

static inline int32_t pool_high(int32_t first, int32_t kernel, int32_t size)
{
	return kernel < size - first ? first + kernel : size;
}

static inline struct pool_span pool_span(const struct kern_window *win,
					 int32_t y, int32_t x)
{
	int32_t row = y * win->stride_h - win->pad_top;
	int32_t col = x * win->stride_w - win->pad_left;

	return (struct pool_span){
		pool_low(row), pool_high(row, win->kernel_h, win->in.h),
		pool_low(col), pool_high(col, win->kernel_w, win->in.w),
	};
}

#endif
