/*
 * simd - as m55/portable/simd.h, by Helium's instructions (Armv8-M ARM, DDI
 * 0553, chapter C2).  Inner loops are written out: GCC 12 forms neither
 * hardware loops nor moves of two lanes.
 */
#ifndef TINYML_KERN_M55_SIMD_H
#define TINYML_KERN_M55_SIMD_H

#include <arm_mve.h>
#include <stddef.h>
#include <stdint.h>

typedef int32x4_t simd_v4;
typedef uint16x8_t simd_places8;
typedef uint32x4_t simd_places4;

static inline simd_v4 simd_set(int32_t a, int32_t b, int32_t c, int32_t d)
{
	simd_v4 v;

	__asm__("vmov %q0[2], %q0[0], %1, %3\n\t"
		"vmov %q0[3], %q0[1], %2, %4"
		: "=&w"(v) : "r"(a), "r"(b), "r"(c), "r"(d));
	return v;
}

static inline simd_v4 simd_dup(int32_t a)
{
	return vdupq_n_s32(a);
}

static inline simd_v4 simd_load(const int32_t *p)
{
	return vldrwq_s32(p);
}

static inline simd_v4 simd_load_first(const int32_t *p, int32_t n)
{
	return vldrwq_z_s32(p, vctp32q((uint32_t)n));
}

static inline simd_v4 simd_load_s8(const int8_t *p)
{
	return vldrbq_s32(p);
}

static inline simd_v4 simd_load_s8_first(const int8_t *p, int32_t n)
{
	return vldrbq_z_s32(p, vctp32q((uint32_t)n));
}

/* The first n of sixteen, then zeros.  VPR cannot be named as changed by
 * inline assembly: all predicates but those of loops are the compiler's. */
static inline int8x16_t simd_bytes_first(const int8_t *p, uint32_t n)
{
	return vldrbq_z_s8(p, vctp8q(n));
}

static inline simd_v4 simd_add(simd_v4 a, simd_v4 b)
{
	return vaddq_s32(a, b);
}

static inline simd_v4 simd_shl(simd_v4 a, int32_t n)
{
	return vshlq_r_s32(a, n);
}

static inline simd_v4 simd_high_mul(simd_v4 a, simd_v4 b)
{
	return vqrdmulhq_s32(a, b);
}

static inline simd_v4 simd_round_shift(simd_v4 a, simd_v4 shift)
{
	return vrshlq_s32(a, shift);
}

static inline simd_v4 simd_less_if_negative(simd_v4 a)
{
	return vaddq_s32(a, vshrq_n_s32(a, 31));
}

/* Saturated twice: the low byte of each lane is the value. */
static inline int8x16_t simd_narrow(int16x8_t halves, int32_t zero)
{
	halves = vqaddq_n_s16(halves, (int16_t)zero);
	return vqmovnbq_s16(vreinterpretq_s8_s16(halves), halves);
}

static inline simd_v4 simd_bytes(simd_v4 a, int32_t zero)
{
	int16x8_t halves = vqmovnbq_s32(vreinterpretq_s16_s32(a), a);

	return vreinterpretq_s32_s8(simd_narrow(halves, zero));
}

static inline void simd_store(int8_t *p, simd_v4 a, int32_t zero)
{
	vstrbq_s32(p, simd_bytes(a, zero));
}

static inline void simd_store_first(int8_t *p, simd_v4 a, int32_t zero,
				    int32_t n)
{
	vstrbq_p_s32(p, simd_bytes(a, zero), vctp32q((uint32_t)n));
}

/* Sixteen elements of four rows: 9 instructions, 64 products. */
#define SIMD_4X1 \
	"vldrb.8	q0, [%[x]], #16\n\t" \
	"vldrb.8	q1, [%[w]], #16\n\t" \
	"vmladava.s8	%[a], q0, q1\n\t" \
	"vldrb.8	q2, [%[w]], #16\n\t" \
	"vmladava.s8	%[b], q0, q2\n\t" \
	"vldrb.8	q1, [%[w]], #16\n\t" \
	"vmladava.s8	%[c], q0, q1\n\t" \
	"vldrb.8	q2, [%[w]], #16\n\t" \
	"vmladava.s8	%[d], q0, q2\n\t"

