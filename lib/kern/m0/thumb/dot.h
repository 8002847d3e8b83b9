/*
 * dot - as m0/portable/dot.h, for ARMv6-M.  Sums live in the upper registers,
 * which only additions reach; the lower eight are left for the loads and the
 * multiplication, which overwrites one of its operands.
 *
 * At -Os GCC lends nobody the upper registers: then it is the plain C.
 */
#ifdef __OPTIMIZE_SIZE__
#include "kern/m0/portable/dot.h"
#endif
#ifndef TINYML_KERN_M0_DOT_H
#define TINYML_KERN_M0_DOT_H

#include "kern/m0/output.h"

/*
 * What an inner loop costs, in instructions; on a Cortex-M0 a load takes two
 * cycles, a multiplication one (or 32 on the smallest M0+), all others one.
 *
 *     m0_dot_1x4   11 for four products, 4 a round of 32 products beside
 *     m0_dot_4x1   14 for four products, 7 a round of 16 beside
 *     m0_dot_3x3   63 for eighteen products and two sums of inputs
 *     m0_dot_line   7 for two products and sums, 4 a round of one beside
 *
 * Offsets of loads are immediate: up to 31 for bytes, up to 124 for words.
 * Signed bytes have no such form, which is why weights are unsigned.
 */

/* Two products from the word at offset, the sums of the whole word and of its
 * upper half in high registers. */
#define M0_PAIR(offset, low, high) \
	"ldr	%[p], [%[x], #" offset "]\n\t" \
	"muls	%[p], %[v], %[p]\n\t" \
	"add	%[" low "], %[p]\n\t" \
	"lsrs	%[p], %[p], #16\n\t" \
	"add	%[" high "], %[p]\n\t"
/* One weight, four pixels: 11 instructions. */
#define M0_FOUR(i, first, second) \
	"ldrb	%[v], [%[w], #" i "]\n\t" \
	M0_PAIR(first, "a", "b") M0_PAIR(second, "c", "d")
#define M0_UNIFIED ".syntax unified\n\t"

/* The odd weights first, then eight at a time. */
static inline void m0_dot_1x4(uint32_t sum[4], const uint8_t *w,
			      const uint32_t *x, uint32_t n)
{
	const uint8_t *first = w + n % 8, *end = w + n;
	uint32_t a = 0, b = 0, c = 0, d = 0, v, p;

	for (; w != first; w++, x += 2)
		__asm__(M0_UNIFIED M0_FOUR("0", "0", "4")
			: [a] "+h"(a), [b] "+h"(b), [c] "+h"(c), [d] "+h"(d),
			  [v] "=&l"(v), [p] "=&l"(p)
			: [w] "l"(w), [x] "l"(x) : "cc", "memory");
	if (w != end)
		__asm__(M0_UNIFIED
			"1:\n\t"
			M0_FOUR("0", "0", "4") M0_FOUR("1", "8", "12")
			M0_FOUR("2", "16", "20") M0_FOUR("3", "24", "28")
			M0_FOUR("4", "32", "36") M0_FOUR("5", "40", "44")
			M0_FOUR("6", "48", "52") M0_FOUR("7", "56", "60")
			"adds	%[w], #8\n\t"
			"adds	%[x], #64\n\t"
			"cmp	%[w], %[end]\n\t"
			"bne	1b\n\t"
			: [a] "+h"(a), [b] "+h"(b), [c] "+h"(c), [d] "+h"(d),
			  [v] "=&l"(v), [p] "=&l"(p), [w] "+l"(w), [x] "+l"(x)
			: [end] "h"(end) : "cc", "memory");
	sum[0] = a - (b << 16);
	sum[1] = b;
	sum[2] = c - (d << 16);
	sum[3] = d;
}

/* One input, four rows: 14 instructions. */
#define M0_ROW(row, i, sum) \
	"ldrb	%[v], [%[" row "], #" i "]\n\t" \
	"muls	%[v], %[p], %[v]\n\t" \
	"add	%[" sum "], %[v]\n\t"
#define M0_COLUMN(i) \
	"movs	%[p], #" i "\n\t" \
	"ldrsb	%[p], [%[x], %[p]]\n\t" \
	M0_ROW("w0", i, "a") M0_ROW("w1", i, "b") \
	M0_ROW("w2", i, "c") M0_ROW("w3", i, "d")

