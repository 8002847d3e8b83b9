/*
 * dot - the inner loops of the m0 kernels in plain C.  m0/thumb/dot.h has the
 * same functions for the core.
 *
 * x are words of two unsigned bytes, 16 bits apart; w are unsigned bytes.
 * Sums wrap.
 */
#ifndef TINYML_KERN_M0_DOT_H
#define TINYML_KERN_M0_DOT_H

#include "kern/m0/output.h"

/* Four pixels: for each of n weights two words. sum[i] is SUM w * x of pixel
 * i. */
static inline void m0_dot_1x4(uint32_t sum[4], const uint8_t *w,
			      const uint32_t *x, uint32_t n)
{
	sum[0] = sum[1] = sum[2] = sum[3] = 0;
	for (; n; n--, w++)
		for (int i = 0; i < 4; i += 2, x++) {
			sum[i] += *w * (*x & 0xffff);
			sum[i + 1] += *w * (*x >> 16);
		}
}

/* Four rows of n weights, n apart, times n signed inputs. */
static inline void m0_dot_4x1(uint32_t sum[4], const uint8_t *w,
			      const int8_t *x, uint32_t n)
{
	for (int i = 0; i < 4; i++) {
		sum[i] = 0;
		for (uint32_t d = 0; d < n; d++)
			sum[i] += (uint32_t)(*w++ * x[d]);
	}
}

static inline void m0_add_tap(struct m0_pair *sum, uint32_t w, uint32_t x)
{
	sum->low += w * x;
	sum->high += (w * x) >> 16;
	sum->inputs += x;
}

/* n weights times n words that are step apart, added to *sum. */
static inline void m0_dot_line(struct m0_pair *sum, const uint8_t *w,
			       const uint32_t *x, uint32_t step, uint32_t n)
{
	for (; n; n--, x += step)
		m0_add_tap(sum, *w++, *x);
}

/* Nine weights times three words of each of three lines. */
static inline void m0_dot_3x3(struct m0_pair *sum, const uint8_t *w,
			      const uint32_t *const line[3], uint32_t at)
{
	for (int i = 0; i < 9; i++)
		m0_add_tap(sum, w[i], line[i / 3][at + (uint32_t)i % 3]);
}

#endif