static inline const int8_t *simd_dot_4x1(simd_v4 *sums, const int32_t *bias,
					 const int8_t *w, const int8_t *x,
					 int32_t depth)
{
	int32_t a = bias[0], b = bias[1], c = bias[2], d = bias[3];
	uint32_t n = (uint32_t)depth / 16, rest = (uint32_t)depth % 16;

	if (n)
		__asm__ volatile(
			"dls	lr, %[n]\n"
			"1:\n\t"
			SIMD_4X1
			"le	lr, 1b"
			: [a] "+Te"(a), [b] "+Te"(b), [c] "+Te"(c),
			  [d] "+Te"(d), [w] "+r"(w), [x] "+r"(x)
			: [n] "r"(n) : "q0", "q1", "q2", "lr", "memory");
	if (rest) {
		int8x16_t in = simd_bytes_first(x, rest);

		__asm__ volatile(
			"vldrb.8	q1, [%[w]]\n\t"
			"add		%[w], %[rest]\n\t"
			"vmladava.s8	%[a], %q[in], q1\n\t"
			"vldrb.8	q2, [%[w]]\n\t"
			"add		%[w], %[rest]\n\t"
			"vmladava.s8	%[b], %q[in], q2\n\t"
			"vldrb.8	q1, [%[w]]\n\t"
			"add		%[w], %[rest]\n\t"
			"vmladava.s8	%[c], %q[in], q1\n\t"
			"vldrb.8	q2, [%[w]]\n\t"
			"add		%[w], %[rest]\n\t"
			"vmladava.s8	%[d], %q[in], q2\n\t"
			: [a] "+Te"(a), [b] "+Te"(b), [c] "+Te"(c),
			  [d] "+Te"(d), [w] "+r"(w)
			: [in] "w"(in), [rest] "r"(rest)
			: "q1", "q2", "memory");
	}
	*sums = simd_set(a, b, c, d);
	return w;
}

#undef SIMD_4X1

static inline void simd_sum8(int16_t sums[8], const int8_t *p, size_t step,
			     int32_t count, int32_t n)
{
	int16x8_t v = vldrhq_s16(sums);

	if (n == 8)
		for (; count; count--, p += step)
			v = vaddq_s16(v, vldrbq_s16(p));
	else
		for (; count; count--, p += step)
			v = vaddq_s16(v, vldrbq_z_s16(p, vctp16q((uint32_t)n)));
	vstrhq_s16(sums, v);
}

static inline void simd_copy(int8_t *to, const int8_t *from, int32_t n)
{
	__asm__ volatile(
		"wlstp.8	lr, %[n], 2f\n"
		"1:\n\t"
		"vldrb.8	q0, [%[from]], #16\n\t"
		"vstrb.8	q0, [%[to]], #16\n\t"
		"letp		lr, 1b\n"
		"2:"
		: [to] "+r"(to), [from] "+r"(from) : [n] "r"(n)
		: "q0", "lr", "memory");
}

static inline void simd_copy_rows(int8_t *to, const int8_t *from, int32_t n,
				  size_t pitch, int32_t rows)
{
	const int8_t *f;
	int8_t *t;

	__asm__ volatile(
		"1:\n\t"
		"mov		%[f], %[from]\n\t"
		"mov		%[t], %[to]\n\t"
		"dlstp.8	lr, %[n]\n"
		"2:\n\t"
		"vldrb.8	q0, [%[f]], #16\n\t"
		"vstrb.8	q0, [%[t]], #16\n\t"
		"letp		lr, 2b\n\t"
		"add		%[from], %[pitch]\n\t"
		"add		%[to], %[n]\n\t"
		"subs		%[rows], #1\n\t"
		"bne		1b"
		: [to] "+r"(to), [from] "+r"(from), [rows] "+r"(rows),
		  [f] "=&r"(f), [t] "=&r"(t)
		: [n] "r"(n), [pitch] "r"(pitch)
		: "q0", "lr", "cc", "memory");
}

static inline void simd_fill(int8_t *to, int8_t value, int32_t n)
{
	int8x16_t v = vdupq_n_s8(value);

	__asm__ volatile(
		"wlstp.8	lr, %[n], 2f\n"
		"1:\n\t"
		"vstrb.8	%q[v], [%[to]], #16\n\t"
		"letp		lr, 1b\n"
		"2:"
		: [to] "+r"(to) : [v] "w"(v), [n] "r"(n) : "lr", "memory");
}

static inline void simd_clamp(int8_t *p, int32_t n, int8_t min, int8_t max)
{
	int8x16_t low = vdupq_n_s8(min), high = vdupq_n_s8(max), v;

	__asm__ volatile(
		"wlstp.8	lr, %[n], 2f\n"
		"1:\n\t"
		"vldrb.8	%q[v], [%[p]]\n\t"
		"vmax.s8	%q[v], %q[v], %q[low]\n\t"
		"vmin.s8	%q[v], %q[v], %q[high]\n\t"
		"vstrb.8	%q[v], [%[p]], #16\n\t"
		"letp		lr, 1b\n"
		"2:"
		: [p] "+r"(p), [v] "=&w"(v)
		: [low] "w"(low), [high] "w"(high), [n] "r"(n)
		: "lr", "memory");
}

static inline simd_places8 simd_places8_init(uint32_t step)
{
	return vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)step);
}

static inline simd_places4 simd_places4_init(uint32_t step)
{
	return vmulq_n_u32(vidupq_n_u32(0, 1), step);
}

static inline void simd_scatter8(int8_t *to, simd_places8 places,
				 const int8_t *from)
{
	vstrbq_scatter_offset_s16(to, places, vldrbq_s16(from));
}

static inline void simd_scatter4(int8_t *to, simd_places4 places,
				 const int8_t *from)
{
	vstrbq_scatter_offset_s32(to, places, vldrbq_s32(from));
}

#endif