/* Four weights of each row at a time; the rest, behind them, first. */
static inline void m0_dot_4x1(uint32_t sum[4], const uint8_t *w,
			      const int8_t *x, uint32_t n)
{
	const uint8_t *w1 = w + n, *w2 = w1 + n, *w3 = w2 + n;
	uint32_t a = 0, b = 0, c = 0, d = 0;

	for (uint32_t i = n & ~3u; i < n; i++) {
		uint32_t v = (uint32_t)x[i];

		a += w[i] * v;
		b += w1[i] * v;
		c += w2[i] * v;
		d += w3[i] * v;
	}
	if (n >= 4) {
		const int8_t *end = x + (n & ~3u);
		uint32_t v, p;

		__asm__(M0_UNIFIED
			"1:\n\t"
			M0_COLUMN("0") M0_COLUMN("1")
			M0_COLUMN("2") M0_COLUMN("3")
			"adds	%[w0], #4\n\t"
			"adds	%[w1], #4\n\t"
			"adds	%[w2], #4\n\t"
			"adds	%[w3], #4\n\t"
			"adds	%[x], #4\n\t"
			"cmp	%[x], %[end]\n\t"
			"bne	1b\n\t"
			: [a] "+h"(a), [b] "+h"(b), [c] "+h"(c), [d] "+h"(d),
			  [v] "=&l"(v), [p] "=&l"(p), [w0] "+l"(w),
			  [w1] "+l"(w1), [w2] "+l"(w2), [w3] "+l"(w3),
			  [x] "+l"(x)
			: [end] "h"(end) : "cc", "memory");
	}
	sum[0] = a, sum[1] = b, sum[2] = c, sum[3] = d;
}

#undef M0_ROW
#undef M0_COLUMN

/* Two pixels and the sum of their inputs: 7 instructions. */
#define M0_TAP(x, i, offset) \
	"ldrb	%[v], [%[w], #" i "]\n\t" \
	"ldr	%[p], [%[" x "], #" offset "]\n\t" \
	"add	%[inputs], %[p]\n\t" \
	"muls	%[p], %[v], %[p]\n\t" \
	"add	%[low], %[p]\n\t" \
	"lsrs	%[p], %[p], #16\n\t" \
	"add	%[high], %[p]\n\t"

/* Any number of taps, any dilation. */
static inline void m0_dot_line(struct m0_pair *sum, const uint8_t *w,
			       const uint32_t *x, uint32_t step, uint32_t n)
{
	uint32_t low = sum->low, high = sum->high, inputs = sum->inputs, v, p;
	const uint8_t *end = w + n;

	__asm__(M0_UNIFIED
		"1:\n\t"
		M0_TAP("x", "0", "0")
		"adds	%[w], #1\n\t"
		"adds	%[x], %[x], %[step]\n\t"
		"cmp	%[w], %[end]\n\t"
		"bne	1b\n\t"
		: [low] "+h"(low), [high] "+h"(high), [inputs] "+h"(inputs),
		  [v] "=&l"(v), [p] "=&l"(p), [w] "+l"(w), [x] "+l"(x)
		: [end] "h"(end), [step] "l"(step * 4) : "cc", "memory");
	*sum = (struct m0_pair){ low, high, inputs };
}

/* Straight on: nine taps without a branch. */
static inline void m0_dot_3x3(struct m0_pair *sum, const uint8_t *w,
			      const uint32_t *const line[3], uint32_t at)
{
	uint32_t low = 0, high = 0, inputs = 0, v, p;
	const uint32_t *x = line[0] + at, *y = line[1] + at, *z = line[2] + at;

	__asm__(M0_UNIFIED
		M0_TAP("x", "0", "0") M0_TAP("x", "1", "4")
		M0_TAP("x", "2", "8") M0_TAP("y", "3", "0")
		M0_TAP("y", "4", "4") M0_TAP("y", "5", "8")
		M0_TAP("z", "6", "0") M0_TAP("z", "7", "4")
		M0_TAP("z", "8", "8")
		: [low] "+h"(low), [high] "+h"(high), [inputs] "+h"(inputs),
		  [v] "=&l"(v), [p] "=&l"(p)
		: [w] "l"(w), [x] "l"(x), [y] "l"(y), [z] "l"(z)
		: "cc", "memory");
	*sum = (struct m0_pair){ sum->low + low, sum->high + high,
				 sum->inputs + inputs };
}

#undef M0_PAIR
#undef M0_FOUR
#undef M0_TAP
#undef M0_UNIFIED

#endif
