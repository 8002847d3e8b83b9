/*
 * simd - as m4/portable/simd.h, by the instructions themselves.  GCC finds
 * few of them in plain C, and in the inner loops it has no register to spare:
 * these are written out.
 */
#ifndef TINYML_KERN_M4_SIMD_H
#define TINYML_KERN_M4_SIMD_H

#include <stdint.h>

static inline uint32_t simd_load(const void *p)
{
	uint32_t word;

	__builtin_memcpy(&word, p, sizeof(word));
	return word;
}

static inline uint32_t simd_pkhbt(uint32_t low, uint32_t high)
{
	uint32_t d;

	__asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(d) : "r"(low), "r"(high));
	return d;
}

static inline uint32_t simd_pkhtb(uint32_t high, uint32_t low)
{
	uint32_t d;

	__asm__("pkhtb %0, %1, %2, asr #16" : "=r"(d) : "r"(high), "r"(low));
	return d;
}

static inline uint32_t simd_sxtb16(uint32_t a)
{
	uint32_t d;

	__asm__("sxtb16 %0, %1" : "=r"(d) : "r"(a));
	return d;
}

static inline uint32_t simd_sxtb16_ror8(uint32_t a)
{
	uint32_t d;

	__asm__("sxtb16 %0, %1, ror #8" : "=r"(d) : "r"(a));
	return d;
}

