/*
 * broadcast - where an operand's row starts when axes of size 1 repeat.
 */
#ifndef TINYML_KERN_BROADCAST_H
#define TINYML_KERN_BROADCAST_H

#include "kern/kern.h"

/* Offset of element (n, h, w, 0) in a tensor of this shape, whose axes of
 * size 1 stand for any index. */
static inline size_t broadcast_row(const struct kern_shape *s, int32_t n,
				   int32_t h, int32_t w)
{
	size_t at = s->n == 1 ? 0 : (size_t)n;

	at = at * s->h + (s->h == 1 ? 0 : h);
	at = at * s->w + (s->w == 1 ? 0 : w);
	return at * s->c;
}

/* What one step along the channels moves: 0 when the axis repeats. */
static inline size_t broadcast_step(const struct kern_shape *s)
{
	return s->c != 1;
}

#endif