static inline int32_t simd_smlad(uint32_t a, uint32_t b, int32_t sum)
{
	int32_t d;

	__asm__("smlad %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(sum));
	return d;
}

static inline int32_t simd_smlabt(uint32_t a, uint32_t b, int32_t sum)
{
	int32_t d;

	__asm__("smlabt %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(sum));
	return d;
}

static inline int32_t simd_smlatb(uint32_t a, uint32_t b, int32_t sum)
{
	int32_t d;

	__asm__("smlatb %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(sum));
	return d;
}

static inline int32_t simd_add(int32_t a, int32_t b)
{
	return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t simd_smmulr(int32_t a, int32_t b)
{
	int32_t d;

	__asm__("smmulr %0, %1, %2" : "=r"(d) : "r"(a), "r"(b));
	return d;
}

static inline int32_t simd_smmlar(int32_t a, int32_t b, int32_t sum)
{
	int32_t d;

	__asm__("smmlar %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(sum));
	return d;
}

static inline int32_t simd_ssat8(int32_t a)
{
	int32_t d;

	__asm__("ssat %0, #8, %1" : "=r"(d) : "r"(a) : "cc");
	return d;
}

/* Half a quad: 13 instructions, 16 products. */
#define SIMD_HALF \
	"ldr	%[v], [%[w]], #4\n\t" \
	"sxtb16	%[u], %[v]\n\t" \
	"sxtb16	%[v], %[v], ror #8\n\t" \
	"ldrd	%[p], %[q], [%[x]], #8\n\t" \
	"smlad	%[a0], %[u], %[p], %[a0]\n\t" \
	"smlad	%[b0], %[v], %[p], %[b0]\n\t" \
	"smlad	%[a1], %[u], %[q], %[a1]\n\t" \
	"smlad	%[b1], %[v], %[q], %[b1]\n\t" \
	"ldrd	%[p], %[q], [%[x]], #8\n\t" \
	"smlad	%[a2], %[u], %[p], %[a2]\n\t" \
	"smlad	%[b2], %[v], %[p], %[b2]\n\t" \
	"smlad	%[a3], %[u], %[q], %[a3]\n\t" \
	"smlad	%[b3], %[v], %[q], %[b3]\n\t"

static inline const int8_t *simd_dot_2x4(int32_t sum[8], int32_t a, int32_t b,
					 const int8_t *weights,
					 const uint32_t *x, uint32_t quads)
{
	int32_t a0 = a, a1 = a, a2 = a, a3 = a;
	int32_t b0 = b, b1 = b, b2 = b, b3 = b;
	const int8_t *end = weights + quads * 8;
	uint32_t p = quads, q, u, v;

	__asm__ volatile(
		"lsrs	%[p], %[p], #1\n\t"	/* an odd quad first */
		"bcs	2f\n"
		"1:\n\t"
		SIMD_HALF SIMD_HALF
		"2:\n\t"
		SIMD_HALF SIMD_HALF
		"ldr	%[p], %[end]\n\t"
		"cmp	%[w], %[p]\n\t"
		"bne	1b"
		: [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3),
		  [b0] "+r"(b0), [b1] "+r"(b1), [b2] "+r"(b2), [b3] "+r"(b3),
		  [w] "+r"(weights), [x] "+r"(x), [p] "+r"(p),
		  [q] "=&r"(q), [u] "=&r"(u), [v] "=&r"(v)
		: [end] "m"(end) : "cc", "memory");
	sum[0] = a0, sum[1] = a1, sum[2] = a2, sum[3] = a3;
	sum[4] = b0, sum[5] = b1, sum[6] = b2, sum[7] = b3;
	return weights;
}

#undef SIMD_HALF

/* Two rows times a quad: 9 instructions, 8 products. */
#define SIMD_PAIR(w, a, b) \
	"ldrd	%[p], %[q], [%[" w "]], #8\n\t" \
	"sxtb16	%[t], %[p]\n\t" \
	"sxtb16	%[p], %[p], ror #8\n\t" \
	"smlad	%[" a "], %[t], %[x], %[" a "]\n\t" \
	"smlad	%[" b "], %[p], %[x], %[" b "]\n\t" \
	"sxtb16	%[t], %[q]\n\t" \
	"sxtb16	%[q], %[q], ror #8\n\t" \
	"smlad	%[" a "], %[t], %[y], %[" a "]\n\t" \
	"smlad	%[" b "], %[q], %[y], %[" b "]\n\t"
#define SIMD_QUAD \
	"ldr	%[y], [%[in]], #4\n\t" \
	"sxtb16	%[x], %[y]\n\t" \
	"sxtb16	%[y], %[y], ror #8\n\t" \
	SIMD_PAIR("v", "a0", "a1") SIMD_PAIR("w", "b0", "b1")

static inline void simd_dot_4x1(int32_t sum[4], const int8_t *first,
				const int8_t *second, const int8_t *in,
				uint32_t quads)
{
	int32_t a0 = sum[0], a1 = sum[1], b0 = sum[2], b1 = sum[3];
	const int8_t *end = in + quads * 4;
	uint32_t p = quads, q, t, x, y;

	__asm__ volatile(
		"lsrs	%[p], %[p], #1\n\t"	/* an odd quad first */
		"bcs	2f\n"
		"1:\n\t"
		SIMD_QUAD
		"2:\n\t"
		SIMD_QUAD
		"cmp	%[in], %[end]\n\t"
		"bne	1b"
		: [a0] "+r"(a0), [a1] "+r"(a1), [b0] "+r"(b0), [b1] "+r"(b1),
		  [v] "+r"(first), [w] "+r"(second), [in] "+r"(in),
		  [p] "+r"(p), [q] "=&r"(q), [t] "=&r"(t), [x] "=&r"(x),
		  [y] "=&r"(y)
		: [end] "r"(end) : "cc", "memory");
	sum[0] = a0, sum[1] = a1, sum[2] = b0, sum[3] = b1;
}

#undef SIMD_PAIR
#undef SIMD_QUAD

/* 17 instructions for two sums of nine products. */
static inline void simd_dw3_line(int32_t *sums, const uint32_t *x,
				 const uint32_t w[6], uint32_t pairs)
{
	const int32_t *end = sums + 2 * pairs;
	register uint32_t p __asm__("r4");
	register uint32_t q __asm__("r5");
	register uint32_t r __asm__("r6");
	int32_t a, b;

	__asm__ volatile(
		"1:\n\t"
		"ldm	%[x]!, {r4, r5, r6}\n\t"
		"smuad	%[a], %[p], %[l0]\n\t"
		"smultb	%[b], %[p], %[l0]\n\t"
		"smlad	%[a], %[q], %[l1], %[a]\n\t"
		"smlatb	%[b], %[q], %[l1], %[b]\n\t"
		"smlad	%[a], %[r], %[l2], %[a]\n\t"
		"smlatb	%[b], %[r], %[l2], %[b]\n\t"
		"ldm	%[x], {r4, r5, r6}\n\t"
		"smlabt	%[a], %[p], %[r0], %[a]\n\t"
		"smlad	%[b], %[p], %[r0], %[b]\n\t"
		"smlabt	%[a], %[q], %[r1], %[a]\n\t"
		"smlad	%[b], %[q], %[r1], %[b]\n\t"
		"smlabt	%[a], %[r], %[r2], %[a]\n\t"
		"smlad	%[b], %[r], %[r2], %[b]\n\t"
		"strd	%[a], %[b], [%[sums]], #8\n\t"
		"ldr	%[p], %[end]\n\t"
		"cmp	%[sums], %[p]\n\t"
		"bne	1b"
		: [sums] "+r"(sums), [x] "+r"(x), [p] "=&r"(p), [q] "=&r"(q),
		  [r] "=&r"(r), [a] "=&r"(a), [b] "=&r"(b)
		: [l0] "r"(w[0]), [r0] "r"(w[1]), [l1] "r"(w[2]),
		  [r1] "r"(w[3]), [l2] "r"(w[4]), [r2] "r"(w[5]),
		  [end] "m"(end)
		: "cc", "memory");
}

#endif
